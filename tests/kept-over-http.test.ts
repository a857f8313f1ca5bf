import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeptAnswers, type Made } from '../src/http/kept-answers.ts';
import { Touched } from '../src/ledger/touched.ts';
import { ACCEPT } from './support/accept.ts';
import { answered, isKeptIn, METRICS_TOKEN } from './support/kept.ts';
import { publish, seedTalks } from './support/talks.ts';
import { askBy, codesOf } from './support/ways.ts';
import { type Answer, openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ METRICS_TOKEN });
  await seedTalks(world);
  await publish(world, 'first');
});
afterAll(() => world.stop());

const isKept = (query: string, variables?: object) => isKeptIn(world, query, variables);

it('an answer that failed for one who asked is asked for again by the others, once for all of them', async () => {
  const answers = new KeptAnswers(world.server.ledger, 1_000_000);
  const asked = async (outcomes: (Error | string | boolean)[]) => {
    const left = [...outcomes];
    const make = async (): Promise<Made> => {
      // Everybody has asked by then: none who joins leaves this turn of the event loop.
      await new Promise((turned) => setImmediate(turned));
      const outcome = left.shift();
      if (outcome instanceof Error) throw outcome;
      const errors = typeof outcome === 'string' ? [new GraphQLError('', { extensions: { code: outcome } })] : [];
      return { result: { errors }, body: Buffer.from('{}'), touched: new Touched(), isWhole: outcome === true };
    };
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => answers.make(`what gives ${outcomes}`, [], make)),
    );
    expect(left).toEqual([]);
    return all.map((one) => {
      if (one.status === 'rejected') return String(one.reason);
      const { result, isWhole } = one.value.made;
      return result.errors?.[0]?.extensions.code ?? isWhole;
    });
  };
  expect(await asked([false, true])).toEqual([false, true, true, true, true]);
  expect(await asked([new Error('gone'), true])).toEqual(['Error: gone', true, true, true, true]);
  // Of a question that fails again it is its own.
  expect(await asked([false, false])).toEqual([false, false, false, false, false]);
  expect(await asked([false, new Error('gone')])).toEqual([false, ...Array(4).fill('Error: gone')]);
  // What one may not ask any more others may.
  expect(await asked(['RATE_LIMITED', 'RATE_LIMITED', true])).toEqual([
    'RATE_LIMITED',
    'RATE_LIMITED',
    true,
    true,
    true,
  ]);
  expect(await asked([false, 'RATE_LIMITED', false])).toEqual([false, 'RATE_LIMITED', false, false, false]);
  // Whoever has waited for what takes too long does not wait for it once more.
  expect(await asked(['TIMED_OUT'])).toEqual(Array(5).fill('TIMED_OUT'));
  answers.stop();
});

