import DataLoader from 'dataloader';
import type { Prisma, PrismaClient, Read } from '../database/connect.ts';
import type { ColumnTypes } from './column-types.ts';
import type { Table } from './columns.ts';
import type { Cursors } from './cursor.ts';
import { TimedOutError } from './errors.ts';
import type { Gatherings, Some } from './gathering.ts';
import { type Hidden, isThere, lastThere, nameOf } from './hidden.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { Touched } from './touched.ts';

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

/** Versions of a table by a column, for keys at positions of their own: one statement for all of them. */
export interface VersionBatch<Value> {
  /** Tells it apart from any other. */
  readonly id: number;
  readonly table: Table;
  /** The property that the keys are of. */
  readonly by: string;
  /** In which order a key's rows are; null where it has one at most. */
  readonly order: Prisma.Sql | null;
  readonly loadVersions: (wanted: Some<Wanted<string>>, ahead: Ahead | undefined) => Promise<Value[]>;
  /** Notes what a value is read from. */
  readonly touches: (touched: Touched, key: string) => void;
}

/** A key, and where it is read, and for whom. */
export interface Wanted<Key> {
  readonly snapshot: Snapshot;
  readonly key: Key;
}

/** What an operation will ask of rows. What is read for one has the columns that this one asks for, and is for it alone. */
export interface Ahead {
  /** Tells it apart from any other. */
  readonly id: number;
  /** Which of their properties; null for all of them. */
  readonly properties: ReadonlySet<string> | null;
  readonly leads: readonly Lead[];
}

/** Which others rows lead to. */
export interface Lead {
  readonly batch: VersionBatch<unknown>;
  /** The property of the rows above that has the key. */
  readonly from: string;
  /** The property of the rows above that has the position; left out where it is the one that they are read at. */
  readonly at?: string | undefined;
  /** Of which rows above it is asked: of those with this value. */
  readonly when?: { readonly property: string; readonly is: string | null } | undefined;
  readonly ahead: Ahead;
}

/** The property in which a row has what was read ahead with it, of what it leads to. */
export function linkTo(batch: VersionBatch<unknown>, ahead: Ahead): string {
  let links = linksOf.get(ahead);
  if (links === undefined) {
    links = [];
    linksOf.set(ahead, links);
  }
  links[batch.id] ??= `@${ahead.id} ${batch.id}`;
  return links[batch.id] as string;
}

const linksOf = new WeakMap<Ahead, string[]>();

/** Where all snapshots of a record are read from. */
export interface Source {
  readonly prisma: PrismaClient;
  readonly read: Read;
  readonly cursors: Cursors;
  readonly types: ColumnTypes;
  readonly gatherings: Gatherings;
}

/** Once it is past, whoever still asks for something is refused: nobody waits for the answer any more. */
export interface Deadline {
  isPast: boolean;
}

/** The snapshots of one request, or of one event: they share what they read. */
interface Family {
  readonly deadline: Deadline | undefined;
  readonly snapshots: Map<bigint, Snapshot>;
  /** By the batch, and by what is read ahead with it. */
  readonly versionLoaders: Map<
    VersionBatch<unknown>,
    Map<Ahead | undefined, DataLoader<Wanted<string>, unknown, string>>
  >;
  noting: { readonly touched: Touched; readonly at: bigint } | null;
}

/**
 * The record at one position. A request takes one at the head, `asOf` another, an event one at its own
 * position; what is read through it is batched, read once, and never moves.
 */
export class Snapshot {
  readonly source: Source;
  readonly position: bigint;
  /** What is not there for the reader. */
  readonly hidden: Hidden;
  readonly #family: Family;
  #place: string | null = null;
  #loaders: Map<unknown, DataLoader<unknown, unknown, unknown>> | null = null;

  constructor(source: Source, position: bigint, hidden: Hidden, shared?: Deadline | Family) {
    this.source = source;
    this.position = position;
    this.hidden = hidden;
    this.#family =
      shared !== undefined && 'snapshots' in shared
        ? shared
        : { deadline: shared, snapshots: new Map(), versionLoaders: new Map(), noting: null };
    this.#family.snapshots.set(position, this);
  }

  /** The position in digits. */
  get place(): string {
    this.#place ??= String(this.position);
    return this.#place;
  }

  get prisma(): PrismaClient {
    return this.source.prisma;
  }

  get read(): Read {
    return readFor([{ snapshot: this }]);
  }

  get deadline(): Deadline | undefined {
    return this.#family.deadline;
  }

