import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutSockets, greetedSocket, openSocket } from './support/raw-socket.ts';
import { askBy, type Sent, WAYS } from './support/ways.ts';
import { openWorld, type World } from './support/world.ts';

// What graphql-cop 1.x looks for (https://github.com/dolevf/graphql-cop), asked over both ways in of a server that
// strangers read. Each says what it would be a finding to get.

let world: World;

beforeAll(async () => {
  world = await openWorld({ NODE_ENV: 'production', GRAPHIQL: 'false', INTROSPECTION: 'false' });
});
afterEach(cutSockets);
afterAll(() => world.stop());

const COP = { operationName: 'cop' };
const repeated = (count: number, one: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => one(nth)).join('');

/** All that a document comes to: what is executed, and what is only said of it. */
interface Came {
  readonly data?: any;
  readonly errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

describe.each(WAYS)('graphql-cop finds over %s', (way) => {
  const ask = (sent: Sent): Promise<Came> => askBy(way, world, { ...COP, ...sent });

  it('the server at all', async () => {
    expect((await ask({ query: 'query cop { __typename }' })).data).toEqual({ __typename: 'Query' });
  });

  it('no alias overloading', async () => {
    const answer = await ask({ query: `query cop { ${repeated(101, (n) => `alias${n}:__typename \n`)} }` });
    expect(answer.data?.alias100).toBeUndefined();
    expect(answer.errors).toHaveLength(1);
  });

  it('no field duplication', async () => {
    const answer = await ask({ query: `query cop { ${repeated(500, () => '__typename \n')} }` });
    expect(answer.data?.__typename).toBeUndefined();
    expect(answer.errors).toHaveLength(1);
  });

  it('no directive overloading', async () => {
    const answer = await ask({ query: `query cop { __typename ${repeated(10, () => '@aa')} }` });
    expect(answer.errors).toHaveLength(1);
  });

  it('no circular introspection', async () => {
    const query =
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }';
    expect((await ask({ query })).data?.__schema).toBeUndefined();
  });

  it('no introspection', async () => {
    expect((await ask({ query: 'query cop { __schema { types { name fields { name } } } }' })).data).toBeUndefined();
    expect((await ask({ query: 'query cop { __type(name: "Query") { name } }' })).data).toBeUndefined();
  });

  it.each([
    ['a field of the schema itself', { query: 'query cop { __schema { directive } }' }],
    ['a field', { query: 'query cop { heads }' }],
    ['an argument', { query: 'query cop { negotiation(slugs: "x") { id } }' }],
    ['a type', { query: 'query cop { node(id: "x") { ... on Statemen { id } } }' }],
    ['an enum value', { query: 'query cop { changes(kinds: [PUBLISHE]) { nodes { kind } } }' }],
    [
      'an enum value in a variable',
      {
        query: 'query cop ($k: [ChangeKind!]) { changes(kinds: $k) { nodes { kind } } }',
        variables: { k: ['PUBLISHE'] },
      },
    ],
    [
      'a field of an input in a variable',
      { query: 'query cop ($a: AsOf) { negotiation(slug: "x", asOf: $a) { id } }', variables: { a: { cursors: 'x' } } },
    ],
  ])('no suggestion for %s', async (_, sent) => {
    const { errors = [] } = await ask(sent);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
  });

  it('no tracing', async () => {
    expect(JSON.stringify(await ask({ query: 'query cop { __typename }' })).toLowerCase()).not.toContain('tracing');
  });

  it('no error that is not handled', async () => {
    const answer = await ask({ query: 'qwerty cop { abc }' });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions).not.toHaveProperty('exception');
    expect(JSON.stringify(answer)).not.toMatch(/exception|stack|node_modules|\.ts:/);
  });
});

describe('graphql-cop finds over HTTP', () => {
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${world.url}?${new URLSearchParams({ query })}`, { headers });

  it('no batches', async () => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }))),
    });
    expect(response.status).toBe(400);
    expect(Array.isArray(await response.json())).toBe(false);
  });

  it('no query by GET that needs no preflight', async () => {
    const response = await get('query cop {__typename}');
    expect(response.status).toBe(403);
    expect((await response.json()).data).toBeUndefined();
  });

  it('no mutation by GET, whatever its headers', async () => {
    const either: Record<string, string>[] = [{}, { 'x-graphql-yoga-csrf': '1' }];
    for (const headers of either) {
      const response = await get('mutation cop {__typename}', headers);
      expect(response.ok).toBe(false);
      expect((await response.json()).data).toBeUndefined();
    }
  });

  it('nothing that a form can send', async () => {
    const response = await fetch(world.url, {
      method: 'POST',
      body: new URLSearchParams({ query: 'query cop { __typename }' }),
    });
    expect(response.status).toBe(415);
    expect(await response.text()).not.toContain('Query');
  });

  it('no long work with a value that reads as a suggestion, again and again', async () => {
    const query = 'query cop ($n: Int) { negotiations(first: $n) { nodes { id } } }';
    const { errors = [] } = await askBy('HTTP', world, { query, variables: { n: ' Did you mean '.repeat(65_000) } });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain('Int cannot represent non-integer value');
  });

  it('no page to try it', async () => {
    for (const address of [
      world.url,
      new URL('/', world.url),
      new URL('/graphiql', world.url),
      new URL('/playground', world.url),
    ]) {
      const response = await fetch(address, { headers: { accept: 'text/html' } });
      expect(await response.text()).not.toMatch(/graphiql|playground/i);
    }
  });
});

describe('graphql-cop finds over a WebSocket', () => {
  it('no batches: a list is no message', async () => {
    const socket = await greetedSocket(world.url);
    const subscribe = (id: string) => ({ id, type: 'subscribe', payload: { query: 'query cop { __typename }' } });
    socket.say(Array.from({ length: 10 }, (_, n) => subscribe(String(n))));
    expect((await socket.closed).code).toBe(4400);
    expect(socket.received.filter(({ type }) => type === 'next')).toEqual([]);
  });

  it('nothing that a page of another origin can open', async () => {
    await expect(openSocket(world.url, { origin: 'https://elsewhere.example' })).rejects.toThrow('403');
  });
});
