// The servers that are measured, each with its backends of PostgreSQL told apart by the name that it connects under.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { type Child, SERVED, start } from '../push/children.ts';

export interface Target {
  readonly name: 'limit' | 'uncached' | 'cached';
  readonly server: Child;
  readonly host: string;
  readonly port: number;
  /** Seconds of CPU so far: of the server, and of the backends that work for it; null where that cannot be told. */
  cpu(): Promise<{ server: number; postgres: number | null }>;
  /** Bytes: the most that was ever resident. */
  peak(): Promise<number>;
}

const SETTINGS = {
  ...SERVED,
  // Counted as ever, but one address asks for all that the server can give.
  RATE_LIMIT: '1000000000',
};

/** @param place the settings that say where the record is */
export async function startTarget(name: Target['name'], place: NodeJS.ProcessEnv): Promise<Target> {
  const url = place.DATABASE_URL ?? '';
  const env = {
    ...SETTINGS,
    ...place,
    PGAPPNAME: `reads ${name}`,
    ...(name === 'uncached' && { ANSWER_CACHE_BYTES: '0' }),
  };
  const file = name === 'limit' ? 'build/bench/reads/limit-server.js' : 'build/main.js';
  const server = start(file, { preloads: ['push/probe.js'], env });
  const [, host = '', port = ''] = await server.says(/serving http:\/\/([^\s":/]+):(\d+)/);
  return {
    name,
    server,
    host,
    port: Number(port),
    cpu: async () => ({
      server: (await server.ask<number>('cpu')) / 1e6,
      postgres: url === '' ? 0 : await backendsOf(url, env.PGAPPNAME),
    }),
    peak: async () => highWater(server.pid) ?? (await server.ask<number>('resident')),
  };
}

/** Seconds that the backends of one application have run, as Linux counts them. */
async function backendsOf(url: string, application: string): Promise<number | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
      [application],
    );
    return (
      rows.reduce((sum, { pid }) => sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e9
    );
  } catch {
    return null;
  } finally {
    await client.end();
  }
}

function highWater(pid: number): number | null {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) * 1_024;
  } catch {
    return null;
  }
}
