import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../src/graphql/rate-limit.ts';
import { Groups } from '../src/push/groups.ts';
import {
  FOLLOW,
  LARGE,
  LARGE_TEXT,
  MANY,
  openSpokenWorld,
  type SpokenWorld,
  textsOf,
  withServersEnd,
} from './support/following.ts';
import { type Closed, cutSockets, greetedSocket, openSocket, type RawSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { anotherServer } from './support/servers.ts';

let world: SpokenWorld;

beforeAll(async () => {
  world = await openSpokenWorld({ TRUSTED_PROXIES: 'loopback', MAX_OPERATIONS_PER_SOCKET: '3' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  cutSockets();
});
afterAll(() => world.stop());

/** Greets until there is a place: that one is given back is seen from outside in nothing else. */
async function admitted(url: string, headers = {}): Promise<RawSocket> {
  for (;;) {
    const socket = await greetedSocket(url, { headers }).catch(() => null);
    if (socket !== null) return socket;
  }
}

describe('places', () => {
  it('may be broken off at any moment, and the node goes on', async () => {
    const { port } = new URL(world.url);
    const upgrade = `GET /graphql HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`;
    const breakOff = () =>
      new Promise<void>((gone) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(upgrade);
          socket.resetAndDestroy();
        });
        socket.on('error', () => {}).on('close', () => gone());
      });
    for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, breakOff));
    expect((await fetch(new URL('/health', world.url))).status).toBe(200);
  });

  it('on a node are so many: one more is closed with 1013, and one that is left is given again', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS: '2' });
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
    await using server = await anotherServer(world, { MAX_CONNECTIONS_PER_ADDRESS: '2', TRUSTED_PROXIES: 'loopback' });
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
    await greetedSocket(server.url);
    first.close();
    await admitted(server.url, from('192.0.2.1').headers);
  });

  it('of an address are those of its network, where it is one of IPv6, and the same however it is written', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS_PER_ADDRESS: '1', TRUSTED_PROXIES: 'loopback' });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const first = await greetedSocket(server.url, from('2001:db8::1'));
    await greetedSocket(server.url, from('192.0.2.1'));
    for (const same of ['2001:db8::2', '2001:DB8:0:0:ffff::1', '::ffff:192.0.2.1'])
      expect((await (await openSocket(server.url, from(same))).closed).code).toBe(1013);
    await greetedSocket(server.url, from('2001:db8:0:1::1'));
    first.close();
    await admitted(server.url, from('2001:db8::2').headers);
  });

  it('of an address are counted by who connects, where no proxy is trusted', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS_PER_ADDRESS: '1' });
    await greetedSocket(server.url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    const second = await openSocket(server.url, { headers: { 'x-forwarded-for': '192.0.2.2' } });
    expect((await second.closed).reason).toContain('this address');
  });

  it('are given back by sockets that were closed for what they said, or never greeted', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS: '1', CONNECTION_INIT_SECONDS: '1' });
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
    const after = await world.head();
    for (const id of ['1', '2', '3']) socket.subscribe(id, FOLLOW, { talks: world.talks, after });
    expect(await socket.ask('4', FOLLOW, { talks: world.talks })).toEqual([
      {
        id: '4',
        type: 'error',
        payload: [{ message: 'At most 3 operations at a time over one socket.', extensions: { code: 'TOO_COSTLY' } }],
      },
    ]);
    expect((await socket.ask('4', '{ head }')).map(({ type }) => type)).toEqual(['error']);
    socket.say({ type: 'complete', id: '2' });
    expect((await socket.ask('2', '{ head }')).map(({ type }) => type)).toEqual(['next', 'complete']);
    socket.subscribe('4', FOLLOW, { talks: world.talks, after });
    const text = await world.say();
    for (const id of ['1', '3', '4']) expect(textsOf(await socket.events(id, 1))).toEqual([text]);
  });
});

