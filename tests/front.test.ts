import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCEPT } from './support/accept.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let id: string;
beforeAll(async () => {
  world = await openWorld({ MAX_BODY_BYTES: '2000' });
  await seedTalks(world);
  id = await publish(world, 'first');
});
afterAll(() => world.stop());

/** A weight says what was said before already, and is out of the ordinary: with one a request is Yoga's. */
const YOGA = ';q=1';

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

async function post(body: string, accept: string, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body,
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

const LINE = 'id text said { latest } source { person { name post: __typename } } stances { kind }';

describe('an ordinary request is answered as Yoga would answer it, to the byte', () => {
  it.each<[string, unknown, Record<string, string>?]>([
    ['a query', { query: '{ negotiation(slug: "talks") { title statements { nodes { id text } } } }' }],
    ['variables', { query: `query Q($id: ID!) { statement(id: $id) { ${LINE} } }`, variables: () => ({ id }) }],
    ['one of several operations', { query: 'query A { head } query B { viewer { name } }', operationName: 'B' }],
    ['no operation of several', { query: 'query A { head } query B { head }' }],
    ['an operation that is not there', { query: 'query A { head }', operationName: 'B' }],
    ['what a client adds of itself', { query: '{ head }', extensions: { clientLibrary: { name: 'a' } } }],
    ['a hash instead of a document', { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }],
    ['something more', { query: '{ head }', more: true }],
    ['an id that is none', { query: '{ statement(id: "x") { id } }' }],
    ['a field that fails beside one that does not', { query: '{ head statement(id: "x") { id } }' }],
    ['a syntax error', { query: '{ head' }],
    ['a field that does not exist', { query: '{ hed }' }],
    ['a variable that is not given', { query: 'query Q($id: ID!) { statement(id: $id) { id } }' }],
    [
      'a variable that does not fit',
      { query: 'query Q($n: Int) { negotiations(first: $n) { nodes { id } } }', variables: { n: 'many' } },
    ],
    [
      'two moments at once',
      {
        query: 'query Q($at: AsOf) { negotiations(asOf: $at) { nodes { id } } }',
        variables: { at: { cursor: 'x', instant: '2026-01-01T00:00:00Z' } },
      },
    ],
    [
      'too much',
      {
        query:
          '{ negotiations(first: 100) { nodes { statements(first: 100) { nodes { relatedBy(first: 100) { nodes { kind } } } } } } }',
      },
    ],
    ['a role that is missing', { query: `{ drafts(negotiationId: "${'x'}") { nodes { id } } }` }],
    ['a key that is none', { query: '{ viewer { name } }' }, { authorization: 'Bearer parley_nothing' }],
    ['a subscription', { query: 'subscription { statements(negotiationId: "x") { __typename } }' }],
    ['no query', {}],
    ['a list', []],
    ['variables that are a list', { query: '{ head }', variables: [] }],
    ['introspection', { query: '{ __schema { queryType { name } } __type(name: "Term") { name } }' }],
    [
      'what is left out and what is not',
      { query: 'query Q($with: Boolean!) { head viewer @include(if: $with) { role } }', variables: { with: false } },
    ],
  ])('%s', async (_, body, headers) => {
    const given = body as { variables?: unknown };
    const read = typeof given.variables === 'function' ? { ...given, variables: given.variables() } : body;
    for (const type of Object.values(ACCEPT)) {
      // More often than it takes for a document to be compiled.
      const answers: Answered[] = [];
      for (let time = 0; time < 5; time += 1) answers.push(await post(JSON.stringify(read), type, headers));
      const yoga = await post(JSON.stringify(read), type.replace(/^[^,]+/, `$&${YOGA}`), headers);
      expect(answers).toEqual(Array(5).fill(yoga));
    }
  });

  it.each(['not JSON', '"text"', 'null', '{"query":1}', '{"query":""}'])(
    'a body that is no operation: %s',
    async (body) => {
      expect(await post(body, 'application/json')).toEqual(await post(body, `application/json${YOGA}`));
    },
  );

  it('an error of ours, of which nothing is said', async () => {
    const body = JSON.stringify({ query: '{ negotiations(filter: { status: [ACTIVE] }) { nodes { slug } } head }' });
    const { read } = world.server.ledger;
    const broken = { value: async () => Promise.reject(new Error('secret')), configurable: true };
    Object.defineProperty(world.server.ledger, 'read', broken);
    try {
      const id = { 'x-request-id': 'the-same-request' };
      const answer = await post(body, 'application/json', id);
      expect(answer.body).not.toContain('secret');
      expect(answer).toEqual(await post(body, `application/json${YOGA}`, id));
    } finally {
      Object.defineProperty(world.server.ledger, 'read', { value: read, configurable: true });
    }
  });
});

it.each(Object.entries(ACCEPT))('leaves a subscription to Yoga: of %s', async (_, accept) => {
  const { data } = await world.query('{ negotiation(slug: "talks") { id } }');
  const query = `subscription { statements(negotiationId: "${data.negotiation.id}") { __typename } }`;
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
  await response.body?.cancel();
  const takesStream = /event-stream|\*/.test(accept);
  expect([response.status, response.headers.get('content-type')]).toEqual(
    takesStream ? [200, 'text/event-stream; charset=utf-8'] : [406, null],
  );
});

it('runs a mutation once', async () => {
  const key = await world.key('EDITOR');
  const input = { name: 'Nobody twice' };
  const query = 'mutation M($input: RecordPersonInput!) { recordPerson(input: $input) { __typename } }';
  const before = await world.server.ledger.head();
  const { body } = await post(JSON.stringify({ query, variables: { input } }), 'application/json', {
    authorization: `Bearer ${key}`,
  });
  expect(JSON.parse(body)).toEqual({ data: { recordPerson: { __typename: 'RecordPersonPayload' } } });
  expect(await world.server.ledger.head()).toBe(before + 1n);
});

it('answers a GET that says that it is meant, and refuses one that any page could send', async () => {
  const url = `${world.url}?query=${encodeURIComponent('query Q($s: String!) { negotiation(slug: $s) { title } }')}&variables=${encodeURIComponent('{"s":"talks"}')}`;
  const meant = await fetch(url, { headers: { accept: 'application/json', 'x-graphql-yoga-csrf': '1' } });
  expect([meant.status, await meant.json()]).toEqual([200, { data: { negotiation: { title: 'Pay at the docks' } } }]);
  const any = await fetch(url, { headers: { accept: 'application/json' } });
  expect(any.status).toBe(403);
});

it('changes nothing for a GET', async () => {
  const before = await world.server.ledger.head();
  const query = encodeURIComponent('mutation { recordPerson(input: { name: "Got" }) { __typename } }');
  const response = await fetch(`${world.url}?query=${query}`, {
    headers: { accept: 'application/json', authorization: `Bearer ${await world.key('EDITOR')}` },
  });
  expect(response.status).toBe(405);
  expect(await world.server.ledger.head()).toBe(before);
});

it('lets go of a client that leaves in the middle of its question', async () => {
  const { hostname, port } = new URL(world.url);
  const asking = httpRequest({
    hostname,
    port,
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 1000 },
  });
  asking.on('error', () => {});
  await new Promise<void>((sent) => asking.write('{"query":', () => sent()));
  asking.destroy();
  expect((await post('{"query":"{ __typename }"}', 'application/json')).status).toBe(200);
});

it('lists the fields of an answer in the order in which they were asked for', async () => {
  const { body } = await post(
    JSON.stringify({
      query: '{ negotiation(slug: "talks") { id title statements(first: 1) { nodes { id text } } status } }',
    }),
    'application/json',
  );
  expect(body).toMatch(
    /^\{"data":\{"negotiation":\{"id":"[^"]+","title":"[^"]+","statements":\{"nodes":\[\{"id":"[^"]+","text":"[^"]+"\}\]\},"status":"ACTIVE"\}\}\}$/,
  );
});
