import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FOLLOW, openSpokenWorld, type SpokenWorld, told } from './support/following.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { openWitness, type Witness } from './support/witness.ts';

let world: SpokenWorld;
let witness: Witness;

beforeAll(async () => {
  world = await openSpokenWorld();
  witness = await openWitness(world);
});
afterEach(() => witness.hasNoticedNothing());
afterAll(async () => {
  cutSockets();
  await world.stop();
});

async function overHttp(payload: object, key: string | null = null, accept = 'application/json'): Promise<string> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(payload),
  });
  return response.text();
}

const TOO_DEEP = `{ negotiation(slug: "talks") ${'{ statements(first: 1) { nodes { negotiation '.repeat(5)} { title } ${'} } }'.repeat(5)} }`;
const TOO_WIDE = `{ ${'...F '.repeat(90)} } fragment F on Query { head __typename viewer { name } }`;
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
    ['more fragments than are read', { query: `{ ${'...F '.repeat(100)} } fragment F on Query { head }` }],
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
