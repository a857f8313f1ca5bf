import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KeptAnswers } from '../src/http/kept-answers.ts';
import { answered, isKeptIn, METRICS_TOKEN } from './support/kept.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ METRICS_TOKEN });
  await seedTalks(world);
  await world.write('openNegotiation', { externalId: 'other', slug: 'other', title: 'Others', status: 'ACTIVE' });
  await publish(world, 'first');
});
afterAll(() => world.stop());

const isKept = (query: string, variables?: object, key?: string | null) => isKeptIn(world, query, variables, key);

const TALKS =
  '{ negotiation(slug: "talks") { title statements(first: 50) { nodes { text source { person { name } } } } terms { nodes { positions { stance { kind } } } } } }';

it('holds until the ledger has an entry that touches what it was read from', async () => {
  await world.query(TALKS);
  expect(await isKept(TALKS)).toBe(true);
  // In other talks, and of somebody who is not in it.
  await world.write('publishStatement', {
    negotiationId: 'other',
    content: statement({ stances: [], appearances: [] }),
  });
  await world.write('recordPerson', { name: 'Somebody else' });
  expect(await isKept(TALKS)).toBe(true);
  await publish(world, 'second', { text: 'Another one.' });
  expect(await isKept(TALKS)).toBe(false);
  expect(await isKept(TALKS)).toBe(true);
});

it('of how one negotiation went on, day by day and change by change, holds whatever happens in others', async () => {
  const history = '{ negotiation(slug: "talks") { moments { cursor changes } statistics { days { day count } } } }';
  await world.query(history);
  await world.write('publishStatement', {
    negotiationId: 'other',
    content: statement({ stances: [], appearances: [] }),
  });
  expect(await isKept(history)).toBe(true);
  await publish(world, 'historic');
  expect(await isKept(history)).toBe(false);
});

it('of where the record stands holds until anything is written', async () => {
  await world.query('{ head }');
  expect(await isKept('{ head }')).toBe(true);
  const { data: before } = await world.query('{ head }');
  await world.write('recordPerson', { name: 'Somebody new' });
  expect((await world.query('{ head }')).data).not.toEqual(before);
});

