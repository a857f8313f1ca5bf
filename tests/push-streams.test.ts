import { createClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  FOLLOW,
  followApart,
  LARGE,
  LARGE_TEXT,
  MANY,
  openSpokenWorld,
  type SpokenWorld,
} from './support/following.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { openStream, type RawStream, type StreamRequest } from './support/raw-stream.ts';
import { anotherServer } from './support/servers.ts';

let world: SpokenWorld;
const streams: RawStream[] = [];

beforeAll(async () => {
  world = await openSpokenWorld();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const stream of streams.splice(0)) stream.cut();
});
afterAll(async () => {
  cutSockets();
  await world.stop();
});

async function follow(asked: Partial<StreamRequest> & { after?: string; url?: string } = {}): Promise<RawStream> {
  const { after, url = world.url, query = FOLLOW, variables = { talks: world.talks, after }, ...rest } = asked;
  const stream = await openStream(url, { query, variables, ...rest });
  streams.push(stream);
  return stream;
}

describe('a stream of server-sent events', () => {
  it.each(['POST', 'GET'] as const)('over %s gives each event with its cursor as its id', async (method) => {
    const after = await world.head();
    const stream = await follow({ method, after });
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await stream.comment();
    const text = await world.say('\nin\r\n\u2028lines “日”');
    const { event, id, data } = await stream.next();
    expect(event).toBe('next');
    expect(data).toEqual({
      data: { statements: { cursor: id, statement: { text } } },
      extensions: { cursor: id },
    });
  });

  it('over GET is for pages of this origin and of those allowed, as an EventSource can set no header', async () => {
    await using server = await anotherServer(world, { ALLOWED_ORIGINS: 'https://news.example' });
    const { url } = server;
    for (const origin of [new URL(url).origin, 'https://news.example'])
      expect((await follow({ url, method: 'GET', headers: { origin } })).status).toBe(200);
    for (const origin of ['https://elsewhere.example', 'null'])
      expect((await follow({ url, method: 'GET', headers: { origin } })).status).toBe(403);
    const forged = await follow({
      url,
      method: 'GET',
      query: 'mutation { revokeKey(input: { prefix: "x" }) { __typename } }',
    });
    expect(forged.status).toBe(405);
  });

  it('is given to whoever asks for anything, and refused to whoever takes only JSON', async () => {
    expect((await follow({ headers: { accept: '*/*' } })).headers['content-type']).toMatch('text/event-stream');
    const refused = await follow({ headers: { accept: 'application/json' } });
    expect([refused.status, refused.headers.accept]).toEqual([406, 'text/event-stream']);
  });

  it('carries what a socket carries, to the byte', async () => {
    const after = await world.head();
    const stream = await follow({ after });
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', FOLLOW, { talks: world.talks, after });
    await world.say('"\\');
    const [payload] = await socket.events('s', 1);
    await stream.next();
    expect(stream.text()).toContain(`\ndata: ${JSON.stringify(payload)}\n\n`);
  });

  it('resumes after the id that the client had last, whatever cursor it came with', async () => {
    const before = await world.head();
    await world.say();
    const first = await follow({ after: before });
    const { id } = await first.next();
    first.cut();
    const missed = [await world.say(), await world.say()];
    for (const after of [before, undefined, await world.head(), 'AAAAAAAAAAAAAAAAAAAAAA']) {
      const resumed = await follow({ after, headers: { 'last-event-id': String(id) } });
      const events = [await resumed.next(), await resumed.next()];
      expect(events.map(({ data }) => data.data.statements.statement.text)).toEqual(missed);
    }
  });

  it('resumes as well where the document holds the cursor, or no cursor at all', async () => {
    const before = await world.head();
    await world.say();
    const id = await world.head();
    const missed = await world.say();
    for (const query of [
      `subscription($talks: ID!) { statements(negotiationId: $talks, after: "${before}") { ... on StatementEvent { statement { text } } } }`,
      'subscription($talks: ID!) { statements(negotiationId: $talks) { ... on StatementEvent { statement { text } } } }',
    ]) {
      const stream = await follow({ query, headers: { 'last-event-id': id } });
      expect((await stream.next()).data.data.statements.statement.text).toBe(missed);
    }
  });

  it.each<[string, Partial<StreamRequest>, string]>([
    ['a last id of another record', { headers: { 'last-event-id': 'AAAAAAAAAAAAAAAAAAAAAA' } }, 'BAD_CURSOR'],
    ['talks that are not there', { variables: { talks: 'x' } }, 'BAD_ID'],
    ['a variable left out', { variables: {} }, 'BAD_USER_INPUT'],
    ['a document that fails validation', { query: 'subscription { heat }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a key that never was', { headers: { authorization: 'Bearer nothing' } }, 'UNAUTHENTICATED'],
  ])('that cannot begin says so in one event, and completes: %s', async (_, asked, code) => {
    const stream = await follow(asked);
    expect(await stream.next()).toMatchObject({ event: 'next', data: { errors: [{ extensions: { code } }] } });
    expect((await stream.next()).event).toBe('complete');
    expect(await stream.over).toBe('ended');
  });

  it('is kept up with comments while there is nothing to tell', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stream = await follow();
    await stream.comment();
    for (let n = 0; n < 2; n++) {
      vi.advanceTimersByTime(12_000);
      await stream.comment();
    }
    stream.cut();
    await stream.over;
  });

  it('gives a client that reads slowly all of it, in order, and others meanwhile', async () => {
    const after = await world.head();
    const slow = await follow({ query: LARGE, after });
    slow.pause();
    const quick = await follow({ query: LARGE, after });
    const texts: string[] = [];
    const seen = async (stream: RawStream) => (await stream.next()).data.data.statements.statement.text19;
    for (let n = 0; n < MANY; n++) {
      texts.push(await world.say(LARGE_TEXT));
      expect(await seen(quick)).toBe(texts.at(-1));
    }
    expect(slow.events.length).toBeLessThan(MANY);
    slow.resume();
    const caughtUp: string[] = [];
    while (caughtUp.length < MANY) caughtUp.push(await seen(slow));
    expect(caughtUp).toEqual(texts);
    const last = await world.say();
    expect(await seen(slow)).toBe(last);
  });

  it('is cut for a client that is too far behind, which loses nothing', async () => {
    await using server = await anotherServer(world, { LAG_CLOSE_BYTES: '1000000', MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const { url } = server;
    const after = await world.head();
    const slow = await follow({ url, query: LARGE, after });
    slow.pause();
    const quick = await follow({ url, query: LARGE, after });
    const texts: string[] = [];
    while (texts.length < MANY) {
      texts.push(await world.say(LARGE_TEXT, server));
      await quick.next();
    }
    // It is known to be cut by its place, as it does not read that it is.
    const next = await admitted(() => follow({ url, query: LARGE, after }));
    next.cut();
    slow.resume();
    expect(await slow.over).toBe('cut');
    const seen = slow.events.map(({ data }) => data.data.statements.statement.text0);
    expect(seen.length).toBeLessThan(MANY);
    const id = slow.events.at(-1)?.id;
    const rest = await admitted(() => follow({ url, query: LARGE, after, headers: id ? { 'last-event-id': id } : {} }));
    while (seen.length < MANY) seen.push((await rest.next()).data.data.statements.statement.text0);
    expect(seen).toEqual(texts);
  });

  it('is cut, and not completed, when the server stops', async () => {
    const server = await anotherServer(world);
    const stream = await follow({ url: server.url });
    await stream.comment();
    const stopped = server.stop();
    expect(await stream.over).toBe('cut');
    expect(stream.events).toEqual([]);
    await stopped;
  });
});

describe('a batch', () => {
  it('is no place for a subscription, and loses nothing else by one', async () => {
    await using server = await anotherServer(world, { MAX_BATCH: '3' });
    const subscription = { query: FOLLOW, variables: { talks: world.talks } };
    for (const accept of ['*/*', 'text/event-stream, application/json', 'application/json']) {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/json' },
        body: JSON.stringify([{ query: '{ head }' }, subscription, { query: '{ viewer { role } }' }]),
      });
      expect(await response.json()).toEqual([
        { data: { head: expect.any(String) } },
        { errors: [{ message: 'Send a subscription by itself.', extensions: { code: 'BAD_REQUEST' } }] },
        { data: { viewer: { role: 'READER' } } },
      ]);
    }
  });
});

