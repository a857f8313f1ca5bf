import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { connect, type Database, type Place } from '../../src/database/connect.ts';

/** Whether the suite runs on a PostgreSQL server: only there do commits race. */
export const onServer = process.env.DATABASE_URL !== undefined && process.env.DATABASE_URL !== '';

/** A migrated, empty database of the test's own, and what drops it. */
export async function freshPlace(): Promise<{ place: Place; drop: () => Promise<void> }> {
  const blank = inject('blank');
  if ('image' in blank) return { place: { image: blank.image }, drop: async () => {} };
  const name = `parley_test_${randomUUID().replaceAll('-', '')}`;
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: blank.server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name} TEMPLATE ${blank.template}`);
  const url = new URL(blank.server);
  url.pathname = `/${name}`;
  return { place: { url: url.href }, drop: () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The same, opened; `await using` closes and drops it. */
export async function freshDatabase(poolSize?: number, statementMs?: number): Promise<Database> {
  const { place, drop } = await freshPlace();
  const database = await connect(place, poolSize, statementMs);
  return {
    ...database,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await drop();
    },
  };
}
