import { PrismaPg } from '@prisma/adapter-pg';
import pg, { type PoolConfig, type QueryConfig, type QueryResult } from 'pg';
import { type Embedded, startEmbedded } from './embedded.ts';
import { fewAtATime } from './few-at-a-time.ts';
import { Prisma, PrismaClient } from './generated/client.ts';
import { ask, Pipelines } from './pipelines.ts';
import { statementNames } from './statement-names.ts';
import { types } from './values.ts';

export { parserOf } from './values.ts';
export { Prisma, type PrismaClient };

/** Where the record is kept: a PostgreSQL server, or an embedded one in a folder or in memory. */
export type Place = { url: string } | { dataDir: string } | { image: string | undefined };

/**
 * Reads rows in SQL, over the same connections as Prisma's client and with the same types for their columns, at a quarter
 * of what it takes: for what is read at every event and every request. Enums in lists are to be cast to `text[]`.
 * On PostgreSQL it shares its connection with others, unless it is to be read alone.
 * @param stillWanted throws when nobody waits for the rows any more; asked once there is a connection, before it is used
 */
export type Read = <Row extends object>(
  statement: Statement,
  alone?: Alone,
  stillWanted?: StillWanted,
) => Promise<Row[]>;

export type StillWanted = () => void;

/** What is asked of the database, as `Prisma.sql` writes it. */
export type Statement = Pick<Prisma.Sql, 'text' | 'values'>;

/**
 * Why a statement is not sent behind others: it may take long, or something waits that must not be held up, and says for
 * how long it does. What may take long takes half of the connections that writers have at most, and waits for its turn;
 * what must not be held up has one that nothing else is given, as any number of writers may wait for each other.
 */
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
 * there is much. Without either it goes along the index that has the order, and ends when it has what is shown. And of the few
 * actors and posts that there are at first it would read and hash all, and go on so when there are thousands.
 */
export const PLANNED_ONCE = [
  '-c plan_cache_mode=force_generic_plan',
  ...['bitmapscan', 'sort', 'seqscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`),
].join(' ');

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
    const silentMs = statementMs === 0 ? 0 : statementMs + SILENT_MS;
    const heard = { ...server, keepAliveInitialDelayMillis: SILENT_MS };
    const piped = { ...heard, options: `${options} ${PLANNED_ONCE}`, connectionTimeoutMillis: SILENT_MS };
    const pipelines = new Pipelines(piped, Math.max(1, Math.floor(poolSize / 2)), silentMs);
    const own = { ...heard, query_timeout: silentMs || undefined, max: Math.max(1, Math.ceil(poolSize / 2) - 1) };
    const urgent = poolOf({ ...heard, connectionTimeoutMillis: SILENT_MS, max: 1 });
    const opened = open(poolOf(own), { pipelines, urgent });
    return {
      ...opened,
      server,
      embedded: null,
      [Symbol.asyncDispose]: async () => {
        await pipelines.end();
        await urgent.end();
        await opened.prisma.$disconnect();
      },
    };
  }
  const embedded = await startEmbedded(place);
  const own = { host: embedded.socketFolder, port: 5432, database: 'postgres', user: 'postgres', max: 1 };
  // All connections are one session there, in which the names of two would collide.
  const opened = open(poolOf(own), null);
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

function poolOf(config: PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  // A connection that breaks while nobody uses it is replaced; whoever uses one is told by the query.
  pool.on('error', () => {});
  // So is whoever has taken one: as it goes from one to the next nobody else listens, and the process would end.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Beside the connections that it writes through, those that are kept for reading. */
interface Reading {
  readonly pipelines: Pipelines;
  /** For what must not be held up. */
  readonly urgent: pg.Pool;
}

/** @param reading null where there is one connection for all, which keeps no statement planned */
function open(pool: pg.Pool, reading: Reading | null): Pick<Database, 'prisma' | 'read' | 'pool'> {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  const inTurn = fewAtATime(Math.max(1, Math.floor(pool.options.max / 2)));
  const nameOf = reading === null ? () => undefined : statementNames(() => reading.pipelines.renew());
  const read: Read = async (statement, alone, stillWanted = () => {}) => {
    const { text, values } = statement;
    // What may take long is planned for what it asks for.
    const asked: QueryConfig = { name: alone === ALONE ? undefined : nameOf(text), text, values, types };
    if (reading !== null && alone === undefined) {
      stillWanted();
      // Nothing waits there: it is sent at once.
      return (await reading.pipelines.query(asked)).rows;
    }
    if (alone === ALONE) return (await inTurn(() => queryOn(pool, asked, stillWanted))).rows;
    // pg knows `query_timeout` of one query too; its types do not.
    const within = Object.assign(asked, { query_timeout: alone?.withinMs });
    return (await queryOn(reading?.urgent ?? pool, within, stillWanted)).rows;
  };
  return { prisma, read, pool };
}

/** As `pool.query`, for what may not be wanted any more when there is a connection. */
async function queryOn(pool: pg.Pool, asked: QueryConfig, stillWanted: StillWanted): Promise<QueryResult> {
  const client = await pool.connect();
  try {
    stillWanted();
  } catch (error) {
    client.release();
    throw error;
  }
  try {
    const result = await ask(client, asked);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