  get cursors(): Cursors {
    return this.source.cursors;
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
    return this.#family.snapshots.get(position) ?? new Snapshot(this.source, position, this.hidden, this.#family);
  }

  /** ` AND …`: what else must hold of a row for its being there; `negotiation` says which talks it belongs to, if any. */
  isThere(negotiation: Prisma.Sql): Prisma.Sql {
    return isThere(this.hidden, negotiation);
  }

  /** The last position, at or before one, of an entry that is there for the reader. */
  lastThere(position: bigint): Promise<bigint> {
    return lastThere(this.read, position, this.hidden);
  }

  /** What a row leads to: at once, where it was read with it. */
  get<Value>(batch: VersionBatch<Value>, key: string, ahead: Ahead | undefined, row: object): MaybePromise<Value> {
    const found = ahead && (row as Record<string, Value>)[linkTo(batch, ahead)];
    // Where nothing lies below, all fields of a level ask together.
    if (found === undefined) return this.load(batch, key, ahead?.leads.length === 0 ? undefined : ahead);
    const { touched } = this;
    if (touched !== null) batch.touches(touched, key);
    return found;
  }

  /** @param ahead what will be asked of the rows, to be read with them */
  load<Value>(batch: VersionBatch<Value>, key: string, ahead?: Ahead): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value>, key: Key): Promise<Value>;
  load<Key, Value>(batch: Batch<Key, Value> | VersionBatch<Value>, key: Key, ahead?: Ahead): Promise<Value> {
    if (this.deadline?.isPast) return Promise.reject(new TimedOutError());
    if ('loadVersions' in batch) return this.#version(batch, String(key), ahead);
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

  /**
   * Reads for all who ask for the same in this turn, at this position and with the same hidden from them.
   * @param of what is read, and how
   * @param load is given the keys of all of them, each with the snapshot that its rows are to be tied to
   */
  together<Key, Value>(
    of: string,
    wanted: Some<Wanted<Key>>,
    load: (wanted: Some<Wanted<Key>>) => Promise<ArrayLike<Value>>,
  ): Promise<ArrayLike<Value>> {
    return this.source.gatherings.read(`${this.place} ${nameOf(this.hidden)} ${of}`, wanted, load);
  }

  /** Ties rows to this snapshot. */
  hold<Row extends object>(rows: readonly Row[]): At<Row>[] {
    return rows.map((row) => Object.assign(row, { snapshot: this }));
  }

  #version<Value>(batch: VersionBatch<Value>, key: string, ahead: Ahead | undefined): Promise<Value> {
    const { touched } = this;
    if (touched !== null) batch.touches(touched, key);
    const { versionLoaders } = this.#family;
    const loaders =
      versionLoaders.get(batch) ?? new Map<Ahead | undefined, DataLoader<Wanted<string>, unknown, string>>();
    versionLoaders.set(batch, loaders);
    let loader = loaders.get(ahead);
    if (loader === undefined) {
      loader = new DataLoader<Wanted<string>, unknown, string>(
        (wanted) => loadVersions(batch, wanted as unknown as Some<Wanted<string>>, ahead),
        {
          // Most is read at the position that the request began at.
          cacheKeyFn: ({ snapshot, key }) => (snapshot === this ? key : `${snapshot.position}:${key}`),
        },
      );
      loaders.set(ahead, loader);
    }
    return loader.load({ snapshot: this, key }) as Promise<Value>;
  }
}

function loadVersions<Value>(
  batch: VersionBatch<Value>,
  wanted: Some<Wanted<string>>,
  ahead: Ahead | undefined,
): Promise<ArrayLike<Value>> {
  const load = (all: Some<Wanted<string>>) => batch.loadVersions(all, ahead);
  const [{ snapshot: first }] = wanted;
  // What one request reads at several positions it reads by itself.
  if (wanted.some(({ snapshot }) => snapshot !== first)) return load(wanted);
  return first.together(`${batch.id} ${ahead?.id}`, wanted, load);
}

/** Reads for all of these, as long as one of them still waits. */
export function readFor(wanted: Some<Pick<Wanted<unknown>, 'snapshot'>>): Read {
  const stillWanted = () => {
    if (wanted.every(({ snapshot }) => snapshot.deadline?.isPast)) throw new TimedOutError();
  };
  return (statement, alone) => wanted[0].snapshot.source.read(statement, alone, stillWanted);
}

/** Ids or positions as PostgreSQL writes an array: neither has to be quoted. */
export function arrayOf(values: readonly (string | bigint | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
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
