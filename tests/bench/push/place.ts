// The database of a run: one of its own on a PostgreSQL server, or an embedded one in a folder of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface Place {
  readonly env: NodeJS.ProcessEnv;
  /** Then there is one process only: it writes what it pushes. */
  readonly isEmbedded: boolean;
  readonly words: string;
  drop(): Promise<void>;
}

/** Where a server is looked for when DATABASE_URL names none. */
const USUAL = ['postgresql://postgres@127.0.0.1:5432/postgres', 'postgresql://root@127.0.0.1:5432/postgres'];
const CONNECT_MS = 2_000;

/** @param isEmbedded whether it is to be the embedded database, also where there is a server */
export async function openPlace(isEmbedded: boolean): Promise<Place> {
  const given = process.env.DATABASE_URL;
  const servers = given ? [given] : USUAL;
  for (const url of isEmbedded ? [] : servers) {
    try {
      return await ownDatabase(url);
    } catch (error) {
      if (given) throw error;
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  return {
    env: { DATABASE_URL: '', DATA_DIR: join(folder, 'data') },
    isEmbedded: true,
    words: 'the embedded database: the one node pushes and writes too, and its CPU counts both, with PostgreSQL’s',
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function ownDatabase(url: string): Promise<Place> {
  const name = `parley_bench_push_${process.pid}`;
  const own = new URL(url);
  own.pathname = `/${name}`;
  const run = async <Row>(sql: string): Promise<Row | undefined> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
    await client.connect();
    const { rows } = await client.query(sql).finally(() => client.end());
    return rows[0] as Row;
  };
  const version = await run<{ server_version: string }>('SHOW server_version');
  await run(`CREATE DATABASE ${name}`);
  return {
    env: { DATABASE_URL: own.href },
    isEmbedded: false,
    words: `PostgreSQL ${version?.server_version.split(' ')[0]}, a database of its own`,
    drop: async () => void (await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}
