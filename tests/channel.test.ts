import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, deskMutations, readGiven } from '../src/graphql/desk-mutation.ts';
import { schema } from '../src/graphql/schema.ts';
import { Batch } from '../src/ledger/batch.ts';
import { THE_DESK_ITSELF } from '../src/ledger/work.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

/** From one hour of 2 March 2026 to another. */
const between = (from: number, to: number) => ({
  earliest: new Date(Date.UTC(2026, 2, 2, from)).toISOString(),
  latest: new Date(Date.UTC(2026, 2, 2, to)).toISOString(),
});

const LEGS = `query Legs($id: ID!) { node(id: $id) { ... on Message {
  legs { number from { name } to { name } sent { earliest latest } received { earliest latest } answered { earliest latest } transit { low high } }
} } }`;

const TRANSIT = `query Transit($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) { channels(first: 100) { nodes {
  title legs { number transit { count medianLow medianHigh longest shortest unanswered } }
} } } }`;

async function openChannel(
  externalId: string,
  hops: string[] = ['union', 'mediator', 'company'],
  more: object = {},
): Promise<string> {
  const { channel } = await world.write(
    'openChannel',
    { externalId, negotiationId: 'talks', title: externalId, hops, ...more },
    'channel { id }',
  );
  return channel.id;
}

async function recordMessage(
  externalId: string,
  channelId: string,
  legs: object[],
  more: object = {},
): Promise<string> {
  const { channelMessage: message } = await world.write(
    'recordMessage',
    { externalId, channelId, subject: externalId, legs, ...more },
    'channelMessage { id }',
  );
  return message.id;
}

async function legs(id: string) {
  const { data, errors } = await world.query(LEGS, { id });
  expect(errors).toBeUndefined();
  return data.node.legs;
}

async function transitOn(title: string, asOf: object | null = null) {
  const { data, errors } = await world.query(TRANSIT, { asOf });
  expect(errors).toBeUndefined();
  return data.negotiation.channels.nodes.find((channel: { title: string }) => channel.title === title).legs;
}

