import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

const GROUP = `query Group($id: ID!) { node(id: $id) { ... on HeldGroup {
  latestClaims { low high words statement { text } }
  agreed { low high }
  envelope { low high }
  claims(first: 100) { nodes { low high statement { text } } }
} } }`;

const OFFICIAL = { kind: 'UNNAMED_PERSON', descriptor: 'a senior official' };

async function recordHeldGroup(externalId: string, more: object = {}): Promise<string> {
  const { heldGroup } = await world.write(
    'recordHeldGroup',
    { externalId, negotiationId: 'talks', descriptor: externalId, ...more },
    'heldGroup { id }',
  );
  return heldGroup.id;
}

interface Saying {
  readonly low?: number;
  readonly high?: number;
  readonly words?: string;
  readonly day?: number;
  readonly source?: object;
  readonly viewOfId?: string;
}

/** Publishes a statement of how many a group is, said on a day of March 2026 by somebody unnamed or, without a source, by Ada. */
function count(
  externalId: string,
  heldGroupId: string,
  { low, high, words, day = 2, source, viewOfId }: Saying,
): Promise<string> {
  return publish(world, externalId.replaceAll(/\W+/g, '-'), {
    text: externalId,
    said: { from: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
    countClaims: [{ heldGroupId, low, high, words }],
    ...(source && { source, attributionLevel: 'BACKGROUND' }),
    ...(viewOfId && { viewOfId }),
  });
}

async function group(id: string) {
  const { data, errors } = await world.query(GROUP, { id });
  expect(errors).toBeUndefined();
  return data.node;
}

const texts = (claims: readonly { statement: { text: string } }[]) => claims.map(({ statement: { text } }) => text);

describe('a held group', () => {
  it('is described, held by somebody, and part of a larger one', async () => {
    await recordHeldGroup('crews', { heldById: 'company' });
    const id = await recordHeldGroup('night-crews', { partOfId: 'crews' });
    const { data } = await world.query(
      `query Group($id: ID!) { node(id: $id) { ... on HeldGroup {
        descriptor heldBy { name } partOf { descriptor heldBy { name } } negotiation { slug }
        latestClaims { low } agreed { low } envelope { low }
      } } }`,
      { id },
    );
    expect(data.node).toEqual({
      descriptor: 'night-crews',
      heldBy: null,
      partOf: { descriptor: 'crews', heldBy: { name: 'Harbour Company' } },
      negotiation: { slug: 'talks' },
      latestClaims: [],
      agreed: null,
      envelope: null,
    });
    const listed = await world.query(
      '{ negotiation(slug: "talks") { heldGroups(first: 2) { nodes { descriptor } } } }',
    );
    expect(listed.data.negotiation.heldGroups.nodes).toEqual([{ descriptor: 'crews' }, { descriptor: 'night-crews' }]);
  });

  it('cannot be part of one of other talks', async () => {
    await world.write('openNegotiation', {
      externalId: 'other',
      slug: 'other',
      title: 'Other talks',
      status: 'ACTIVE',
    });
    await recordHeldGroup('elsewhere', { negotiationId: 'other' });
    const { data } = await world.desk(
      `mutation { recordHeldGroup(input: { negotiationId: "talks", descriptor: "x", partOfId: "elsewhere" }) {
        ... on InvalidInputError { problems { path message } }
      } }`,
    );
    expect(data.recordHeldGroup.problems).toEqual([{ path: ['partOfId'], message: 'belongs to another negotiation.' }]);
  });
});

describe('a count claim', () => {
  it.each([
    [{ low: 250, high: 200 }, 'The low end (250) is above the high end (200).'],
    [{ low: -1 }, 'A count of people must be a whole number, 0 or more.'],
    [{}, 'needs a range or words.'],
  ])('of %j is refused: %s', async (claim, message) => {
    await recordHeldGroup('refused');
    const { data } = await world.desk(
      `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) {
        ... on InvalidInputError { problems { path message } }
      } }`,
      {
        input: { negotiationId: 'talks', content: statement({ countClaims: [{ heldGroupId: 'refused', ...claim }] }) },
      },
    );
    expect(data.publishStatement.problems).toEqual([{ path: ['content', 'countClaims', '0'], message }]);
  });

  it('may be words alone, which say no number', async () => {
    const id = await recordHeldGroup('worded');
    const said = await count('a large group', 'worded', { words: 'a large group' });
    expect(await group(id)).toMatchObject({
      latestClaims: [{ low: null, high: null, words: 'a large group' }],
      agreed: null,
      envelope: null,
    });
    const { data } = await world.query(
      'query S($id: ID!) { statement(id: $id) { countClaims { words heldGroup { descriptor } } } }',
      { id: said },
    );
    expect(data.statement.countClaims).toEqual([{ words: 'a large group', heldGroup: { descriptor: 'worded' } }]);
  });
});

describe('what each source claims about a held group', () => {
  it('is what it said last, whatever was published last, and what they agree on', async () => {
    const id = await recordHeldGroup('each');
    await count('ada late', 'each', { low: 200, high: 250, day: 5 });
    await count('ada early', 'each', { low: 10, high: 20, day: 1 });
    await count('official', 'each', { low: 220, day: 3, source: OFFICIAL });
    const { latestClaims, claims, ...ranges } = await group(id);
    expect(texts(latestClaims)).toEqual(['ada late', 'official']);
    expect(texts(claims.nodes)).toEqual(['ada late', 'official', 'ada early']);
    expect(ranges).toEqual({ agreed: { low: 220, high: 250 }, envelope: { low: 200, high: null } });
  });

  it('may conflict: then nothing is agreed, and the envelope shows how far apart they are', async () => {
    const id = await recordHeldGroup('conflict');
    await count('few', 'conflict', { low: 100, high: 150 });
    await count('many', 'conflict', { low: 200, high: 250, source: OFFICIAL });
    expect(await group(id)).toMatchObject({ agreed: null, envelope: { low: 100, high: 250 } });
  });

  it('is told apart by whose view it is, the person, the description with its organization, and the organization', async () => {
    const id = await recordHeldGroup('sources');
    const official = (onBehalfOfId: string) => ({ ...OFFICIAL, onBehalfOfId });
    await count('the company, through Ada', 'sources', { low: 1, day: 7, viewOfId: 'company' });
    await count('Ada', 'sources', { low: 2, day: 6 });
    await count('an official of the union', 'sources', { low: 3, day: 5, source: official('union') });
    await count('an official of the mediator', 'sources', { low: 4, day: 4, source: official('mediator') });
    await count('the same, earlier, in capitals', 'sources', {
      low: 9,
      day: 3,
      source: { ...official('mediator'), descriptor: 'A Senior Official' },
    });
    await count('the union', 'sources', { low: 5, day: 2, source: { kind: 'COLLECTIVE', onBehalfOfId: 'union' } });
    for (const n of [1, 2])
      await count(`nobody known ${n}`, 'sources', { low: 6, day: 1, source: { kind: 'UNKNOWN' } });
    expect(texts((await group(id)).latestClaims)).toEqual([
      'the company, through Ada',
      'Ada',
      'an official of the union',
      'an official of the mediator',
      'the union',
      'nobody known 2',
      'nobody known 1',
    ]);
  });

  it('falls back to what it said before when the last is withdrawn', async () => {
    const id = await recordHeldGroup('withdrawn');
    await count('stands', 'withdrawn', { low: 40, day: 1 });
    const last = await count('withdrawn later', 'withdrawn', { low: 80, day: 2 });
    expect((await group(id)).agreed).toEqual({ low: 80, high: null });
    await world.write('withdrawStatement', { statementId: last, revision: 1, reason: 'Misheard.' });
    expect(await group(id)).toMatchObject({
      agreed: { low: 40, high: null },
      latestClaims: [{ statement: { text: 'stands' } }],
    });
  });

  it('takes no more SQL for many groups than for two', async () => {
    const document = `query Groups($first: Int!) { negotiation(slug: "many") { heldGroups(first: $first) { nodes {
      descriptor heldBy { name } partOf { descriptor } agreed { low } envelope { high }
      latestClaims { low statement { text source { person { name } } } }
      claims(first: 3) { nodes { low statement { text } } }
    } } } }`;
    await world.write('openNegotiation', { externalId: 'many-talks', slug: 'many', title: 'Many', status: 'ACTIVE' });
    for (let n = 1; n <= 6; n++) {
      const heldGroupId = `many-${n}`;
      await recordHeldGroup(heldGroupId, {
        negotiationId: 'many-talks',
        heldById: 'company',
        ...(n > 1 && { partOfId: `many-${n - 1}` }),
      });
      for (const low of [n, n + 1, n + 2, n + 3]) {
        const content = statement({ countClaims: [{ heldGroupId, low }] });
        await world.write('publishStatement', { negotiationId: 'many-talks', content });
      }
    }
    const two = await sqlOf(() => world.query(document, { first: 2 }));
    const many = await sqlOf(() => world.query(document, { first: 6 }));
    // One more where two ways to the same kind of row are ready at different ticks; never one a row.
    expect(many.length).toBeLessThanOrEqual(two.length + 1);
    expect(many.filter((text) => /DISTINCT ON/.test(text))).toHaveLength(1);
  });
});
