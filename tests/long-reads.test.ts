import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { ALONE, Prisma } from '../src/database/connect.ts';
import { freshDatabase, onServer } from './support/database.ts';

/** The embedded database does one thing at a time. */
describe.runIf(onServer)('reads that take long', () => {
  it('leave a connection to what must not be held up, and to writes', async () => {
    await using database = await freshDatabase(10);
    const holder = new pg.Client(database.server!);
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    let ended = 0;
    const long = Array.from({ length: 20 }, async () => {
      await database.read(Prisma.sql`SELECT pg_advisory_xact_lock_shared(1)::text`, ALONE);
      ended += 1;
    });
    try {
      expect(await database.read(Prisma.sql`SELECT 1 AS n`, { withinMs: 60_000 })).toEqual([{ n: 1 }]);
      expect(await database.prisma.$executeRaw`UPDATE ledger_head SET position = position`).toBe(1);
      expect(ended).toBe(0);
    } finally {
      await holder.end();
    }
    await Promise.all(long);
    expect(ended).toBe(20);
  });
});
