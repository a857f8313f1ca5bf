import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { issueKey } from '../src/desk/keys.ts';
import { LARGE, LARGE_TEXT, MANY, openSpokenWorld, type SpokenWorld, withServersEnd } from './support/following.ts';
import { cutSockets, greetedSocket, type RawSocket, type Received } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';

let world: SpokenWorld;
beforeAll(async () => {
  world = await openSpokenWorld();
});
afterEach(cutSockets);
afterAll(() => world.stop());

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

/** Follows the talks over a socket, one that takes nothing, and a stream, until something is done; then says more. */
async function endOf({ key }: { key?: string }, done: () => Promise<void>) {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const variables = { talks: world.talks, after: (await world.as(key ?? null, '{ head }')).data.head };
  const [live, liveEnd] = await withServersEnd(() => greetedSocket(world.url, { key }));
  const [slow, slowEnd] = await withServersEnd(() => greetedSocket(world.url, { key }));
  for (const socket of [live, slow]) socket.subscribe('s', LARGE, variables);
  const stream = await openStream(world.url, { query: LARGE, variables, headers });
  slow.pause();
  for (let n = 0; n < MANY; n++) {
    await world.say(LARGE_TEXT);
    await live.events('s', 1);
    await stream.next();
  }
  expect(slowEnd.writableLength).toBeGreaterThan(0);
  const over = Promise.all([once(slowEnd, 'close'), stream.over, live.next(isNoEvent).catch(isClosed)]);
  await done();
  await over;
  const before = liveEnd.bytesWritten;
  const last = await world.say(LARGE_TEXT);
  slow.resume();
  await slow.closed;
  return { live, slow, stream, last, bytesAfter: liveEnd.bytesWritten - before };
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
    expect(bytesAfter).toBe(0);
    expect(heard(live)).toHaveLength(MANY);
    expect(heard(slow).length).toBeLessThan(MANY);
    expect(stream.events).toHaveLength(MANY);
  }, 120_000);

  it.each(ENDS)(
    'because %s gets nothing more, nor what waited for them',
    async (_, end) => {
      const somebody = await reader();
      const { live, slow, stream, bytesAfter } = await endOf(somebody, () => end(somebody));
      expect(bytesAfter).toBe(0);
      expect(heard(live)).toHaveLength(MANY);
      expect(heard(slow).length).toBeLessThan(MANY);
      expect(stream.events).toHaveLength(MANY);
    },
    120_000,
  );
});
