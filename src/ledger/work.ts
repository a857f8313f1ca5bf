import { v7 as uuidv7 } from 'uuid';
import type { LedgerAction, Role } from '../database/generated/enums.ts';
import { AlreadyRecordedError, InvalidInputError, NotFoundError, type Problem } from './errors.ts';
import { type Hidden, NOTHING_HIDDEN } from './hidden.ts';
import type { Ledger } from './ledger.ts';
import { type Basis, type Close, Plan, type PlannedEntry, type PlannedRow } from './plan.ts';
import { MODEL_OF, type Subject, type SubjectRows, type SubjectType, snake } from './subjects.ts';

type Path = readonly (string | number)[];
/** The columns of a new version: the ledger fills in its range, and `firstPosition` where there is one. */
export type Content<T extends SubjectType> = Omit<
  SubjectRows[T],
  'id' | 'fromPosition' | 'untilPosition' | 'firstPosition'
>;

/** Whoever decides: their account, and what they may do in a negotiation. */
export interface Author {
  readonly accountId: string;
  /** The one that was given there; null when none was. */
  roleGivenIn(negotiationId: string): Role | null;
  roleIn(negotiationId: string): Role;
}

/** Whoever decides, as far as the ledger knows them. */
export interface Decider {
  /** What is not there for them: to refer to it is to refer to nothing. */
  readonly hidden: Hidden;
  /** Null for a command, or the end of an embargo: nobody's account stands behind it. */
  readonly author: Author | null;
}

/** What is decided where the record is, by nobody's account. */
export const THE_DESK_ITSELF: Decider = { hidden: NOTHING_HIDDEN, author: null };

/** What an input finds: the record, and on top of it what inputs before it decided that is not written yet. */
export interface Before {
  readonly ledger: Ledger;
  readonly decider: Decider;
  /** What is not written yet. */
  readonly plan: Plan;
  /** The subject that an id, global or external, means. */
  resolve(given: string): Subject | null;
  /** Its version in force. */
  rowOf(subject: Subject): object | null;
  /** Whether a version is not written yet. */
  isPending(row: object): boolean;
}

/** What one input decides. */
export class Work {
  readonly plan = new Plan();
  readonly versions: { model: string; row: { id: string } }[] = [];
  readonly onKeep: (() => void)[] = [];
  readonly #before: Before;
  readonly #problems: Problem[] = [];
  /** What the input refers to that is kept to one negotiation, and where. */
  readonly #kept: { path: Path; negotiationId: string }[] = [];

  constructor(before: Before) {
    this.#before = before;
  }

  get ledger(): Ledger {
    return this.#before.ledger;
  }

