import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type Server, startServer } from '../src/server.ts';
import { onServer } from './support/database.ts';
import { type Closed, cutSockets, greetedSocket, openSocket, type RawSocket } from './support/raw-socket.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let published = 0;

beforeAll(async () => {
  world = await openWorld({ TRUSTED_PROXIES: 'loopback', MAX_OPERATIONS_PER_SOCKET: '3' });
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
});
afterEach(() => {
  vi.useRealTimers();
  cutSockets();
});
afterAll(() => world.stop());

const FOLLOW = `subscription Follow($talks: ID!, $after: Cursor) {
  statements(negotiationId: $talks, after: $after) {
    ... on StatementEvent { cursor statement { text } }
  }
}`;
/** The same, with so much in each event that no buffer on the way takes many of them. */
const LARGE = FOLLOW.replace('text', Array.from({ length: 20 }, (_, n) => `text${n}: text`).join(' '));
const LARGE_TEXT = 'x'.repeat(19_000);
const LARGE_BYTES = 20 * LARGE_TEXT.length;
const LARGE_QUERY = `{ negotiation(slug: "talks") { statements(first: 1) { nodes { ${Array.from({ length: 90 }, (_, n) => `text${n}: text`).join(' ')} } } } }`;
/** More of those than the two ends of a connection take. */
const MANY = 24;

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

/** Publishes the next statement; they are numbered. A server that nobody nudges is told to look. */
async function say(more = '', { ledger }: Server = world.server): Promise<string> {
  published += 1;
  const text = `said ${published}${more}`;
  await publish(world, `said-${published}`, { text });
  await ledger.tail.catchUp();
  return text;
}

function textsOf(payloads: { data: any }[]): string[] {
  return payloads.map(({ data }) => data.statements.statement.text ?? data.statements.statement.text0);
}

/** Another server on the same record, with other settings. */
async function another(settings: NodeJS.ProcessEnv): Promise<Server & AsyncDisposable> {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', ...settings });
  const server = await startServer(config, world.database, pino({ level: 'silent' }));
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}

/** Greets until there is a place: that one is given back is seen from outside in nothing else. */
async function admitted(url: string, headers = {}): Promise<RawSocket> {
  for (;;) {
    const socket = await greetedSocket(url, { headers }).catch(() => null);
    if (socket !== null) return socket;
  }
}

/**
 * A way to a server that carries to the client as much as it is told to.
 * @param holds how many bytes it takes from the server ahead of that
 */
