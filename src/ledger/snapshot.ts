import DataLoader from 'dataloader';
import { Prisma, type PrismaClient, type Read } from '../database/connect.ts';
import type { Cursors } from './cursor.ts';
import { TimedOutError } from './errors.ts';
import { type Hidden, isThere, lastThere } from './hidden.ts';
import { negotiationOf, snake } from './subjects.ts';

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

/** A table of versions, and the columns `t` of it that are read. */
export interface Table {
  readonly name: string;
  readonly columns: Prisma.Sql;
  /** What else must hold of a row `t`. */
  readonly where?: Prisma.Sql;
  /** Which negotiation a row `t` is of, or leads to, where its own column does not say so. */
  readonly negotiation?: Prisma.Sql;
}

/** Once it is past, whoever still asks for something is refused: nobody waits for the answer any more. */
export interface Deadline {
  isPast: boolean;
}

/** The snapshots of one request, or of one event: they share what they read. */
interface Family {
  readonly deadline: Deadline | undefined;
  readonly snapshots: Map<bigint, Snapshot>;
  readonly versionLoaders: Map<VersionBatch<unknown>, DataLoader<Wanted, unknown, string>>;
}

/**
 * The record at one position. A request takes one at the head, `asOf` another, an event one at its own
 * position; what is read through it is batched, read once, and never moves.
 */
export class Snapshot {
  readonly prisma: PrismaClient;
  readonly read: Read;
  readonly cursors: Cursors;
  readonly position: bigint;
  /** What is not there for the reader. */
  readonly hidden: Hidden;
  /** What Prisma's `where` needs to see only the versions in force here. */
  readonly inForce: { fromPosition: { lte: bigint }; untilPosition: { gt: bigint } };
  readonly #family: Family;
  readonly #loaders = new Map<unknown, DataLoader<unknown, unknown, unknown>>();

  constructor(
    prisma: PrismaClient,
    read: Read,
    cursors: Cursors,
    position: bigint,
    hidden: Hidden,
    shared?: Deadline | Family,
  ) {
    this.prisma = prisma;
    this.read = read;
    this.cursors = cursors;
    this.position = position;
    this.hidden = hidden;
    this.inForce = { fromPosition: { lte: position }, untilPosition: { gt: position } };
    this.#family =
      shared !== undefined && 'snapshots' in shared
        ? shared
        : { deadline: shared, snapshots: new Map(), versionLoaders: new Map() };
    this.#family.snapshots.set(position, this);
  }

  /** The same record at another position, for the same request. */
  moved(position: bigint): Snapshot {
    return (
      this.#family.snapshots.get(position) ??
      new Snapshot(this.prisma, this.read, this.cursors, position, this.hidden, this.#family)
    );
  }

  /** ` AND …`: what else must hold of a row for its being there; `negotiation` says which talks it belongs to, if any. */
  isThere(negotiation: Prisma.Sql): Prisma.Sql {
    return isThere(this.hidden, negotiation);
  }

  /** The last position, at or before one, of an entry that is there for the reader. */
  lastThere(position: bigint): Promise<bigint> {
    return lastThere(this.read, position, this.hidden);
  }

  load<Value>(batch: VersionBatch<Value>, key: string): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value>, key: Key): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value> | VersionBatch<Value>, key: Key): Promise<Value> {
    if (this.#family.deadline?.isPast) return Promise.reject(new TimedOutError());
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

/** Reads versions of a table by id; null for what was not in the record there. */
export function byId<Row extends { id: string }>(table: Table): VersionBatch<At<Row> | null> {
  const lists = listBy<Row>(table, 'id', Prisma.sql`t.from_position`);
  return { loadVersions: async (wanted) => (await lists.loadVersions(wanted)).map(([row]) => row ?? null) };
}

/** Reads the versions that belong to each of many keys, in an order: one statement for all keys and positions. */
export function listBy<Row extends object>(
  { name, columns, where, negotiation = negotiationOf(name) }: Table,
  column: keyof Row & string,
  order: Prisma.Sql,
): VersionBatch<At<Row>[]> {
  const select = Prisma.sql`SELECT w.number AS "wantedNumber", ${columns}`;
  const join = Prisma.sql`JOIN ${Prisma.raw(name)} t ON t.${Prisma.raw(snake(column))} = w.key
    AND t.from_position <= w.at AND t.until_position > w.at ${where ? Prisma.sql`AND ${where}` : Prisma.empty}`;
  return {
    loadVersions: async (wanted) => {
      const [first] = wanted;
      if (first === undefined) return [];
      const rows = await first.snapshot.read<Row & { wantedNumber?: bigint }>(Prisma.sql`${select}
        FROM unnest(${wanted.map(({ key }) => key)}::uuid[], ${wanted.map(({ snapshot }) => snapshot.position)}::bigint[])
          WITH ORDINALITY AS w(key, at, number) ${join} ${negotiation ? first.snapshot.isThere(negotiation) : Prisma.empty}
        ORDER BY ${order}`);
      const lists = wanted.map((): Row[] => []);
      for (const row of rows) {
        const number = Number(row.wantedNumber);
        delete row.wantedNumber;
        lists[number - 1]?.push(row);
      }
      return wanted.map(({ snapshot }, index) => snapshot.hold(lists[index] ?? []));
    },
  };
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
