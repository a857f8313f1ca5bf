import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import {
  FOLLOW,
  LARGE,
  LARGE_TEXT,
  MANY,
  openSpokenWorld,
  type SpokenWorld,
  withServersEnd,
} from './support/following.ts';
import { type Issuer, openIssuer } from './support/issuer.ts';
import { cutSockets, greetedSocket, type RawSocket, type Received } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { restrictedDesk } from './support/restricted.ts';

/** Within which nothing comes any more, in milliseconds: a promise of the desk's. */
const PROMISED_MS = 1_000;

let issuer: Issuer;
let world: SpokenWorld;
beforeAll(async () => {
  issuer = await openIssuer();
  world = await openSpokenWorld({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'parley' });
});
afterEach(cutSockets);
afterAll(async () => {
  await world.stop();
  await issuer[Symbol.asyncDispose]();
});

/** A reader of talks that are restricted, by a role in them; and what ends that. */
async function reader() {
  const { key, row } = await issueKey(world.database.prisma, {
    name: 'reader',
    role: 'READER',
    expiresAt: null,
    negotiation: 'talks',
  });
  const accountId = Buffer.from(`Account:${row.accountId}`).toString('base64url');
  return { key, accountId, prefix: row.prefix };
}

type Reader = Awaited<ReturnType<typeof reader>>;

const ENDS: [string, (reader: Reader) => Promise<void>][] = [
  ['their key is revoked', ({ prefix }) => act('revokeKey', { prefix })],
  ['their account is closed', ({ accountId }) => act('closeAccount', { accountId })],
  ['their role is taken away', ({ accountId }) => act('revokeRole', { accountId, negotiationId: world.talks })],
  [
    'their key expires',
    async ({ prefix }) => {
      await world.database.prisma.deskKey.update({ where: { prefix }, data: { expiresAt: new Date() } });
    },
  ],
];

async function act(name: string, input: object): Promise<void> {
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const { data } = await world.as(
    await world.key('ADMIN'),
    `mutation A($input: ${type}Input!) { ${name}(input: $input) { __typename } }`,
    { input },
  );
  expect(data[name].__typename).toBe(`${type}Payload`);
}

/** How long a token is good that is to end by itself: longer than it takes to follow and to lag. */
const TOKEN_SECONDS = 12;

/** The same with a token, which ends by itself after a while. */
async function tokenHolder() {
  const exp = Math.floor(Date.now() / 1_000) + TOKEN_SECONDS;
  const sub = crypto.randomUUID();
  const key = await issuer.token({ sub, exp, parley_roles: ['READER:talks'] });
  expect((await world.as(key, '{ viewer { name } }')).data.viewer).toEqual({ name: sub });
  const { id } = await world.database.prisma.account.findFirstOrThrow({ where: { subject: sub } });
  return { key, exp, accountId: Buffer.from(`Account:${id}`).toString('base64url') };
}

/**
 * Follows the talks over a socket, one that takes nothing, and a stream, until something is done; then says more, and
 * gives how much was sent to them later than it may be.
 */
async function endOf({ key }: { key?: string }, done: () => Promise<void>) {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const variables = { talks: world.talks, after: (await world.as(key ?? null, '{ head }')).data.head };
  const [live, liveEnd] = await withServersEnd(() => greetedSocket(world.url, { key }));
  const [slow, slowEnd] = await withServersEnd(() => greetedSocket(world.url, { key }));
  for (const socket of [live, slow]) socket.subscribe('s', LARGE, variables);
  const [stream, streamEnd] = await withServersEnd(() => openStream(world.url, { query: LARGE, variables, headers }));
  slow.pause();
  for (let n = 0; n < MANY; n++) {
    await world.say(LARGE_TEXT);
    await live.events('s', 1);
    await stream.next();
  }
  expect(slowEnd.writableLength).toBeGreaterThan(0);
  const over = Promise.all([once(slowEnd, 'close'), stream.over, live.next(isNoEvent).catch(isClosed)]);
  await done();
  await delay(PROMISED_MS);
  const sent = () => [liveEnd, slowEnd, streamEnd].map(({ bytesWritten }) => bytesWritten);
  const before = sent();
  const admin = await world.key('ADMIN');
  const witness = await greetedSocket(world.url, { key: admin });
  const { head } = (await world.as(admin, '{ head }')).data;
  witness.subscribe('w', LARGE, { talks: world.talks, after: head });
  await world.say(LARGE_TEXT);
  slow.resume();
  // Whoever may has it.
  await witness.events('w', 1);
  const after = sent();
  await over;
  await slow.closed;
  return { live, slow, stream, bytesAfter: after.map((bytes, index) => bytes - (before[index] ?? 0)) };
}

function heard({ received }: RawSocket): unknown[] {
  return received.filter(({ type }) => type === 'next');
}

function isNoEvent({ type }: Received): boolean {
  return type !== 'next';
}

/** Of a socket that was closed nothing comes any more, which is as well. */
function isClosed(): null {
  return null;
}

describe('whoever follows what they may not any more', () => {
  it('because the talks become restricted gets nothing more, nor what waited for them', async () => {
    const { live, slow, stream, bytesAfter } = await endOf({}, () =>
      act('changeNegotiationAccess', { negotiationId: world.talks, access: 'RESTRICTED' }),
    );
    expect(bytesAfter).toEqual([0, 0, 0]);
    expect(heard(live)).toHaveLength(MANY);
    expect(heard(slow).length).toBeLessThan(MANY);
    expect(stream.events).toHaveLength(MANY);
  }, 120_000);

  it.each<[string, (holder: Awaited<ReturnType<typeof tokenHolder>>) => Promise<void>]>([
    ['the account of their token is closed', ({ accountId }) => act('closeAccount', { accountId })],
    ['their token expires', ({ exp }) => delay(exp * 1_000 - Date.now())],
  ])(
    'because %s gets nothing more, nor what waited for them',
    async (_, end) => {
      const somebody = await tokenHolder();
      const { live, slow, stream, bytesAfter } = await endOf(somebody, () => end(somebody));
      expect(bytesAfter).toEqual([0, 0, 0]);
      expect(heard(live)).toHaveLength(MANY);
      expect(heard(slow).length).toBeLessThan(MANY);
      expect(stream.events).toHaveLength(MANY);
    },
    120_000,
  );

  it.each(ENDS)(
    'because %s gets nothing more, nor what waited for them',
    async (_, end) => {
      const somebody = await reader();
      const { live, slow, stream, bytesAfter } = await endOf(somebody, () => end(somebody));
      expect(bytesAfter).toEqual([0, 0, 0]);
      expect(heard(live)).toHaveLength(MANY);
      expect(heard(slow).length).toBeLessThan(MANY);
      expect(stream.events).toHaveLength(MANY);
    },
    120_000,
  );
});

it('who was shut out gets nothing of what is published after that was answered', async () => {
  const { openRestricted, say } = restrictedDesk(() => world);
  const talks = await openRestricted('behind-closed-doors');
  for (let round = 0; round < 5; round += 1) {
    const request = { name: 'reader', role: 'READER', expiresAt: null, negotiation: talks } as const;
    const { key, row } = await issueKey(world.database.prisma, request);
    const after = (await world.as(key, '{ head }')).data.head;
    await say(talks, `before ${round}`);
    const socket = await greetedSocket(world.url, { key });
    socket.subscribe('s', FOLLOW, { talks, after });
    await socket.events('s', 1);
    await act('revokeKey', { prefix: row.prefix });
    await say(talks, `after ${round}`);
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(heard(socket)).toHaveLength(1);
  }
});
