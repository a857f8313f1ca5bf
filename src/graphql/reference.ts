import type { GraphQLResolveInfo } from 'graphql';
import { type MaybePromise, required } from '../ledger/maybe-promise.ts';
import type { Ahead, Lead, Snapshot, VersionBatch } from '../ledger/snapshot.ts';

/** Which rows a field leads to, so that they can be read together with those that they are asked of. */
export type Leads = Omit<Lead, 'ahead'> & {
  /** The type of what is found there, where the field may give rows of several tables, or none of what it leads to. */
  readonly type?: string;
};

/** What is noted of a field for who plans an operation. */
export type Planned = {
  /** The properties that its resolver takes from its row, beside those that lead on; where nothing is said, any. */
  readonly reads?: readonly string[];
  readonly leads?: readonly Leads[];
  /** The properties that its resolver takes from rows that it leads to, by their type. */
  readonly takes?: Readonly<Record<string, readonly string[]>>;
  /** Whether its value is the row itself that it is asked of. */
  readonly isRowItself?: boolean;
  /** Where its resolver does no more than to follow what leads on. */
  readonly reference?: Reference;
  /** Of which type it is the global id. */
  readonly idOf?: string;
};

/** A row that a column names, or rows that belong to one. */
export interface Reference {
  readonly batch: VersionBatch<unknown>;
  /** The property that has the key. */
  readonly from: string;
  /** The property that has the position to read at; left out where it is the row's own. */
  readonly at?: string | undefined;
  /** Whether the record keeps what it refers to. */
  readonly isRequired: boolean;
}

/** What a reference leads to from a row. */
export function follow(
  { batch, from, at, isRequired }: Reference,
  row: { readonly snapshot: Snapshot },
  ahead: Ahead | undefined,
): MaybePromise<unknown> {
  const key = (row as unknown as Record<string, string | null>)[from];
  if (key === null || key === undefined) return null;
  const found = snapshotOf(row, at).get(batch, key, ahead, row);
  return isRequired ? required(found) : found;
}

function snapshotOf(row: { readonly snapshot: Snapshot }, at: string | undefined): Snapshot {
  return at === undefined ? row.snapshot : row.snapshot.moved((row as unknown as Record<string, bigint>)[at] as bigint);
}

type RowWith<Column extends string, Key> = { readonly snapshot: Snapshot } & { readonly [C in Column]: Key };
type Resolve<Row, Value> = (row: Row, args: object, context: unknown, info: GraphQLResolveInfo) => MaybePromise<Value>;

interface Field<Row, Value> {
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

/**
 * The resolver of a field that is the row that a column names.
 * @param at the property that has the position to read it at; left out where it is the row's own
 */
export function toOne<Row, Column extends string, Position extends string = never>(
  batch: VersionBatch<Row | null>,
  from: Column,
  at?: Position,
): Field<RowWith<Column, string> & RowWith<NoInfer<Position>, bigint>, Row> {
  return fieldOf({ batch, from, at, isRequired: true });
}

/** The same, of a column that may be null. */
export function toOneOrNone<Row, Column extends string, Position extends string = never>(
  batch: VersionBatch<Row | null>,
  from: Column,
  at?: Position,
): Field<RowWith<Column, string | null> & RowWith<NoInfer<Position>, bigint>, Row | null> {
  return fieldOf({ batch, from, at, isRequired: false });
}

/** The resolver of a field that is the rows that belong to one. */
export function toMany<Row, Column extends string>(
  batch: VersionBatch<Row[]>,
  from: Column,
): Field<RowWith<Column, string>, Row[]> {
  return fieldOf({ batch, from, isRequired: false });
}

function fieldOf<Row extends { readonly snapshot: Snapshot }, Value>(reference: Reference): Field<Row, Value> {
  const { batch, from, at } = reference;
  return {
    extensions: { leads: [{ batch, from, at }], reference },
    resolve: (row, _args, _context, info) => follow(reference, row, aheadOf(info)) as MaybePromise<Value>,
  };
}
