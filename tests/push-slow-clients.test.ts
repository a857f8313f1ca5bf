import { once } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Group } from '../src/push/group.ts';
import type { Server } from '../src/server.ts';
import { onServer } from './support/database.ts';
import {
  FOLLOW,
  LARGE,
  LARGE_BYTES,
  LARGE_TEXT,
  MANY,
  openSpokenWorld,
  type SpokenWorld,
  textsOf,
  withServersEnd,
} from './support/following.ts';
import { cutSockets, greetedSocket, type RawSocket } from './support/raw-socket.ts';
import { anotherServer } from './support/servers.ts';
import { openSlowLink } from './support/slow-link.ts';

let world: SpokenWorld;

beforeAll(async () => {
  world = await openSpokenWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  cutSockets();
});
afterAll(() => world.stop());

const LARGE_QUERY = `{ negotiation(slug: "talks") { statements(first: 1) { nodes { ${Array.from({ length: 90 }, (_, n) => `text${n}: text`).join(' ')} } } } }`;

describe('a client that does not keep up', () => {
  it('is not written to past a bound, keeps nobody up, and gets everything in order when it goes on', async () => {
    const after = await world.head();
    const [slow, end] = await withServersEnd(() => greetedSocket(world.url));
    const quick = await greetedSocket(world.url);
    for (const socket of [slow, quick]) socket.subscribe('s', LARGE, { talks: world.talks, after });
    slow.pause();
    const texts: string[] = [];
    let most = 0;
    for (let n = 0; n < MANY; n++) {
      texts.push(await world.say(LARGE_TEXT));
      expect(textsOf(await quick.events('s', 1))).toEqual([texts.at(-1)]);
      most = Math.max(most, end.writableLength);
    }
    expect(most).toBeGreaterThan(262_144);
    expect(most).toBeLessThan(262_144 + 1.1 * LARGE_BYTES);
    slow.resume();
    expect(textsOf(await slow.events('s', MANY))).toEqual(texts);
    const last = await world.say();
    for (const socket of [slow, quick]) expect(textsOf(await socket.events('s', 1))).toEqual([last]);
  });

  it('is read no more for at a time than it may take, and still gets all of it in order', async () => {
    const weights: number[] = [];
    const { readPage } = Group.prototype;
    vi.spyOn(Group.prototype, 'readPage').mockImplementation(async function weighed(this: Group, after) {
      const page = await readPage.call(this, after);
      weights.push(page.answers.reduce((sum, { bytes }) => sum + bytes, 0));
      return page;
    });
    const after = await world.head();
    const texts = await world.sayMany(60, LARGE_TEXT);
    await world.server.ledger.tail.catchUp();
    // A subscription of which nobody has kept anything.
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', LARGE.replace('text0', 'first'), { talks: world.talks, after });
    expect(textsOf(await socket.events('s', texts.length))).toEqual(texts);
    expect(weights.length).toBeGreaterThan(3);
    // What a page may weigh, and its first few answers, by which that is judged.
    expect(Math.max(...weights)).toBeLessThan(1_000_000 + 9 * LARGE_BYTES);
  });

  it('catches up while events go on coming', async () => {
    const after = await world.head();
    const slow = await greetedSocket(world.url);
    slow.subscribe('s', LARGE, { talks: world.talks, after });
    slow.pause();
    const texts: string[] = [];
    for (let n = 0; n < MANY; n++) texts.push(await world.say(LARGE_TEXT));
    const speaking = (async () => {
      for (let n = 0; n < 10; n++) texts.push(await world.say());
    })();
    for (let n = 0; n < 5; n++) {
      slow.resume();
      await slow.events('s', 2);
      slow.pause();
    }
    await speaking;
    slow.resume();
    await slow.events('s', MANY);
    expect(textsOf(slow.received.filter(({ id }) => id === 's').map(({ payload }) => payload))).toEqual(texts);
  });

  it('is sent away when it has missed too much, and loses nothing when it comes back', async () => {
    await using server = await anotherServer(world, { LAG_CLOSE_BYTES: '1000000' });
    const { slow, end, quick, after } = await openLagging(server);
    const closed = once(end, 'close');
    const texts = await sayLarge(server);
    expect(textsOf(await quick.events('s', MANY))).toEqual(texts);
    await closed;
    expect(quick.isOpen).toBe(true);
    await comesBack(server, slow, after, texts);
  });

  it('is sent away when it has taken nothing for too long, however much it says meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { LAG_CLOSE_SECONDS: '60' });
    const { slow, end, quick, after } = await openLagging(server);
    const closed = once(end, 'close');
    const texts = await sayLarge(server);
    expect(textsOf(await quick.events('s', MANY))).toEqual(texts);
    const elapse = async (seconds: number) => {
      for (let n = 0; n < seconds; n++) {
        const read = end.bytesRead;
        slow.say({ type: 'pong' });
        await vi.waitUntil(() => end.bytesRead > read || end.destroyed);
        await vi.advanceTimersByTimeAsync(1_000);
      }
    };
    await elapse(55);
    expect(end.destroyed).toBe(false);
    await elapse(10);
    await closed;
    expect(quick.isOpen).toBe(true);
    await comesBack(server, slow, after, texts);
  });

  /** Two that follow, of which one reads nothing. */
  async function openLagging(
    server: Server,
  ): Promise<{ slow: RawSocket; end: Socket; quick: RawSocket; after: string }> {
    const after = await world.head();
    const [slow, end] = await withServersEnd(() => greetedSocket(server.url));
    const quick = await greetedSocket(server.url);
    for (const socket of [slow, quick]) socket.subscribe('s', LARGE, { talks: world.talks, after });
    slow.pause();
    return { slow, end, quick, after };
  }

  async function sayLarge(server: Server): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < MANY) texts.push(await world.say(LARGE_TEXT, server));
    return texts;
  }

  /** Reads on, is closed, and comes back with the last cursor that it had. */
  async function comesBack(server: Server, slow: RawSocket, after: string, texts: string[]): Promise<void> {
    slow.resume();
    // Whether it hears why depends on how much is on the way of what it has not taken.
    expect([1013, 1006]).toContain((await slow.closed).code);
    const seen = slow.received.filter(({ id }) => id === 's').map(({ payload }) => payload);
    expect(seen.length).toBeLessThan(texts.length);
    const back = await greetedSocket(server.url);
    back.subscribe('s', LARGE, { talks: world.talks, after: seen.at(-1)?.extensions.cursor ?? after });
    seen.push(...(await back.events('s', texts.length - seen.length)));
    expect(textsOf(seen)).toEqual(texts);
  }

  it.each([
    ['', 0],
    [', nor behind a network that holds it all on its way', Number.POSITIVE_INFINITY],
  ])('but takes what it is sent, however slowly, is not taken for dead%s', async (_, holds) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { LAG_CLOSE_BYTES: '100000000' });
    await using link = await openSlowLink(server.url, holds);
    const after = await world.head();
    const [slow, end] = await withServersEnd(() => greetedSocket(link.url));
    slow.subscribe('s', LARGE, { talks: world.talks, after });
    await sayLarge(server);
    for (let n = 0; n < 8; n++) {
      await vi.advanceTimersByTimeAsync(12_000);
      await link.carry(100_000);
      expect(end.destroyed).toBe(false);
    }
    await link.carry(Number.POSITIVE_INFINITY);
    await slow.events('s', MANY);
  });

  it('but says nothing any more is taken for dead', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world);
    await using link = await openSlowLink(server.url);
    const [slow, end] = await withServersEnd(() => greetedSocket(link.url));
    const closed = once(end, 'close');
    slow.subscribe('s', FOLLOW, { talks: world.talks });
    await link.carry(0);
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
  });

  it('and takes none of the answers that it asked for is sent away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { LAG_CLOSE_SECONDS: '60' });
    await world.say(LARGE_TEXT, server);
    const [asking, end] = await withServersEnd(() => greetedSocket(server.url));
    const closed = once(end, 'close');
    asking.pause();
    for (let sent = 0; !end.isPaused(); sent += 1) {
      const read = end.bytesRead;
      asking.subscribe(`${sent}`, LARGE_QUERY);
      await vi.waitUntil(() => end.bytesRead > read);
      await vi.waitUntil(() => end.isPaused() || end.writableLength === 0 || end.writableLength > 262_144);
    }
    await vi.advanceTimersByTimeAsync(48_000);
    expect(end.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(48_000);
    await closed;
  });

  it.runIf(onServer)('because the database does not answer is not sent away for that', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { LAG_CLOSE_SECONDS: '20' });
    const after = await world.head();
    const texts = [await world.say('', server)];
    // From here on the group has what comes; what was before is only in the ledger.
    const there = await greetedSocket(server.url);
    there.subscribe('s', FOLLOW, { talks: world.talks, after: await world.head() });
    texts.push(await world.say('', server));
    await there.events('s', 1);
    const lock = new pg.Client(world.database.server ?? {});
    await lock.connect();
    await lock.query('BEGIN; LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE');
    const back = await greetedSocket(server.url);
    back.subscribe('s', FOLLOW, { talks: world.talks, after });
    await vi.waitUntil(async () => {
      const { rows } = await lock.query("SELECT FROM pg_locks WHERE NOT granted AND relation = 'ledger'::regclass");
      return rows.length > 0;
    });
    for (let n = 0; n < 30; n++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await fetch(new URL('/health', server.url));
    }
    expect(back.isOpen).toBe(true);
    await lock.query('COMMIT');
    await lock.end();
    expect(textsOf(await back.events('s', 2))).toEqual(texts);
  });

  it('in many subscriptions at once gets all of each, and nobody is warned', async () => {
    await using server = await anotherServer(world);
    const warned: Error[] = [];
    const onWarning = (warning: Error) => warned.push(warning);
    process.on('warning', onWarning);
    const after = await world.head();
    const slow = await greetedSocket(server.url);
    const ids = Array.from({ length: 15 }, (_, n) => `${n}`);
    for (const id of ids) slow.subscribe(id, LARGE, { talks: world.talks, after });
    slow.pause();
    const texts = [await world.say(LARGE_TEXT), await world.say(LARGE_TEXT), await world.say(LARGE_TEXT, server)];
    slow.resume();
    for (const id of ids) expect(textsOf(await slow.events(id, 3))).toEqual(texts);
    process.off('warning', onWarning);
    expect(warned).toEqual([]);
  });

  it('and goes on asking is read from no further until it takes its answers', async () => {
    const [asking, end] = await withServersEnd(() => greetedSocket(world.url));
    await world.say(LARGE_TEXT);
    asking.pause();
    let sent = 0;
    while (!end.isPaused()) {
      const read = end.bytesRead;
      asking.subscribe(`${sent}`, LARGE_QUERY);
      sent += 1;
      await vi.waitUntil(() => end.bytesRead > read);
      await vi.waitUntil(() => end.isPaused() || end.writableLength === 0 || end.writableLength > 262_144);
    }
    const most = end.writableLength;
    asking.subscribe('last', '{ negotiation(slug: "talks") { title } }');
    expect(end.writableLength).toBeLessThanOrEqual(most);
    asking.resume();
    for (let n = 0; n < sent; n++) {
      expect((await asking.next(({ id, type }) => id === `${n}` && type === 'next')).payload.errors).toBeUndefined();
    }
    expect((await asking.next(({ id }) => id === 'last')).payload).toEqual({
      data: { negotiation: { title: 'Pay at the docks' } },
    });
  });
});
