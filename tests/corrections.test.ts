import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Somebody, somebody } from './support/desk.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let ann: Somebody;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
  [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ann'), somebody(world, 'EDITOR', 'Eve')]);
  const at = { negotiationId: 'talks' };
  await world.write('recordEvent', {
    ...at,
    externalId: 'walkout',
    kind: 'MEETING',
    title: 'A walkout',
    place: 'Hall',
  });
  await world.write('recordHeldGroup', { ...at, externalId: 'held', descriptor: 'hostages', heldById: 'union' });
  await world.write('recordHeldGroup', { ...at, externalId: 'crew', descriptor: 'the crew', partOfId: 'held' });
  await world.write('poseOutcome', { ...at, externalId: 'deal', question: 'Will there be a deal?' });
});
afterAll(() => world.stop());

const HISTORY = 'withdrawn history(first: 9) { nodes { action note } }';

async function head(): Promise<string> {
  return (await world.query('{ head }')).data.head;
}

/** What a list of the talks has, as it stands now or stood at a cursor. */
async function listed(list: string, selection: string, asOf?: string): Promise<any[]> {
  const { data, errors } = await world.query(
    `query L($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) { ${list}(first: 9) { nodes { ${selection} } } } }`,
    { asOf: asOf ? { cursor: asOf } : null },
  );
  expect(errors).toBeUndefined();
  return data.negotiation[list].nodes;
}

async function toldAfter(after: string, count: number): Promise<object[]> {
  const query =
    'subscription T($talks: ID!, $after: Cursor) { timeline(negotiationId: $talks, after: $after) { action kind note } }';
  const told: object[] = [];
  for await (const { data } of world.client().iterate<any>({ query, variables: { talks, after } })) {
    told.push(data.timeline);
    if (told.length === count) break;
  }
  return told;
}

describe('an event that was recorded wrongly', () => {
  it('is corrected with a note to readers, and withdrawn, and was as it was before', async () => {
    const before = await head();
    await publish(world, 'on-walkout', { impacts: [{ eventId: 'walkout', effect: 'HINDERS' }] });
    const after = await head();
    const changes = { kind: 'BREAKDOWN', title: 'A walk-out', place: null, actorIds: ['union'] };
    const correction = { eventId: 'walkout', note: 'It was no meeting.', changes };
    expect(await ann.do('correctEvent', correction, 'cursor')).toEqual({ __typename: 'FORBIDDEN' });
    expect(await eve.do('correctEvent', correction, `event { kind title place actors { name } ${HISTORY} }`)).toEqual({
      __typename: 'CorrectEventPayload',
      event: {
        kind: 'BREAKDOWN',
        title: 'A walk-out',
        place: null,
        actors: [{ name: 'Dockers’ Union' }],
        withdrawn: false,
        history: {
          nodes: [
            { action: 'RECORDED', note: null },
            { action: 'CORRECTED', note: 'It was no meeting.' },
          ],
        },
      },
    });
    const reason = 'It never happened.';
    expect(await eve.do('withdrawEvent', { eventId: 'walkout', reason }, `event { title ${HISTORY} }`)).toMatchObject({
      event: {
        title: 'A walk-out',
        withdrawn: true,
        history: { nodes: [{}, {}, { action: 'WITHDRAWN', note: reason }] },
      },
    });
    expect(await listed('events', 'title place withdrawn', before)).toEqual([
      { title: 'A walkout', place: 'Hall', withdrawn: false },
    ]);
    expect(await toldAfter(after, 2)).toEqual([
      { action: 'CORRECTED', kind: 'EVENT', note: 'It was no meeting.' },
      { action: 'WITHDRAWN', kind: 'EVENT', note: reason },
    ]);
    // What was said of it stays, and nothing new is said.
    expect(await listed('events', 'withdrawn impacts(first: 1) { nodes { effect } }')).toEqual([
      { withdrawn: true, impacts: { nodes: [{ effect: 'HINDERS' }] } },
    ]);
    await expect(publish(world, 'late', { impacts: [{ eventId: 'walkout', effect: 'HELPS' }] })).rejects.toThrow(
      'is withdrawn',
    );
    for (const [name, input] of [
      ['correctEvent', { ...correction, changes: { title: 'Later' } }],
      ['withdrawEvent', { eventId: 'walkout', reason }],
    ] as const)
      expect(await eve.do(name, input, 'cursor')).toMatchObject({ __typename: 'WithdrawnError' });
  });

  it('needs a note, and a change', async () => {
    await world.write('recordEvent', { negotiationId: 'talks', externalId: 'rally', kind: 'OTHER', title: 'A rally' });
    const correct = (note: string, changes: object) =>
      eve.do('correctEvent', { eventId: 'rally', note, changes }, 'cursor');
    expect(await correct(' ', { title: 'Rallies' })).toMatchObject({ problems: [{ path: ['note'] }] });
    for (const changes of [{}, { title: 'A rally' }, { description: null }])
      expect(await correct('x', changes)).toMatchObject({ problems: [{ path: ['changes'] }] });
  });
});

