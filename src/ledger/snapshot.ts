import DataLoader from 'dataloader';
import { Prisma, type PrismaClient, type Read } from '../database/connect.ts';
import type { Cursors } from './cursor.ts';
import { TimedOutError } from './errors.ts';
import { type Hidden, isThere, lastThere } from './hidden.ts';
import { negotiationOf, snake } from './subjects.ts';
import type { Touched } from './touched.ts';
import { noteRows } from './touches.ts';

/** A row, and the snapshot that it was read from, from which all below it is read too. */
export type At<Row> = Row & { readonly snapshot: Snapshot };

/** How to read many values at once, in the order of their keys. */
export interface Batch<Key, Value> {
  readonly load: (snapshot: Snapshot, keys: readonly Key[]) => Promise<ArrayLike<Value | Error>>;
  readonly cacheKey?: (key: Key) => string;
  /** Notes what a value is read from; without it, it is from anything. */
  readonly touches?: (touched: Touched, key: Key) => void;
  /** Whether it is read from what stands now, at whatever position it is asked for. */
  readonly isOfNow?: true;
}

/** The same, for keys at positions of their own: one query for all of them. */
export interface VersionBatch<Value> {
  readonly loadVersions: (wanted: readonly Wanted[]) => Promise<Value[]>;
  /** Notes what a value is read from. */
  readonly touches: (touched: Touched, key: string) => void;
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
  noting: { readonly touched: Touched; readonly at: bigint } | null;
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
  readonly #family: Family;
  #loaders: Map<unknown, DataLoader<unknown, unknown, unknown>> | null = null;

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
    this.#family =
      shared !== undefined && 'snapshots' in shared
        ? shared
        : { deadline: shared, snapshots: new Map(), versionLoaders: new Map(), noting: null };
    this.#family.snapshots.set(position, this);
  }

  /** What Prisma's `where` needs to see only the versions in force here. */
  get inForce(): { fromPosition: { lte: bigint }; untilPosition: { gt: bigint } } {
    return { fromPosition: { lte: this.position }, untilPosition: { gt: this.position } };
  }

  /** Has it noted what is read through this snapshot from here on. */
  noteIn(touched: Touched): void {
    this.#family.noting = { touched, at: this.position };
  }

  /** Where it is noted what is read here; null for what nobody wants to know, or that stays as it is. */
  get touched(): Touched | null {
    const { noting } = this.#family;
    return noting !== null && noting.at === this.position ? noting.touched : null;
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
    const touched = batch.isOfNow ? this.#family.noting?.touched : this.touched;
    if (touched) {
      if (batch.touches) batch.touches(touched, key);
      else touched.everything();
    }
    this.#loaders ??= new Map();
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
    const { touched } = this;
    if (touched !== null) batch.touches(touched, key);
    let loader = this.#family.versionLoaders.get(batch);
    if (loader === undefined) {
      loader = new DataLoader<Wanted, unknown, string>((wanted) => batch.loadVersions(wanted), {
        // Most is read at the position that the request began at.
        cacheKeyFn: ({ snapshot, key }) => (snapshot === this ? key : `${snapshot.position}:${key}`),
      });
      this.#family.versionLoaders.set(batch, loader);
    }
    return loader.load({ snapshot: this, key }) as Promise<Value>;
  }
}

/** Reads versions of a table by id; null for what was not in the record there. */
export function byId<Row extends { id: string }>(table: Table): VersionBatch<At<Row> | null> {
  const lists = listBy<Row>(table, 'id', Prisma.sql`t.from_position`);
  return {
    touches: lists.touches,
    loadVersions: async (wanted) => (await lists.loadVersions(wanted)).map(([row]) => row ?? null),
  };
}

/** Reads the versions that belong to each of many keys, in an order: one statement for all keys and positions. */
export function listBy<Row extends object>(
  { name, columns, where, negotiation = negotiationOf(name) }: Table,
  column: keyof Row & string,
  order: Prisma.Sql,
): VersionBatch<At<Row>[]> {
  // The number stands where the snapshot is put then: to take a column out of a row makes all of it slow.
  const select = Prisma.sql`SELECT ${columns}, w.number::int AS snapshot`;
  const join = Prisma.sql`JOIN ${Prisma.raw(name)} t ON t.${Prisma.raw(snake(column))} = w.key
    AND t.from_position <= w.at AND t.until_position > w.at ${where ? Prisma.sql`AND ${where}` : Prisma.empty}`;
  return {
    touches: (touched, key) => noteRows(touched, name, snake(column), key),
    loadVersions: async (wanted) => {
      const [first] = wanted;
      if (first === undefined) return [];
      const keys = arrayOf(wanted.map(({ key }) => key));
      const positions = arrayOf(wanted.map(({ snapshot }) => snapshot.position));
      const rows = await first.snapshot.read<Row & { snapshot: number | Snapshot }>(Prisma.sql`${select}
        FROM unnest(${keys}::uuid[], ${positions}::bigint[]) WITH ORDINALITY AS w(key, at, number) ${join} ${negotiation ? first.snapshot.isThere(negotiation) : Prisma.empty}
        ORDER BY ${order}`);
      first.snapshot.touched?.found(rows);
      const lists = wanted.map((): At<Row>[] => []);
      for (const row of rows) {
        const index = Number(row.snapshot) - 1;
        row.snapshot = (wanted[index] as Wanted).snapshot;
        lists[index]?.push(row as At<Row>);
      }
      return lists;
    },
  };
}

/** Ids or positions as PostgreSQL writes an array: neither has to be quoted. */
export function arrayOf(values: readonly (string | bigint | null)[]): string {
  return `{${values.join()}}`;
}

/** Reads what belongs to each of many keys at one position, where that takes SQL of its own. */
export function listAt<Row extends object>(
  column: keyof Row & string,
  find: (snapshot: Snapshot, keys: string[]) => Promise<Row[]>,
  touches: (touched: Touched, key: string) => void,
): Batch<string, At<Row>[]> {
  return {
    touches,
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