  get hidden(): Hidden {
    return this.#before.decider.hidden;
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
    const subject = this.#before.resolve(given);
    const row = subject === null ? null : this.#before.rowOf(subject);
    if (subject === null || row === null || !wanted.includes(subject.type)) {
      throw new NotFoundError(path, given, wanted.map(words).join(' or '));
    }
    if (KEPT.has(subject.type)) {
      const { negotiationId } = row as { negotiationId: string | null };
      if (negotiationId !== null) this.#kept.push({ path, negotiationId });
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
    return this.#before.rowOf({ type, id }) as SubjectRows[T] | null;
  }

  /** Whether a version begins with this same batch, so that it and what belongs to it are not written yet. */
  isPending(row: object): boolean {
    return this.#before.isPending(row);
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
    this.#checkKept(entry.negotiationId);
    this.settle();
    const subject = { type, id: uuidv7() };
    const negotiationId = entry.negotiationId === 'itself' ? subject.id : entry.negotiationId;
    const planned = this.#enter(subject, entry.action ?? 'RECORDED', negotiationId, entry.note);
    const hasFirst = !['actor', 'post'].includes(MODEL_OF[type]);
    this.#version(type, {
      ...content,
      id: subject.id,
      fromPosition: planned,
      ...(hasFirst && { firstPosition: planned }),
    });
    return { ...subject, entry: planned };
  }

  /** Closes the version in force and opens the next. */
  change<T extends SubjectType>(
    type: T,
    id: string,
    changes: Partial<Content<T>>,
    entry: { negotiationId: string | null; action?: LedgerAction; note?: string | null | undefined },
  ): { type: T; id: string; entry: PlannedEntry } {
    this.#checkKept(entry.negotiationId);
    this.settle();
    const subject = { type, id };
    const before = this.#before.rowOf(subject);
    if (before === null) throw new Error(`there is no version of ${type} ${id} to change: no input named it`);
    const planned = this.#enter(subject, entry.action ?? 'CHANGED', entry.negotiationId, entry.note);
    if (this.#before.isPending(before)) this.onKeep.push(() => Object.assign(before, { untilPosition: planned }));
    else this.#close({ table: snake(MODEL_OF[type]), key: 'id', id, expected: beginningOf(before), until: planned });
    const { untilPosition: _, ...content } = before as PlannedRow;
    this.#version(type, { ...content, ...changes, id, fromPosition: planned });
    return { ...subject, entry: planned };
  }

  /** Has the plan refused, and decided again, when the version in force of a subject is another by then. */
  restOn({ type, id }: Subject): void {
    const row = this.#before.rowOf({ type, id });
    if (row === null || this.#before.isPending(row)) return;
    this.restOnRows({ table: snake(MODEL_OF[type]), key: 'id', id, since: beginningOf(row) });
  }

  /** The same when of the rows with a key one has begun or ended since a position at which they were read. */
  restOnRows(basis: Basis): void {
    this.plan.restOn(basis);
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
    return (this.#before.plan.open.get(table) ?? []).filter(
      (row) => row[key] === id && row.untilPosition === undefined,
    );
  }

  /** Gives whoever decides their own role in a negotiation that becomes restricted, so that it stays there for them. */
  async letIn(negotiationId: string): Promise<void> {
    const { author } = this.#before.decider;
    if (author === null) return;
    const role = author.roleIn(negotiationId);
    if (author.roleGivenIn(negotiationId) === role) return;
    const { accountId } = author;
    // What their token says they were given stands nowhere.
    const known = await this.ledger.prisma.roleGrant.findFirst({ where: { accountId, negotiationId } });
    const set = { role, grantedAt: new Date() };
    if (known === null) this.child('role_grant', { id: uuidv7(), accountId, negotiationId, ...set });
    else this.plan.change.push({ table: 'role_grant', id: known.id, set });
  }

  /** Whoever decides; null for a command, or the end of an embargo. */
  get author(): Author | null {
    return this.#before.decider.author;
  }

  /** What is decided together with this: what was read for the one may be kept for the next. */
  get batch(): object {
    return this.#before;
  }

  /** People of this batch that are not written yet. */
  pendingPersons(): { name: string; aliases: readonly string[] }[] {
    const rows = (this.#before.plan.open.get('actor') ?? []) as { kind: string; name: string; aliases: string[] }[];
    return rows.filter(({ kind }) => kind === 'PERSON');
  }

  child(table: string, row: PlannedRow): void {
    this.plan.row(table, row);
  }

  /** What is kept to one negotiation is named in that one alone: whoever reads another may not know it. */
  #checkKept(negotiationId: string | null): void {
    for (const { path, negotiationId: keptTo } of this.#kept) {
      if (keptTo !== negotiationId) this.problem(path, 'is kept to a negotiation, and may be named in that one alone.');
    }
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

/** The kinds that are everybody's unless they are kept to one negotiation. */
const KEPT: ReadonlySet<SubjectType> = new Set(['Person', 'Organization', 'Post', 'Report']);

function words(type: SubjectType): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

/** Of a version that is written already. */
function beginningOf(row: object): bigint {
  return (row as { fromPosition: bigint }).fromPosition;
}
