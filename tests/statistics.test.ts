import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StatisticsDocument } from './generated/operations.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

const MARCH = { from: '2026-03-01', to: '2026-03-31' };

const said = (from: string, precision = 'DAY', more: object = {}) => ({
  said: { from, precision, basis: 'STATED', ...more },
});

async function statistics(more: object = {}) {
  const { data, errors } = await world.query(StatisticsDocument, { slug: 'talks', ...MARCH, ...more });
  expect(errors).toBeUndefined();
  return data.negotiation!.statistics;
}

const days = (series: { days: readonly { day: string; count: number }[] } | undefined) =>
  Object.fromEntries((series?.days ?? []).map(({ day, count }) => [day, count]));

describe('statistics of a negotiation', () => {
  let early: string;
  beforeAll(async () => {
    await publish(world, 'one', { ...said('2026-03-02T00:00:00Z'), speechActs: ['DEMAND', 'ACCUSE'] });
    // A Monday in Doha, most of which is a Monday in UTC too.
    await publish(world, 'two', said('2026-03-01T21:00:00Z', 'DAY', { to: '2026-03-02T20:59:59.999Z' }));
    await publish(world, 'three', {
      ...said('2026-03-31T23:30:00Z', 'MINUTE'),
      speechActs: ['DENY'],
      attributionLevel: 'BACKGROUND',
      source: { kind: 'UNNAMED_PERSON', descriptor: 'a docker', onBehalfOfId: 'branch' },
    });
    early = (await world.query<{ head: string }>('{ head }')).data.head;
    await publish(world, 'four', {
      ...said('2026-03-10T10:00:00Z', 'HOUR'),
      attributionLevel: 'NOT_STATED',
      source: { kind: 'COLLECTIVE', onBehalfOfId: 'gazette' },
    });
    await publish(world, 'only-the-month', said('2026-03-01T00:00:00Z', 'MONTH'));
    await publish(world, 'only-the-year', said('2026-01-01T00:00:00Z', 'YEAR'));
    await publish(world, 'in-another-month', said('2026-04-01T00:00:00Z', 'MONTH'));
    await publish(world, 'before', said('2026-02-28T00:00:00Z'));
    await publish(world, 'after', said('2026-04-01T00:00:00Z'));
    await publish(world, 'withdrawn', said('2026-03-05T00:00:00Z'));
    await world.write('withdrawStatement', { statementId: 'withdrawn', revision: 1, reason: 'x' });
    await publish(world, 'expunged', said('2026-03-05T00:00:00Z'));
    await world.write('expungeStatement', { statementId: 'expunged', reason: 'x' });
  });

  it('count the statements that stand, each on the day on which it was said, and say of how many the day is unknown', async () => {
    const { statements, dayUnknown, speechActs } = await statistics();
    expect([statements, dayUnknown]).toEqual([4, 2]);
    expect(speechActs.map((series) => [series.speechAct, series.statements, days(series)])).toEqual([
      ['DEMAND', 3, { '2026-03-02': 2, '2026-03-10': 1 }],
      ['ACCUSE', 1, { '2026-03-02': 1 }],
      ['DENY', 1, { '2026-03-31': 1 }],
    ]);
  });

  it('count for a party what is said on behalf of anything that is part of it', async () => {
    const { parties, attributionLevels } = await statistics();
    expect(parties.map((series) => [series.party?.name ?? null, series.statements, days(series)])).toEqual([
      ['Dockers’ Union', 3, { '2026-03-02': 2, '2026-03-31': 1 }],
      [null, 1, { '2026-03-10': 1 }],
    ]);
    expect(attributionLevels.map(({ attributionLevel, statements }) => [attributionLevel, statements])).toEqual([
      ['ON_THE_RECORD', 2],
      ['BACKGROUND', 1],
      ['NOT_STATED', 1],
    ]);
  });

  it('are those of the moment that is asked for', async () => {
    const then = await statistics({ asOf: { cursor: early } });
    expect([then.statements, then.dayUnknown, days(then.speechActs[0])]).toEqual([3, 0, { '2026-03-02': 2 }]);
    await world.write('correctStatement', {
      statementId: 'one',
      revision: 1,
      note: 'misheard',
      changes: { speechActs: ['THREATEN'] },
    });
    expect((await statistics()).speechActs.map(({ speechAct }) => speechAct)).toEqual(['DEMAND', 'DENY', 'THREATEN']);
    expect(await statistics({ asOf: { cursor: early } })).toEqual(then);
  });

  it('count corrections on the day on which they entered the record', async () => {
    const { recordedAt, cursor } = await world.write('correctStatement', {
      statementId: 'two',
      revision: 1,
      note: 'misheard',
      changes: { text: 'Otherwise.' },
    });
    const today = recordedAt.slice(0, 10);
    const before = await statistics({ from: today, to: today });
    await world.write('correctStatement', {
      statementId: 'two',
      revision: 2,
      note: 'misheard',
      changes: { text: 'Again.' },
    });
    const after = await statistics({ from: today, to: today });
    expect(after.corrections.corrections).toBe(before.corrections.corrections + 1);
    expect(days(after.corrections)).toEqual({ [today]: after.corrections.corrections });
    const then = await statistics({ from: today, to: today, asOf: { cursor } });
    expect(then.corrections).toEqual(before.corrections);
    expect((await statistics()).corrections).toEqual({ corrections: 0, days: [] });
  });

  it('tell how long it took from saying to the first report, and to this record, of what is known to the hour', async () => {
    const report = async (externalId: string, published: object) =>
      world.write('recordReport', { externalId, outletId: 'gazette', kind: 'ARTICLE', published });
    await report('at-noon', { from: '2026-06-01T12:00:00Z', precision: 'MINUTE', basis: 'STATED' });
    await report('at-four', { from: '2026-06-01T16:00:00Z', precision: 'EXACT', basis: 'STATED' });
    await report('some-day', { from: '2026-06-01T00:00:00Z', precision: 'DAY', basis: 'STATED' });
    const carriedBy = (...reportIds: string[]) => ({ appearances: reportIds.map((reportId) => ({ reportId })) });
    await publish(world, 'at-eleven', {
      ...said('2026-06-01T11:00:00Z', 'EXACT'),
      ...carriedBy('at-four', 'some-day', 'at-noon'),
    });
    await publish(world, 'at-two', { ...said('2026-06-01T14:00:00Z', 'EXACT'), ...carriedBy('at-four') });
    await publish(world, 'at-half-past-three', { ...said('2026-06-01T15:30:00Z', 'EXACT'), ...carriedBy('at-four') });
    await publish(world, 'that-day', { ...said('2026-06-01T00:00:00Z', 'DAY'), ...carriedBy('at-four') });
    await publish(world, 'reported-some-day', { ...said('2026-06-01T15:00:00Z', 'EXACT'), ...carriedBy('some-day') });
    const { lagToReport, lagToRecord } = await statistics({ from: '2026-06-01', to: '2026-06-01' });
    expect(lagToReport).toEqual({ median: 'PT1H30S', statements: 3 });
    expect(lagToRecord.statements).toBe(4);
    const none = await statistics({ from: '2027-06-01', to: '2027-06-01' });
    expect([none.lagToReport, none.lagToRecord]).toEqual(Array(2).fill({ median: null, statements: 0 }));
  });

  it('count what is known to the day on that day, from Hawaii to Tonga', async () => {
    await publish(world, 'in-tonga', said('2026-04-19T11:00:00Z', 'DAY', { to: '2026-04-20T10:59:59.999Z' }));
    await publish(world, 'in-fiji', said('2026-04-19T12:00:00Z', 'DAY', { to: '2026-04-20T11:59:59.999Z' }));
    await publish(world, 'in-hawaii', said('2026-04-20T10:00:00Z', 'DAY', { to: '2026-04-21T09:59:59.999Z' }));
    const around = await statistics({ from: '2026-04-15', to: '2026-04-25' });
    expect(days(around.speechActs[0])).toEqual({ '2026-04-20': 3 });
    for (const [day, statements] of [
      ['2026-04-19', 0],
      ['2026-04-20', 3],
      ['2026-04-21', 0],
    ])
      expect((await statistics({ from: day, to: day })).statements, String(day)).toBe(statements);
  });

  it('are of all that was said when no days are given', async () => {
    const { from, to } = await statistics({ from: null, to: null });
    expect([from, to]).toEqual(['2026-02-28', '2026-06-01']);
    const { data } = await world.query(
      '{ negotiation(slug: "talks") { statistics(to: "2026-03-31") { from to statements days { day count } } } }',
    );
    expect(data.negotiation.statistics).toEqual({
      from: '2026-02-28',
      to: '2026-03-31',
      statements: 5,
      days: [
        { day: '2026-02-28', count: 1 },
        { day: '2026-03-02', count: 2 },
        { day: '2026-03-10', count: 1 },
        { day: '2026-03-31', count: 1 },
      ],
    });
  });

  it('begin and end with a day that somewhere else was another', async () => {
    await world.write('openNegotiation', { externalId: 'night', slug: 'night', title: 'By night', status: 'ACTIVE' });
    const publishAt = (when: object) =>
      world.write('publishStatement', {
        negotiationId: 'night',
        content: statement({ ...when, stances: [], appearances: [] }),
      });
    await publishAt(said('2026-02-28T00:30:00Z', 'MINUTE'));
    // The 27th of New York ends after that.
    await publishAt(said('2026-02-27T05:00:00Z', 'DAY', { to: '2026-02-28T04:59:59.999Z' }));
    await publishAt(said('2026-03-03T23:30:00Z', 'MINUTE'));
    // The 4th of Tokyo begins before that.
    await publishAt(said('2026-03-03T15:00:00Z', 'DAY', { to: '2026-03-04T14:59:59.999Z' }));
    const { from, to } = await statistics({ slug: 'night', from: null, to: null });
    expect([from, to]).toEqual(['2026-02-27', '2026-03-04']);
  });

  it('are of at most 366 days, and of none when the last is before the first', async () => {
    const { errors } = await world.query(StatisticsDocument, { slug: 'talks', from: '2024-01-01', to: '2025-01-01' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_PERIOD' } }]);
    expect(await statistics({ from: '2026-03-31', to: '2026-03-01' })).toEqual({
      from: '2026-03-31',
      to: '2026-03-01',
      statements: 0,
      dayUnknown: 0,
      speechActs: [],
      parties: [],
      attributionLevels: [],
      corrections: { corrections: 0, days: [] },
      lagToReport: { median: null, statements: 0 },
      lagToRecord: { median: null, statements: 0 },
    });
  });

  it('take one query each, for however many negotiations', async () => {
    await world.write('openNegotiation', { slug: 'others', title: 'Others', status: 'ACTIVE' });
    const one = (fields: string) =>
      `{ negotiations { nodes { statistics(from: "2026-03-01", to: "2026-03-31") { ${fields} } } } }`;
    const statement = async (fields: string) =>
      (await sqlOf(() => world.query(one(fields)))).filter((text) => /WITH ORDINALITY AS k/.test(text)).length;
    for (const fields of [
      'statements',
      'days { day count }',
      'speechActs { speechAct days { day count } statements }',
      'parties { statements }',
      'attributionLevels { statements }',
      'corrections { corrections }',
      'lagToReport { median }',
      'lagToRecord { median }',
    ])
      expect(await statement(fields), fields).toBe(1);
  });
});
