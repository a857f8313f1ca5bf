import { type GraphQLInputObjectType, type GraphQLObjectType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { type Somebody, somebody } from './support/desk.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let ann: Somebody;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  await world.write('recordPerson', { externalId: 'jose', name: 'José Nuñez', aliases: ['Pepe'] });
  await world.write('recordPerson', { name: 'Majed al-Ansari', aliases: ['ماجد الأنصاري'] });
  for (const name of ['Ilse van der Bellen', 'Zoë O’Brien', 'Kim Jong Un', 'Joseph Biden Jr.'])
    await world.write('recordPerson', { name });
  [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ann'), somebody(world, 'EDITOR', 'Eve')]);
});
afterAll(() => world.stop());

const from = (descriptor: string, more: object = {}) =>
  statement({ source: { kind: 'UNNAMED_PERSON', descriptor }, attributionLevel: 'BACKGROUND', ...more });
const WARNING = '... on DescriptorWarning { names answer }';
const SAID = 'statement { id revision source { pseudonym } }';

async function publish(content: object, more: object = {}) {
  const { data, errors } = await world.as(
    eve.key,
    `mutation P($input: PublishStatementInput!) { publishStatement(input: $input) { __typename
      ... on PublishStatementPayload { cursor ${SAID} } ${WARNING} } }`,
    { input: { negotiationId: 'talks', content, ...more } },
  );
  expect(errors).toBeUndefined();
  return data.publishStatement;
}

async function head(): Promise<string> {
  return (await world.query('{ head }')).data.head;
}

describe('a draft', () => {
  const HOLDS = 'An unnamed source must not be linked to a person: who it is has no place in the record.';
  const LEADS = 'A person must not be named on the way from an unnamed source: describe them as published.';

  it('holds no link to who an unnamed source is, neither when it is begun nor when it is edited', async () => {
    const { post } = await world.write(
      'recordPost',
      { externalId: 'jose-post', personId: 'jose', organizationId: 'union', title: 'envoy' },
      'post { id }',
    );
    const { subjectId } = await world.database.prisma.externalId.findFirstOrThrow({ where: { externalId: 'jose' } });
    const jose = (type: string) => Buffer.from(`${type}:${subjectId}`).toString('base64url');
    const source = (more: object) => ({ kind: 'UNNAMED_PERSON', descriptor: 'an envoy', ...more });
    const relay = (kind: string, actorId: string) => ({ source: source({}), relays: [{ kind, actorId }] });
    const refused = [
      [{ source: source({ personId: 'jose' }) }, ['content', 'source'], HOLDS],
      [{ source: source({ personId: 'nobody-so-far' }) }, ['content', 'source'], HOLDS],
      [{ source: source({ postId: 'jose-post' }) }, ['content', 'source'], HOLDS],
      [
        { source: { kind: 'COLLECTIVE', descriptor: 'the union', personId: 'jose' } },
        ['content', 'source'],
        'Only a named person is credited as a person; a collective or a document is not one.',
      ],
      [relay('RELAYED_BY', 'jose'), ['content', 'relays', '0'], LEADS],
      [relay('HOLDER', jose('Person')), ['content', 'relays', '0'], LEADS],
      // Nor under the name of something else.
      [relay('HOLDER', jose('Organization')), ['content', 'relays', '0'], LEADS],
      [relay('HOLDER', post.id), ['content', 'relays', '0'], LEADS],
      [
        {
          source: source({}),
          estimates: [{ outcomeId: 'none-so-far', words: 'maybe', scheme: 'WORDS', holderId: 'jose' }],
        },
        ['content', 'estimates', '0', 'holderId'],
        LEADS,
      ],
    ] as const;
    const { draft } = await ann.do('draftStatement', { negotiationId: 'talks', content: from('an envoy') });
    const kept = () => world.database.prisma.draftRevision.count();
    const before = await kept();
    for (const [changes, path, message] of refused) {
      const content = from('an envoy', changes);
      const answer = { __typename: 'InvalidInputError', problems: [{ path, message }] };
      expect(await ann.do('draftStatement', { negotiationId: 'talks', content })).toMatchObject(answer);
      expect(await ann.do('editDraft', { draftId: draft.id, revision: 1, content })).toMatchObject(answer);
    }
    expect(await kept()).toBe(before);
  });

  it('may name who took it from an unnamed source to print it, whose view it is, organizations, and what is missing still', async () => {
    const content = from('an envoy', {
      viewOfId: 'jose',
      relays: [
        { kind: 'HOLDER', actorId: 'jose' },
        { kind: 'RELAYED_BY', actorId: 'union' },
        { kind: 'RELAYED_BY', actorId: 'not-recorded-so-far' },
        { kind: 'TOLD_TO', actorId: 'ada' },
      ],
    });
    expect(await ann.do('draftStatement', { negotiationId: 'talks', content })).toMatchObject({
      __typename: 'DraftStatementPayload',
    });
  });
});