describe('an outcome that was resolved wrongly', () => {
  const read = `outcome { resolution resolvedOn event { title } scores { brier } ${HISTORY} }`;
  const correct = (changes: object) =>
    eve.do('correctOutcome', { outcomeId: 'deal', note: 'We misread it.', changes }, read);

  it('is resolved otherwise, or open again, and whoever foresaw it is scored anew', async () => {
    await publish(world, 'likely', { estimates: [{ outcomeId: 'deal', words: '80%', scheme: 'PERCENT' }] });
    expect(await correct({ resolvedOn: '2026-03-09' })).toMatchObject({ problems: [{ path: ['changes'] }] });
    await world.write('resolveOutcome', {
      outcomeId: 'deal',
      occurred: true,
      resolvedOn: '2026-03-10',
      eventId: 'rally',
    });
    expect(await correct({ resolution: 'DID_NOT_OCCUR', eventId: null })).toMatchObject({
      outcome: {
        resolution: 'DID_NOT_OCCUR',
        resolvedOn: '2026-03-10',
        event: null,
        scores: [{ brier: expect.closeTo(0.64) }],
        history: { nodes: [{}, { action: 'CHANGED' }, { action: 'CORRECTED', note: 'We misread it.' }] },
      },
    });
    expect(await correct({ resolvedOn: null })).toMatchObject({ problems: [{ path: ['changes', 'resolvedOn'] }] });
    expect(await correct({ resolution: 'OPEN' })).toMatchObject({
      outcome: { resolution: 'OPEN', resolvedOn: null, scores: [] },
    });
    await world.write('resolveOutcome', { outcomeId: 'deal', occurred: true, resolvedOn: '2026-03-11' });
    expect(await listed('outcomes', 'scores { brier }')).toEqual([{ scores: [{ brier: expect.closeTo(0.04) }] }]);
  });

  it('is withdrawn, and neither resolved nor estimated any more', async () => {
    await world.write('poseOutcome', { negotiationId: 'talks', externalId: 'strike', question: 'A strike?' });
    const reason = 'Nobody asked.';
    expect(await eve.do('withdrawOutcome', { outcomeId: 'strike', reason }, read)).toMatchObject({
      outcome: { withdrawn: true, history: { nodes: [{}, { action: 'WITHDRAWN', note: reason }] } },
    });
    const resolution = { outcomeId: 'strike', occurred: true, resolvedOn: '2026-03-10' };
    expect(await eve.do('resolveOutcome', resolution, 'cursor')).toMatchObject({ __typename: 'WithdrawnError' });
    await expect(
      publish(world, 'late-too', { estimates: [{ outcomeId: 'strike', words: '80%', scheme: 'PERCENT' }] }),
    ).rejects.toThrow('is withdrawn');
  });
});