describe('the places for streams', () => {
  it('are as many as an address and a node may have, sockets included, and refused with 429 and 503', async () => {
    await using server = await anotherServer(world, {
      MAX_CONNECTIONS: '3',
      MAX_CONNECTIONS_PER_ADDRESS: '2',
      TRUSTED_PROXIES: 'loopback',
    });
    const { url } = server;
    const from = (address: string) => ({ 'x-forwarded-for': address });
    await follow({ url, headers: from('192.0.2.1') });
    const socket = await greetedSocket(url, { headers: from('192.0.2.1') });
    const full = await follow({ url, headers: from('192.0.2.1') });
    expect(full.status).toBe(429);
    expect(await full.over).toBe('ended');
    expect(full.text()).toBe('Too many connections from this address.\n');
    const other = await follow({ url, headers: from('192.0.2.2') });
    expect(other.status).toBe(200);
    expect((await follow({ url, headers: from('192.0.2.3') })).status).toBe(503);
    socket.cut();
    await admitted(() => follow({ url, headers: from('192.0.2.1') }));
    other.cut();
    await admitted(() => follow({ url, headers: from('192.0.2.3') }));
  });

  it('are given back by streams that could not begin', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS: '1' });
    for (let n = 0; n < 3; n++) {
      const refused = await follow({ url: server.url, variables: { talks: 'x' } });
      expect((await refused.next()).data.errors[0].extensions.code).toBe('BAD_ID');
    }
    expect((await follow({ url: server.url })).status).toBe(200);
  });

  it('are given back by a client that left before its stream began', async () => {
    await using server = await anotherServer(world, { MAX_CONNECTIONS: '1' });
    const { ledger } = server;
    const positionAfter = ledger.positionAfter.bind(ledger);
    const leaves = new AbortController();
    // Where a stream waits for the database, its client leaves, and the server has heard so when it answers another.
    vi.spyOn(ledger, 'positionAfter').mockImplementationOnce(async (cursor) => {
      leaves.abort();
      for (let n = 0; n < 2; n++) await fetch(new URL('/health', server.url));
      return positionAfter(cursor);
    });
    await expect(
      fetch(server.url, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ query: FOLLOW, variables: { talks: world.talks } }),
        signal: leaves.signal,
      }),
    ).rejects.toThrow('aborted');
    await admitted(() => follow({ url: server.url }));
  });
});

