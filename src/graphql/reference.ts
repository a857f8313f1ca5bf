import type { GraphQLResolveInfo } from 'graphql';
import { type Ahead, type Lead, required, type Snapshot, type VersionBatch } from '../ledger/snapshot.ts';

/** Which rows a field leads to, so that they can be read together with those that they are asked of. */
export type Leads = Omit<Lead, 'ahead'> & {
  /** The type of what is found there, where the field may give rows of several tables. */
  readonly type?: string;
  /** What the field's own resolver takes from what is found there. */
  readonly takes?: readonly string[];
};

/** What is noted of a field for who plans an operation. */
export type Planned = {
  /** The properties that its resolver takes from its row, beside those that lead on; where nothing is said, any. */
  readonly reads?: readonly string[];
  readonly leads?: readonly Leads[];
  /** Whether its value is the row itself that it is asked of. */
  readonly isRowItself?: boolean;
};

export type MaybePromise<Value> = Value | Promise<Value>;
type RowWith<Column extends string, Key> = { readonly snapshot: Snapshot } & { readonly [C in Column]: Key };
type Resolve<Row, Value> = (row: Row, args: object, context: unknown, info: GraphQLResolveInfo) => MaybePromise<Value>;

interface Reference<Row, Value> {
  readonly extensions: Planned;
  readonly resolve: Resolve<Row, Value>;
}

/**
 * What an operation will ask of what a field gives, to be read with it.
 * @param type where the field may give rows of several tables, of which
 */
export function aheadOf(info: GraphQLResolveInfo, type?: string): Ahead | undefined {
  return (info as { aheadOf?(type: string | undefined): Ahead }).aheadOf?.(type);
}

/** The resolver of a field that is the row that a column names. */
export function toOne<Row, Column extends string>(
  batch: VersionBatch<Row | null>,
  from: Column,
): Reference<RowWith<Column, string>, Row> {
  return {
    extensions: { leads: [{ batch, from }] },
    resolve: (row, _args, _context, info) => {
      const found = row.snapshot.get(batch, row[from], aheadOf(info));
      // What it leads to is there, and nearly always read already.
      return found !== null && !isPromise(found) ? found : required(Promise.resolve(found));
    },
  };
}

/** The same, of a column that may be null. */
export function toOneOrNone<Row, Column extends string>(
  batch: VersionBatch<Row | null>,
  from: Column,
): Reference<RowWith<Column, string | null>, Row | null> {
  return {
    extensions: { leads: [{ batch, from }] },
    resolve: (row, _args, _context, info) => {
      const key = row[from];
      return key === null ? null : row.snapshot.get(batch, key, aheadOf(info));
    },
  };
}

/** The resolver of a field that is the rows that belong to one. */
export function toMany<Row, Column extends string>(
  batch: VersionBatch<Row[]>,
  from: Column,
): Reference<RowWith<Column, string>, Row[]> {
  return {
    extensions: { leads: [{ batch, from }] },
    resolve: (row, _args, _context, info) => row.snapshot.get(batch, row[from], aheadOf(info)),
  };
}

/** What comes of a value, at once where it is there. */
export function after<Value, Then>(value: MaybePromise<Value>, then: (value: Value) => Then): MaybePromise<Then> {
  return isPromise(value) ? value.then(then) : then(value);
}

function isPromise<Value>(value: MaybePromise<Value>): value is Promise<Value> {
  return value instanceof Promise;
}