describe('different subscriptions', () => {
  const named = (name: string) => FOLLOW.replace('Follow', name);
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('are so many on a node: one more closes its socket with 1013, and one that is ended makes room', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { MAX_GROUPS: '2' });
    const socket = await greetedSocket(server.url);
    const after = await world.head();
    for (const id of ['One', 'Two']) socket.subscribe(id, named(id), { talks: world.talks, after });
    socket.subscribe('same', named('One'), { talks: world.talks, after });
    const text = await world.say('', server);
    for (const id of ['One', 'Two', 'same']) expect(textsOf(await socket.events(id, 1))).toEqual([text]);
    const third = await greetedSocket(server.url);
    third.subscribe('Three', named('Three'), { talks: world.talks, after });
    expect(await third.closed).toEqual({
      code: 1013,
      reason: 'This node follows as many different subscriptions as it takes: try again later',
    });
    socket.say({ id: 'Two', type: 'complete' });
    for (let texts: string[] = []; texts.length === 0; ) {
      await vi.advanceTimersByTimeAsync(1_000);
      const fourth = await greetedSocket(server.url);
      fourth.subscribe('Four', named('Four'), { talks: world.talks, after });
      texts = await fourth.events('Four', 1).then(textsOf, () => []);
    }
    expect(socket.isOpen).toBe(true);
  });

  it('wait for room where a socket has others, which go on meanwhile, and miss nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world, { MAX_GROUPS: '2' });
    const socket = await greetedSocket(server.url);
    const after = await world.head();
    for (const id of ['One', 'Two', 'Three']) socket.subscribe(id, named(id), { talks: world.talks, after });
    const text = await world.say('', server);
    for (const id of ['One', 'Two']) expect(textsOf(await socket.events(id, 1))).toEqual([text]);
    expect(socket.isOpen).toBe(true);
    const waited = socket.events('Three', 1).then(textsOf);
    socket.say({ id: 'Two', type: 'complete' });
    const ticks = setTimeout(async function tick() {
      await vi.advanceTimersByTimeAsync(1_000);
      ticks.refresh();
    }, 50);
    expect(await waited).toEqual([text]);
    clearTimeout(ticks);
  });

  it('count against their caller’s limit once, however long they wait', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const spend = vi.spyOn(RateLimit.prototype, 'spend');
    await using server = await anotherServer(world, { MAX_GROUPS: '1' });
    const join = vi.spyOn(Groups.prototype, 'join');
    const socket = await greetedSocket(server.url);
    const after = await world.head();
    socket.subscribe('One', named('One'), { talks: world.talks, after });
    const text = await world.say('', server);
    expect(textsOf(await socket.events('One', 1))).toEqual([text]);
    spend.mockClear();
    join.mockClear();
    socket.subscribe('Two', named('Two'), { talks: world.talks, after });
    await vi.waitUntil(() => join.mock.calls.length === 2, 20_000);
    expect(spend).toHaveBeenCalledTimes(1);
  });

  it('wait for the database where a socket has others, which hear nothing of it', async () => {
    await using server = await anotherServer(world);
    const socket = await greetedSocket(server.url);
    const after = await world.head();
    socket.subscribe('One', named('One'), { talks: world.talks, after });
    const first = await world.say('', server);
    expect(textsOf(await socket.events('One', 1))).toEqual([first]);
    const away = vi.spyOn(server.ledger, 'positionAfter').mockRejectedValue(new Error('away'));
    socket.subscribe('Two', named('Two'), { talks: world.talks, after });
    // Once more than whoever has nothing else is begun.
    await vi.waitUntil(() => !socket.isOpen || away.mock.calls.length > 10, 20_000);
    const second = await world.say('', server);
    expect(textsOf(await socket.events('One', 1))).toEqual([second]);
    away.mockRestore();
    expect(textsOf(await socket.events('Two', 2))).toEqual([first, second]);
  });

  it('are so many of those that one address began: others begin theirs, and it joins these', async () => {
    await using server = await anotherServer(world, { MAX_GROUPS_PER_ADDRESS: '2', TRUSTED_PROXIES: 'loopback' });
    const after = await world.head();
    const text = await world.say('', server);
    const follow = async (address: string, name: string) => {
      const socket = await greetedSocket(server.url, from(address));
      socket.subscribe(name, named(name), { talks: world.talks, after });
      return Promise.race([socket.closed, socket.events(name, 1).then(textsOf, () => socket.closed)]);
    };
    for (const name of ['One', 'Two']) expect(await follow('192.0.2.1', name)).toEqual([text]);
    expect(await follow('192.0.2.1', 'Three')).toEqual({
      code: 1013,
      reason: 'Too many different subscriptions from this address: try again later',
    });
    for (const name of ['One', 'Two', 'Three', 'Four']) expect(await follow('192.0.2.2', name)).toEqual([text]);
    expect(await follow('192.0.2.1', 'Three')).toEqual([text]);
    const refused = await openStream(server.url, {
      query: named('Five'),
      variables: { talks: world.talks },
      headers: from('192.0.2.1').headers,
    });
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(await refused.over).toBe('ended');
    expect(refused.text()).toBe('Too many different subscriptions from this address: try again later\n');
  });

  it('are counted no longer when they could not begin', async () => {
    await using server = await anotherServer(world, { MAX_GROUPS: '1' });
    const socket = await greetedSocket(server.url);
    for (let n = 0; n < 3; n++) {
      const [refused] = await socket.ask('s', named(`Refused${n}`), { talks: 'x' });
      expect(refused?.payload.errors[0].extensions.code).toBe('BAD_ID');
    }
    const after = await world.head();
    socket.subscribe('s', FOLLOW, { talks: world.talks, after });
    const text = await world.say('', server);
    expect(textsOf(await socket.events('s', 1))).toEqual([text]);
  });
});

