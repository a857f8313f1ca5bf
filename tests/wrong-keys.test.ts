import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { type Issuer, openIssuer } from './support/issuer.ts';
import { cutSockets, openSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { sqlOf } from './support/sql.ts';
import { openWorld, type World } from './support/world.ts';

let issuer: Issuer;
let world: World;
beforeAll(async () => {
  issuer = await openIssuer();
  world = await openWorld({
    WRONG_KEYS_PER_ADDRESS: '3',
    RATE_LIMIT_SECONDS: '3600',
    TRUSTED_PROXIES: 'loopback',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: 'parley',
  });
});
afterEach(cutSockets);
afterAll(async () => {
  await world.stop();
  await issuer[Symbol.asyncDispose]();
});

const HEAD = { query: '{ viewer { role } }' };
/** Another address for each test, and another key for each try. */
const addresses = Array.from({ length: 99 }, (_, n) => `192.0.2.${n}`);
const somewhere = () => addresses.pop() as string;
const wrongKey = () => `parley_${randomBytes(6).toString('hex')}_${'A'.repeat(43)}`;

function ask(key: string, address: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address, ...init.headers };
  return fetch(world.url, {
    method: 'POST',
    body: JSON.stringify(HEAD),
    ...init,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function codeOf(answer: Response): Promise<string | undefined> {
  const { data, errors } = await answer.json();
  return errors?.[0].extensions.code ?? data.viewer.role;
}

/** Takes all that an address may try. */
async function exhaust(address: string): Promise<void> {
  for (let n = 0; n < 3; n += 1) expect(await codeOf(await ask(wrongKey(), address))).toBe('UNAUTHENTICATED');
}

describe('whoever shows wrong keys', () => {
  it('gets 429 and when to come back once they have shown as many as an address may', async () => {
    const address = somewhere();
    await exhaust(address);
    for (const more of [wrongKey(), 'nothing', issuer.url]) {
      const refused = await ask(more, address);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
      expect((await refused.json()).errors).toEqual([
        {
          message: expect.stringMatching(/^3 wrong keys have come from this address; come back in 3\d\d\d seconds\.$/),
          extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) },
        },
      ]);
    }
    const reader = { 'content-type': 'application/json', 'x-forwarded-for': address };
    expect((await fetch(world.url, { method: 'POST', headers: reader, body: JSON.stringify(HEAD) })).status).toBe(200);
    expect(await codeOf(await ask(wrongKey(), somewhere()))).toBe('UNAUTHENTICATED');
  });

  it('is one of all at an IPv6 network', async () => {
    await exhaust('2001:db8::1');
    expect((await ask(wrongKey(), '2001:db8::ffff:2')).status).toBe(429);
    expect((await ask(wrongKey(), '2001:db8:0:1::1')).status).toBe(200);
  });

  it('gets it over a stream and by GET too, and no more tries by trying at once', async () => {
    const address = somewhere();
    const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await ask(wrongKey(), address)).status));
    expect(statuses.filter((status) => status !== 429)).toHaveLength(3);
    const query = 'subscription { timeline(negotiationId: "x") { __typename } }';
    const accept = 'text/event-stream';
    expect((await ask(wrongKey(), address, { headers: { accept }, body: JSON.stringify({ query }) })).status).toBe(429);
    const [url, headers] = [new URL(world.url), { authorization: `Bearer ${wrongKey()}`, 'x-forwarded-for': address }];
    url.searchParams.set('query', HEAD.query);
    expect((await fetch(url, { headers })).status).toBe(429);
  });

  it('is told over a WebSocket to come back later', async () => {
    const headers = { 'x-forwarded-for': somewhere() };
    const greet = async () => {
      const socket = await openSocket(world.url, { headers });
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${wrongKey()}` } });
      return socket.closed;
    };
    for (let n = 0; n < 3; n += 1) expect(await greet()).toMatchObject({ code: 4403 });
    expect(await greet()).toEqual({
      code: 1013,
      reason: expect.stringMatching(/^3 wrong keys have come from this address; come back in 3\d\d\d seconds\.$/),
    });
  });

  it('costs the database no more, but for a look at what keys there are a few times a second, however many follow', async () => {
    const address = somewhere();
    await exhaust(address);
    await ask(wrongKey(), address);
    const began = performance.now();
    const statements = await sqlOf(async () => {
      await Promise.all(Array.from({ length: 200 }, () => ask(wrongKey(), address)));
    });
    const seconds = (performance.now() - began) / 1_000;
    expect(statements.length).toBeLessThan(10 + 4 * seconds);
  });

  it('is in the audit once a minute, with how often', async () => {
    const address = somewhere();
    await exhaust(address);
    await Promise.all(Array.from({ length: 20 }, () => ask(wrongKey(), address)));
    await world.server.ledger.attempts.settled();
    const rows = await world.database.prisma.auditEntry.findMany({ where: { reason: 'RATE_LIMITED' } });
    expect(rows.length).toBeLessThan(5);
    expect(rows.reduce((sum, { times }) => sum + times, 0)).toBeGreaterThanOrEqual(20);
  });

  it('may try again when the window has ended', async () => {
    await using brief = await openWorld({ WRONG_KEYS_PER_ADDRESS: '1', RATE_LIMIT_SECONDS: '1' });
    const status = async () => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${wrongKey()}` };
      return (await fetch(brief.url, { method: 'POST', headers, body: JSON.stringify(HEAD) })).status;
    };
    await vi.waitUntil(async () => (await status()) === 429, { timeout: 20_000, interval: 1 });
    await vi.waitUntil(async () => (await status()) === 200, { timeout: 20_000, interval: 50 });
  });

  it('is not limited where the setting is 0', async () => {
    await using open = await openWorld({ WRONG_KEYS_PER_ADDRESS: '0' });
    for (let n = 0; n < 200; n += 1) expect((await open.as(wrongKey(), HEAD.query)).errors).toBeDefined();
    expect((await open.as(wrongKey(), HEAD.query)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('a good key from an address that shows wrong ones', () => {
  it('opens what it did, also one that never came before, over whatever it comes', async () => {
    const address = somewhere();
    const known = await world.key('EDITOR');
    expect(await codeOf(await ask(known, address))).toBe('EDITOR');
    await exhaust(address);
    expect((await ask(wrongKey(), address)).status).toBe(429);
    const fresh = await issueKey(world.database.prisma, { name: 'fresh', role: 'REPORTER', expiresAt: null });
    for (let n = 0; n < 5; n += 1) {
      expect(await codeOf(await ask(known, address))).toBe('EDITOR');
      expect(await codeOf(await ask(fresh.key, address))).toBe('REPORTER');
    }
    const socket = await openSocket(world.url, { headers: { 'x-forwarded-for': address } });
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${known}` } });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    const headers = { authorization: `Bearer ${known}`, 'x-forwarded-for': address };
    const stream = await openStream(world.url, { query: 'subscription { changes { __typename } }', headers });
    stream.cut();
    expect((await ask(wrongKey(), address)).status).toBe(429);
  });

  it('counts for none, however often it comes', async () => {
    const address = somewhere();
    const { key } = await issueKey(world.database.prisma, { name: 'busy', role: 'EDITOR', expiresAt: null });
    const codes = await Promise.all(Array.from({ length: 50 }, async () => codeOf(await ask(key, address))));
    expect(new Set(codes)).toEqual(new Set(['EDITOR']));
    await exhaust(address);
  });

  it('opens nothing once it is revoked, and a token is good or not by its signature', async () => {
    const address = somewhere();
    const { key, row } = await issueKey(world.database.prisma, { name: 'gone', role: 'EDITOR', expiresAt: null });
    await exhaust(address);
    expect(await codeOf(await ask(key, address))).toBe('EDITOR');
    await world.database.prisma.deskKey.update({ where: { id: row.id }, data: { revokedAt: new Date() } });
    await vi.waitUntil(async () => (await ask(key, address)).status === 429);
    const token = await issuer.token({ sub: 'token', parley_roles: ['EDITOR'] });
    expect(await codeOf(await ask(token, address))).toBe('EDITOR');
    expect((await ask(token.slice(0, -3), address)).status).toBe(429);
  });
});
