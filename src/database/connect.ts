import { PrismaPg } from '@prisma/adapter-pg';
import pg, { type PoolConfig, type QueryConfig } from 'pg';
import { type Embedded, startEmbedded } from './embedded.ts';
import { Prisma, PrismaClient } from './generated/client.ts';
import { Pipelines } from './pipelines.ts';

export { Prisma, type PrismaClient };

/** Where the record is kept: a PostgreSQL server, or an embedded one in a folder or in memory. */
export type Place = { url: string } | { dataDir: string } | { image: string | undefined };

/**
 * Reads rows in SQL, over the same connections as Prisma's client and with the same types for their columns, at a quarter
 * of what it takes: for what is read at every event and every request. Enums in lists are to be cast to `text[]`.
 * On PostgreSQL it shares its connection with others, unless it is to be read alone.
 */
export type Read = <Row extends object>(statement: Prisma.Sql, alone?: Alone) => Promise<Row[]>;

/** Why a statement has a connection to itself: it may take long, or something waits that must not be held up. */
export interface Alone {
  /** How long it may take; left out for as long as any statement may. */
  readonly withinMs?: number;
}
export const ALONE: Alone = {};

export interface Database extends AsyncDisposable {
  readonly prisma: PrismaClient;
  readonly read: Read;
  /** The connections themselves, for a library that brings its own SQL. */
  readonly pool: Pick<pg.Pool, 'query'>;
  /** How to open one more connection, for LISTEN; null when embedded, where one connection is all. */
  readonly server: PoolConfig | null;
  readonly embedded: Embedded | null;
}

/**
 * To plan what reads several levels takes longer than to run it, so it is planned once, for any negotiation and any position.
 * Of most of them there is little, and PostgreSQL would fetch all of that by a bitmap and sort it; of those that everybody asks for
 * there is much. Without either it goes along the index that has the order, and ends when it has what is shown.
 */
export const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan -c enable_bitmapscan=off -c enable_sort=off';

/** How long a connection may be silent where something is expected of it. */
const SILENT_MS = 10_000;

/**
 * Opens the database; past this folder nothing knows which of the two kinds it is.
 * @param statementMs how long a PostgreSQL server lets a statement take; 0 for as long as it does. The embedded one cannot
 *   be interrupted.
 */
export async function connect(place: Place, poolSize = 10, statementMs = 0): Promise<Database> {
  if ('url' in place) {
    // timestamptz comes back hours off when a session's time zone is not UTC. Compiling a query (jit) takes longer than
    // any of ours.
    const options = `-c TimeZone=UTC -c jit=off -c statement_timeout=${statementMs}`;
    const server: PoolConfig = { connectionString: place.url, options, keepAlive: true };
    // Of a server that has gone silent its own limit says nothing.
    const silentMs = statementMs === 0 ? {} : { query_timeout: statementMs + SILENT_MS };
    const piped = {
      ...server,
      options: `${options} ${PLANNED_ONCE}`,
      connectionTimeoutMillis: SILENT_MS,
      keepAliveInitialDelayMillis: SILENT_MS,
      ...silentMs,
    };
    const pipelines = new Pipelines(piped, Math.max(1, Math.floor(poolSize / 2)));
    const opened = open({ ...server, max: Math.ceil(poolSize / 2) }, pipelines);
    return {
      ...opened,
      server,
      embedded: null,
      [Symbol.asyncDispose]: async () => {
        await pipelines.end();
        await opened.prisma.$disconnect();
      },
    };
  }
  const embedded = await startEmbedded(place);
  const own = { host: embedded.socketFolder, port: 5432, database: 'postgres', user: 'postgres', max: 1 };
  // All connections are one session there, in which the names of two would collide.
  const opened = open(own, null);
  return {
    ...opened,
    server: null,
    embedded,
    [Symbol.asyncDispose]: async () => {
      await opened.prisma.$disconnect();
      await embedded.stop();
    },
  };
}

/** @param pipelines what is read through; null for one at a time, and with no statement kept planned by its connection */
function open(config: PoolConfig, pipelines: Pipelines | null): Pick<Database, 'prisma' | 'read' | 'pool'> {
  const pool = new pg.Pool(config);
  // A connection that breaks while nobody uses it is replaced; whoever uses one is told by the query.
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  const nameOf = pipelines === null ? () => undefined : statementNames();
  const read: Read = async (statement, alone) => {
    const { text, values } = statement;
    const asked: QueryConfig = { name: nameOf(text), text, values, types };
    if (pipelines !== null && alone === undefined) return (await pipelines.query(asked)).rows;
    // pg knows `query_timeout` of one query too; its types do not.
    return (await pool.query({ ...asked, query_timeout: alone?.withinMs } as QueryConfig)).rows;
  };
  return { prisma, read, pool };
}

/** How many statements each connection keeps at most, and how often one has come before it is kept. */
const PREPARED_MOST = 300;
/** How many characters they have together, and each, at most: a plan takes a connection a hundred times its text. */
const PREPARED_CHARACTERS = 300_000;
const PREPARED_LENGTH = 12_000;
const PREPARED_AFTER = 3;

/**
 * Names for statements that come often, by their text, so that each connection parses and plans them once. Those of which
 * there are ever so many, as filters may be combined ever so many ways, have none.
 */
function statementNames(): (text: string) => string | undefined {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  let characters = 0;
  return (text) => {
    const known = names.get(text);
    const isFull = names.size >= PREPARED_MOST || characters + text.length > PREPARED_CHARACTERS;
    if (known !== undefined || isFull || text.length > PREPARED_LENGTH) return known;
    if (counts.size > 10 * PREPARED_MOST) counts.clear();
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count < PREPARED_AFTER) return undefined;
    counts.delete(text);
    characters += text.length;
    names.set(text, `parley_${names.size}`);
    return names.get(text);
  };
}

/** As Prisma has them: what `pg` gives as text or in local time, it gives as a bigint, or in UTC. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    const { INT8, DATE, TIMESTAMPTZ } = pg.types.builtins;
    if (oid === INT8) return BigInt;
    if (oid === DATE) return (text: string) => new Date(`${text}T00:00:00Z`);
    if (oid === TIMESTAMPTZ) return instant;
    if (oid === TEXTS || oid === UUIDS) return texts;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** The types `text[]` and `uuid[]`. */
const TEXTS = 1009;
const UUIDS = 2951;
const parseInstant = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);
// Its types know no arrays.
const parseTexts = pg.types.getTypeParser(TEXTS as never) as (text: string) => string[];

/** Sessions are in UTC; of the years that PostgreSQL writes with four digits, JavaScript's own parser is the fastest. */
function instant(text: string): Date {
  return text.endsWith('+00') && text[4] === '-' && text.length <= 26
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : (parseInstant(text) as Date);
}

/** Most arrays have nothing in them that is quoted. */
function texts(text: string): string[] {
  if (text === '{}') return [];
  return /["\\]|NULL/.test(text) ? parseTexts(text) : text.slice(1, -1).split(',');
}

/** Types whose text is the value. */
const PLAIN: ReadonlySet<number | string> = new Set(['text', pg.types.builtins.TEXT, pg.types.builtins.UUID]);

/**
 * What makes the value that `Read` gives for a column out of its text; null where that is the text.
 * @param type as PostgreSQL knows it, or the name of one that it is selected as
 */
export function parserOf(type: number | 'text' | 'text[]'): ((text: string) => unknown) | null {
  return PLAIN.has(type) ? null : types.getTypeParser(type === 'text[]' ? TEXTS : (type as number), 'text');
}
