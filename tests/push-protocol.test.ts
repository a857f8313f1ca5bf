import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FOLLOW, openSpokenWorld, type SpokenWorld } from './support/following.ts';
import { cutSockets, greetedSocket, openSocket, type RawSocket } from './support/raw-socket.ts';

const MESSAGE_BYTES = 20_000;

let world: SpokenWorld;
/** Follows all the time, in a subscription that no test shares, and is to notice nothing of the rest. */
let witness: RawSocket;

beforeAll(async () => {
  world = await openSpokenWorld({ MAX_MESSAGE_BYTES: String(MESSAGE_BYTES), CONNECTION_INIT_SECONDS: '1' });
  witness = await greetedSocket(world.url);
  witness.subscribe('witness', `# Witness\n${FOLLOW}`, { talks: world.talks, after: await world.head() });
});

afterEach(async () => {
  await world.say();
  const seen: string[] = [];
  while (seen.at(-1) !== `said ${world.said()}`) {
    const [{ data }] = await witness.events('witness', 1);
    seen.push(data.statements.statement.text);
  }
  expect(witness.isOpen).toBe(true);
  expect(told(witness, 'witness')).toEqual(Array.from({ length: world.said() }, (_, n) => `said ${n + 1}`));
});

afterAll(async () => {
  cutSockets();
  await world.stop();
});

/** The texts that an operation was told of. */
function told({ received }: RawSocket, id: string, field = 'statements'): string[] {
  return received
    .filter((message) => message.id === id && message.type === 'next')
    .map(({ payload }) => payload.data[field].statement.text);
}

async function overHttp(payload: object, key: string | null = null, accept = 'application/json'): Promise<string> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(payload),
  });
  return response.text();
}

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

const TOO_DEEP = `{ negotiation(slug: "talks") ${'{ statements(first: 1) { nodes { negotiation '.repeat(5)} { title } ${'} } }'.repeat(5)} }`;
const TOO_WIDE = `{ ${'...F '.repeat(251)} } fragment F on Query { head __typename viewer { name } }`;
const TOO_COMPLEX =
  '{ negotiations(first: 100) { nodes { statements(first: 100) { nodes { negotiation { statements(first: 100) { nodes { text } } } } } } } }';