describe('an EventSource, which a browser closes for good after any other status than 200', () => {
  const event = { method: 'GET', query: FOLLOW } as const;
  /** A stream that ends at once, and says after how many milliseconds to come back. */
  async function expectBack(stream: RawStream): Promise<void> {
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await stream.over).toBe('ended');
    const [, ms] = /^retry: (\d+)\n\n$/.exec(stream.text()) ?? [];
    expect(Number(ms)).toBeGreaterThanOrEqual(1_000);
    expect(Number(ms)).toBeLessThanOrEqual(5_000);
  }

  it('is told to come back where there is no place for its stream, or for another subscription', async () => {
    await using full = await anotherServer(world, { MAX_CONNECTIONS: '1' });
    const variables = { talks: world.talks };
    const open = await follow({ url: full.url });
    await expectBack(await openStream(full.url, { ...event, variables }));
    open.cut();
    const stream = await admitted(() => follow({ url: full.url }));
    expect(stream.headers).not.toHaveProperty('content-length');
    await using busy = await anotherServer(world, { MAX_GROUPS: '1' });
    await follow({ url: busy.url });
    await expectBack(await openStream(busy.url, { ...event, query: followApart(), variables }));
  });

  it('is told to come back while the database does not answer', async () => {
    await using server = await anotherServer(world);
    vi.spyOn(server.ledger, 'positionAfter').mockRejectedValue(new Error('away'));
    await expectBack(await openStream(server.url, { ...event, variables: { talks: world.talks } }));
    expect((await follow({ url: server.url })).status).toBe(503);
  });

  it('is told to come back when its caller has asked too much', async () => {
    await using server = await anotherServer(world, { RATE_LIMIT: '1', RATE_LIMIT_SECONDS: '3600' });
    await fetch(`${server.url}?query={head}`, { headers: { 'x-graphql-yoga-csrf': 'sent' } });
    await expectBack(await openStream(server.url, { ...event, variables: { talks: world.talks } }));
    expect((await follow({ url: server.url })).status).toBe(429);
  });

  it.each(['application/json', 'application/graphql-response+json;q=1'])(
    'is nobody who takes %s before a stream, and is told so when they have asked too much',
    async (first) => {
      await using server = await anotherServer(world, { RATE_LIMIT: '2', RATE_LIMIT_SECONDS: '3600' });
      const headers = { 'x-graphql-yoga-csrf': 'sent', accept: `${first}, text/event-stream, multipart/mixed` };
      const ask = () => fetch(`${server.url}?query={viewer{role}}`, { headers });
      expect((await ask()).status).toBe(200);
      expect((await ask()).status).toBe(429);
    },
  );

  it('is told to come back while the server stops', async () => {
    const server = await anotherServer(world, { DRAIN_SECONDS: '5' });
    const sockets = await Promise.all(Array.from({ length: 200 }, () => greetedSocket(server.url)));
    const stopped = server.stop();
    await expectBack(await openStream(server.url, { ...event, variables: { talks: world.talks } }));
    for (const socket of sockets) socket.cut();
    await stopped;
  });

  it('is told what is wrong with what it asks for', async () => {
    const stream = await openStream(world.url, { ...event, variables: { talks: 'x' } });
    expect((await stream.next()).data.errors).toMatchObject([{ extensions: { code: 'BAD_ID' } }]);
  });
});

