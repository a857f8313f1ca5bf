import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
});
afterAll(() => world.stop());

const FOLLOW = `subscription Follow($negotiationId: ID!, $filter: StatementFilter, $after: Cursor) {
  statements(negotiationId: $negotiationId, filter: $filter, after: $after) {
    __typename
    ... on StatementEvent { cursor statement { text state revision source { onBehalfOf { name } } } }
    ... on StatementCorrected { note }
    ... on StatementWithdrawn { reason }
  }
}`;

interface Event {
  __typename: string;
  cursor: string;
  note?: string;
  statement: { text: string; state: string; revision: number };
}

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

/** Takes events until there are as many as wanted. */
async function take(client: ReturnType<World['client']>, count: number, variables: object): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { data, errors } of client.iterate<{ statements: Event }>({
    query: FOLLOW,
    variables: { negotiationId: talks, ...variables },
  })) {
    if (errors) throw errors[0];
    if (data) events.push(data.statements);
    if (events.length === count) break;
  }
  return events;
}

describe('following the statements of a negotiation', () => {
  it('gives what is published, corrected and withdrawn, as it stood right after, in order', async () => {
    const after = await head();
    const taking = take(world.client(), 3, { after });
    await publish(world, 'lived');
    await world.write('correctStatement', {
      statementId: 'lived',
      revision: 1,
      note: 'Seven.',
      changes: { text: 'Seven.' },
    });
    await world.write('withdrawStatement', { statementId: 'lived', revision: 2, reason: 'Not theirs.' });
    expect(await taking).toMatchObject([
      {
        __typename: 'StatementPublished',
        statement: { text: 'The union wants eight per cent.', state: 'PUBLISHED', revision: 1 },
      },
      { __typename: 'StatementCorrected', note: 'Seven.', statement: { text: 'Seven.', revision: 2 } },
      { __typename: 'StatementWithdrawn', reason: 'Not theirs.', statement: { state: 'WITHDRAWN', revision: 3 } },
    ]);
  });

  it('joins a query without a seam, and resumes from any event’s cursor with nothing lost and nothing twice', async () => {
    const { cursor } = (await world.query('{ negotiation(slug: "talks") { cursor } }')).data.negotiation;
    for (const n of [1, 2, 3, 4]) await publish(world, `seam-${n}`, { text: `seam ${n}` });
    const first = await take(world.client(), 2, { after: cursor });
    const second = take(world.client(), 4, { after: first.at(-1)?.cursor });
    for (const n of [5, 6]) await publish(world, `seam-${n}`, { text: `seam ${n}` });
    expect([...first, ...(await second)].map(({ statement }) => statement.text)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `seam ${n}`),
    );
  });

  it('begins with what comes next when no cursor is given', async () => {
    let arrived = false;
    const taking = take(world.client(), 1, {}).finally(() => {
      arrived = true;
    });
    for (let n = 0; !arrived && n < 500; n++) await publish(world, `next-${n}`, { text: `next ${n}` });
    expect((await taking)[0]?.statement.text).toMatch(/^next /);
  });

  it('gives only what a filter lets through, and what a correction takes out of it', async () => {
    const after = await head();
    await publish(world, 'denial', { text: 'denial', speechActs: ['DENY'] });
    await publish(world, 'demand', { text: 'demand' });
    await world.write('correctStatement', {
      statementId: 'denial',
      revision: 1,
      note: 'No denial.',
      changes: { speechActs: ['COMMENT'] },
    });
    await world.write('correctStatement', {
      statementId: 'denial',
      revision: 2,
      note: 'Wording.',
      changes: { text: 'comment' },
    });
    await publish(world, 'denial-2', { text: 'second denial', speechActs: ['DENY'] });
    const events = await take(world.client(), 3, { after, filter: { speechActs: ['DENY'] } });
    expect(events.map(({ __typename, statement }) => [__typename, statement.text])).toEqual([
      ['StatementPublished', 'denial'],
      ['StatementCorrected', 'denial'],
      ['StatementPublished', 'second denial'],
    ]);
  });

  it('tells whoever follows a filter of an expunction too, so that no copy stays', async () => {
    const after = await head();
    const filter = { speechActs: ['THREATEN'] };
    await publish(world, 'dangerous', filter);
    const [published] = await take(world.client(), 1, { after, filter });
    await world.write('expungeStatement', { statementId: 'dangerous', reason: 'x' });
    const [expunged] = await take(world.client(), 1, { after: published?.cursor, filter });
    expect([published?.__typename, expunged?.__typename]).toEqual(['StatementPublished', 'StatementExpunged']);
  });

  it('works for many subscriptions that a client opens at once over one socket', async () => {
    const after = await head();
    const client = world.client();
    const taking = Array.from({ length: 8 }, () => take(client, 1, { after }));
    await publish(world, 'for-all');
    for (const events of await Promise.all(taking)) expect(events).toHaveLength(1);
  });

  it('refuses a negotiation that the record does not know, where there would be silence for ever', async () => {
    const negotiationId = Buffer.from(`Negotiation:${crypto.randomUUID()}`).toString('base64url');
    await expect(take(world.client(), 1, { negotiationId })).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    });
  });

  it('says nothing of other negotiations', async () => {
    await world.write('openNegotiation', { slug: 'quiet', externalId: 'quiet', title: 'Quiet', status: 'ACTIVE' });
    const quiet = (await world.query('{ negotiation(slug: "quiet") { id } }')).data.negotiation.id;
    const after = await head();
    await publish(world, 'loud');
    await world.write('publishStatement', { negotiationId: 'quiet', content: statement({ text: 'quiet' }) });
    expect((await take(world.client(), 1, { after, negotiationId: quiet }))[0]?.statement.text).toBe('quiet');
  });

  it.each([
    ['from another record', 'AAAAAAAAAAAAAAAAAAAAAA', 'BAD_CURSOR'],
    ['cut short', 'AAAA', 'BAD_CURSOR'],
  ])('refuses a cursor %s with a code, and gives no partial replay', async (_, after, code) => {
    await expect(take(world.client(), 1, { after })).rejects.toMatchObject({ extensions: { code } });
  });

  it('refuses a wrong key', async () => {
    await expect(take(world.client({ key: 'parley_wrong_key' }), 1, {})).rejects.toBeDefined();
  });

  it('answers queries over the same socket', async () => {
    const client = world.client();
    for await (const { data } of client.iterate({ query: '{ negotiation(slug: "talks") { title } }' })) {
      expect(data).toEqual({ negotiation: { title: 'Pay at the docks' } });
    }
  });
});