it('is what a statement takes in talks that it only touches: a stance, a correction, a withdrawal', async () => {
  const positions =
    '{ negotiation(slug: "talks") { terms { nodes { positions { party { name } stance { kind } } } } } }';
  await world.query(positions);
  const id = await publish(world, 'staking', {
    stances: [{ termId: 'pay', partyId: 'union', kind: 'DEMANDS' }],
    said: { from: '2026-05-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  });
  const { data: after } = await world.query(positions);
  expect(JSON.stringify(after)).toContain('DEMANDS');
  await world.write('withdrawStatement', { statementId: id, revision: 1, reason: 'It was not said.' });
  expect(JSON.stringify((await world.query(positions)).data)).not.toContain('DEMANDS');
});

it('of an earlier moment stays, whatever is recorded later', async () => {
  const { data } = await world.query('{ head }');
  const past = 'query P($at: AsOf) { negotiation(slug: "talks", asOf: $at) { cursor statements { nodes { text } } } }';
  const variables = { at: { cursor: data.head } };
  await publish(world, 'soon', { text: 'Soon after that.' });
  const before = await world.query(past, variables);
  await publish(world, 'later', { text: 'Later than that.' });
  expect(await isKept(past, variables)).toBe(true);
  expect(await world.query(past, variables)).toEqual(before);
});

it('is read by whoever has just written, with what they wrote', async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await world.query(TALKS);
    await publish(world, `own-${turn}`, { text: `Written in turn ${turn}.` });
    const { data } = await world.query(TALKS);
    expect(JSON.stringify(data)).toContain(`Written in turn ${turn}.`);
  }
});

it('is nobody else’s who has other rights, and never one about who asks', async () => {
  const editor = await world.key('EDITOR');
  const viewer = '{ viewer { role } }';
  expect(await isKept(viewer, {}, editor)).toBe(false);
  expect(await isKept(viewer)).toBe(false);
  expect((await world.query(viewer)).data).toEqual({ viewer: { role: 'READER' } });
  await world.query(TALKS);
  expect(await isKept(TALKS, {}, editor)).toBe(false);
  expect(await isKept(TALKS, {}, editor)).toBe(true);
});

it('of talks that are restricted is gone for those who may not read them', async () => {
  const quiet = '{ negotiation(slug: "quiet") { title } }';
  await world.write('openNegotiation', { externalId: 'quiet', slug: 'quiet', title: 'Quiet talks', status: 'ACTIVE' });
  await world.query(quiet);
  expect(await isKept(quiet)).toBe(true);
  await world.write('changeNegotiationAccess', { negotiationId: 'quiet', access: 'RESTRICTED' });
  expect((await world.query(quiet)).data).toEqual({ negotiation: null });
});

describe('of a reader who was given nothing in restricted talks', () => {
  /** What is read from one subject, from all of a kind, and from anything. */
  const QUESTIONS = [
    '{ negotiations(first: 20) { nodes { slug statements(first: 5) { nodes { text relatedBy { nodes { kind } } } } } } }',
    '{ actors(first: 20) { nodes { name ... on Person { statements(first: 5) { nodes { text } } } } } }',
    '{ search(query: "union") { nodes { text } } }',
    '{ changes(first: 5) { nodes { kind action } } }',
    '{ head }',
    '{ negotiation(slug: "closed") { title } }',
  ];
  const closed = { negotiationId: 'closed' };
  let id: string;

  const WRITES: [string, () => Promise<unknown>][] = [
    [
      'talks that are restricted from the start',
      () => world.write('openNegotiation', { slug: 'also-closed', title: 'C', status: 'ACTIVE', access: 'RESTRICTED' }),
    ],
    ['a statement', () => world.write('publishStatement', { ...closed, content: statement({ text: 'The union.' }) })],
    ['a person', () => world.write('recordPerson', { ...closed, name: 'Somebody hidden' })],
    ['a party', () => world.write('joinNegotiation', { ...closed, actorId: 'union', role: 'PRINCIPAL' })],
    ['a status', () => world.write('changeNegotiationStatus', { ...closed, status: 'SUSPENDED' })],
    ['an expunction', () => world.write('expungeStatement', { statementId: id, reason: 'For safety.' })],
  ];

  beforeAll(async () => {
    await world.write('openNegotiation', {
      externalId: 'closed',
      slug: 'closed',
      title: 'Closed talks',
      status: 'ACTIVE',
      access: 'RESTRICTED',
    });
    const given = { ...closed, content: statement({ text: 'The union, behind doors.' }) };
    ({
      statement: { id },
    } = await world.write('publishStatement', given, 'statement { id }'));
  });

  it.each(WRITES)('it is touched by nothing that is written there: %s', async (_, write) => {
    const node = `{ node(id: "${id}") { id } }`;
    const outsider = await world.key('EDITOR');
    for (const key of [null, outsider]) for (const query of [...QUESTIONS, node]) await world.as(key, query);
    await write();
    for (const key of [null, outsider])
      for (const query of [...QUESTIONS, node]) expect([query, await isKept(query, {}, key)]).toEqual([query, true]);
  });

  it('it is shared with who asks the same meanwhile, whatever is written there meanwhile', async () => {
    const { ledger } = world.server;
    const answers = new KeptAnswers(ledger, 1_000_000);
    const { negotiationId } = await world.database.prisma.negotiationSlug.findFirstOrThrow({
      where: { slug: 'closed' },
    });
    const never = () => new Promise<never>(() => {});
    const asks = (letInto: string[]) => {
      let isMade = false;
      void answers.make(`asked by ${letInto}`, letInto, () => {
        isMade = true;
        return never();
      });
      return vi.waitFor(() => expect(isMade).toBe(true));
    };
    for (const letInto of [[], [negotiationId]]) await asks(letInto);
    await world.write('recordPerson', { ...closed, name: 'Somebody else hidden' });
    await asks([negotiationId]);
    await expect(asks([])).rejects.toThrow();
    await world.write('recordPerson', { name: 'Somebody in the open' });
    await asks([]);
    answers.stop();
  });

  it('what was begun before they were closed is for nobody who asks after', async () => {
    const { ledger } = world.server;
    const answers = new KeptAnswers(ledger, 1_000_000);
    let begun = 0;
    const ask = async () => {
      const before = begun;
      void answers.make('what talks say', [], () => {
        begun += 1;
        return new Promise<never>(() => {});
      });
      await vi.waitFor(() => expect(begun).toBe(before + 1));
    };
    await world.write('openNegotiation', { externalId: 'shut', slug: 'shut', title: 'Open yet', status: 'ACTIVE' });
    await ask();
    await world.write('changeNegotiationAccess', { negotiationId: 'shut', access: 'RESTRICTED' });
    await ask();
    answers.stop();
  });

  it('while whoever was given a role there reads what is written at once', async () => {
    const insider = await world.key('ADMIN');
    const read = async (query: string) => JSON.stringify((await world.as(insider, query)).data);
    for (const query of QUESTIONS) await read(query);
    await world.write('recordPerson', { ...closed, name: 'Known to some' });
    const given = { ...closed, content: statement({ text: 'The union of some.' }) };
    const { statement: said } = await world.write('publishStatement', given, 'statement { id }');
    const [talks, actors, search] = await Promise.all(QUESTIONS.map(read));
    expect([talks, search]).toEqual(Array(2).fill(expect.stringContaining('The union of some.')));
    expect(actors).toContain('Known to some');
    await world.write('expungeStatement', { statementId: said.id, reason: 'For safety.' });
    for (const query of QUESTIONS) expect(await read(query)).not.toContain('The union of some.');
  });
});

it('holds nothing any more that was expunged', async () => {
  const id = await publish(world, 'secret', { text: 'A secret.' });
  const { data } = await world.query('{ head }');
  const past = 'query P($at: AsOf, $id: ID!) { statement(id: $id, asOf: $at) { text } }';
  const variables = { at: { cursor: data.head }, id };
  await world.query(past, variables);
  expect(await isKept(past, variables)).toBe(true);
  await world.write('expungeStatement', { statementId: id, reason: 'It endangers somebody.' });
  expect((await world.query(past, variables)).data).toEqual({ statement: { text: '' } });
});

it('with an error in it is not kept', async () => {
  const broken = '{ negotiation(slug: "talks") { title } statement(id: "x") { id } }';
  const before = await answered(world, 'kept');
  for (let time = 0; time < 3; time += 1) await world.query(broken);
  expect(await answered(world, 'kept')).toBe(before);
});

it('is made once for all who ask it at the same moment', async () => {
  const query = '{ negotiation(slug: "talks") { slug participations { nodes { role actor { name } } } } }';
  const before = await answered(world, 'shared');
  const answers = await Promise.all(Array.from({ length: 12 }, () => world.query(query)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await answered(world, 'shared')).toBeGreaterThan(before);
});