async function openSlowLink(
  url: string,
  holds = 0,
): Promise<{ url: string; carry(bytes: number): Promise<void> } & AsyncDisposable> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  const held: Buffer[] = [];
  let heldBytes = 0;
  // What it takes to be connected, and greeted.
  let room = 1_000;
  let carried = () => {};
  const pump = () => {
    const [near, far] = sockets;
    while (room > 0 && held.length > 0) {
      const chunk = held.shift() as Buffer;
      heldBytes -= chunk.length;
      room -= chunk.length;
      near?.write(chunk);
    }
    if (room <= 0) carried();
    if (room <= 0 && heldBytes >= holds) far?.pause();
    else far?.resume();
  };
  const link = createServer((near) => {
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.on('data', (chunk) => {
      held.push(chunk);
      heldBytes += chunk.length;
      pump();
    });
  });
  link.listen(0, '127.0.0.1');
  await once(link, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(link.address() as AddressInfo).port}`;
  return {
    url: through.href,
    carry: async (bytes) => {
      const done = new Promise<void>((settle) => {
        carried = settle;
      });
      room = bytes;
      pump();
      if (Number.isFinite(bytes)) await done;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      link.close();
    },
  };
}

/** The server's end of the connection that some work opens. */
async function withServersEnd<T>(work: () => Promise<T>): Promise<[T, Socket]> {
  let socket: Socket | undefined;
  const listen = (message: unknown) => {
    socket = (message as { socket: Socket }).socket;
  };
  subscribe('net.server.socket', listen);
  const result = await work();
  unsubscribe('net.server.socket', listen);
  if (socket === undefined) throw new Error('nothing was connected');
  return [result, socket];
}

describe('places', () => {
  it('on a node are so many: one more is closed with 1013, and one that is left is given again', async () => {
    await using server = await another({ MAX_CONNECTIONS: '2' });
    const [first, second] = [await greetedSocket(server.url), await greetedSocket(server.url)];
    const third = await openSocket(server.url);
    expect(await third.closed).toEqual({
      code: 1013,
      reason: 'This node has as many connections as it takes: try again later',
    });
    second.close();
    await admitted(server.url);
    first.cut();
    await admitted(server.url);
    expect((await (await openSocket(server.url)).closed).code).toBe(1013);
  });

  it('of an address are so many: one more is closed with 1013, and others have theirs', async () => {
    await using server = await another({ MAX_CONNECTIONS_PER_ADDRESS: '2', TRUSTED_PROXIES: 'loopback' });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const [first] = [
      await greetedSocket(server.url, from('192.0.2.1')),
      await greetedSocket(server.url, from('198.51.100.7, 192.0.2.1')),
    ];
    // What comes before the last that no proxy of ours has written is the client's own word.
    const third = await openSocket(server.url, from('203.0.113.5, 192.0.2.1'));
    expect(await third.closed).toEqual({
      code: 1013,
      reason: 'Too many connections from this address: try again later',
    });
    await greetedSocket(server.url, from('192.0.2.2'));
    await greetedSocket(server.url, from('2001:db8::1'));
    await greetedSocket(server.url);
    first.close();
    await admitted(server.url, from('192.0.2.1').headers);
  });

  it('of an address are counted by who connects, where no proxy is trusted', async () => {
    await using server = await another({ MAX_CONNECTIONS_PER_ADDRESS: '1' });
    await greetedSocket(server.url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    const second = await openSocket(server.url, { headers: { 'x-forwarded-for': '192.0.2.2' } });
    expect((await second.closed).reason).toContain('this address');
  });

  it('are given back by sockets that were closed for what they said, or never greeted', async () => {
    await using server = await another({ MAX_CONNECTIONS: '1', CONNECTION_INIT_SECONDS: '1' });
    for (const send of [
      (socket: RawSocket) => socket.send('{'),
      (socket: RawSocket) => socket.subscribe('1', '{ head }'),
      () => {},
    ]) {
      const socket = await openSocket(server.url);
      send(socket);
      expect((await socket.closed).code).toBeGreaterThan(4_000);
    }
    // One with the wrong subprotocol had none.
    const [unfit] = [await openSocket(server.url, { protocols: [] })];
    expect((await unfit.closed).code).toBe(4406);
    const last = await admitted(server.url);
    expect(last.isOpen).toBe(true);
    expect((await (await openSocket(server.url)).closed).code).toBe(1013);
  });
});

describe('operations over one socket', () => {
  it('are so many at a time: one more gets an error, and one that is ended makes room', async () => {
    const socket = await greetedSocket(world.url);
    const after = await head();
    for (const id of ['1', '2', '3']) socket.subscribe(id, FOLLOW, { talks, after });
    expect(await socket.ask('4', FOLLOW, { talks })).toEqual([
      {
        id: '4',
        type: 'error',
        payload: [{ message: 'At most 3 operations at a time over one socket.', extensions: { code: 'TOO_COSTLY' } }],
      },
    ]);
    expect((await socket.ask('4', '{ head }')).map(({ type }) => type)).toEqual(['error']);
    socket.say({ type: 'complete', id: '2' });
    expect((await socket.ask('2', '{ head }')).map(({ type }) => type)).toEqual(['next', 'complete']);
    socket.subscribe('4', FOLLOW, { talks, after });
    const text = await say();
    for (const id of ['1', '3', '4']) expect(textsOf(await socket.events(id, 1))).toEqual([text]);
  });
});

describe('different subscriptions', () => {
  it('are so many on a node: one more gets an error, equal ones do not, and one that is ended makes room', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another({ MAX_GROUPS: '2' });
    const socket = await greetedSocket(server.url);
    const named = (name: string) => FOLLOW.replace('Follow', name);
    const after = await head();
    for (const id of ['One', 'Two']) socket.subscribe(id, named(id), { talks, after });
    socket.subscribe('same', named('One'), { talks, after });
    const text = await say('', server);
    for (const id of ['One', 'Two', 'same']) expect(textsOf(await socket.events(id, 1))).toEqual([text]);
    socket.subscribe('three', named('Three'), { talks, after });
    const refused = await socket.next(({ id }) => id === 'three');
    expect(refused.payload.errors).toEqual([
      expect.objectContaining({
        message: 'This node follows as many different subscriptions as it takes: try again later.',
        extensions: { code: 'TOO_COSTLY' },
      }),
    ]);
    socket.say({ id: 'Two', type: 'complete' });
    for (let attempt = 0; ; attempt += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      socket.subscribe(`four ${attempt}`, named('Four'), { talks, after });
      const { payload } = await socket.next(({ id, type }) => id === `four ${attempt}` && type === 'next');
      if (payload.errors === undefined) break;
    }
  });
});

describe('an upgrade', () => {
  const status = (url: string, headers: object) =>
    openSocket(url, { headers: { ...headers } }).then(
      () => 101,
      ({ message }: Error) => Number(/\d{3}/.exec(message)),
    );

  it('is open to pages of this origin and of those allowed, and to what is no page', async () => {
    await using server = await another({ ALLOWED_ORIGINS: 'https://news.example, http://localhost:3000' });
    const own = new URL(server.url).origin;
    const answers = Object.fromEntries(
      await Promise.all(
        [own, 'https://news.example', 'http://localhost:3000', 'https://elsewhere.example', 'null', '', 'news.example']
          .concat(['https://news.example.elsewhere.example', 'http://news.example', 'https://news.example:444'])
          .map(async (origin) => [origin === own ? 'own' : origin, await status(server.url, origin ? { origin } : {})]),
      ),
    );
    expect(answers).toEqual({
      own: 101,
      'https://news.example': 101,
      'http://localhost:3000': 101,
      '': 101,
      'https://elsewhere.example': 403,
      null: 403,
      'news.example': 403,
      'https://news.example.elsewhere.example': 403,
      'http://news.example': 403,
      'https://news.example:444': 403,
    });
  });

  it('is there at the endpoint alone', async () => {
    expect(await status(`${world.url}?token=x`, {})).toBe(101);
    for (const path of ['/', '/graphql/', '/graphql2', '/health']) {
      expect(await status(new URL(path, world.url).href, {})).toBe(404);
    }
  });
});

describe('a socket that is not used', () => {
  it('is closed with 4408 after a while, and one with a subscription is not', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another({ IDLE_SOCKET_SECONDS: '60' });
    const [unused, used, following] = await Promise.all([1, 2, 3].map(() => greetedSocket(server.url)));
    following?.subscribe('s', FOLLOW, { talks, after: await head() });
    await elapse(50);
    await used?.ask('q', '{ head }');
    await elapse(20);
    expect(await unused?.closed).toEqual({ code: 4408, reason: 'Idle: no operation for too long' });
    expect((await used?.ask('q', '{ head }'))?.length).toBe(2);
    following?.say({ type: 'complete', id: 's' });
    expect((await following?.ask('q', '{ head }'))?.length).toBe(2);
    await elapse(70);
    for (const socket of [used, following]) expect((await socket?.closed)?.code).toBe(4408);
  });

  it('is cut when its other end is gone without a word, and stays while that answers', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another({ MAX_CONNECTIONS: '2' });
    const [[gone, end], there] = [
      await withServersEnd(() => greetedSocket(server.url)),
      await greetedSocket(server.url),
    ];
    there.subscribe('s', FOLLOW, { talks, after: await head() });
    gone.pause();
    const cut = once(end, 'close');
    await elapse(60);
    await cut;
    const text = await say('', server);
    expect(textsOf(await there.events('s', 1))).toEqual([text]);
  });

  /** Lets some seconds go by, and whatever is sent meanwhile arrive. */
  async function elapse(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 4; n++) {
      await vi.advanceTimersByTimeAsync(250);
      if (n % 8 === 0) await fetch(new URL('/health', world.url));
    }
  }
});

describe('a client that does not keep up', () => {
  it('is not written to past a bound, keeps nobody up, and gets everything in order when it goes on', async () => {
    const after = await head();
    const [slow, end] = await withServersEnd(() => greetedSocket(world.url));
    const quick = await greetedSocket(world.url);
    for (const socket of [slow, quick]) socket.subscribe('s', LARGE, { talks, after });
    slow.pause();
    const texts: string[] = [];
    let most = 0;
    for (let n = 0; n < MANY; n++) {
      texts.push(await say(LARGE_TEXT));
      expect(textsOf(await quick.events('s', 1))).toEqual([texts.at(-1)]);
      most = Math.max(most, end.writableLength);
    }
    expect(most).toBeGreaterThan(262_144);
    expect(most).toBeLessThan(262_144 + 1.1 * LARGE_BYTES);
    slow.resume();
    expect(textsOf(await slow.events('s', MANY))).toEqual(texts);
    const last = await say();
    for (const socket of [slow, quick]) expect(textsOf(await socket.events('s', 1))).toEqual([last]);
  });

  it('catches up while events go on coming', async () => {
    const after = await head();
    const slow = await greetedSocket(world.url);
    slow.subscribe('s', LARGE, { talks, after });
    slow.pause();
    const texts: string[] = [];
    for (let n = 0; n < MANY; n++) texts.push(await say(LARGE_TEXT));
    const speaking = (async () => {
      for (let n = 0; n < 10; n++) texts.push(await say());
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
    await using server = await another({ LAG_CLOSE_BYTES: '1000000' });
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
    await using server = await another({ LAG_CLOSE_SECONDS: '60' });
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
    const after = await head();
    const [slow, end] = await withServersEnd(() => greetedSocket(server.url));
    const quick = await greetedSocket(server.url);
    for (const socket of [slow, quick]) socket.subscribe('s', LARGE, { talks, after });
    slow.pause();
    return { slow, end, quick, after };
  }

  async function sayLarge(server: Server): Promise<string[]> {
    const texts: string[] = [];
    while (texts.length < MANY) texts.push(await say(LARGE_TEXT, server));
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
    back.subscribe('s', LARGE, { talks, after: seen.at(-1)?.extensions.cursor ?? after });
    seen.push(...(await back.events('s', texts.length - seen.length)));
    expect(textsOf(seen)).toEqual(texts);
  }

  it.each([
    ['', 0],
    [', nor behind a network that holds it all on its way', Number.POSITIVE_INFINITY],
  ])('but takes what it is sent, however slowly, is not taken for dead%s', async (_, holds) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another({ LAG_CLOSE_BYTES: '100000000' });
    await using link = await openSlowLink(server.url, holds);
    const after = await head();
    const [slow, end] = await withServersEnd(() => greetedSocket(link.url));
    slow.subscribe('s', LARGE, { talks, after });
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
    await using server = await another({});
    await using link = await openSlowLink(server.url);
    const [slow, end] = await withServersEnd(() => greetedSocket(link.url));
    const closed = once(end, 'close');
    slow.subscribe('s', FOLLOW, { talks });
    await link.carry(0);
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
  });

  it('and takes none of the answers that it asked for is sent away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another({ LAG_CLOSE_SECONDS: '60' });
    await say(LARGE_TEXT, server);
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
    await using server = await another({ LAG_CLOSE_SECONDS: '20' });
    const after = await head();
    const texts = [await say('', server)];
    // From here on the group has what comes; what was before is only in the ledger.
    const there = await greetedSocket(server.url);
    there.subscribe('s', FOLLOW, { talks, after: await head() });
    texts.push(await say('', server));
    await there.events('s', 1);
    const lock = new pg.Client(world.database.server ?? {});
    await lock.connect();
    await lock.query('BEGIN; LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE');
    const back = await greetedSocket(server.url);
    back.subscribe('s', FOLLOW, { talks, after });
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
    await using server = await another({});
    const warned: Error[] = [];
    const onWarning = (warning: Error) => warned.push(warning);
    process.on('warning', onWarning);
    const after = await head();
    const slow = await greetedSocket(server.url);
    const ids = Array.from({ length: 15 }, (_, n) => `${n}`);
    for (const id of ids) slow.subscribe(id, LARGE, { talks, after });
    slow.pause();
    const texts = [await say(LARGE_TEXT), await say(LARGE_TEXT), await say(LARGE_TEXT, server)];
    slow.resume();
    for (const id of ids) expect(textsOf(await slow.events(id, 3))).toEqual(texts);
    process.off('warning', onWarning);
    expect(warned).toEqual([]);
  });

  it('and goes on asking is read from no further until it takes its answers', async () => {
    const [asking, end] = await withServersEnd(() => greetedSocket(world.url));
    await say(LARGE_TEXT);
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

describe('a server that stops', () => {
  it('says so when it is asked, takes nobody new, and sends everybody away with 1001', async () => {
    const server = await another({ DRAIN_SECONDS: '5' });
    const sockets = await Promise.all(Array.from({ length: 200 }, () => greetedSocket(server.url)));
    const [first] = sockets;
    first?.subscribe('s', FOLLOW, { talks });
    const stopped = server.stop();
    const ready = await fetch(new URL('/ready', server.url));
    expect([ready.status, await ready.text()]).toEqual([503, 'draining\n']);
    await expect(openSocket(server.url)).rejects.toThrow('503');
    const closed: Closed[] = await Promise.all(sockets.map((socket) => socket.closed));
    for (const { code, reason } of closed)
      expect([code, reason]).toEqual([1001, 'Going away: come back, and go on from the last cursor']);
    await stopped;
    await expect(openSocket(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait for a client that takes nothing', async () => {
    const server = await another({});
    const after = await head();
    const slow = await greetedSocket(server.url);
    slow.subscribe('s', LARGE, { talks, after });
    slow.pause();
    for (let n = 0; n < MANY; n++) await say(LARGE_TEXT, server);
    await server.stop();
  });
});
