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

const OUTLOOK = `query Outlook($id: ID!) { node(id: $id) { ... on Outcome {
  question dueBy resolution resolvedOn statement { text } event { title }
  estimates(first: 100) { nodes { words holder { name } holderDescriptor low high band bandsTouched brier statement { text } } }
  latest { words holder { name } holderDescriptor }
  scores { holder { name } holderDescriptor brier estimates }
} } }`;

const OFFICIAL = {
  source: { kind: 'UNNAMED_PERSON', descriptor: 'a senior official', onBehalfOfId: 'company' },
  attributionLevel: 'BACKGROUND',
};

const REFUSED = `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) {
  ... on InvalidInputError { problems { path message } }
} }`;

async function poseOutcome(externalId: string, more: object = {}): Promise<string> {
  const { outcome } = await world.write(
    'poseOutcome',
    { externalId, negotiationId: 'talks', question: `Will there be ${externalId}?`, ...more },
    'outcome { id }',
  );
  return outcome.id;
}

/** Publishes a statement with one estimate, said on a day of March 2026. */
function estimates(
  externalId: string,
  outcomeId: string,
  words: string,
  scheme: string,
  more: { day?: number; claim?: object; content?: object } = {},
) {
  return publish(world, externalId.replaceAll(/\W+/g, '-'), {
    text: externalId,
    said: { from: `2026-03-${String(more.day ?? 2).padStart(2, '0')}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
    estimates: [{ outcomeId, words, scheme, ...more.claim }],
    ...more.content,
  });
}

async function outlook(id: string) {
  const { data, errors } = await world.query(OUTLOOK, { id });
  expect(errors).toBeUndefined();
  return data.node;
}

async function onlyEstimate(statementId: string) {
  const { data, errors } = await world.query(
    `query S($id: ID!) { statement(id: $id) { estimates {
      words low high scheme band bandsTouched confidence holder { __typename name } holderDescriptor brier outcome { question }
    } } }`,
    { id: statementId },
  );
  expect(errors).toBeUndefined();
  return data.statement.estimates[0];
}

describe('an estimate', () => {
  it.each([
    ['50/50', 'ODDS', 50, 50, 'ROUGHLY_EVEN', ['ROUGHLY_EVEN']],
    ['70 to 90 percent', 'PERCENT', 70, 90, 'LIKELY', ['LIKELY', 'VERY_LIKELY']],
    ['likely', 'ICD_203', 55, 80, 'LIKELY', ['LIKELY']],
    ['likely', 'WORDS', null, null, null, []],
    ['cautiously optimistic', 'WORDS', null, null, null, []],
    ['no chance at all', 'WORDS', null, null, null, []],
  ])('quoted as “%s” (%s) reads as %j to %j percent', async (words, scheme, low, high, band, touched) => {
    await poseOutcome('a-deal');
    const said = await estimates(`${words} ${scheme}`, 'a-deal', words, scheme, { claim: { confidence: 'LOW' } });
    expect(await onlyEstimate(said)).toEqual({
      words,
      low,
      high,
      scheme,
      band,
      bandsTouched: touched,
      confidence: 'LOW',
      holder: { __typename: 'Person', name: 'Ada Quay' },
      holderDescriptor: null,
      brier: null,
      outcome: { question: 'Will there be a-deal?' },
    });
  });

  it('has the range that the desk gives, over what its words say', async () => {
    await poseOutcome('a-deal');
    const said = await estimates('given', 'a-deal', 'one in three', 'ODDS', { claim: { low: 30, high: 35 } });
    expect(await onlyEstimate(said)).toMatchObject({ low: 30, high: 35, band: 'UNLIKELY' });
  });

  it.each([
    [{ low: 80, high: 20 }, [], 'The low end (80) is above the high end (20).'],
    [{ low: 20, high: 120 }, [], 'The high end (120) is above 100.'],
    [{ low: 20 }, [], 'needs both ends of its range, or neither.'],
    [
      { holderId: 'company', holder: 'an official' },
      ['holder'],
      'goes without holderId: the holder is an actor or a description.',
    ],
  ])('with %j is refused', async (claim, at, message) => {
    await poseOutcome('a-deal');
    const content = statement({ estimates: [{ outcomeId: 'a-deal', words: 'maybe', scheme: 'WORDS', ...claim }] });
    const { data } = await world.desk(REFUSED, { input: { negotiationId: 'talks', content } });
    expect(data.publishStatement.problems).toEqual([{ path: ['content', 'estimates', '0', ...at], message }]);
  });

  it('cannot be of an outcome of other talks', async () => {
    await world.write('openNegotiation', {
      externalId: 'other',
      slug: 'other',
      title: 'Other talks',
      status: 'ACTIVE',
    });
    await poseOutcome('elsewhere', { negotiationId: 'other' });
    const content = statement({ estimates: [{ outcomeId: 'elsewhere', words: 'maybe', scheme: 'WORDS' }] });
    const { data } = await world.desk(REFUSED, { input: { negotiationId: 'talks', content } });
    expect(data.publishStatement.problems).toEqual([
      { path: ['content', 'estimates', '0', 'outcomeId'], message: 'belongs to another negotiation.' },
    ]);
  });
});

describe('the holder of an estimate', () => {
  const union = { __typename: 'Organization', name: 'Dockers’ Union' };
  const company = { __typename: 'Organization', name: 'Harbour Company' };
  it.each([
    ['whoever the desk names', { claim: { holderId: 'union' } }, union, null],
    [
      'whoever the desk describes',
      { claim: { holder: 'people close to the talks' } },
      null,
      'people close to the talks',
    ],
    ['whose view it is', { content: { ...OFFICIAL, viewOfId: 'union' } }, union, null],
    ['the speaker', {}, { __typename: 'Person', name: 'Ada Quay' }, null],
    ['whoever is described', { content: OFFICIAL }, null, 'a senior official'],
    [
      'the organization spoken for',
      { content: { source: { kind: 'COLLECTIVE', onBehalfOfId: 'company' } } },
      company,
      null,
    ],
    [
      'nobody, where the report does not say',
      { content: { source: { kind: 'UNKNOWN' }, attributionLevel: 'NOT_STATED' } },
      null,
      null,
    ],
  ])('is %s', async (who, more, holder, holderDescriptor) => {
    await poseOutcome('held');
    expect(await onlyEstimate(await estimates(who, 'held', '20 percent', 'PERCENT', more))).toMatchObject({
      holder,
      holderDescriptor,
    });
  });

  it('follows a correction of the source, so that a name taken out of the statement is out of the estimate too', async () => {
    await poseOutcome('corrected');
    const said = await estimates('named by mistake', 'corrected', '20 percent', 'PERCENT');
    await world.write('correctStatement', {
      statementId: said,
      revision: 1,
      note: 'The source spoke on background.',
      changes: OFFICIAL,
    });
    expect(await onlyEstimate(said)).toMatchObject({ low: 20, holder: null, holderDescriptor: 'a senior official' });
  });
});

describe('an outlook', () => {
  it('is the series of estimates, the one said last first, and the latest of each holder', async () => {
    const id = await poseOutcome('a-series', { dueBy: '2026-04-30' });
    await estimates('ada late', 'a-series', '70 percent', 'PERCENT', { day: 6 });
    await estimates('ada early', 'a-series', '20 percent', 'PERCENT', { day: 1 });
    await estimates('series official', 'a-series', '50/50', 'ODDS', { day: 4, content: OFFICIAL });
    const { estimates: series, latest, ...rest } = await outlook(id);
    expect(series.nodes.map(({ statement: { text } }: { statement: { text: string } }) => text)).toEqual([
      'ada late',
      'series official',
      'ada early',
    ]);
    expect(latest).toEqual([
      { words: '70 percent', holder: { name: 'Ada Quay' }, holderDescriptor: null },
      { words: '50/50', holder: null, holderDescriptor: 'a senior official' },
    ]);
    expect(rest).toEqual({
      question: 'Will there be a-series?',
      dueBy: '2026-04-30',
      resolution: 'OPEN',
      resolvedOn: null,
      statement: null,
      event: null,
      scores: [],
    });
  });

  it('scores each holder once the outcome is resolved, the best first, and nothing said after the day it was', async () => {
    const id = await poseOutcome('resolved');
    await world.write('recordEvent', {
      externalId: 'signed',
      negotiationId: 'talks',
      kind: 'AGREEMENT',
      title: 'Signed',
    });
    const shows = await publish(world, 'shows', { text: 'It is signed.' });
    await estimates('ada first', 'resolved', '50 percent', 'PERCENT', { day: 1 });
    await estimates('ada on the day', 'resolved', '90 percent', 'PERCENT', { day: 10 });
    await estimates('ada who knew', 'resolved', '100 percent', 'PERCENT', { day: 11 });
    await estimates('official', 'resolved', '60 to 80 percent', 'PERCENT', { day: 3, content: OFFICIAL });
    await estimates('without a number', 'resolved', 'hopeful', 'WORDS', { day: 3, claim: { holderId: 'mediator' } });
    await world.write('resolveOutcome', {
      outcomeId: 'resolved',
      occurred: true,
      resolvedOn: '2026-03-10',
      eventId: 'signed',
      statementId: shows,
      note: 'Signed in the night.',
    });
    const { estimates: series, scores, ...rest } = await outlook(id);
    expect(scores).toEqual([
      { holder: null, holderDescriptor: 'a senior official', brier: expect.closeTo(0.09, 12), estimates: 1 },
      { holder: { name: 'Ada Quay' }, holderDescriptor: null, brier: expect.closeTo(0.13, 12), estimates: 2 },
    ]);
    const briers = series.nodes.map(
      ({ statement: { text }, brier }: { statement: { text: string }; brier: number | null }) => [text, brier],
    );
    expect(Object.fromEntries(briers)).toEqual({
      'ada who knew': null,
      'ada on the day': expect.closeTo(0.01, 12),
      official: expect.closeTo(0.09, 12),
      'without a number': null,
      'ada first': 0.25,
    });
    expect(rest).toMatchObject({
      resolution: 'OCCURRED',
      resolvedOn: '2026-03-10',
      statement: { text: 'It is signed.' },
      event: { title: 'Signed' },
    });
  });

  it('has no scores as of a moment before the outcome was resolved', async () => {
    await world.write('openNegotiation', { externalId: 'past', slug: 'past', title: 'Past', status: 'ACTIVE' });
    await poseOutcome('past-deal', { negotiationId: 'past' });
    const content = statement({ estimates: [{ outcomeId: 'past-deal', words: '10 percent', scheme: 'PERCENT' }] });
    const { cursor } = await world.write('publishStatement', { negotiationId: 'past', content });
    await world.write('resolveOutcome', { outcomeId: 'past-deal', occurred: false, resolvedOn: '2026-03-10' });
    const document = `query Past($asOf: AsOf) { negotiation(slug: "past", asOf: $asOf) { outcomes { nodes {
      resolution scores { brier estimates } latest { brier }
    } } } }`;
    const then = await world.query(document, { asOf: { cursor } });
    const now = await world.query(document);
    expect(then.data.negotiation.outcomes.nodes).toEqual([
      { resolution: 'OPEN', scores: [], latest: [{ brier: null }] },
    ]);
    expect(now.data.negotiation.outcomes.nodes).toEqual([
      {
        resolution: 'DID_NOT_OCCUR',
        scores: [{ brier: expect.closeTo(0.01, 12), estimates: 1 }],
        latest: [{ brier: expect.closeTo(0.01, 12) }],
      },
    ]);
  });

  it('takes no more SQL for many outcomes than for two', async () => {
    const document = `query Outlooks($first: Int!) { negotiation(slug: "many") { outcomes(first: $first) { nodes {
      question event { title } statement { text }
      estimates(first: 3) { nodes { words brier holder { name } statement { text } } }
      latest { words holder { name } holderDescriptor }
      scores { brier holder { name } }
    } } } }`;
    await world.write('openNegotiation', { externalId: 'many-talks', slug: 'many', title: 'Many', status: 'ACTIVE' });
    for (let n = 1; n <= 6; n++) {
      const outcomeId = `many-${n}`;
      await poseOutcome(outcomeId, { negotiationId: 'many-talks' });
      const shows: { event: { id: string } } = await world.write(
        'recordEvent',
        { negotiationId: 'many-talks', kind: 'OTHER', title: outcomeId },
        'event { id }',
      );
      for (const words of ['10 percent', '20 percent', '30 percent', '40 percent']) {
        const content = statement({
          estimates: [{ outcomeId, words, scheme: 'PERCENT', ...(n % 2 && { holderId: 'union' }) }],
        });
        await world.write('publishStatement', { negotiationId: 'many-talks', content });
      }
      await world.write('resolveOutcome', {
        outcomeId,
        occurred: n > 2,
        resolvedOn: '2026-03-10',
        eventId: shows.event.id,
      });
    }
    const two = await sqlOf(() => world.query(document, { first: 2 }));
    const many = await sqlOf(() => world.query(document, { first: 6 }));
    // One more where two ways to the same kind of row are ready at different ticks; never one a row.
    expect(many.length).toBeLessThanOrEqual(two.length + 1);
    expect(many.filter((text) => /DISTINCT ON/.test(text))).toHaveLength(1);
  });
});

describe('resolving an outcome', () => {
  it('is done once: the second time is a conflict, and the first answer stays', async () => {
    const id = await poseOutcome('once');
    const resolve = (occurred: boolean) =>
      world.desk(
        `mutation Resolve($occurred: Boolean!) { resolveOutcome(input: { outcomeId: "once", occurred: $occurred, resolvedOn: "2026-03-10" }) {
          __typename ... on ConflictError { message }
        } }`,
        { occurred },
      );
    expect((await resolve(false)).data.resolveOutcome.__typename).toBe('ResolveOutcomePayload');
    expect((await resolve(true)).data.resolveOutcome).toEqual({
      __typename: 'ConflictError',
      message: 'This outcome is resolved already: it did not occur.',
    });
    expect(await outlook(id)).toMatchObject({ resolution: 'DID_NOT_OCCUR' });
  });

  it('may not be shown by what belongs to other talks', async () => {
    await world.write('openNegotiation', { externalId: 'others', slug: 'others', title: 'Others', status: 'ACTIVE' });
    await world.write('recordEvent', {
      externalId: 'foreign',
      negotiationId: 'others',
      kind: 'OTHER',
      title: 'Foreign',
    });
    await poseOutcome('shown');
    const { data } = await world.desk(
      `mutation { resolveOutcome(input: { outcomeId: "shown", occurred: true, resolvedOn: "2026-03-10", eventId: "foreign" }) {
        ... on InvalidInputError { problems { path message } }
      } }`,
    );
    expect(data.resolveOutcome.problems).toEqual([{ path: ['eventId'], message: 'belongs to another negotiation.' }]);
  });

  it('is not shown by a statement that does not stand, nor on a day that has not come', async () => {
    await poseOutcome('not-shown');
    await publish(world, 'taken-back');
    await world.write('withdrawStatement', { statementId: 'taken-back', revision: 1, reason: 'Not said.' });
    await publish(world, 'erased');
    await world.write('expungeStatement', { statementId: 'erased', reason: 'A court order.' });
    const problems = async (more: object) => {
      const input = { outcomeId: 'not-shown', occurred: true, resolvedOn: '2026-03-10', ...more };
      const { data } = await world.desk(
        `mutation Resolve($input: ResolveOutcomeInput!) { resolveOutcome(input: $input) {
          ... on InvalidInputError { problems { path message } } } }`,
        { input },
      );
      return data.resolveOutcome.problems;
    };
    const refused = (state: string) => [
      { path: ['statementId'], message: `is ${state}; cite a statement that stands.` },
    ];
    expect(await problems({ statementId: 'taken-back' })).toEqual(refused('withdrawn'));
    expect(await problems({ statementId: 'erased' })).toEqual(refused('expunged'));
    expect(await problems({ resolvedOn: '2099-01-01' })).toEqual([
      { path: ['resolvedOn'], message: 'is 2099-01-01, which has not come yet.' },
    ]);
  });
});
