import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { LedgerAction } from '../database/generated/enums.ts';
import { AlreadyRecordedError, InvalidInputError, NotFoundError, type Problem } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { type Close, Plan, type PlannedEntry, type PlannedRow, type Position } from './plan.ts';
import { isSubjectType, MODEL_OF, readGlobalId, type Subject, type SubjectRows, type SubjectType, snake } from './subjects.ts';

type Path = readonly (string | number)[];
type Versioned = { fromPosition: bigint; untilPosition: bigint };
/** The columns of a new version: the ledger fills in its range, and `firstPosition` where there is one. */
export type Content<T extends SubjectType> = Omit<SubjectRows[T], 'id' | 'fromPosition' | 'untilPosition' | 'firstPosition'>;

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

export function digestOf(name: string, input: unknown): Uint8Array {
  return createHash('sha256').update(JSON.stringify([name, input])).digest();
}

/** By table, the columns that no later input is decided on, or `all`. Of what inputs refer to, rows must stay. */
export type Dispensable = Readonly<Record<string, 'all' | readonly string[]>>;

/**
 * Inputs that are decided one after the other and written together. Whatever they refer to is read at the
 * start, in one query a kind; each sees what those before it decided.
 */
export class Batch {
  readonly ledger: Ledger;
  readonly plan = new Plan();
  readonly #subjects = new Map<string, Subject>();
  readonly #digests = new Map<string, Uint8Array | null>();
  readonly #rows = new Map<string, object>();

  readonly #dispensable: Dispensable | null;

  /** @param dispensable for a batch that is never written, so that it may go on without end: what it does not keep */
  constructor(ledger: Ledger, dispensable: Dispensable | null = null) {
    this.ledger = ledger;
    this.#dispensable = dispensable;
  }

