import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FOLLOW, openSpokenWorld, type SpokenWorld, told } from './support/following.ts';
import { cutSockets, greetedSocket, openSocket } from './support/raw-socket.ts';
import { openWitness, type Witness } from './support/witness.ts';

const MESSAGE_BYTES = 20_000;

let world: SpokenWorld;
let witness: Witness;

beforeAll(async () => {
  world = await openSpokenWorld({ MAX_MESSAGE_BYTES: String(MESSAGE_BYTES), CONNECTION_INIT_SECONDS: '1' });
  witness = await openWitness(world);
});
afterEach(() => witness.hasNoticedNothing());
afterAll(async () => {
  cutSockets();
  await world.stop();
});

describe('a message that is none of the protocol', () => {
  it.each([
    ['malformed JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a string', '"ping"'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start","id":"1"}'],
    ['the type of another kind', '{"type":{"$ne":1}}'],
    ['what only a server says', '{"type":"connection_ack"}'],
    ['an event from a client', '{"type":"next","id":"1","payload":{}}'],
    ['an operation without a payload', '{"type":"subscribe","id":"1"}'],
    ['an operation without an id', '{"type":"subscribe","payload":{"query":"{ head }"}}'],
    ['an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ head }"}}'],
    ['an id that is a number', '{"type":"subscribe","id":1,"payload":{"query":"{ head }"}}'],
    ['a query that is no string', '{"type":"subscribe","id":"1","payload":{"query":["{ head }"]}}'],
    ['variables that are a list', '{"type":"subscribe","id":"1","payload":{"query":"{ head }","variables":[1]}}'],
    ['a completion of nothing', '{"type":"complete"}'],
    ['a ping whose payload is text', '{"type":"ping","payload":"x"}'],
    ['a frame that is binary', Buffer.from('{"type":"ping"}')],
  ])('closes the socket with 4400: %s', async (_, data) => {
    for (const open of [openSocket, greetedSocket]) {
      const socket = await open(world.url);
      socket.send(data);
      expect(await socket.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
    }
  });

  it('closes the socket with 1009 when it is too large, and one that just fits is answered', async () => {
    const socket = await greetedSocket(world.url);
    const message = (padding: number) => JSON.stringify({ type: 'ping', payload: { padding: 'x'.repeat(padding) } });
    const room = MESSAGE_BYTES - message(0).length;
    socket.send(message(room));
    expect((await socket.next()).type).toBe('pong');
    socket.send(message(room + 1));
    expect((await socket.closed).code).toBe(1009);
  });

  it('closes the socket with 1007 when it is no text', async () => {
    const socket = await openSocket(world.url);
    socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await socket.closed).code).toBe(1007);
  });
});

describe('what comes after a reason to close', () => {
  it('is not looked at, and done still less', async () => {
    const key = await world.key('ADMIN');
    const socket = await greetedSocket(world.url, { key });
    socket.send('{');
    socket.subscribe(
      'm',
      'mutation { openNegotiation(input: { slug: "ghost", title: "x", status: ACTIVE }) { __typename } }',
    );
    expect((await socket.closed).code).toBe(4400);
    const unfit = await openSocket(world.url, { protocols: [] });
    unfit.say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
    expect((await unfit.closed).code).toBe(4406);
    await world.say();
    expect((await world.query('{ negotiation(slug: "ghost") { title } }')).data.negotiation).toBeNull();
  });
});