describe('a held group that was recorded wrongly', () => {
  const read = `heldGroup { descriptor heldBy { name } partOf { descriptor } ${HISTORY} }`;

  it('is corrected, but never made a part of itself, and withdrawn', async () => {
    const correct = (heldGroupId: string, changes: object) =>
      eve.do('correctHeldGroup', { heldGroupId, note: 'We know more.', changes }, read);
    for (const partOfId of ['crew', 'held'])
      expect(await correct('held', { partOfId })).toMatchObject({ problems: [{ path: ['changes', 'partOfId'] }] });
    expect(await correct('held', { descriptor: 'detainees', heldById: null })).toMatchObject({
      heldGroup: { descriptor: 'detainees', heldBy: null, partOf: null, withdrawn: false },
    });
    expect(await correct('crew', { partOfId: null })).toMatchObject({
      heldGroup: { descriptor: 'the crew', partOf: null },
    });
    await eve.do('withdrawHeldGroup', { heldGroupId: 'crew', reason: 'They were free.' }, read);
    expect(await listed('heldGroups', HISTORY)).toMatchObject([
      { withdrawn: false },
      { withdrawn: true, history: { nodes: [{}, {}, { action: 'WITHDRAWN', note: 'They were free.' }] } },
    ]);
    await expect(publish(world, 'counted', { countClaims: [{ heldGroupId: 'crew', low: 3 }] })).rejects.toThrow(
      'is withdrawn',
    );
  });

  it('is part of no group that is withdrawn', async () => {
    const wing = { negotiationId: 'talks', descriptor: 'the wing' };
    for (const externalId of ['wing', 'gone']) await world.write('recordHeldGroup', { ...wing, externalId });
    await eve.do('withdrawHeldGroup', { heldGroupId: 'gone', reason: 'There were none.' }, read);
    const refused = { message: expect.stringContaining('is withdrawn') };
    expect(await eve.do('recordHeldGroup', { ...wing, partOfId: 'gone' }, read)).toMatchObject({
      problems: [{ path: ['partOfId'], ...refused }],
    });
    const correction = { heldGroupId: 'wing', note: 'We know more.', changes: { partOfId: 'gone' } };
    expect(await eve.do('correctHeldGroup', correction, read)).toMatchObject({
      problems: [{ path: ['changes', 'partOfId'], ...refused }],
    });
  });

  it('is made a part of another by one of two who would make each a part of the other at the same moment', async () => {
    for (let n = 0; n < 4; n += 1) {
      const [one, other, between] = [`one-${n}`, `other-${n}`, `between-${n}`];
      const group = { negotiationId: 'talks', descriptor: 'hostages' };
      for (const externalId of [one, other]) await world.write('recordHeldGroup', { ...group, externalId });
      await world.write('recordHeldGroup', { ...group, externalId: between, partOfId: one });
      const within = (heldGroupId: string, partOfId: string) =>
        eve.do('correctHeldGroup', { heldGroupId, note: 'We know more.', changes: { partOfId } }, 'cursor');
      const done = await Promise.all([within(one, other), within(other, between)]);
      expect(done.map(({ __typename }) => __typename).sort()).toEqual(['CorrectHeldGroupPayload', 'InvalidInputError']);
    }
  });

  it('is made a part of none that the record has as a part of itself', async () => {
    const { prisma } = world.database;
    const group = { negotiationId: 'talks', descriptor: 'a ring' };
    await world.write('recordHeldGroup', { ...group, externalId: 'ring' });
    await world.write('recordHeldGroup', { ...group, externalId: 'link', partOfId: 'ring' });
    await prisma.$transaction([
      prisma.$executeRaw`SELECT set_config('parley.expunging', 'on', true)`,
      prisma.$executeRaw`
        UPDATE held_group SET part_of_id = (SELECT subject_id FROM external_id WHERE external_id = 'link')
        WHERE id = (SELECT subject_id FROM external_id WHERE external_id = 'ring')`,
    ]);
    const correct = (heldGroupId: string, partOfId: string | null) =>
      eve.do('correctHeldGroup', { heldGroupId, note: 'We know more.', changes: { partOfId } }, 'cursor');
    expect(await correct('held', 'ring')).toMatchObject({ problems: [{ path: ['changes', 'partOfId'] }] });
    expect(await correct('ring', null)).toMatchObject({ __typename: 'CorrectHeldGroupPayload' });
    expect(await correct('held', 'link')).toMatchObject({ __typename: 'CorrectHeldGroupPayload' });
  });
});

