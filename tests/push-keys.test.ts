import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { FOLLOW, openSpokenWorld, type SpokenWorld } from './support/following.ts';
import { cutSockets, greetedSocket, openSocket, type RawSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { anotherServer } from './support/servers.ts';

let world: SpokenWorld;

beforeAll(async () => {
  world = await openSpokenWorld();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  cutSockets();
});
afterAll(() => world.stop());

const ENDED = { code: 4403, reason: 'Forbidden: this key is not, or no longer, valid here' };

function newKey(expiresAt: Date | null = null) {
  return issueKey(world.database.prisma, { name: 'a desk', role: 'REPORTER', expiresAt });
}

async function revoke(prefix: string): Promise<void> {
  const { data } = await world.as(
    await world.key('ADMIN'),
    'mutation Revoke($input: RevokeKeyInput!) { revokeKey(input: $input) { __typename } }',
    { input: { prefix } },
  );
  expect(data.revokeKey.__typename).toBe('RevokeKeyPayload');
}

function textsOf({ received }: RawSocket): string[] {
  return received.filter(({ type }) => type === 'next').map(({ payload }) => payload.data.statements.statement.text);
}

/** A socket of a key, and another of it, that follow; and a stream. */
async function followers(key: string | undefined, after: string, url = world.url) {
  const sockets = [await greetedSocket(url, { key }), await greetedSocket(url, { key })];
  for (const socket of sockets) socket.subscribe('s', FOLLOW, { talks: world.talks, after });
  const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
  const stream = await openStream(url, { query: FOLLOW, variables: { talks: world.talks, after }, headers });
  return { sockets, stream };
}

type Followers = Awaited<ReturnType<typeof followers>>;

async function hear({ sockets, stream }: Followers): Promise<string[]> {
  const events = [
    stream.next(),
    ...sockets.map((socket) => socket.events('s', 1).then(([payload]) => ({ data: payload }))),
  ];
  return (await Promise.all(events)).map(({ data }) => data.data.statements.statement.text);
}

describe('a key that comes with the greeting', () => {
  it.each([
    ['is none at all', 'Bearer nothing'],
    ['never was', `Bearer parley_${'0'.repeat(12)}_${'A'.repeat(43)}`],
    ['is empty', ''],
  ])('and %s closes with 4403', async (_, authorization) => {
    for (const payload of [{ authorization }, { Authorization: authorization }]) {
      const socket = await openSocket(world.url);
      socket.say({ type: 'connection_init', payload });
      expect(await socket.closed).toEqual(ENDED);
      expect(socket.received).toEqual([]);
    }
  });

  it('and was revoked, or has expired, closes with 4403', async () => {
    const revoked = await newKey();
    await revoke(revoked.row.prefix);
    const expired = await newKey();
    await world.database.prisma.deskKey.update({ where: { id: expired.row.id }, data: { expiresAt: new Date() } });
    for (const { key } of [revoked, expired]) {
      const socket = await openSocket(world.url);
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
      expect(await socket.closed).toEqual(ENDED);
    }
  });

  it('is taken bare as well as with its scheme; what is no text is no key', async () => {
    const { key } = await newKey();
    for (const [payload, role] of [
      [{ authorization: key }, 'REPORTER'],
      [{ Authorization: `Bearer ${key}` }, 'REPORTER'],
      [{ authorization: [key] }, 'READER'],
      [{ token: key }, 'READER'],
    ] as const) {
      const socket = await openSocket(world.url);
      socket.say({ type: 'connection_init', payload });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
      const [answer] = await socket.ask('q', '{ viewer { role } }');
      expect(answer?.payload).toEqual({ data: { viewer: { role } } });
    }
  });
});

describe('a key that is revoked', () => {
  it('closes its sockets with 4403 and cuts its streams, and leaves those of others', async () => {
    const after = await world.head();
    const { key, row } = await newKey();
    const mine = await followers(key, after);
    const others = [await followers((await newKey()).key, after), await followers(undefined, after)];
    const before = await world.say();
    for (const some of [mine, ...others]) expect(await hear(some)).toEqual([before, before, before]);
    await revoke(row.prefix);
    for (const socket of mine.sockets) expect(await socket.closed).toEqual(ENDED);
    expect(await mine.stream.over).toBe('cut');
    const since = await world.say();
    for (const some of others) expect(await hear(some)).toEqual([since, since, since]);
    for (const socket of mine.sockets) expect(textsOf(socket)).toEqual([before]);
    expect(mine.stream.events).toHaveLength(1);
    for (const { stream } of others) stream.cut();
  });

  it('closes its sockets and cuts its streams within a second, on every node', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using one = await anotherServer(world);
    await using other = await anotherServer(world);
    const { key, row } = await newKey();
    const after = await world.head();
    const everywhere = [await followers(key, after, one.url), await followers(key, after, other.url)];
    await revoke(row.prefix);
    await vi.advanceTimersByTimeAsync(1_000);
    for (const { sockets, stream } of everywhere) {
      for (const socket of sockets) expect(await socket.closed).toEqual(ENDED);
      expect(await stream.over).toBe('cut');
    }
  });

  it('closes a socket that has nothing under way, and one that is about to', async () => {
    const { key, row } = await newKey();
    const idle = await greetedSocket(world.url, { key });
    const late = await greetedSocket(world.url, { key });
    await revoke(row.prefix);
    late.subscribe('s', FOLLOW, { talks: world.talks });
    for (const socket of [idle, late]) expect(await socket.closed).toEqual(ENDED);
  });

  it('closes a socket that asks before anybody has looked, so that its client comes back with a fresh one', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using server = await anotherServer(world);
    const { key, row } = await newKey();
    const socket = await greetedSocket(server.url, { key });
    await revoke(row.prefix);
    const asking = async () => {
      // Until it is looked up again, a key that was found good is taken for that.
      for (let n = 0; ; n++) {
        const [answer] = await socket.ask(`${n}`, '{ head }');
        if (answer?.type !== 'next') return answer;
      }
    };
    await expect(asking()).rejects.toThrow(`the socket closed: ${ENDED.code} ${ENDED.reason}`);
  });

  it('opens nothing new over HTTP either', async () => {
    const { key, row } = await newKey();
    await revoke(row.prefix);
    const stream = await openStream(world.url, {
      query: FOLLOW,
      variables: { talks: world.talks },
      headers: { authorization: `Bearer ${key}` },
    });
    expect((await stream.next()).data.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await stream.over).toBe('ended');
  });
});

describe('a key that expires', () => {
  it('closes its sockets and cuts its streams within a second of its hour, and not before', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world);
    const { key } = await newKey(new Date(Date.now() + 5_000));
    const { sockets, stream } = await followers(key, await world.head(), server.url);
    await vi.advanceTimersByTimeAsync(4_900);
    for (const socket of sockets) expect((await socket.ask('q', '{ head }')).length).toBe(2);
    await vi.advanceTimersByTimeAsync(1_100);
    for (const socket of sockets) expect(await socket.closed).toEqual(ENDED);
    expect(await stream.over).toBe('cut');
  });
});

describe('many keys', () => {
  it('are looked at together', async () => {
    const find = vi.spyOn(world.database.prisma.deskKey, 'findMany');
    const keys = await Promise.all([newKey(), newKey(), newKey()]);
    for (const { key } of [...keys, ...keys]) await greetedSocket(world.url, { key });
    const ids = new Set(keys.map(({ row }) => row.id));
    const asked = () => find.mock.calls.map(([args]) => new Set(Object(args?.where?.id).in));
    await vi.waitUntil(() => asked().some((some) => some.size === ids.size));
    expect(asked()).toContainEqual(ids);
  });
});