describe('a query or a mutation over a socket', () => {
  it.each<[string, { query: string; variables?: object; operationName?: string }]>([
    ['a query', { query: '{ negotiation(slug: "talks") { id title status } }' }],
    ['one of several operations', { query: 'query A { head } query B { __typename }', operationName: 'B' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['an error of a nullable field', { query: '{ negotiation(slug: "talks") { title } node(id: "x") { id } }' }],
    ['a cursor of another record', { query: '{ negotiation(slug: "talks", asOf: { cursor: "x" }) { title } }' }],
    ['a variable left out', { query: 'query($id: ID!) { node(id: $id) { id } }' }],
    ['a variable that does not fit', { query: 'query($id: ID!) { node(id: $id) { id } }', variables: { id: {} } }],
    ['a text that cannot be kept', { query: '{ negotiation(slug: "a\\u0000") { id } }' }],
    ['a mutation without a key', { query: 'mutation { revokeKey(input: { prefix: "x" }) { __typename } }' }],
    ['too deep', { query: TOO_DEEP }],
    ['too wide', { query: TOO_WIDE }],
    ['too complex', { query: TOO_COMPLEX }],
  ])('is answered to the byte as over HTTP: %s', async (_, payload) => {
    const socket = await greetedSocket(world.url);
    const { query, variables, operationName } = payload;
    const [answer, ...rest] = await socket.ask('q', query, variables, operationName);
    expect(rest).toEqual([{ id: 'q', type: 'complete' }]);
    // A head that another test moves meanwhile is not asked for here.
    expect(JSON.stringify(answer?.payload)).toBe(await overHttp(payload));
  });

  it.each<[string, { query: string; variables?: object; operationName?: string }]>([
    ['a document that cannot be read', { query: '{ head' }],
    ['an empty document', { query: '' }],
    ['an unknown field', { query: '{ heat }' }],
    ['many mistakes', { query: `{ ${'heat '.repeat(200)} }` }],
    ['more aliases than are read', { query: `{ ${Array.from({ length: 101 }, (_, n) => `h${n}: head`).join(' ')} }` }],
    ['nested further than is read', { query: `{ node(id: ${'['.repeat(100)}${']'.repeat(100)}) { id } }` }],
    ['too many tokens', { query: `{ ${'head '.repeat(5_001).replaceAll('head', 'a')} }` }],
    ['an unknown operation', { query: 'query A { head }', operationName: 'B' }],
    ['an operation without a name, asked for by an empty one', { query: '{ head }', operationName: '' }],
    ['several operations and no name', { query: 'query A { head } query B { head }' }],
    ['no operation', { query: 'fragment F on Query { head }' }],
    ['a subscription that fails validation', { query: 'subscription { statements { heat } }' }],
    [
      'a subscription of two fields',
      { query: `subscription { a: timeline(negotiationId: "x") { kind } b: timeline(negotiationId: "x") { kind } }` },
    ],
    ['an unknown subscription', { query: FOLLOW, operationName: 'Lead' }],
    [
      'a subscription whose field a variable may leave out',
      {
        query: 'subscription($isWanted: Boolean!) { timeline(negotiationId: "x") @include(if: $isWanted) { kind } }',
        variables: { isWanted: false },
      },
    ],
  ])('that cannot be executed gets an `error` with what HTTP says: %s', async (_, payload) => {
    const socket = await greetedSocket(world.url);
    const answers = await socket.ask('q', payload.query, payload.variables, payload.operationName);
    expect(answers).toEqual([{ id: 'q', type: 'error', payload: expect.any(Array) }]);
    expect(JSON.stringify({ errors: answers[0]?.payload })).toBe(await overHttp(payload));
    // Its id is free again.
    expect((await socket.ask('q', '{ head }')).length).toBe(2);
  });

  it('has the rights of the key that the socket was greeted with', async () => {
    const key = await world.key('EDITOR');
    const socket = await greetedSocket(world.url, { key });
    const query = `mutation Open($input: OpenNegotiationInput!) { openNegotiation(input: $input) {
      __typename ... on Error { message } ... on AlreadyRecordedError { given }
    } }`;
    const variables = { input: { slug: 'by-socket', title: 'By socket', status: 'ACTIVE' } };
    const [opened] = await socket.ask('m', query, variables);
    expect(opened?.payload).toEqual({ data: { openNegotiation: { __typename: 'OpenNegotiationPayload' } } });
    const [again] = await socket.ask('m', query, variables);
    expect(again?.payload.data.openNegotiation).toMatchObject({
      __typename: 'AlreadyRecordedError',
      given: 'by-socket',
    });
    expect(JSON.stringify(again?.payload)).toBe(await overHttp({ query, variables }, key));
    const [viewer] = await socket.ask('v', '{ viewer { name role } }');
    expect(viewer?.payload.data.viewer).toEqual({ name: 'EDITOR of the test', role: 'EDITOR' });
  });
});

describe('a subscription that cannot begin', () => {
  const COSTLY = `subscription($talks: ID!) { statements(negotiationId: $talks) { ... on StatementEvent { statement {
    negotiation { statements(first: 100) { nodes { negotiation { statements(first: 100) { nodes { negotiation {
      statements(first: 100) { nodes { text } } } } } } } } }
  } } } }`;

  const FIELD = 'statements(negotiationId: $talks) { __typename }';
  const leftOut = (how: string) => `subscription($talks: ID!) { ${FIELD.replace('{', `${how} {`)} }`;

  it.each<[string, string, () => object, string]>([
    ['a variable left out', FOLLOW, () => ({}), 'BAD_USER_INPUT'],
    ['a cursor that is no string', FOLLOW, () => ({ talks: world.talks, after: 5 }), 'BAD_USER_INPUT'],
    ['an id of no kind', FOLLOW, () => ({ talks: 'x' }), 'BAD_ID'],
    ['an id of another kind', FOLLOW, () => ({ talks: other('Person') }), 'BAD_ID'],
    ['talks that are not there', FOLLOW, () => ({ talks: other('Negotiation') }), 'NOT_FOUND'],
    [
      'a cursor of another record',
      FOLLOW,
      () => ({ talks: world.talks, after: 'AAAAAAAAAAAAAAAAAAAAAA' }),
      'BAD_CURSOR',
    ],
    ['a cursor cut short', FOLLOW, () => ({ talks: world.talks, after: 'AAAA' }), 'BAD_CURSOR'],
    ['one that asks for too much', COSTLY, () => ({ talks: world.talks }), 'TOO_COSTLY'],
    ['a field that is left out', leftOut('@include(if: false)'), () => ({ talks: world.talks }), 'BAD_USER_INPUT'],
    ['a field that is skipped', leftOut('@skip(if: true)'), () => ({ talks: world.talks }), 'BAD_USER_INPUT'],
    [
      'a fragment that is left out, with its field',
      `subscription($talks: ID!) { ...F @include(if: false) } fragment F on Subscription { ${FIELD} }`,
      () => ({ talks: world.talks }),
      'BAD_USER_INPUT',
    ],
    [
      'one field that is left out, and another',
      `subscription($talks: ID!) { first: ${FIELD.replace('{', '@include(if: false) {')} second: ${FIELD} }`,
      () => ({ talks: world.talks }),
      'BAD_USER_INPUT',
    ],
  ])(
    'is answered with its errors, as the stream of server-sent events is, and completed: %s',
    async (_, query, variables, code) => {
      const socket = await greetedSocket(world.url);
      const [answer, ...rest] = await socket.ask('s', query, variables());
      expect(rest).toEqual([{ id: 's', type: 'complete' }]);
      expect(answer).toMatchObject({ type: 'next', payload: { errors: [{ extensions: { code } }] } });
      const stream = await overHttp({ query, variables: variables() }, null, 'text/event-stream');
      expect(stream).toContain(`event: next\ndata: ${JSON.stringify(answer?.payload)}\n\nevent: complete\n`);
      // Its id is free again.
      expect((await socket.ask('s', '{ head }')).length).toBe(2);
    },
  );

  function other(type: string): string {
    return Buffer.from(`${type}:00000000-0000-4000-8000-000000000000`).toString('base64url');
  }
});

describe('a subscription', () => {
  const EVENT = '... on StatementEvent { cursor statement { text } }';

  it.each<[string, (after: string) => { query: string; variables: object; operationName?: string; field?: string }]>([
    [
      'a cursor in the document',
      (after) => ({
        query: `subscription($talks: ID!) { statements(negotiationId: $talks, after: "${after}") { ${EVENT} } }`,
        variables: { talks: world.talks },
      }),
    ],
    [
      'a cursor in the document, as a text of several lines',
      (after) => ({
        query: `subscription($talks: ID!) { statements(negotiationId: $talks, after: """${after}""") { ${EVENT} } }`,
        variables: { talks: world.talks },
      }),
    ],
    [
      'a cursor in a variable of another name',
      (since) => ({
        query: `subscription($after: ID!, $since: Cursor!) { statements(negotiationId: $after, after: $since) { ${EVENT} } }`,
        variables: { after: world.talks, since },
      }),
    ],
    [
      'a cursor that is a variable’s default',
      (after) => ({
        query: `subscription($talks: ID!, $after: Cursor = "${after}") { statements(negotiationId: $talks, after: $after) { ${EVENT} } }`,
        variables: { talks: world.talks },
      }),
    ],
    [
      'a cursor in a variable that is used twice',
      (after) => ({
        query: `subscription($talks: ID!, $after: Cursor) {
          statements(negotiationId: $talks, after: $after) { __typename }
          statements(negotiationId: $talks, after: $after) { ${EVENT} }
        }`,
        variables: { talks: world.talks, after },
      }),
    ],
    [
      'its field in a fragment',
      (after) => ({
        query: `subscription($talks: ID!, $after: Cursor) { ...Field }
          fragment Field on Subscription { ... { statements(negotiationId: $talks, after: $after) { ...Event } } }
          fragment Event on StatementEvent { cursor statement { text } }`,
        variables: { talks: world.talks, after },
      }),
    ],
    [
      'an alias',
      (after) => ({
        query: FOLLOW.replace('statements', 'mine: statements'),
        variables: { talks: world.talks, after },
        field: 'mine',
      }),
    ],
    [
      'others in its document',
      (after) => ({
        query: `query Head { head } ${FOLLOW} subscription Timeline { timeline(negotiationId: "x") { kind } }`,
        variables: { talks: world.talks, after },
        operationName: 'Follow',
      }),
    ],
    [
      'a variable named like what objects have',
      (after) => ({
        query: `subscription($constructor: ID!, $toString: Cursor, $__proto__: Boolean = true) {
          statements(negotiationId: $constructor, after: $toString) {
            ... on StatementEvent { cursor statement @include(if: $__proto__) { text } }
          }
        }`,
        variables: { constructor: world.talks, toString: after },
      }),
    ],
  ])('gives what comes after its cursor, each once: with %s', async (_, make) => {
    const missed = await world.say();
    const after = await world.head();
    const before = [await world.say(), await world.say()];
    const { query, variables, operationName, field = 'statements' } = make(after);
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', query, variables, operationName);
    await socket.events('s', 2);
    const since = await world.say();
    const [last] = await socket.events('s', 1);
    expect(told(socket, 's', field)).toEqual([...before, since]);
    expect(told(socket, 's', field)).not.toContain(missed);
    expect(last.extensions.cursor).toBe(last.data[field].cursor);
  });

  it('with null for its cursor follows from now, whatever the variable’s default', async () => {
    const after = await world.head();
    await world.say();
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', FOLLOW.replace('Cursor', `Cursor = "${after}"`), { talks: world.talks, after: null });
    const said: string[] = [];
    const arrived = socket.events('s', 1);
    // Nothing tells when it has begun, but the first event.
    while (told(socket, 's').length === 0) said.push(await world.say());
    await arrived;
    expect(said).toContain(told(socket, 's')[0]);
  });
});
