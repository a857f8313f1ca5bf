// How long it takes from `npm start` to the first answer, of an installed clone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { median } from '../push/accounting.ts';
import { startNpm } from '../push/children.ts';
import { type Figure, figure } from './figures.ts';

const STARTS = 5;
const MOST = { embedded: 3, server: 1.5 };
const LOOK_MS = 10;

/** @param server a PostgreSQL server, on which a database is made for this */
export async function coldStarts(server: string, tell: (step: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const name = `parley_reads_cold_${process.pid}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    const own = new URL(server);
    own.pathname = `/${name}`;
    return [
      await startsOf('embedded', { DATABASE_URL: '', DATA_DIR: join(folder, 'data') }, MOST.embedded, tell),
      await startsOf('PostgreSQL', { DATABASE_URL: own.href }, MOST.server, tell),
    ];
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startsOf(
  place: string,
  env: NodeJS.ProcessEnv,
  most: number,
  tell: (step: string) => void,
): Promise<Figure> {
  const seconds: number[] = [];
  // The first makes the tables and loads the samples.
  for (let start = 0; start <= STARTS; start += 1) {
    tell(`npm start, ${place}, ${start === 0 ? 'the first' : `${start} of ${STARTS}`}`);
    seconds.push(await untilFirstAnswer(env, 41_000 + ((process.pid + start) % 20_000)));
  }
  const [first, ...again] = seconds;
  const note = `The first start, which makes the database and loads the samples, took ${first?.toFixed(2)} s.`;
  const measured = {
    name: 'cold' as const,
    what: `from npm start to the first answer, ${place}`,
    value: median(again),
    unit: 's',
    note,
    from: seconds,
  };
  return figure(measured, { words: 'at most', most, base: most });
}

async function untilFirstAnswer(env: NodeJS.ProcessEnv, port: number): Promise<number> {
  const began = performance.now();
  const child = startNpm('start', { ...env, PORT: String(port), HOST: '127.0.0.1' });
  try {
    for (;;) {
      if (child.hasEnded()) throw new Error(`npm start ended: ${child.said()}`);
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ head }"}',
      }).catch(() => null);
      if (response?.ok) return (performance.now() - began) / 1_000;
      await sleep(LOOK_MS);
    }
  } finally {
    await child.end();
  }
}