it('one that is kept has its tag for all who asked for it at once', async () => {
  const query = '{ negotiation(slug: "talks") { title participations { nodes { role actor { name } } } } }';
  const ask = async () => {
    const { headers } = await fetch(world.server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return headers.get('etag');
  };
  const before = await answered(world, 'shared');
  const tags = await Promise.all(Array.from({ length: 12 }, ask));
  expect(await answered(world, 'shared')).toBeGreaterThan(before);
  expect(new Set(tags).size).toBe(1);
  expect(tags[0]).toMatch(/^".+"$/);
});

it('one that depends on what day it is is not kept', async () => {
  await world.write('openNegotiation', { externalId: 'silent', slug: 'silent', title: 'Silent', status: 'ACTIVE' });
  const { data } = await world.query('{ head }');
  const silent = (args: string) =>
    `query S($at: AsOf) { negotiation(slug: "silent", asOf: $at) { statistics${args} { from to statements } } }`;
  for (const variables of [{}, { at: { cursor: data.head } }]) {
    for (const args of ['', '(from: "2026-01-01")']) {
      await world.query(silent(args), variables);
      expect(await isKept(silent(args), variables)).toBe(false);
    }
    const given = silent('(to: "2026-01-01")');
    await world.query(given, variables);
    expect(await isKept(given, variables)).toBe(true);
  }
  const ofSaid = '{ negotiation(slug: "talks") { statistics { to statements } } }';
  await world.query(ofSaid);
  expect(await isKept(ofSaid)).toBe(true);
});

it('one that is not kept is for nobody else to keep', async () => {
  const control = async (query: string) => {
    const url = `${world.url}?query=${encodeURIComponent(query)}`;
    const response = await fetch(url, { headers: { accept: 'application/json', 'x-graphql-yoga-csrf': '1' } });
    expect(response.status).toBe(200);
    return response.headers.get('cache-control');
  };
  expect(await control('{ viewer { role } }')).toBe('no-store');
  expect(await control('{ negotiation(slug: "talks") { title } statement(id: "x") { id } }')).toBe('no-store');
  expect(await control('{ negotiation(slug: "talks") { title } }')).toBe('public, max-age=0, must-revalidate');
});

it('a kept answer is another where another media type is asked for', async () => {
  const url = `${world.url}?query=${encodeURIComponent('{ negotiation(slug: "talks") { slug } }')}`;
  const get = (accept: string, headers: Record<string, string> = {}) =>
    fetch(url, { headers: { accept, 'x-graphql-yoga-csrf': '1', ...headers } });
  const types = ['application/json', 'application/graphql-response+json'];
  const etags: string[] = [];
  for (const type of types) etags.push((await get(type)).headers.get('etag') ?? '');
  expect(etags[0]).not.toBe(etags[1]);
  for (const [asked, type] of types.entries())
    for (const [known, etag] of etags.entries())
      expect((await get(type, { 'if-none-match': etag })).status).toBe(asked === known ? 304 : 200);
});

it.each(Object.entries(ACCEPT))('what is kept is given to %s, by either method', async (_, accept) => {
  const query = '{ negotiation(slug: "talks") { status } }';
  await askBy('HTTP', world, query);
  const before = await answered(world, 'kept');
  const headers = { accept, 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' };
  const post = await fetch(world.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const get = await fetch(`${world.url}?query=${encodeURIComponent(query)}`, { headers });
  const type = accept.startsWith('application/graphql-response') ? ACCEPT['the protocol'] : ACCEPT.JSON;
  for (const { status, headers } of [post, get]) {
    expect([status, headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
    expect(headers.get('etag')).toMatch(/^".+"$/);
  }
  expect(await answered(world, 'kept')).toBe(before + 2);
});

it('a number that is none in JSON is not what was asked with null', async () => {
  const query = 'query Q($first: Int) { negotiations(first: $first) { nodes { slug } } }';
  const ask = async (first: string) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":{"first":${first}}}`,
    });
    return (await response.json()) as Answer<unknown>;
  };
  expect((await ask('null')).errors).toBeUndefined();
  for (const number of ['1e999', '-1e999']) expect(codesOf(await ask(number))).toEqual(['BAD_USER_INPUT']);
});

it('a kept answer tells whoever has it already that it still holds, and lets others keep what is public', async () => {
  const url = `${world.url}?query=${encodeURIComponent('{ negotiation(slug: "talks") { title } }')}`;
  const get = (headers: Record<string, string> = {}) =>
    fetch(url, { headers: { accept: 'application/json', 'x-graphql-yoga-csrf': '1', ...headers } });
  const first = await get();
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^".+"$/);
  expect(first.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  expect(first.headers.get('vary')).toContain('authorization');
  const again = await get({ 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
  await world.write('changeNegotiationStatus', { negotiationId: 'talks', status: 'SUSPENDED' });
  expect((await get({ 'if-none-match': etag })).status).toBe(304);
  const key = await world.key('EDITOR');
  const own = await get({ authorization: `Bearer ${key}` });
  expect(own.headers.get('cache-control')).toBe('private, no-cache');
});
