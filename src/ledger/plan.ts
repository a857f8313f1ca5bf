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

export type PlannedRow = Record<string, unknown>;

/** All that one transaction writes. Made of decisions only; `append` is the one that writes it. */
export class Plan {
  readonly entries: PlannedEntry[] = [];
  readonly close: Close[] = [];
  readonly consume: { table: string; id: string }[] = [];
  readonly open = new Map<string, PlannedRow[]>();

  row(table: string, row: PlannedRow): void {
    const rows = this.open.get(table);
    if (rows === undefined) this.open.set(table, [row]);
    else rows.push(row);
  }

  /** As `ledger_append` takes it: names in snake_case, entries of the plan as negative positions, nulls left out. */
  serialise(): string {
    const nth = new Map<unknown, number>(this.entries.map((entry, index) => [entry, -(index + 1)]));
    return JSON.stringify({
      entries: this.entries.map(({ action, subject, negotiationId, note }) =>
        columnsOf({ action, subjectType: subject.type, subjectId: subject.id, negotiationId, note }, nth),
      ),
      consume: this.consume,
      close: this.close.map((close) => columnsOf(close, nth)),
      open: Object.fromEntries([...this.open].map(([table, rows]) => [table, rows.map((row) => columnsOf(row, nth))])),
    });
  }
}

function columnsOf(row: object, nth: ReadonlyMap<unknown, number>): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value !== null) columns[snake(name)] = columnOf(value, nth);
  }
  return columns;
}

function columnOf(value: unknown, nth: ReadonlyMap<unknown, number>): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return nth.get(value) ?? value;
}
