// Where the records of a run are: on a PostgreSQL server, made once for a size and kept for the next run.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { connect } from '../../../src/database/connect.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { generate } from './generated-record.ts';

const USUAL = ['postgresql://postgres@127.0.0.1:5432/postgres', 'postgresql://root@127.0.0.1:5432/postgres'];
const SEED = 1;

/** The first server that answers. @throws when none does */
export async function findServer(): Promise<string> {
  const given = process.env.DATABASE_URL;
  for (const url of given ? [given] : USUAL) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      await client.end();
      return url;
    } catch (error) {
      if (given) throw error;
    }
  }
  throw new Error('There is no PostgreSQL server: name one in DATABASE_URL.');
}

/** A database with a record of so many statements. One that an earlier run made is brought up to date and used again. */
export async function recordOn(server: string, statements: number, tell: (step: string) => void): Promise<string> {
  const generator = readFileSync(new URL('./generated-record.ts', import.meta.url));
  const made = createHash('sha256').update(generator).digest('hex').slice(0, 8);
  const name = `parley_reads_${SEED}_${statements}_${made}`;
  const own = new URL(server);
  own.pathname = `/${name}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    const { rows } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rows.length === 0) {
      tell(`making a record of ${statements.toLocaleString('en')} statements, which is kept for the next run`);
      await admin.query(`DROP DATABASE IF EXISTS ${name}_new WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${name}_new`);
      const beside = new URL(server);
      beside.pathname = `/${name}_new`;
      await fill({ url: beside.href }, statements);
      await admin.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
    } else {
      await using database = await connect({ url: own.href }, 1);
      const applied = await migrate(database.prisma);
      if (applied.length > 0) await database.prisma.$executeRawUnsafe('VACUUM ANALYZE');
    }
    return own.href;
  } finally {
    await admin.end();
  }
}

/** Fills a new database, on a server or in a folder. */
export async function fill(place: { url: string } | { dataDir: string }, statements: number): Promise<void> {
  await using database = await connect(place, 1);
  await migrate(database.prisma);
  await generate((sql) => database.prisma.$executeRawUnsafe(sql), statements, SEED);
}
