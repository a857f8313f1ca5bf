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

/** The same, for keys at positions of their own: one query for all of them. */
export interface VersionBatch<Value> {
  readonly loadVersions: (wanted: readonly Wanted[]) => Promise<Value[]>;
}

interface Wanted {
  readonly snapshot: Snapshot;
  readonly key: string;
}

/** What Prisma's `where` needs to see only versions of some keys that are in force at some positions. */
export type VersionsWhere = object;

/** The snapshots of one request, or of one event: they share what they read. */
interface Family {
  readonly snapshots: Map<bigint, Snapshot>;
  readonly versionLoaders: Map<VersionBatch<unknown>, DataLoader<Wanted, unknown, string>>;
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
  readonly #family: Family;
  readonly #loaders = new Map<unknown, DataLoader<unknown, unknown, unknown>>();

  constructor(prisma: PrismaClient, cursors: Cursors, position: bigint, family?: Family) {
    this.prisma = prisma;
    this.cursors = cursors;
    this.position = position;
    this.inForce = { fromPosition: { lte: position }, untilPosition: { gt: position } };
    this.#family = family ?? { snapshots: new Map(), versionLoaders: new Map() };
    this.#family.snapshots.set(position, this);
  }

  /** The same record at another position, for the same request. */
  moved(position: bigint): Snapshot {
    return this.#family.snapshots.get(position) ?? new Snapshot(this.prisma, this.cursors, position, this.#family);
  }

  load<Value>(batch: VersionBatch<Value>, key: string): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value>, key: Key): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value> | VersionBatch<Value>, key: Key): Promise<Value> {
    if ('loadVersions' in batch) return this.#version(batch, String(key));
    let loader = this.#loaders.get(batch);
    if (loader === undefined) {
      const cacheKeyFn = batch.cacheKey as ((key: unknown) => unknown) | undefined;
      loader = new DataLoader((keys) => batch.load(this, keys as readonly Key[]), {
        ...(cacheKeyFn && { cacheKeyFn }),
      });
      this.#loaders.set(batch, loader);
    }
    return loader.load(key) as Promise<Value>;
  }

  /** Ties rows to this snapshot. */
  hold<Row extends object>(rows: readonly Row[]): At<Row>[] {
    return rows.map((row) => Object.assign(row, { snapshot: this }));
  }

  #version<Value>(batch: VersionBatch<Value>, key: string): Promise<Value> {
    let loader = this.#family.versionLoaders.get(batch);
    if (loader === undefined) {
      loader = new DataLoader<Wanted, unknown, string>((wanted) => batch.loadVersions(wanted), {
        cacheKeyFn: ({ snapshot, key }) => `${snapshot.position}:${key}`,
      });
      this.#family.versionLoaders.set(batch, loader);
    }
    return loader.load({ snapshot: this, key }) as Promise<Value>;
  }
}

/** Reads versions by id; null for what was not in the record there. */
export function byId<Row extends { id: string }>(
  find: (prisma: PrismaClient, where: VersionsWhere) => Promise<Row[]>,
): VersionBatch<At<Row> | null> {
  const lists = listBy<Row>('id', find);
  return { loadVersions: async (wanted) => (await lists.loadVersions(wanted)).map(([row]) => row ?? null) };
}

/** Reads the versions that belong to each of many keys, in the order in which `find` gives them. */
export function listBy<Row extends object>(
  column: keyof Row & string,
  find: (prisma: PrismaClient, where: VersionsWhere) => Promise<Row[]>,
): VersionBatch<At<Row>[]> {
  return {
    loadVersions: async (wanted) => {
      const keysAt = new Map<Snapshot, string[]>();
      for (const { snapshot, key } of wanted) keysAt.set(snapshot, [...(keysAt.get(snapshot) ?? []), key]);
      const [first] = wanted;
      if (first === undefined) return [];
      const conditions = [...keysAt].map(([{ inForce }, keys]) => ({ [column]: { in: keys }, ...inForce }));
      const rows = await find(
        first.snapshot.prisma,
        conditions.length === 1 ? (conditions[0] ?? {}) : { OR: conditions },
      );
      const byKey = new Map<string, Row[]>();
      for (const row of rows) {
        const list = byKey.get(String(row[column]));
        if (list === undefined) byKey.set(String(row[column]), [row]);
        else list.push(row);
      }
      return wanted.map(({ snapshot, key }) =>
        // A version may serve several positions, and each has its own snapshot.
        snapshot.hold(
          (byKey.get(key) ?? []).filter((row) => isInForce(row, snapshot.position)).map((row) => ({ ...row })),
        ),
      );
    },
  };
}

function isInForce(row: object, position: bigint): boolean {
  const { fromPosition, untilPosition } = row as { fromPosition: bigint; untilPosition: bigint };
  return fromPosition <= position && position < untilPosition;
}

/** Reads what belongs to each of many keys at one position, where that takes SQL of its own. */
export function listAt<Row extends object>(
  column: keyof Row & string,
  find: (snapshot: Snapshot, keys: string[]) => Promise<Row[]>,
): Batch<string, At<Row>[]> {
  return {
    load: async (snapshot, keys) => {
      const lists = new Map<string, At<Row>[]>(keys.map((key) => [key, []]));
      for (const row of snapshot.hold(await find(snapshot, [...keys]))) lists.get(String(row[column]))?.push(row);
      return keys.map((key) => lists.get(key) ?? []);
    },
  };
}

/** The row, or an error for a reference that has no row: the record keeps what it refers to. */
export async function required<Row>(row: Promise<Row | null>): Promise<Row> {
  const found = await row;
  if (found === null) throw new Error('a reference of the record leads nowhere');
  return found;
}