describe('an upgrade', () => {
  const status = (url: string, headers: object) =>
    openSocket(url, { headers: { ...headers } }).then(
      () => 101,
      ({ message }: Error) => Number(/\d{3}/.exec(message)),
    );

  it('is open to pages of this origin and of those allowed, and to what is no page', async () => {
    await using server = await anotherServer(world, { ALLOWED_ORIGINS: 'https://news.example, http://localhost:3000' });
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

  it('is to a WebSocket alone: what asks for another protocol is told so', async () => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    const body = '{"query":"{ head }"}';
    const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk';
    const json = `Content-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.write(`POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\n${h2c}\r\n${json}\r\n\r\n${body}`);
    const answer = (await socket.setEncoding('utf8').toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(
      /\r\n\r\nA connection is upgraded to WebSocket alone: send this request without the header Upgrade\.\n$/,
    );
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
    await using server = await anotherServer(world, { IDLE_SOCKET_SECONDS: '60' });
    const [unused, used, following] = await Promise.all([1, 2, 3].map(() => greetedSocket(server.url)));
    following?.subscribe('s', FOLLOW, { talks: world.talks, after: await world.head() });
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
    await using server = await anotherServer(world, { MAX_CONNECTIONS: '2' });
    const [[gone, end], there] = [
      await withServersEnd(() => greetedSocket(server.url)),
      await greetedSocket(server.url),
    ];
    there.subscribe('s', FOLLOW, { talks: world.talks, after: await world.head() });
    gone.pause();
    const cut = once(end, 'close');
    await elapse(60);
    await cut;
    const text = await world.say('', server);
    expect(textsOf(await there.events('s', 1))).toEqual([text]);
  });

  it('is cut within forty seconds, however many others there are', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world);
    const [gone, end] = await withServersEnd(() => greetedSocket(server.url));
    await Promise.all(Array.from({ length: 91 }, () => greetedSocket(server.url)));
    gone.pause();
    const cut = vi.fn();
    end.once('close', cut);
    await elapse(40);
    expect(cut).toHaveBeenCalled();
  });

  /** Lets some seconds go by, and whatever is sent meanwhile arrive. */
  async function elapse(seconds: number): Promise<void> {
    for (let n = 0; n < seconds * 4; n++) {
      await vi.advanceTimersByTimeAsync(250);
      if (n % 8 === 0) await fetch(new URL('/health', world.url));
    }
  }
});

describe('a server that stops', () => {
  it('says so when it is asked, takes nobody new, and sends everybody away with 1001', async () => {
    const server = await anotherServer(world, { DRAIN_SECONDS: '5' });
    const sockets = await Promise.all(Array.from({ length: 200 }, () => greetedSocket(server.url)));
    const [first] = sockets;
    first?.subscribe('s', FOLLOW, { talks: world.talks });
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

  it('says why to whoever still takes what waits for them, even when it sends everybody away at once', async () => {
    const server = await anotherServer(world, { DRAIN_SECONDS: '0' });
    const after = await world.head();
    const slow = await greetedSocket(server.url);
    slow.subscribe('s', LARGE, { talks: world.talks, after });
    slow.pause();
    for (let n = 0; n < MANY; n++) await world.say(LARGE_TEXT, server);
    const stopped = server.stop();
    await fetch(new URL('/health', world.url));
    slow.resume();
    expect((await slow.closed).code).toBe(1001);
    await stopped;
  });

  it.each([
    ['', (_slow: RawSocket) => {}],
    [', not even the answer to its own farewell', (slow: RawSocket) => slow.close()],
  ])('does not wait for a client that takes nothing%s', async (_, leave) => {
    const server = await anotherServer(world);
    const after = await world.head();
    const slow = await greetedSocket(server.url);
    slow.subscribe('s', LARGE, { talks: world.talks, after });
    slow.pause();
    for (let n = 0; n < MANY; n++) await world.say(LARGE_TEXT, server);
    leave(slow);
    await fetch(new URL('/health', server.url));
    await server.stop();
  });
});
