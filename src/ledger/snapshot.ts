import DataLoader from 'dataloader';
import type { PrismaClient } from '../database/connect.ts';
import type { Cursors } from './cursor.ts';

/** A row, and the snapshot that it was read from, from which all below it is read too. */
export type At<Row> = Row & { readonly snapshot: Snapshot };

/** How to read many values at once, in the order of their keys. */
export interface Batch<Key, Value> {
  readonly load: (snapshot: Snapshot, keys: readonly Key[]) => Promise<ArrayLike<Value | Error>>;
  readonly cacheKey?: (key: Key) => string;
}

/**
 * The record at one position. A request takes one at the head, `asOf` another, an event one at its own
 * position; what is read through it is batched, read once, and never moves.
 */
export class Snapshot {
  readonly prisma: PrismaClient;
  readonly cursors: Cursors;
  readonly position: bigint;
  /** What Prisma's `where` needs to see only the versions in force here. */
  readonly inForce: { fromPosition: { lte: bigint }; untilPosition: { gt: bigint } };
  readonly #loaders = new Map<unknown, DataLoader<unknown, unknown, unknown>>();

  constructor(prisma: PrismaClient, cursors: Cursors, position: bigint) {
    this.prisma = prisma;
    this.cursors = cursors;
    this.position = position;
    this.inForce = { fromPosition: { lte: position }, untilPosition: { gt: position } };
  }

  /** The same record at another position. */
  moved(position: bigint): Snapshot {
    return position === this.position ? this : new Snapshot(this.prisma, this.cursors, position);
  }

  load<Key, Value>(batch: Batch<Key, Value>, key: Key): Promise<Value> {
    let loader = this.#loaders.get(batch);
    if (loader === undefined) {
      const cacheKeyFn = batch.cacheKey as ((key: unknown) => unknown) | undefined;
      loader = new DataLoader((keys) => batch.load(this, keys as readonly Key[]), { ...(cacheKeyFn && { cacheKeyFn }) });
      this.#loaders.set(batch, loader);
    }
    return loader.load(key) as Promise<Value>;
  }

  /** Ties rows to this snapshot. */
  hold<Row extends object>(rows: readonly Row[]): At<Row>[] {
    return rows.map((row) => Object.assign(row, { snapshot: this }));
  }
}

/** Reads versions by id; null for what was not in the record here. */
export function byId<Row extends { id: string }>(
  find: (snapshot: Snapshot, ids: string[]) => Promise<Row[]>,
): Batch<string, At<Row> | null> {
  return {
    load: async (snapshot, ids) => {
      const rows = new Map(snapshot.hold(await find(snapshot, [...ids])).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
  };
}

/** Reads the rows that belong to each of many ids, in the order in which `find` gives them. */
export function listBy<Row extends object>(
  key: keyof Row & string,
  find: (snapshot: Snapshot, ids: string[]) => Promise<Row[]>,
): Batch<string, At<Row>[]> {
  return {
    load: async (snapshot, ids) => {
      const lists = new Map<string, At<Row>[]>(ids.map((id) => [id, []]));
      for (const row of snapshot.hold(await find(snapshot, [...ids]))) lists.get(String(row[key]))?.push(row);
      return ids.map((id) => lists.get(id) ?? []);
    },
  };
}

/** The row, or an error for a reference that has no row: the record keeps what it refers to. */
export async function required<Row>(row: Promise<Row | null>): Promise<Row> {
  const found = await row;
  if (found === null) throw new Error('a reference of the record leads nowhere');
  return found;
}
