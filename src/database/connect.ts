import { PrismaPg } from '@prisma/adapter-pg';
import pg, { type PoolConfig, type QueryConfig } from 'pg';
import { type Embedded, startEmbedded } from './embedded.ts';
import { Prisma, PrismaClient } from './generated/client.ts';

export { Prisma, type PrismaClient };

/** Where the record is kept: a PostgreSQL server, or an embedded one in a folder or in memory. */
export type Place = { url: string } | { dataDir: string } | { image: string | undefined };

/**
 * Reads rows in SQL, over the same connections as Prisma's client and with the same types for their columns, at a quarter
 * of what it takes: for what is read at every event and every request. Enums in lists are to be cast to `text[]`.
 * `withinMs` is how long it may take where something waits that a silent network must not hold up.
 */
export type Read = <Row extends object>(statement: Prisma.Sql, withinMs?: number) => Promise<Row[]>;

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
    const opened = open({ ...server, max: poolSize });
    return { ...opened, server, embedded: null, [Symbol.asyncDispose]: () => opened.prisma.$disconnect() };
  }
  const embedded = await startEmbedded(place);
  const opened = open({
    host: embedded.socketFolder,
    port: 5432,
    database: 'postgres',
    user: 'postgres',
    max: 1,
  });
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

function open(config: PoolConfig): Pick<Database, 'prisma' | 'read' | 'pool'> {
  const pool = new pg.Pool(config);
  // A connection that breaks while nobody uses it is replaced; whoever uses one is told by the query.
  pool.on('error', () => {});
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  const read: Read = async ({ text, values }, withinMs) => {
    // pg knows `query_timeout` of one query too; its types do not.
    const { rows } = await pool.query({ text, values, types, query_timeout: withinMs } as QueryConfig);
    return rows;
  };
  return { prisma, read, pool };
}

/** As Prisma has them: what `pg` gives as text or in local time, it gives as a bigint, or in UTC. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === pg.types.builtins.INT8) return BigInt;
    if (oid === pg.types.builtins.DATE) return (text: string) => new Date(`${text}T00:00:00Z`);
    return pg.types.getTypeParser(oid, format as 'text');
  },
};
