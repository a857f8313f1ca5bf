import type { LedgerAction } from '../database/generated/enums.ts';
import { type Subject, snake } from './subjects.ts';

/** An entry to be written. As a position in a row it stands for the position that it will get. */
export interface PlannedEntry {
  readonly action: LedgerAction;
  readonly subject: Subject;
  readonly negotiationId: string | null;
  readonly note: string | null;
}

/** A position that is known, or that of an entry of the same plan. */
export type Position = bigint | PlannedEntry;

/** Where a version that is in force ends. */
export const FOREVER = 9223372036854775807n;

/** A version that ends: one row by `id`, or all the rows that belong to it by another key. */
export interface Close {
  readonly table: string;
  readonly key: string;
  readonly id: string;
  /** Where the version in force must have begun; without it, whatever is in force ends. */
  readonly expected?: bigint;
  readonly leg?: number;
  readonly until: PlannedEntry;
}

/**
 * Rows that something was decided on: all those of a table with a key. The plan is refused when any of them has
 * begun or ended since they were read, or another has come; those that the plan itself ends or opens are its own.
 */
export interface Basis {
  readonly table: string;
  readonly key: string;
  readonly id: string;
  /** The position at which they were read, or any at or before it from which they had not changed by then. */
  readonly since: bigint;
}

export type PlannedRow = Record<string, unknown>;

/** A row of the desk's own that is to stand otherwise, if it is of this revision still, where it has revisions. */
export interface Change {
  readonly table: string;
  readonly id: string;
  readonly revision?: number;
  readonly set: PlannedRow;
}

/** Who does something, as the audit keeps it: ids and the name of the operation, and nothing that was given. */
export interface Audited {
  readonly accountId: string | null;
  readonly keyId: string | null;
  readonly operation: string;
  readonly negotiationId: string | null;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
}

/** All that one transaction writes. Made of decisions only; `append` is the one that writes it. */
export class Plan {
  readonly entries: PlannedEntry[] = [];
  readonly close: Close[] = [];
  readonly change: Change[] = [];
  readonly remove: { table: string; key: string; id: string }[] = [];
  readonly basis = new Map<string, Basis>();
  readonly open = new Map<string, PlannedRow[]>();
  audit: Audited | null = null;

  /** Whether it would write nothing. */
  get isEmpty(): boolean {
    return this.entries.length === 0 && this.open.size === 0 && this.change.length === 0 && this.remove.length === 0;
  }

  /** Whether it changes what the desk keeps beside the record: an expunction ends drafts too. */
  get isOfDesk(): boolean {
    const tables = [
      ...this.open.keys(),
      ...this.change.map(({ table }) => table),
      ...this.remove.map(({ table }) => table),
    ];
    return (
      tables.some((table) => table.startsWith('draft')) || this.entries.some(({ action }) => action === 'EXPUNGED')
    );
  }

  row(table: string, row: PlannedRow): void {
    const rows = this.open.get(table);
    if (rows === undefined) this.open.set(table, [row]);
    else rows.push(row);
  }

  /** Of the same rows read twice the earlier reading counts. */
  restOn(basis: Basis): void {
    const name = `${basis.table} ${basis.key} ${basis.id}`;
    const known = this.basis.get(name);
    if (known === undefined || basis.since < known.since) this.basis.set(name, basis);
  }

  /** As `ledger_append` takes it: names in snake_case, entries of the plan as negative positions, nulls left out. */
  serialise(): string {
    const nth = new Map<unknown, number>(this.entries.map((entry, index) => [entry, -(index + 1)]));
    return JSON.stringify({
      entries: this.entries.map(({ action, subject, negotiationId, note }) =>
        columnsOf({ action, subjectType: subject.type, subjectId: subject.id, negotiationId, note }, nth),
      ),
      change: this.change.map(({ set, ...of }) => ({ ...of, set: columnsOf(set, nth, true) })),
      remove: this.remove.map((gone) => columnsOf(gone, nth)),
      ...(this.audit && { audit: columnsOf(this.audit, nth) }),
      basis: [...this.basis.values()].map((basis) => columnsOf(basis, nth)),
      close: this.close.map((close) => columnsOf(close, nth)),
      open: Object.fromEntries([...this.open].map(([table, rows]) => [table, rows.map((row) => columnsOf(row, nth))])),
    });
  }
}

function columnsOf(row: object, nth: ReadonlyMap<unknown, number>, withNulls = false): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value !== null) columns[snake(name)] = columnOf(value, nth);
    else if (withNulls) columns[snake(name)] = null;
  }
  return columns;
}

function columnOf(value: unknown, nth: ReadonlyMap<unknown, number>): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return nth.get(value) ?? value;
}