  /** Reads what the inputs refer to. Call it once more for inputs that come later. */
  async prepare(inputs: readonly Given[]): Promise<void> {
    const referred = new Set(inputs.flatMap(({ references }) => references.map(({ id }) => id)));
    const own = inputs.flatMap(({ externalId }) => externalId ?? []);
    const names = [...new Set([...own, ...referred])].filter((name) => !this.#subjects.has(name) && readGlobalId(name) === null);
    if (names.length > 0) {
      const found = await this.ledger.prisma.externalId.findMany({ where: { externalId: { in: names } } });
      for (const { externalId, subjectType, subjectId, digest } of found) {
        this.#subjects.set(externalId, { type: subjectType, id: subjectId });
        this.#digests.set(externalId, digest);
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
   * The subject that an external id was given to, when it was given before with the same input.
   * @throws AlreadyRecordedError when it was given with another
   */
  recorded({ externalId, digest }: Given): Subject | null {
    const subject = externalId === null ? undefined : this.#subjects.get(externalId);
    if (externalId === null || subject === undefined) return null;
    const known = this.#digests.get(externalId);
    if (known && Buffer.compare(known, digest) !== 0) {
      throw new AlreadyRecordedError(
        `The external id “${externalId}” is already recorded with other content; correct that instead, or use another id.`,
        externalId,
      );
    }
    return subject;
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
    return typeof (row as { fromPosition: Position }).fromPosition !== 'bigint';
  }

  keep(work: Work, given: Given, subject: Subject): void {
    this.plan.entries.push(...work.plan.entries);
    this.plan.close.push(...work.plan.close);
    this.plan.consume.push(...work.plan.consume);
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
    if (given.externalId !== null) {
      this.#subjects.set(given.externalId, subject);
      this.#digests.set(given.externalId, given.digest);
      if (this.#dispensable !== null) return;
      this.plan.row('external_id', {
        externalId: given.externalId,
        subjectType: subject.type,
        subjectId: subject.id,
        digest: given.digest,
      });
    }
  }

  async #read(type: SubjectType, ids: readonly string[]): Promise<void> {
    const model = MODEL_OF[type];
    // Every one of these models has these columns; Prisma's types cannot say so of a union of models.
    const reader = this.ledger.prisma[model] as unknown as {
      findMany(query: object): Promise<({ id: string } & Versioned)[]>;
    };
    const rows = await reader.findMany({ where: { id: { in: ids }, untilPosition: FOREVER } });
    for (const row of rows) this.#rows.set(`${model}:${row.id}`, row);
  }
}

export const FOREVER = 9223372036854775807n;

/** What one input decides. */
export class Work {
  readonly plan = new Plan();
  readonly versions: { model: string; row: { id: string } }[] = [];
  readonly onKeep: (() => void)[] = [];
  readonly #batch: Batch;
  readonly #problems: Problem[] = [];

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  get ledger(): Ledger {
    return this.#batch.ledger;
  }

  /** Notes something wrong with the input; all of it is reported at once, by `settle`. */
  problem(path: Path, message: string | null): void {
    if (message !== null) this.#problems.push({ path, message });
  }

  /** @throws InvalidInputError with every problem noted so far */
  settle(): void {
    if (this.#problems.length > 0) throw new InvalidInputError(this.#problems);
  }

  /**
   * What an id of the input means, as it stands now.
   * @param types the kinds that may stand here
   * @throws NotFoundError
   */
  the<T extends SubjectType>(types: T | readonly T[], given: string, path: Path): SubjectRows[T] & Subject {
    const wanted = (typeof types === 'string' ? [types] : types) as readonly SubjectType[];
    const subject = this.#batch.resolve(given);
    const row = subject === null ? null : this.#batch.rowOf(subject);
    if (subject === null || row === null || !wanted.includes(subject.type)) {
      throw new NotFoundError(path, given, wanted.map(words).join(' or '));
    }
    return { ...row, type: subject.type } as SubjectRows[T] & Subject;
  }

  /** The same for an id that may be left out. */
  maybe<T extends SubjectType>(
    types: T | readonly T[],
    given: string | null | undefined,
    path: Path,
  ): (SubjectRows[T] & Subject) | null {
    return given === null || given === undefined ? null : this.the(types, given, path);
  }

  /** A version in force that the batch has read or planned; null for one that no input named. */
  row<T extends SubjectType>(type: T, id: string): SubjectRows[T] | null {
    return this.#batch.rowOf({ type, id }) as SubjectRows[T] | null;
  }

  /** Whether a version begins with this same batch, so that it and what belongs to it are not written yet. */
  isPending(row: object): boolean {
    return this.#batch.isPending(row);
  }

  /** Notes a problem when something belongs to another negotiation than the one that it is used in. */
  sameNegotiation(negotiationId: string, row: { negotiationId: string } | null, path: Path): void {
    if (row !== null && row.negotiationId !== negotiationId) {
      this.problem(path, 'belongs to another negotiation.');
    }
  }

  /** The refusal of a name that belongs to something else already. */
  taken(kind: string, given: string): AlreadyRecordedError {
    return new AlreadyRecordedError(`The ${kind} “${given}” is taken; choose another.`, given);
  }

  /** Opens the first version of something new. */
  record<T extends SubjectType>(
    type: T,
    content: Content<T>,
    entry: { negotiationId: string | 'itself' | null; action?: LedgerAction; note?: string | null | undefined },
  ): { type: T; id: string; entry: PlannedEntry } {
    this.settle();
    const subject = { type, id: uuidv7() };
    const negotiationId = entry.negotiationId === 'itself' ? subject.id : entry.negotiationId;
    const planned = this.#enter(subject, entry.action ?? 'RECORDED', negotiationId, entry.note);
    const hasFirst = !['actor', 'post'].includes(MODEL_OF[type]);
    this.#version(type, { ...content, id: subject.id, fromPosition: planned, ...(hasFirst && { firstPosition: planned }) });
    return { ...subject, entry: planned };
  }

  /** Closes the version in force and opens the next. */
  change<T extends SubjectType>(
    type: T,
    row: SubjectRows[T],
    changes: Partial<Content<T>>,
    entry: { negotiationId: string | null; action?: LedgerAction; note?: string | null | undefined },
  ): { type: T; id: string; entry: PlannedEntry } {
    this.settle();
    const subject = { type, id: row.id };
    const planned = this.#enter(subject, entry.action ?? 'CHANGED', entry.negotiationId, entry.note);
    const before = this.#batch.rowOf(subject) as PlannedRow;
    if (this.#batch.isPending(before)) this.onKeep.push(() => Object.assign(before, { untilPosition: planned }));
    else this.#close({ table: snake(MODEL_OF[type]), key: 'id', id: row.id, expected: row.fromPosition, until: planned });
    const { untilPosition: _, ...content } = before;
    this.#version(type, { ...content, ...changes, id: row.id, fromPosition: planned });
    return { ...subject, entry: planned };
  }

  /** Ends whatever rows of a table belong to a subject; those of this same batch included. */
  closeChildren(table: string, key: string, id: string, until: PlannedEntry, leg?: number): void {
    const pending = this.pendingChildren(table, key, id).filter((row) => leg === undefined || row.leg === leg);
    this.onKeep.push(() => {
      for (const row of pending) row.untilPosition = until;
    });
    this.#close({ table, key: snake(key), id, until, ...(leg !== undefined && { leg }) });
  }

  /** Rows of this batch, not written yet, that belong to a subject and are in force. */
  pendingChildren(table: string, key: string, id: string): PlannedRow[] {
    return (this.#batch.plan.open.get(table) ?? []).filter((row) => row[key] === id && row.untilPosition === undefined);
  }

  /** Takes a row of the desk's own, in the same transaction: whoever takes it second gets a ConflictError. */
  consume(table: string, id: string): void {
    this.plan.consume.push({ table, id });
  }

  child(table: string, row: PlannedRow): void {
    this.plan.row(table, row);
  }

  #close(close: Close): void {
    this.plan.close.push(close);
  }

  #enter(
    subject: Subject,
    action: LedgerAction,
    negotiationId: string | null,
    note: string | null | undefined,
  ): PlannedEntry {
    const entry = { action, subject, negotiationId, note: note ?? null };
    this.plan.entries.push(entry);
    return entry;
  }

  #version(type: SubjectType, row: PlannedRow & { id: string }): void {
    this.plan.row(snake(MODEL_OF[type]), row);
    this.versions.push({ model: MODEL_OF[type], row });
  }
}

function words(type: SubjectType): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