describe('what a statement is about', () => {
  const THINGS = `... on Event { title withdrawn } ... on HeldGroup { descriptor withdrawn }
    ... on Outcome { question withdrawn } ... on Term { title status }`;
  const about = async (id: string, asOf?: string) => {
    const { data, errors } = await world.query(
      `query A($id: ID!, $asOf: AsOf) { statement(id: $id, asOf: $asOf) { about { ${THINGS} } } }`,
      { id, asOf: asOf ? { cursor: asOf } : null },
    );
    expect(errors).toBeUndefined();
    return data.statement.about;
  };
  let id: string;
  let before: string;

  beforeAll(async () => {
    const at = { negotiationId: 'talks' };
    await world.write('recordEvent', { ...at, externalId: 'fire', kind: 'OTHER', title: 'A fire' });
    await world.write('recordHeldGroup', { ...at, externalId: 'guards', descriptor: 'the guards' });
    await world.write('poseOutcome', { ...at, externalId: 'walk-off', question: 'Will they walk off?' });
    id = await publish(world, 'on-all', { aboutIds: ['fire', 'guards', 'walk-off', 'pay'] });
    before = await head();
    await eve.do('withdrawEvent', { eventId: 'fire', reason: 'There was none.' }, 'cursor');
    await eve.do('withdrawHeldGroup', { heldGroupId: 'guards', reason: 'There were none.' }, 'cursor');
    await eve.do('withdrawOutcome', { outcomeId: 'walk-off', reason: 'Asked twice.' }, 'cursor');
  });

  const things = (withdrawn: boolean) => [
    { title: 'A fire', withdrawn },
    { descriptor: 'the guards', withdrawn },
    { question: 'Will they walk off?', withdrawn },
    { title: 'Pay', status: 'OPEN' },
  ];

  it('is there still when it is withdrawn, marked as that, and stood as of before', async () => {
    expect(await about(id)).toEqual(things(true));
    expect(await about(id, before)).toEqual(things(false));
  });

  it('is nothing new that is withdrawn; what it was about before it may go on to be', async () => {
    for (const one of ['fire', 'guards', 'walk-off'])
      await expect(publish(world, `on-${one}`, { aboutIds: ['pay', one] })).rejects.toThrow('is withdrawn');
    const correction = { statementId: 'on-all', revision: 1, note: 'A slip.' };
    const changes = { text: 'They spoke of it.', aboutIds: ['walk-off', 'fire', 'pay'] };
    expect(await eve.do('correctStatement', { ...correction, changes }, 'cursor')).toMatchObject({
      __typename: 'CorrectStatementPayload',
    });
    expect(await about(id)).toEqual([things(true)[2], things(true)[0], things(true)[3]]);
    const again = { ...correction, revision: 2, changes: { aboutIds: ['guards'] } };
    expect(await eve.do('correctStatement', again, 'cursor')).toMatchObject({
      problems: [{ path: ['changes', 'aboutIds', '0'], message: expect.stringContaining('is withdrawn') }],
    });
  });

  it('is nothing any more, as of any moment, once the statement is expunged', async () => {
    await world.write('expungeStatement', { statementId: 'on-all', reason: 'A court order.' });
    expect([await about(id), await about(id, before)]).toEqual([[], []]);
  });
});

it('nothing is said of what was withdrawn at the same moment', async () => {
  const { prisma } = world.database;
  for (let n = 0; n < 6; n += 1) {
    const eventId = `march-${n}`;
    await world.write('recordEvent', { negotiationId: 'talks', externalId: eventId, kind: 'OTHER', title: 'A march' });
    await Promise.allSettled([
      publish(world, `on-${eventId}`, { impacts: [{ eventId, effect: 'HELPS' }] }),
      eve.do('withdrawEvent', { eventId, reason: 'It never happened.' }, 'cursor'),
    ]);
  }
  const late = await prisma.$queryRaw`
    SELECT l.position FROM impact i
    JOIN ledger l ON l.subject_id = i.event_id AND l.action = 'WITHDRAWN' AND l.position < i.from_position`;
  expect(late).toEqual([]);
});

it('what a statement claims is corrected with it: an impact, an estimate, a count', async () => {
  await world.write('recordEvent', { negotiationId: 'talks', externalId: 'truce', kind: 'PAUSE', title: 'A truce' });
  await publish(world, 'claiming', {
    impacts: [{ eventId: 'truce', effect: 'HINDERS' }],
    estimates: [{ outcomeId: 'deal', words: '10%', scheme: 'PERCENT' }],
    countClaims: [{ heldGroupId: 'held', low: 3 }],
  });
  const changes = {
    impacts: [{ eventId: 'truce', effect: 'HELPS' }],
    estimates: [],
    countClaims: [{ heldGroupId: 'held', low: 30 }],
  };
  expect(
    await eve.do(
      'correctStatement',
      { statementId: 'claiming', revision: 1, note: 'We misheard.', changes },
      'statement { impacts { effect } estimates { words } countClaims { low } }',
    ),
  ).toMatchObject({ statement: { impacts: [{ effect: 'HELPS' }], estimates: [], countClaims: [{ low: 30 }] } });
});