describe('the official client of graphql-sse', () => {
  it('follows through a restart of the server, with nothing lost and nothing twice', async () => {
    let server = await anotherServer(world);
    const { port } = new URL(server.url);
    let after = await world.head();
    const client = createClient({ url: server.url, retryAttempts: 1_000, retry: () => Promise.resolve() });
    const seen: string[] = [];
    const following = (async () => {
      const variables = {
        talks: world.talks,
        get after() {
          return after;
        },
      };
      for await (const { data, errors } of client.iterate<any>({ query: FOLLOW, variables })) {
        if (errors) throw errors[0];
        after = data.statements.cursor;
        seen.push(data.statements.statement.text);
        if (seen.length === 4) return;
      }
    })();
    const texts = [await world.say(), await world.say('', server)];
    await vi.waitUntil(() => seen.length === 2, 10_000);
    await server.stop();
    texts.push(await world.say());
    server = await anotherServer(world, { PORT: port });
    texts.push(await world.say('', server));
    await following;
    expect(seen).toEqual(texts);
    client.dispose();
    await server.stop();
  });
});

/** Asks until there is a place: that one is given back is seen from outside in nothing else. */
async function admitted(ask: () => Promise<RawStream>): Promise<RawStream> {
  for (;;) {
    const stream = await ask();
    if (stream.status === 200) return stream;
    expect([429, 503]).toContain(stream.status);
    await stream.over;
  }
}