async function problems(name: string, input: object) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation Refused($input: ${type}!) { ${name}(input: $input) { ... on InvalidInputError { problems { path message } } } }`;
  const { data, errors } = await world.desk(document, { input });
  expect(errors).toBeUndefined();
  return data[name].problems;
}

/** Decides inputs one after the other and writes them together, as an import does. */
async function together(lines: readonly (readonly [name: string, input: object])[]): Promise<void> {
  const batch = new Batch(world.server.ledger, THE_DESK_ITSELF);
  const given = lines.map(([name, input]) =>
    readGiven(name, input, schema.getType(deskMutations.get(name)?.inputType ?? '') as never),
  );
  await batch.prepare(given);
  for (const [index, [name, input]] of lines.entries())
    await decide(batch, deskMutations.get(name)!, input, given[index]!);
  await world.server.ledger.append(batch.plan);
}

const asDates = ({ earliest, latest }: { earliest: string; latest: string }) => ({
  earliest: new Date(earliest),
  latest: new Date(latest),
});

describe('a channel', () => {
  it('goes from hop to hop, a leg between each two', async () => {
    const id = await openChannel('there-and-back', ['union', 'ada', 'mediator', 'ada']);
    const { data } = await world.query(
      `query Channel($id: ID!) { node(id: $id) { ... on Channel {
        title negotiation { slug } hops { __typename name } legs { number from { name } to { name } transit { count medianLow unanswered } }
        messages { nodes { subject } } transitClaims { nodes { words } }
      } } }`,
      { id },
    );
    const [union, ada, mediator] = [{ name: 'Dockers’ Union' }, { name: 'Ada Quay' }, { name: 'Mediation Service' }];
    const transit = { count: 0, medianLow: null, unanswered: 0 };
    expect(data.node).toEqual({
      title: 'there-and-back',
      negotiation: { slug: 'talks' },
      hops: [
        { __typename: 'Organization', ...union },
        { __typename: 'Person', ...ada },
        { __typename: 'Organization', ...mediator },
        { __typename: 'Person', ...ada },
      ],
      legs: [
        { number: 1, from: union, to: ada, transit },
        { number: 2, from: ada, to: mediator, transit },
        { number: 3, from: mediator, to: ada, transit },
      ],
      messages: { nodes: [] },
      transitClaims: { nodes: [] },
    });
  });

  it.each([
    [['union'], 'needs two ends at least.'],
    [['union', 'union', 'company'], 'names the same actor twice in a row, in the places 1 and 2.'],
  ])('over %j is refused: %s', async (hops, message) => {
    expect(await problems('openChannel', { negotiationId: 'talks', title: 'x', hops })).toEqual([
      { path: ['hops'], message },
    ]);
  });
});

describe('a message', () => {
  it('carries a statement, and goes leg by leg as closely as is known', async () => {
    await openChannel('carried');
    const said = await publish(world, 'carried-statement', { text: 'Eight per cent.' });
    await world.write('tableProposal', {
      externalId: 'carried-proposal',
      negotiationId: 'talks',
      title: 'Eight now',
      byId: 'union',
      toIds: ['company'],
      items: [{ side: 'GETS', text: 'Eight per cent' }],
    });
    const id = await recordMessage(
      'first message',
      'carried',
      [
        { leg: 2, sent: between(6, 7) },
        { leg: 1, sent: between(0, 2), received: between(5, 6), answered: between(9, 9) },
      ],
      { externalId: 'first-message', statementId: said, proposalId: 'carried-proposal' },
    );
    const { data } = await world.query(
      'query M($id: ID!) { node(id: $id) { ... on Message { subject statement { text } proposal { title } channel { title } } } }',
      { id },
    );
    expect(data.node).toEqual({
      subject: 'first message',
      statement: { text: 'Eight per cent.' },
      proposal: { title: 'Eight now' },
      channel: { title: 'carried' },
    });
    expect(await legs(id)).toEqual([
      {
        number: 1,
        from: { name: 'Dockers’ Union' },
        to: { name: 'Mediation Service' },
        sent: between(0, 2),
        received: between(5, 6),
        answered: between(9, 9),
        transit: { low: 'PT3H', high: 'PT6H' },
      },
      {
        number: 2,
        from: { name: 'Mediation Service' },
        to: { name: 'Harbour Company' },
        sent: between(6, 7),
        received: null,
        answered: null,
        transit: null,
      },
    ]);
  });

  it('is refused with legs that the channel has not, given twice, or out of order', async () => {
    await openChannel('refusing');
    const given = [{ leg: 3 }, { leg: 1 }, { leg: 1 }, { leg: 2, sent: between(5, 6), received: between(1, 2) }];
    expect(await problems('recordMessage', { channelId: 'refusing', subject: 'x', legs: given })).toEqual([
      { path: ['legs', '0', 'leg'], message: 'is 3; this channel has the legs 1 to 2.' },
      { path: ['legs', '2', 'leg'], message: 'is given twice.' },
      { path: ['legs', '3'], message: 'The message cannot have been received before it was sent.' },
    ]);
  });

  it('cannot carry a statement of other talks', async () => {
    await openChannel('closed');
    await world.write('openNegotiation', {
      externalId: 'other',
      slug: 'other',
      title: 'Other talks',
      status: 'ACTIVE',
    });
    await world.write('publishStatement', { externalId: 'foreign', negotiationId: 'other', content: statement() });
    expect(
      await problems('recordMessage', { channelId: 'closed', subject: 'x', legs: [], statementId: 'foreign' }),
    ).toEqual([{ path: ['statementId'], message: 'belongs to another negotiation.' }]);
  });
});

describe('a message that cites a statement', () => {
  it('cites one that stands', async () => {
    await openChannel('citing');
    await publish(world, 'taken-back');
    await world.write('withdrawStatement', { statementId: 'taken-back', revision: 1, reason: 'Not said.' });
    const cited = { channelId: 'citing', subject: 'x', legs: [], statementId: 'taken-back' };
    expect(await problems('recordMessage', cited)).toEqual([
      { path: ['statementId'], message: 'is withdrawn; cite a statement that stands.' },
    ]);
  });
});

describe('recording a leg', () => {
  it('adds what became known, leaves the rest and the other legs as they were, and keeps the earlier version', async () => {
    await openChannel('slow');
    const id = await recordMessage('slow-message', 'slow', [
      { leg: 1, sent: between(0, 1), received: between(2, 3) },
      { leg: 2, sent: between(3, 4) },
    ]);
    const { cursor } = await world.write('recordLeg', {
      messageId: id,
      leg: { leg: 2, received: between(10, 12) },
      note: 'It arrived.',
    });
    await world.write('recordLeg', {
      messageId: id,
      leg: { leg: 2, answered: between(20, 21), received: between(10, 11) },
    });
    const [first, second] = await legs(id);
    expect([first.sent, first.received, first.answered]).toEqual([between(0, 1), between(2, 3), null]);
    expect([second.sent, second.received, second.answered]).toEqual([between(3, 4), between(10, 11), between(20, 21)]);

    const then = await transitOn('slow', { cursor });
    expect(then[1].transit).toMatchObject({ count: 1, longest: 'PT9H', unanswered: 1 });
    expect((await transitOn('slow'))[1].transit).toMatchObject({ count: 1, longest: 'PT8H', unanswered: 0 });

    const entries = await world.database.prisma.ledgerEntry.findMany({
      where: { subjectType: 'Message' },
      orderBy: { position: 'desc' },
      take: 2,
    });
    expect(entries.map(({ action, note }) => [action, note])).toEqual([
      ['CHANGED', null],
      ['CHANGED', 'It arrived.'],
    ]);
    const { channelMessage: message } = await world.write(
      'recordLeg',
      { messageId: id, leg: { leg: 2, answered: null } },
      'channelMessage { legs { answered { latest } } }',
    );
    expect(message.legs[1].answered).toBeNull();
  });

  it('begins a leg of which nothing was known', async () => {
    await openChannel('unknown');
    const id = await recordMessage('unknown-message', 'unknown', []);
    expect(await legs(id)).toEqual([]);
    await world.write('recordLeg', { messageId: id, leg: { leg: 2, sent: between(1, 2) } });
    expect((await legs(id)).map(({ number }: { number: number }) => number)).toEqual([2]);
  });

  it('is refused when it cannot be so with what is known already, or says nothing', async () => {
    await openChannel('strict');
    const messageId = await recordMessage('strict-message', 'strict', [{ leg: 1, sent: between(5, 6) }]);
    expect(await problems('recordLeg', { messageId, leg: { leg: 1, received: between(1, 2) } })).toEqual([
      { path: ['leg'], message: 'The message cannot have been received before it was sent.' },
    ]);
    expect(await problems('recordLeg', { messageId, leg: { leg: 3 } })).toEqual([
      { path: ['leg', 'leg'], message: 'is 3; this channel has the legs 1 to 2.' },
      { path: ['leg'], message: 'says nothing; give a moment of it.' },
    ]);
  });

  it('sees what was decided before it in the same batch, written or not', async () => {
    await openChannel('batched');
    await recordMessage('batched-written', 'batched', [{ leg: 1, sent: between(0, 1) }]);
    const [received, answered] = [asDates(between(2, 3)), asDates(between(4, 5))];
    await together([
      [
        'openChannel',
        { externalId: 'batched-new', negotiationId: 'talks', title: 'batched-new', hops: ['union', 'company'] },
      ],
      [
        'recordMessage',
        {
          externalId: 'batched-unwritten',
          channelId: 'batched-new',
          subject: 'new',
          legs: [{ leg: 1, sent: asDates(between(0, 1)) }],
        },
      ],
      ...['batched-written', 'batched-unwritten'].flatMap((messageId) => [
        ['recordLeg', { messageId, leg: { leg: 1, received } }] as const,
        ['recordLeg', { messageId, leg: { leg: 1, answered } }] as const,
      ]),
    ]);
    for (const title of ['batched', 'batched-new']) {
      const [{ transit }] = await transitOn(title);
      expect(transit).toEqual({
        count: 1,
        medianLow: 'PT1H',
        medianHigh: 'PT3H',
        longest: 'PT3H',
        shortest: 'PT1H',
        unanswered: 0,
      });
    }
    const versions = await world.database.prisma.messageLeg.groupBy({
      by: ['messageId'],
      _count: true,
      where: { channelId: { in: await rowIds('batched', 'batched-new') } },
    });
    expect(versions.map(({ _count }) => _count)).toEqual([3, 3]);
  });
});

async function rowIds(...externalIds: string[]): Promise<string[]> {
  const rows = await world.database.prisma.externalId.findMany({ where: { externalId: { in: externalIds } } });
  return rows.map(({ subjectId }) => subjectId);
}

describe('transit on a leg', () => {
  it('is worked out from the messages on it, each as closely as it is known', async () => {
    await openChannel('timed');
    for (const [n, received] of [between(4, 6), between(10, 30), between(2, 20)].entries()) {
      await recordMessage(`timed-${n}`, 'timed', [
        { leg: 1, sent: between(0, 0), received, ...(n === 0 && { answered: between(40, 40) }) },
      ]);
    }
    await recordMessage('timed-open', 'timed', [{ leg: 1, sent: between(0, 0) }]);
    expect(await transitOn('timed')).toEqual([
      {
        number: 1,
        transit: {
          count: 3,
          medianLow: 'PT4H',
          medianHigh: 'PT20H',
          longest: 'PT30H',
          shortest: 'PT2H',
          unanswered: 3,
        },
      },
      {
        number: 2,
        transit: { count: 0, medianLow: null, medianHigh: null, longest: null, shortest: null, unanswered: 0 },
      },
    ]);
  });

  it('is read in one statement for all the legs of all channels, over a bounded number of messages', async () => {
    await openChannel('another');
    const issued = await sqlOf(() => world.query(TRANSIT));
    const reading = issued.filter((text) => /message_leg/.test(text));
    expect(reading).toHaveLength(1);
    expect(reading[0]).toMatch(/LIMIT/);
  });

  it('is also what sources say it is, the one said last first', async () => {
    const id = await openChannel('claimed');
    const claim = (externalId: string, day: number, more: object) =>
      publish(world, externalId, {
        said: { from: `2026-03-0${day}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
        transitClaims: [{ channelId: 'claimed', words: externalId, ...more }],
      });
    await claim('a-long-time', 3, {});
    const said = await claim('up-to-three-days', 4, { leg: 2, highSeconds: 259_200 });
    const { data } = await world.query(
      `query Claims($id: ID!, $said: ID!) {
        node(id: $id) { ... on Channel { transitClaims { nodes { leg words low high channel { title } } } } }
        statement(id: $said) { transitClaims { words } }
      }`,
      { id, said },
    );
    expect(data.node.transitClaims.nodes).toEqual([
      { leg: 2, words: 'up-to-three-days', low: null, high: 'PT72H', channel: { title: 'claimed' } },
      { leg: null, words: 'a-long-time', low: null, high: null, channel: { title: 'claimed' } },
    ]);
    expect(data.statement.transitClaims).toEqual([{ words: 'up-to-three-days' }]);

    const content = statement({
      transitClaims: [{ channelId: 'claimed', leg: 4, words: 'x', lowSeconds: 9, highSeconds: 3 }],
    });
    expect(await problems('publishStatement', { negotiationId: 'talks', content })).toEqual([
      { path: ['content', 'transitClaims', '0', 'leg'], message: 'is 4; this channel has the legs 1 to 2.' },
      { path: ['content', 'transitClaims', '0'], message: 'The low end (9) is above the high end (3).' },
    ]);
  });
});