describe('a handshake', () => {
  it.each([
    ['no subprotocol', {}],
    ['a subprotocol of old', { 'sec-websocket-protocol': 'graphql-ws' }],
    ['one of nobody’s', { 'sec-websocket-protocol': 'mqtt' }],
  ])('with %s ends with 4406', async (_, headers) => {
    const socket = await openSocket(world.url, { protocols: [], headers });
    expect(await socket.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  });

  it('finds the subprotocol among others', async () => {
    const socket = await openSocket(world.url, { protocols: ['mqtt', 'graphql-transport-ws'] });
    socket.say({ type: 'connection_init' });
    expect((await socket.next()).type).toBe('connection_ack');
  });

  it('that is refused, and then broken off, ends nothing else', async () => {
    const { hostname, port } = new URL(world.url);
    for (const [path, origin] of [
      ['/elsewhere', `http://${hostname}`],
      ['/graphql', 'https://elsewhere.example'],
    ]) {
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: parley\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 40[34] /);
      socket.resetAndDestroy();
    }
    expect((await fetch(new URL('/health', world.url))).status).toBe(200);
  });

  it('that is refused does not leave the connection open', async () => {
    const { hostname, port } = new URL(world.url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.write('GET /elsewhere HTTP/1.1\r\nHost: parley\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.resume();
    await once(socket, 'end');
    // On a connection that is gone at the other end there comes an error for what is sent to it.
    const gone = once(socket, 'error');
    const knock = setInterval(() => socket.write('still there?'), 10);
    expect((await gone)[0]).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
    clearInterval(knock);
  });
});

describe('a greeting', () => {
  it('is to come before anything is asked: else 4401', async () => {
    const socket = await openSocket(world.url);
    socket.subscribe('1', '{ head }');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect(socket.received).toEqual([]);
  });

  it('is to be answered before anything is asked: else 4401', async () => {
    const socket = await openSocket(world.url);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${await world.key('EDITOR')}` } });
    socket.subscribe('1', '{ head }');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('comes once: a second one closes with 4429', async () => {
    const late = await greetedSocket(world.url);
    late.say({ type: 'connection_init' });
    const early = await openSocket(world.url);
    early.say({ type: 'connection_init', payload: { authorization: `Bearer ${await world.key('EDITOR')}` } });
    early.say({ type: 'connection_init' });
    for (const socket of [late, early])
      expect(await socket.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
  });

  it('that does not come in time closes with 4408, whatever else is said meanwhile', async () => {
    const silent = await openSocket(world.url);
    const talkative = await openSocket(world.url);
    talkative.say({ type: 'ping' });
    expect((await talkative.next()).type).toBe('pong');
    for (const socket of [silent, talkative])
      expect(await socket.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  });
});

describe('a ping', () => {
  it('is answered with a pong that carries its payload, before the greeting too', async () => {
    const socket = await openSocket(world.url);
    const payload = { nested: ['日', 1, null], text: '"\n' };
    socket.say({ type: 'ping', payload });
    socket.say({ type: 'ping' });
    socket.say({ type: 'ping', payload: null });
    socket.say({ type: 'pong', payload });
    socket.say({ type: 'connection_init' });
    expect([await socket.next(), await socket.next(), await socket.next(), await socket.next()]).toEqual([
      { type: 'pong', payload },
      { type: 'pong' },
      { type: 'pong' },
      { type: 'connection_ack' },
    ]);
  });
});

describe('the id of an operation', () => {
  it.each([
    ['quotes and backslashes', '"\\"}{\\\\'],
    ['line ends', 'a\nb\r\n\u2028\u2029'],
    ['NUL and control characters', '\u0000\u001b[2J'],
    ['signs of many scripts', '日本語 ‏עברית 👩‍👩‍👧 é'],
    ['half a character', '\ud83d'],
    ['a name that objects have', '__proto__'],
    ['as many characters as it may', '日'.repeat(100)],
  ])('may hold %s, and comes back as it was', async (_, id) => {
    const socket = await greetedSocket(world.url);
    expect((await socket.ask(id, '{ head }')).map(({ type }) => type)).toEqual(['next', 'complete']);
    socket.subscribe(id, FOLLOW, { talks: world.talks, after: await world.head() });
    const text = await world.say();
    const [event] = await socket.events(id, 1);
    expect(event.data.statements.statement.text).toBe(text);
  });

  it('that is too long closes the socket with 4400 and says so', async () => {
    const socket = await greetedSocket(world.url);
    socket.subscribe('日'.repeat(101), '{ head }');
    expect(await socket.closed).toEqual({ code: 4400, reason: 'The operation id is longer than 100 characters' });
  });

  it('of an operation under way closes the socket with 4409', async () => {
    const socket = await greetedSocket(world.url);
    socket.subscribe('twice', FOLLOW, { talks: world.talks });
    socket.subscribe('twice', '{ head }');
    expect(await socket.closed).toEqual({ code: 4409, reason: 'Subscriber for twice already exists' });
  });

  it.each([
    ['latin', 'x'.repeat(100)],
    ['three bytes a sign', '日'.repeat(90)],
    ['four', '👩'.repeat(45)],
    ['of all lengths', 'xé日👩'.repeat(20)],
  ])('is cut in a reason that would be too long, between its characters: %s', async (_, id) => {
    const socket = await greetedSocket(world.url);
    for (let n = 0; n < 2; n++) socket.subscribe(id, FOLLOW, { talks: world.talks });
    const { code, reason } = await socket.closed;
    expect(code).toBe(4409);
    expect(reason).toMatch(/^Subscriber for /);
    expect(reason).not.toContain('\ufffd');
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });
});

describe('a completion', () => {
  it('of an operation that is not there is passed over', async () => {
    const socket = await greetedSocket(world.url);
    socket.say({ type: 'complete', id: 'nothing' });
    const answers = await socket.ask('q', '{ negotiation(slug: "talks") { title } }');
    expect(answers).toEqual([
      { id: 'q', type: 'next', payload: { data: { negotiation: { title: 'Pay at the docks' } } } },
      { id: 'q', type: 'complete' },
    ]);
    socket.say({ type: 'complete', id: 'q' });
    expect((await socket.ask('q', '{ head }')).length).toBe(2);
  });

  it('before the subscription has begun ends it, and its id serves another at once', async () => {
    const socket = await greetedSocket(world.url);
    const after = await world.head();
    const renamed = (name: string) => FOLLOW.replace('statements', `${name}: statements`);
    socket.subscribe('x', renamed('first'), { talks: world.talks, after });
    socket.say({ type: 'complete', id: 'x' });
    socket.subscribe('x', renamed('second'), { talks: world.talks, after });
    socket.say({ type: 'complete', id: 'x' });
    socket.subscribe('x', renamed('third'), { talks: world.talks, after });
    const texts = [await world.say(), await world.say()];
    await socket.events('x', 2);
    expect(told(socket, 'x', 'third')).toEqual(texts);
  });

  it('before a query is answered spares its answer, and its id serves another at once', async () => {
    const socket = await greetedSocket(world.url);
    socket.subscribe('x', '{ negotiation(slug: "talks") { title } }');
    socket.say({ type: 'complete', id: 'x' });
    expect(await socket.ask('x', '{ negotiations { nodes { slug } } }')).toEqual([
      { id: 'x', type: 'next', payload: { data: { negotiations: { nodes: [{ slug: 'talks' }] } } } },
      { id: 'x', type: 'complete' },
    ]);
  });

  it('ends the events', async () => {
    const socket = await greetedSocket(world.url);
    const after = await world.head();
    socket.subscribe('ended', FOLLOW, { talks: world.talks, after });
    socket.subscribe('goes on', FOLLOW, { talks: world.talks, after });
    const first = await world.say();
    await socket.events('ended', 1);
    socket.say({ type: 'complete', id: 'ended' });
    const second = await world.say();
    await socket.events('goes on', 2);
    expect([told(socket, 'ended'), told(socket, 'goes on')]).toEqual([[first], [first, second]]);
  });
});
