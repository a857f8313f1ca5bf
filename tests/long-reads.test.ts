import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { ALONE, Prisma } from '../src/database/connect.ts';
import { freshDatabase, onServer } from './support/database.ts';
import { seedTalks } from './support/talks.ts';
import { openWorld } from './support/world.ts';

/** The embedded database does one thing at a time. */
describe.runIf(onServer)('what takes long', () => {
  it('leaves a connection to what must not be held up, and to writes', async () => {
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

  it('leaves one to what must not be held up, however many writers wait for each other', async () => {
    await using database = await freshDatabase(10);
    const holder = new pg.Client(database.server!);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE ledger_head IN EXCLUSIVE MODE');
    const waiting = Array.from(
      { length: 20 },
      async () => await database.prisma.$executeRaw`UPDATE ledger_head SET position = position`,
    );
    try {
      const held = Prisma.sql`SELECT FROM pg_locks WHERE relation = 'ledger_head'::regclass AND NOT granted`;
      await expect.poll(async () => (await database.read(held)).length).toBeGreaterThanOrEqual(4);
      const head = Prisma.sql`SELECT position FROM ledger_head`;
      expect(await database.read(head, { withinMs: 2_000 })).toEqual([{ position: 0n }]);
    } finally {
      await holder.end();
    }
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => 1));
  });

  it.each([
    'sourceKinds: [DOCUMENT]',
    'speechActs: [THREATEN]',
    'quotationTypes: [DIRECT]',
    'attributionLevels: [DEEP_BACKGROUND]',
  ])('is any list that is filtered, as by %s: it waits for its turn, and nobody behind it', async (filter) => {
    await using world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
    await seedTalks(world);
    const holder = new pg.Client(world.database.server!);
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(2)');
    const wait = Prisma.sql`SELECT pg_advisory_xact_lock_shared(2)::text`;
    const long = [1, 2].map(() => world.database.read(wait, ALONE));
    let isAnswered = false;
    const talks = (fields: string) => world.query(`{ negotiation(slug: "talks") { ${fields} } }`);
    const filtered = talks(`statements(filter: { ${filter} }) { nodes { id } }`).then((answer) => {
      isAnswered = true;
      return answer;
    });
    try {
      for (let turn = 0; turn < 20; turn += 1)
        expect(await talks('statements { nodes { id } }')).not.toHaveProperty('errors');
      expect(isAnswered).toBe(false);
    } finally {
      await holder.end();
    }
    expect((await filtered).data).toEqual({ negotiation: { statements: { nodes: [] } } });
    await Promise.all(long);
  });
});
