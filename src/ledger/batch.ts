import { createHash } from 'node:crypto';
import { AlreadyRecordedError, WithdrawnError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { FOREVER, Plan, type PlannedEntry, type Position } from './plan.ts';
import { isSubjectType, MODEL_OF, readGlobalId, type Subject, type SubjectType } from './subjects.ts';
import { type Before, type Decider, Work } from './work.ts';

type Path = readonly (string | number)[];

/** An id in an input, global or external, and where it stands. */
export interface Reference {
  readonly path: Path;
  readonly id: string;
}

/** What an input has to say before it is planned: itself, its external id, and every id that it refers to. */
export interface Given {
  readonly externalId: string | null;
  readonly digest: Uint8Array;
  readonly references: readonly Reference[];
}

/** A subject, and the entry that one input wrote of it. */
export interface Recorded extends Subject {
  readonly position: Position;
}

/** @param nullSays whether null in the input says something else than leaving it out */
export function digestOf(name: string, input: unknown, nullSays = false): Uint8Array {
  const written = JSON.stringify([name, input], nullSays ? undefined : (_, value) => value ?? undefined);
  return createHash('sha256').update(written).digest();
}

/** By table, the columns that no later input is decided on, or `all`. Of what inputs refer to, rows must stay. */
export type Dispensable = Readonly<Record<string, 'all' | readonly string[]>>;

/**
 * Inputs that are decided one after the other and written together. Whatever they refer to is read at the
 * start, in one query a kind; each sees what those before it decided.
 */
export class Batch implements Before {
  readonly ledger: Ledger;
  readonly plan = new Plan();
  readonly #subjects = new Map<string, Recorded & { readonly digest: string | null }>();
  readonly #rows = new Map<string, object>();

  readonly decider: Decider;
  readonly #dispensable: Dispensable | null;

  /**
   * @param dispensable for a batch that is never written, so that it may go on without end: what it does not keep
   */
  constructor(ledger: Ledger, decider: Decider, dispensable: Dispensable | null = null) {
    this.ledger = ledger;
    this.decider = decider;
    this.#dispensable = dispensable;
  }

  /** Reads what the inputs refer to. Call it once more for inputs that come later. */
  async prepare(inputs: readonly Given[]): Promise<void> {
    const referred = new Set(inputs.flatMap(({ references }) => references.map(({ id }) => id)));
    const own = inputs.flatMap(({ externalId }) => externalId ?? []);
    const names = [...new Set([...own, ...referred])].filter(
      (name) => !this.#subjects.has(name) && readGlobalId(name) === null,
    );
    if (names.length > 0) {
      // An id may mean one thing in each negotiation; among those that are there it goes on meaning what it meant first.
      const found = await this.ledger.prisma.externalId.findMany({
        where: { externalId: { in: names } },
        orderBy: { position: 'desc' },
      });
      for (const { externalId, subjectType, subjectId, scope, position, digest } of found) {
        if (this.decider.hidden.has(scope) || this.decider.hidden.has(subjectId)) continue;
        this.#subjects.set(externalId, {
          type: subjectType,
          id: subjectId,
          position,
          digest: digest && compact(digest),
        });
      }
    }
    const byType = new Map<SubjectType, Set<string>>();
    for (const name of referred) {
      const subject = this.resolve(name);
      if (subject === null || this.rowOf(subject) !== null) continue;
      byType.set(subject.type, (byType.get(subject.type) ?? new Set()).add(subject.id));
    }
    await Promise.all([...byType].map(([type, ids]) => this.#read(type, [...ids])));
  }

  /**
   * What was written when the same input came before under its external id; null when the id is new.
   * @throws AlreadyRecordedError when it was given with another input
   * @throws WithdrawnError when what it was given with was expunged, so that nobody knows any more whether it is the same
   */
  recorded({ externalId, digest }: Given): Recorded | null {
    const known = externalId === null ? undefined : this.#subjects.get(externalId);
    if (externalId === null || known === undefined) return null;
    if (known.digest === null) {
      throw new WithdrawnError(`What was recorded under the external id “${externalId}” was expunged; use another id.`);
    }
    if (known.digest !== compact(digest)) {
      throw new AlreadyRecordedError(
        `The external id “${externalId}” is already recorded with other content; correct that instead, or use another id.`,
        externalId,
      );
    }
    return known;
  }

  /** The subject that an external id was given to, when what it was given with was expunged. */
  expunged({ externalId }: Given): Subject | null {
    const known = externalId === null ? undefined : this.#subjects.get(externalId);
    return known?.digest === null ? known : null;
  }

  /** One input's share of the batch: what it decides goes into the plan when `keep` is called. */
  begin(): Work {
    return new Work(this);
  }

  resolve(given: string): Subject | null {
    const known = this.#subjects.get(given);
    if (known !== undefined) return known;
    const global = readGlobalId(given);
    return global !== null && isSubjectType(global.type) ? { type: global.type, id: global.id } : null;
  }

  rowOf({ type, id }: Subject): object | null {
    const row = this.#rows.get(`${MODEL_OF[type]}:${id}`) ?? null;
    // Persons and organizations share a table; an id that calls one the other is none.
    const actorKind = (row as { kind?: unknown } | null)?.kind;
    return MODEL_OF[type] === 'actor' && actorKind !== type.toUpperCase() ? null : row;
  }

  /** Whether a version begins with an entry of this batch. */
  isPending(row: object): boolean {
    return typeof (row as { fromPosition: unknown }).fromPosition !== 'bigint';
  }

  keep(work: Work, given: Given, recorded: Recorded): void {
    const isWritten = this.#dispensable === null;
    this.plan.entries.push(...work.plan.entries);
    this.plan.close.push(...work.plan.close);
    this.plan.change.push(...work.plan.change);
    this.plan.remove.push(...work.plan.remove);
    if (isWritten) for (const basis of work.plan.basis.values()) this.plan.restOn(basis);
    for (const [table, rows] of work.plan.open) {
      const without = this.#dispensable?.[table] ?? [];
      if (without === 'all') continue;
      for (const row of rows) {
        for (const column of without) row[column] = null;
        this.plan.row(table, row);
      }
    }
    for (const apply of work.onKeep) apply();
    for (const { model, row } of work.versions) this.#rows.set(`${model}:${row.id}`, row);
    if (given.externalId === null) return;
    const { type, id, position } = recorded;
    this.#subjects.set(given.externalId, { type, id, position, digest: compact(given.digest) });
    if (!isWritten) return;
    // Recorded by this batch, so it has the entry itself.
    const { negotiationId } = position as PlannedEntry;
    this.plan.row('external_id', {
      externalId: given.externalId,
      scope: type === 'Negotiation' ? EVERYBODY : (negotiationId ?? EVERYBODY),
      subjectType: type,
      subjectId: id,
      position,
      digest: given.digest,
    });
  }

  async #read(type: SubjectType, ids: readonly string[]): Promise<void> {
    const model = MODEL_OF[type];
    // Every one of these models has these columns; Prisma's types cannot say so of a union of models.
    const reader = this.ledger.prisma[model] as unknown as {
      findMany(query: object): Promise<{ id: string; negotiationId?: string | null }[]>;
    };
    const rows = await reader.findMany({ where: { id: { in: ids }, untilPosition: FOREVER } });
    for (const row of rows) {
      const belongsTo = model === 'negotiation' ? row.id : row.negotiationId;
      if (!this.decider.hidden.has(belongsTo ?? '')) this.#rows.set(`${model}:${row.id}`, row);
    }
  }
}

/** Where what belongs to no negotiation has its external ids, and public negotiations have theirs, and their slugs. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** Bytes as a string of as many characters: the least that they can be kept in. */
function compact(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