describe('the descriptor of an unnamed source', () => {
  it('that holds the name, alias or family name of somebody known is a warning, and nothing is written', async () => {
    const before = await head();
    for (const [descriptor, name] of [
      ['an aide to jose nunez', 'José Nuñez'],
      ['Pepe’s driver', 'José Nuñez'],
      ['a friend of the Quay family', 'Ada Quay'],
    ] as const) {
      expect(await publish(from(descriptor))).toMatchObject({ __typename: 'DescriptorWarning', names: [name] });
    }
    expect(
      await publish(from('an official', { relays: [{ kind: 'RELAYED_BY', descriptor: 'Ada Quay' }] })),
    ).toMatchObject({
      names: ['Ada Quay'],
    });
    expect(await head()).toBe(before);
  });

  it.each([
    ['Majed al-Ansari', 'an aide to al-Ansari'],
    ['Majed al-Ansari', 'an aide to al-ansari'],
    ['Majed al-Ansari', 'AN AIDE TO MAJED AL-ANSARI'],
    ['Majed al-Ansari', 'an el-Ansari aide'],
    ['Majed al-Ansari', 'the AlAnsari office'],
    ['Majed al-Ansari', 'an aide to al\u2011Ansari'],
    ['Majed al-Ansari', 'an aide to majed al\u2212ansari'],
    ['Majed al-Ansari', 'an official\u2014al\u2013Ansari\u2019s aide'],
    ['Majed al-Ansari', 'an aide to majed\u00a0al\u00a0ansari'],
    ['Majed al-Ansari', 'an aide to Al-An\u00adsari'],
    ['Majed al-Ansari', 'an aide to al-Ansa\u0301ri'],
    ['Majed al-Ansari', 'مساعد ماجد الأنصـــاري'],
    ['Majed al-Ansari', 'مساعد الأَنصاري'],
    ['Ilse van der Bellen', 'somebody near van der bellen'],
    ['Ilse van der Bellen', 'a Bellen-era official'],
    ['Zoë O’Brien', "Zoe O'Brien's deputy"],
    ['Zoë O’Brien', 'l’entourage d’OBrien'],
    ['Joseph Biden Jr.', 'Biden administration officials'],
  ])('that holds the name of %s however it is written is one: %s', async (name, descriptor) => {
    expect(await publish(from(descriptor))).toMatchObject({ __typename: 'DescriptorWarning', names: [name] });
  });

  it('is one of whatever is not named: a document, a collective, whoever relays it or whose estimate it is', async () => {
    await world.write('poseOutcome', { externalId: 'peace', negotiationId: 'talks', question: 'Peace?' });
    const letter = { kind: 'DOCUMENT', descriptor: 'a letter to al-Ansari' };
    const bureau = { kind: 'COLLECTIVE', descriptor: 'the al-Ansari bureau', onBehalfOfId: 'union' };
    const estimate = { outcomeId: 'peace', words: '50/50', scheme: 'ODDS', holder: 'the al-Ansari camp' };
    for (const content of [
      statement({ source: letter }),
      statement({ source: bureau }),
      statement({ relays: [{ kind: 'RELAYED_BY', descriptor: 'a friend of al-Ansari' }] }),
      statement({ estimates: [estimate] }),
    ]) {
      const warned = await publish(content);
      expect(warned).toMatchObject({ __typename: 'DescriptorWarning', names: ['Majed al-Ansari'] });
      expect(await publish(content, { descriptorAnswer: warned.answer })).toMatchObject({
        __typename: 'PublishStatementPayload',
      });
    }
  });

  it('that holds none is none: a word that is somebody’s name only with a capital', async () => {
    for (const descriptor of ['an official on the quay', 'a senior official', 'a UN official'])
      expect((await publish(from(descriptor))).__typename).toBe('PublishStatementPayload');
    // Who is named is not unnamed.
    expect((await publish(statement({ text: 'Ada Quay said so.' }))).__typename).toBe('PublishStatementPayload');
  });

  it('is published once the editor answers that very warning', async () => {
    const { answer } = await publish(from('a Quay observer'));
    expect(await publish(from('a Quay watcher'), { descriptorAnswer: answer })).toMatchObject({
      __typename: 'DescriptorWarning',
    });
    expect(await publish(from('a Quay observer'), { descriptorAnswer: answer })).toMatchObject({
      __typename: 'PublishStatementPayload',
    });
  });

  it('is looked at when its draft is put under embargo or published, and when it is corrected', async () => {
    const given = await ann.do('draftStatement', { negotiationId: 'talks', content: from('a Quay aide') });
    const draftId = given.draft.id;
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const refused = { __typename: 'DescriptorWarning' };
    expect(await eve.do('publishDraft', { draftId }, 'cursor')).toMatchObject(refused);
    expect(await eve.do('embargoDraft', { draftId, revision: 1, until })).toMatchObject(refused);
    const { data } = await world.as(
      eve.key,
      `mutation E($input: EmbargoDraftInput!) { embargoDraft(input: $input) { ${WARNING} } }`,
      { input: { draftId, revision: 1, until } },
    );
    const descriptorAnswer = data.embargoDraft.answer;
    expect(await eve.do('embargoDraft', { draftId, revision: 1, until, descriptorAnswer })).toMatchObject({
      draft: { state: 'EMBARGOED' },
    });
    expect(await eve.do('liftEmbargo', { draftId, revision: 2 }, 'cursor')).toMatchObject({
      __typename: 'LiftEmbargoPayload',
    });
    const { statement: said } = await publish(from('an aide'));
    const source = { kind: 'UNNAMED_PERSON', descriptor: 'a Quay aide' };
    const correction = { statementId: said.id, revision: 1, note: 'x' };
    expect(await eve.do('correctStatement', { ...correction, changes: { source } }, 'cursor')).toMatchObject(refused);
    expect(await eve.do('correctStatement', { ...correction, changes: { text: 'y' } }, 'cursor')).toMatchObject({
      __typename: 'CorrectStatementPayload',
    });
  });
});

