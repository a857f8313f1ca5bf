import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { ALONE, connect, Prisma } from './connect.ts';

const url = process.env.DATABASE_URL ?? '';

it.skipIf(url === '')(
  'a connection that is cut while it is taken ends what it was taken for, and not the process',
  async () => {
    await using database = await connect({ url }, 2);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const cut = async (pid: number | undefined) => {
      await other.query('SELECT pg_terminate_backend($1)', [pid]);
      await delay(200);
    };
    const { prisma, read } = database;
    const backend = Prisma.sql`SELECT pg_backend_pid() AS pid`;
    // Between two queries of a transaction.
    const transaction = prisma.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ pid: number }[]>(backend);
      await cut(row?.pid);
      return tx.$queryRaw(backend);
    });
    await expect(transaction).rejects.toThrow();
    // While nobody has it.
    for (const ask of [
      () => read<{ pid: number }>(backend, ALONE),
      () => prisma.$queryRaw<{ pid: number }[]>(backend),
    ]) {
      const [row] = await ask();
      await cut(row?.pid);
      expect(await ask()).toHaveLength(1);
    }
    // As it goes from one who had it to one who waits for it: the end of a query, and of the connection, come as one.
    const pid = (await database.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    const soon = other.query('SELECT pg_sleep(0.2), pg_terminate_backend($1)', [pid]);
    const had = database.pool.query('SELECT pg_sleep(0.05)');
    const waits = read(backend, ALONE).catch(() => 'cut');
    await delay(10);
    for (const until = performance.now() + 500; performance.now() < until; );
    await had;
    await Promise.all([waits, soon]);
    // In the midst of a query.
    const sleeping = read(Prisma.sql`SELECT pg_backend_pid(), pg_sleep(5)`, ALONE).catch(() => 'cut');
    await delay(200);
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)%' AND pid <> pg_backend_pid()`,
    );
    expect(await sleeping).toBe('cut');
    expect(await read(backend)).toHaveLength(1);
    await other.end();
  },
);
