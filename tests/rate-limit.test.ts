import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { startServer } from '../src/server.ts';
import { onServer } from './support/database.ts';
import { FOLLOW, followApart, openSpokenWorld, textsOf } from './support/following.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { seedTalks } from './support/talks.ts';
import { askBy, codesOf, WAYS } from './support/ways.ts';
import { openWorld } from './support/world.ts';

/** Costs 100, and says so. */
const HUNDRED =
  '{ rateLimit { limit cost remaining } nodes(ids: []) { id } negotiations(first: 31) { nodes { id title } } }';
const COST = 100;

// Each test opens a server of its own.
vi.setConfig({ testTimeout: 120_000 });
afterEach(cutSockets);

async function post(url: string, query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
}

describe('a caller', () => {
  it('is told what an operation cost and what is left, in the answer and in its headers', async () => {
    await using world = await openWorld({ RATE_LIMIT: '1000', RATE_LIMIT_SECONDS: '3600' });
    const first = await post(world.url, HUNDRED);
    const { data } = await first.json();
    expect(data.rateLimit).toEqual({ limit: 1_000, cost: COST, remaining: 1_000 - COST });
    expect(first.headers.get('ratelimit-policy')).toBe('"cost";q=1000;w=3600');
    expect(first.headers.get('ratelimit')).toMatch(/^"cost";r=900;t=(3600|359\d)$/);
    const { rateLimit } = (await world.query('{ rateLimit { remaining resetAt } }')).data;
    expect(rateLimit.remaining).toBe(1_000 - COST - 3);
    expect(Date.parse(rateLimit.resetAt)).toBeGreaterThan(Date.now());
    expect((await post(world.url, '{ head }')).headers.get('ratelimit')).toContain(`r=${1_000 - COST - 4};`);
  });

  it('is told nothing where there is no limit', async () => {
    await using world = await openWorld({ RATE_LIMIT: '0' });
    const answer = await post(world.url, HUNDRED);
    expect((await answer.json()).data.rateLimit).toBeNull();
    expect(answer.headers.get('ratelimit')).toBeNull();
  });

  it('gets 429 and when to come back once all is taken, over whatever they came', async () => {
    await using world = await openWorld({ RATE_LIMIT: '250', RATE_LIMIT_SECONDS: '3600' });
    await seedTalks(world);
    const talks = (await world.as(await world.key('READER'), '{ negotiation(slug: "talks") { id } }')).data.negotiation
      .id;
    for (const way of WAYS) expect(codesOf(await askBy(way, world, HUNDRED))).toEqual([]);
    for (const way of WAYS) {
      const { data, errors } = await askBy(way, world, HUNDRED);
      expect(data ?? null).toBeNull();
      expect(errors).toEqual([
        {
          message: expect.stringContaining('250 points'),
          extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) },
        },
      ]);
    }
    const refused = await post(world.url, '{ head }');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect(refused.headers.get('ratelimit')).toContain('r=0;');
    const subscription = `subscription { statements(negotiationId: "${talks}") { __typename } }`;
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', subscription);
    const { code, reason } = await socket.closed;
    expect([code, reason]).toEqual([1013, expect.stringMatching(/^You may ask for 250 points .* come back in \d+\.$/)]);
    const stream = await post(world.url, subscription, { accept: 'text/event-stream' });
    expect(stream.status).toBe(429);
    expect(await stream.text()).toContain('RATE_LIMITED');
  });

  it('with an account is counted by the account, and has a limit of its own', async () => {
    await using world = await openWorld({ RATE_LIMIT: '150', RATE_LIMIT_ACCOUNT: '400', RATE_LIMIT_SECONDS: '3600' });
    const [reporter, editor] = [await world.key('REPORTER'), await world.key('EDITOR')];
    const remaining = async (key?: string) => (await askBy('HTTP', world, HUNDRED, key)).data.rateLimit.remaining;
    expect([await remaining(), await remaining(reporter), await remaining(editor)]).toEqual([50, 300, 300]);
    expect(codesOf(await askBy('HTTP', world, HUNDRED))).toEqual(['RATE_LIMITED']);
    expect([await remaining(reporter), await remaining(editor)]).toEqual([200, 200]);
  });

  it('is who they are behind a proxy that is trusted', async () => {
    await using world = await openWorld({ RATE_LIMIT: '150', RATE_LIMIT_SECONDS: '3600', TRUSTED_PROXIES: 'loopback' });
    const from = async (address: string) => (await post(world.url, HUNDRED, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.1')]).toEqual([200, 200, 429]);
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:0:1::1')]).toEqual([
      200, 429, 200,
    ]);
  });

  it('follows one more thing once the window has ended, over a socket that has others', async () => {
    await using world = await openSpokenWorld({ RATE_LIMIT: '250', RATE_LIMIT_SECONDS: '2' });
    const variables = { talks: world.talks, after: await world.head() };
    const socket = await greetedSocket(world.url);
    socket.subscribe('One', FOLLOW, variables);
    const text = await world.say();
    expect(textsOf(await socket.events('One', 1))).toEqual([text]);
    await vi.waitUntil(async () => (await post(world.url, HUNDRED)).status === 429, { timeout: 20_000, interval: 1 });
    socket.subscribe('Two', followApart(), variables);
    expect(textsOf(await socket.events('Two', 1))).toEqual([text]);
  });

  it('may ask again when the window has ended', async () => {
    await using world = await openWorld({ RATE_LIMIT: '150', RATE_LIMIT_SECONDS: '1' });
    await vi.waitUntil(async () => (await post(world.url, HUNDRED)).status === 429, { timeout: 20_000, interval: 1 });
    await vi.waitUntil(async () => (await post(world.url, HUNDRED)).status === 200, { timeout: 20_000 });
  });
});

describe.skipIf(!onServer)('nodes that count together', () => {
  it('give a caller one limit on all of them, and go on by themselves while there is no database', async () => {
    const settings = { RATE_LIMIT: '250', RATE_LIMIT_SECONDS: '3600', RATE_LIMIT_SHARED: 'true' };
    await using world = await openWorld(settings);
    const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', ...settings });
    const other = await startServer(config, world.database, pino({ level: 'silent' }));
    try {
      const statuses: number[] = [];
      for (const url of [world.url, other.url, world.url, other.url, world.url])
        statuses.push((await post(url, HUNDRED)).status);
      expect(statuses).toEqual([200, 200, 429, 429, 429]);
      await world.database.prisma.$executeRaw`ALTER TABLE rate_limit RENAME TO rate_limit_away`;
      const { rateLimit } = (await askBy('HTTP', world, HUNDRED, await world.key('READER'))).data;
      expect(rateLimit.remaining).toBe(600_000_000 - COST);
    } finally {
      await other.stop();
    }
  });
});