describe('the pseudonym of an unnamed source', () => {
  const named = async (id: string, asOf?: string) => {
    const { data } = await world.query(
      'query N($id: ID!, $asOf: AsOf) { statement(id: $id, asOf: $asOf) { source { pseudonym } history(first: 9) { nodes { note } } } }',
      { id, asOf: asOf ? { cursor: asOf } : null },
    );
    return data.statement;
  };

  it('is its descriptor and a number of its own, which stays with it through corrections', async () => {
    const { statement: one } = await publish(from('a senior US official'));
    const { statement: other } = await publish(from('a senior US official'));
    const number = Number(/^senior US official #(\d+)$/.exec(one.source.pseudonym)?.[1]);
    expect(other.source.pseudonym).toBe(`senior US official #${number + 1}`);
    const source = { kind: 'UNNAMED_PERSON', descriptor: 'a US diplomat' };
    await eve.do('correctStatement', { statementId: one.id, revision: 1, note: 'x', changes: { source } }, 'cursor');
    expect((await named(one.id)).source.pseudonym).toBe(`US diplomat #${number}`);
    const { statement: byName } = await publish(statement());
    expect(byName.source.pseudonym).toBeNull();
  });

  it('is another’s once the desk judges that they are one, and its own again once it judges otherwise', async () => {
    const { statement: one } = await publish(from('an envoy'));
    const { statement: other, cursor } = await publish(from('a negotiator'));
    const number = one.source.pseudonym.replace('envoy ', '');
    const join = { statementId: one.id, otherStatementId: other.id, reason: 'The same turn of phrase.' };
    expect(await ann.do('joinSources', join, SAID)).toEqual({ __typename: 'FORBIDDEN' });
    expect(await eve.do('joinSources', join, SAID)).toMatchObject({
      statement: { id: other.id, revision: 2, source: { pseudonym: `negotiator ${number}` } },
    });
    expect(await eve.do('joinSources', join, SAID)).toMatchObject({ problems: [{ path: ['otherStatementId'] }] });
    expect((await named(other.id, cursor)).source.pseudonym).toBe(other.source.pseudonym);
    expect((await named(one.id)).source.pseudonym).toBe(one.source.pseudonym);
    const split = { statementId: other.id, reason: 'They were in two places.' };
    expect(await eve.do('splitSource', split, SAID)).toMatchObject({
      statement: { revision: 3, source: { pseudonym: other.source.pseudonym } },
    });
    expect(await eve.do('splitSource', split, SAID)).toMatchObject({ problems: [{ path: ['statementId'] }] });

    const { data } = await world.as(
      ann.key,
      'query J($id: ID!) { sourceJudgements(negotiationId: $id, first: 2) { nodes { reason by statement { id } joinedTo { id } } } }',
      { id: (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id },
    );
    expect(data.sourceJudgements.nodes).toEqual([
      { reason: 'They were in two places.', by: 'Eve', statement: { id: other.id }, joinedTo: null },
      { reason: 'The same turn of phrase.', by: 'Eve', statement: { id: one.id }, joinedTo: { id: other.id } },
    ]);
    // Readers learn that it was judged, and not why.
    expect(JSON.stringify(await named(other.id))).not.toMatch(/turn of phrase|two places/);
  });

  it('keeps its source from being named as long as another is judged to be the same, which would be named with it', async () => {
    const [{ statement: one }, { statement: other }, { statement: third }] = [
      await publish(from('a pilot')),
      await publish(from('an airman')),
      await publish(from('a navigator')),
    ];
    const join = (statementId: string, otherStatementId: string) =>
      eve.do('joinSources', { statementId, otherStatementId, reason: 'Both fly.' }, SAID);
    const split = (statementId: string) => eve.do('splitSource', { statementId, reason: 'Not the same.' }, SAID);
    const changes = { source: { kind: 'NAMED_PERSON', personId: 'ada' }, attributionLevel: 'ON_THE_RECORD' };
    const name = (statementId: string, revision: number) =>
      eve.do('correctStatement', { statementId, revision, note: 'Named.', changes }, SAID);
    const refused = (...ids: string[]) => ({
      problems: [{ path: ['changes', 'source'], message: expect.stringContaining(`Split ${ids.join(', ')} first`) }],
    });
    await join(one.id, other.id);
    await join(one.id, third.id);
    const before = await head();
    expect(await name(other.id, 2)).toMatchObject(refused(other.id));
    expect(await name(one.id, 1)).toMatchObject(refused(other.id, third.id));
    expect(await head()).toBe(before);
    // A source that is none of the unnamed ones has no number, so that it could be named next.
    for (const source of [
      { kind: 'UNKNOWN' },
      { kind: 'DOCUMENT', descriptor: 'a logbook' },
      { kind: 'COLLECTIVE', onBehalfOfId: 'union' },
    ]) {
      const correction = { statementId: other.id, revision: 2, note: 'It was none.', changes: { source } };
      expect(await eve.do('correctStatement', correction, SAID)).toMatchObject(refused(other.id));
    }
    expect(await head()).toBe(before);
    await split(other.id);
    expect(await name(one.id, 1)).toMatchObject(refused(third.id));
    await split(third.id);
    expect(await name(one.id, 1)).toMatchObject({ statement: { revision: 2, source: { pseudonym: null } } });
    expect(await join(one.id, other.id)).toMatchObject({ problems: [{ path: ['statementId'] }] });
    expect(await name(other.id, 3)).toMatchObject({ __typename: 'CorrectStatementPayload' });
  });

  it('that is its own again says to readers only that: not that it is another’s, and not why it was split off', async () => {
    const [{ statement: one }, { statement: other }, { statement: third }] = [
      await publish(from('a smelter')),
      await publish(from('a founder')),
      await publish(from('a caster')),
    ];
    await eve.do('joinSources', { statementId: other.id, otherStatementId: third.id, reason: 'One voice.' }, SAID);
    await eve.do('joinSources', { statementId: one.id, otherStatementId: other.id, reason: 'One voice.' }, SAID);
    // Only so that the first can be named: the desk still takes the other two for one.
    await eve.do('splitSource', { statementId: other.id, reason: 'She agreed to be named.' }, SAID);
    expect((await named(other.id)).history.nodes.at(-1).note).toBe(
      'The number that its source goes by has changed. Two numbers do not say that there are two sources.',
    );
    expect((await named(third.id)).source.pseudonym).toBe(other.source.pseudonym.replace('founder', 'caster'));
  });

  it('is joined to none whose source is named at the same moment', async () => {
    for (let n = 0; n < 4; n += 1) {
      const { statement: one } = await publish(from('a miner'));
      const { statement: other } = await publish(from('a smith'));
      const changes = { source: { kind: 'NAMED_PERSON', personId: 'ada' }, attributionLevel: 'ON_THE_RECORD' };
      const done = await Promise.all([
        eve.do('correctStatement', { statementId: one.id, revision: 1, note: 'Named.', changes }, 'cursor'),
        eve.do('joinSources', { statementId: one.id, otherStatementId: other.id, reason: 'Both dig.' }, 'cursor'),
      ]);
      expect(done.filter(({ __typename }) => __typename === 'InvalidInputError')).toHaveLength(1);
    }
  });

  it('needs two unnamed sources of the same talks, and a reason', async () => {
    const { statement: one } = await publish(from('a clerk'));
    const { statement: byName } = await publish(statement());
    const join = { statementId: one.id, otherStatementId: byName.id, reason: 'x' };
    expect(await eve.do('joinSources', join, SAID)).toMatchObject({ problems: [{ path: ['otherStatementId'] }] });
    const empty = { statementId: one.id, otherStatementId: one.id, reason: ' ' };
    expect(await eve.do('joinSources', empty, SAID)).toMatchObject({ problems: [{ path: ['reason'] }] });
  });

  it('goes with the statement when that is expunged, and so does why', async () => {
    const { statement: one } = await publish(from('a cook'));
    const { statement: other } = await publish(from('a driver'));
    await eve.do('joinSources', { statementId: one.id, otherStatementId: other.id, reason: 'Both smoke.' }, SAID);
    await world.write('expungeStatement', { statementId: other.id, reason: 'A court order.' });
    expect((await named(other.id)).source.pseudonym).toBeNull();
    const judgements = await world.database.prisma.sourceJudgement.findMany();
    expect(judgements.map(({ reason }) => reason)).not.toContain('Both smoke.');
  });
});

it('nothing about an unnamed source is filtered, sorted or counted but what is published of the statement as a whole', () => {
  const types = schema.getTypeMap();
  const fieldsOf = (name: string) =>
    Object.keys((types[name] as GraphQLInputObjectType | GraphQLObjectType).getFields()).sort();
  // Whoever adds one decides first whether it is published: see CONTRIBUTING.md.
  expect(fieldsOf('StatementFilter')).toEqual([
    'attributionLevels',
    'outletId',
    'partyId',
    'quotationTypes',
    'saidFrom',
    'saidTo',
    'sourceKinds',
    'speakerId',
    'speechActs',
    'termId',
  ]);
  expect(fieldsOf('Statistics')).toEqual([
    'attributionLevels',
    'corrections',
    'dayUnknown',
    'days',
    'from',
    'lagToRecord',
    'lagToReport',
    'parties',
    'speechActs',
    'statements',
    'to',
  ]);
  const others = Object.values(types)
    .filter(isInputObjectType)
    .filter(({ name }) => /Filter|OrderBy|Order$/.test(name) && name !== 'StatementFilter')
    .flatMap(({ name }) => fieldsOf(name).map((field) => `${name}.${field}`));
  expect(others.filter((field) => /pseudonym|judgement|source|speaker|relay|descriptor/i.test(field))).toEqual([]);
  // What a pseudonym leads to is nothing: it is a text of its source.
  const leading = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap(({ name, getFields }) =>
      Object.values(getFields.call(schema.getType(name)))
        .filter((field) => /pseudonym/i.test(field.name))
        .map((field) => `${name}.${field.name}: ${field.type}`),
    );
  expect(leading).toEqual(['Source.pseudonym: String']);
});
