import pg from 'pg';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { connect } from '../src/database/connect.ts';
import { startServer } from '../src/server.ts';
import { freshPlace, onServer } from './support/database.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { seedTalks } from './support/talks.ts';
import { askBy, WAYS } from './support/ways.ts';
import { openWorld } from './support/world.ts';

const TITLE = '{ negotiation(slug: "talks") { title participations(first: 5) { nodes { role actor { name } } } } }';
const TIMED_OUT = { message: expect.stringContaining('too long'), extensions: { code: 'TIMED_OUT' } };

// Each test opens a server of its own.
vi.setConfig({ testTimeout: 120_000 });
afterEach(cutSockets);

describe('a query that takes too long', () => {
  it('is answered at its time limit, and reads nothing more when the database goes on', async () => {
    await using world = await openWorld({ DATABASE_POOL: '1' });
    await seedTalks(world);
    const before = await world.query(TITLE);
    const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', TIME_LIMIT_SECONDS: '1' });
    const limited = await startServer(config, world.database, pino({ level: 'silent' }));
    // What is read is locked, and the only connection of the embedded database taken, for as long as the answers take.
    let free = () => {};
    const freed = new Promise<void>((settle) => {
      free = settle;
    });
    try {
      let held: Promise<void> | undefined;
      await new Promise<void>((isTaken) => {
        held = world.database.prisma.$transaction(
          async (tx) => {
            await tx.$executeRaw`LOCK TABLE negotiation IN ACCESS EXCLUSIVE MODE`;
            isTaken();
            await freed;
          },
          { timeout: 60_000, maxWait: 60_000 },
        );
      });
      const answers = await Promise.all(
        WAYS.map((way) => (way === 'HTTP' ? askBy(way, limited, TITLE) : overSocket(limited.url))),
      );
      for (const answer of answers) expect(answer).toMatchObject({ data: null, errors: [TIMED_OUT] });
      free();
      await held;
      expect(await world.query(TITLE)).toEqual(before);
    } finally {
      free();
      await limited.stop();
    }
  });
});

describe.skipIf(!onServer)('statements that wait for a connection', () => {
  it('are not sent any more when their query has been answered at its time limit', async () => {
    await using world = await openWorld({ DATABASE_POOL: '1' });
    await seedTalks(world);
    const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', TIME_LIMIT_SECONDS: '1' });
    const limited = await startServer(config, world.database, pino({ level: 'silent' }));
    const lock = new pg.Client({ connectionString: world.database.server?.connectionString });
    await lock.connect();
    const sent = vi.spyOn(pg.Client.prototype, 'query');
    const searches = () =>
      sent.mock.calls.filter(([asked]) => (asked as { text?: string }).text?.includes('FROM search_language'));
    try {
      await lock.query('BEGIN; LOCK TABLE search_language IN ACCESS EXCLUSIVE MODE');
      const many = ['pay', 'union', 'docks', 'port'].map(
        (word) => `${word}: search(query: "${word}") { nodes { id } }`,
      );
      expect(await askBy('HTTP', limited, `{ ${many.join(' ')} }`)).toMatchObject({ data: null, errors: [TIMED_OUT] });
      await lock.query('ROLLBACK');
      // Whoever asks now comes after all that waited.
      expect((await world.query(TITLE)).errors).toBeUndefined();
      expect(searches()).toHaveLength(1);
      expect((await askBy('HTTP', limited, `{ ${many.join(' ')} }`)).errors).toBeUndefined();
      expect(searches()).toHaveLength(1 + many.length);
    } finally {
      sent.mockRestore();
      await lock.end();
      await limited.stop();
    }
  });
});

/** A socket without a key: greeting it takes no connection of the database. */
async function overSocket(url: string): Promise<unknown> {
  const socket = await greetedSocket(url);
  const [answer] = await socket.ask('q', TITLE);
  return answer?.payload;
}

describe.skipIf(!onServer)('a statement that takes too long', () => {
  it('is stopped by PostgreSQL with a typed error, through Prisma and in SQL, and the only connection is free for the next', async () => {
    const { place, drop } = await freshPlace();
    const database = await connect(place, 1, 300);
    const config = readConfig({ PORT: '0', HOST: '127.0.0.1', TIME_LIMIT_SECONDS: '3600' });
    const server = await startServer(config, database, pino({ level: 'silent' }));
    const lock = new pg.Client({ connectionString: 'url' in place ? place.url : '' });
    await lock.connect();
    try {
      for (const query of ['{ negotiation(slug: "x") { title } }', '{ actors(first: 1) { nodes { name } } }']) {
        await lock.query('BEGIN; LOCK TABLE negotiation_slug, actor IN ACCESS EXCLUSIVE MODE');
        for (const way of WAYS) {
          const { errors } = await askBy(way, server, query);
          expect(errors).toMatchObject([TIMED_OUT]);
        }
        await lock.query('ROLLBACK');
        expect((await askBy('HTTP', server, query)).errors).toBeUndefined();
      }
      const isIdle = async () => {
        const { rows } = await lock.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()",
        );
        return rows.length === 0;
      };
      await vi.waitUntil(isIdle, { timeout: 20_000 });
    } finally {
      await lock.end();
      await server.stop();
      await database[Symbol.asyncDispose]();
      await drop();
    }
  });
});
