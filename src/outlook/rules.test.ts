import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Band,
  bandOf,
  bandOfRange,
  bandsTouched,
  brier,
  holderOf,
  rangeOfBand,
  resolvedOnProblem,
  scoreHolders,
  scoreOf,
} from './rules.ts';

const ALL: readonly Band[] = [
  'ALMOST_NO_CHANCE',
  'VERY_UNLIKELY',
  'UNLIKELY',
  'ROUGHLY_EVEN',
  'LIKELY',
  'VERY_LIKELY',
  'ALMOST_CERTAIN',
];

describe('the band of a percentage', () => {
  it.each([
    [3, 'ALMOST_NO_CHANCE'],
    [10, 'VERY_UNLIKELY'],
    [30, 'UNLIKELY'],
    [50, 'ROUGHLY_EVEN'],
    [70, 'LIKELY'],
    [90, 'VERY_LIKELY'],
    [97, 'ALMOST_CERTAIN'],
  ])('of %i is %s', (percent, band) => {
    expect(bandOf(percent)).toBe(band);
  });

  it.each([
    [5, 'VERY_UNLIKELY'],
    [20, 'UNLIKELY'],
    [45, 'ROUGHLY_EVEN'],
    [55, 'ROUGHLY_EVEN'],
    [80, 'LIKELY'],
    [95, 'VERY_LIKELY'],
  ])('on the shared edge %i is the one nearer 50: %s', (percent, band) => {
    expect(bandOf(percent)).toBe(band);
  });

  it('at 1 and 99 is the outermost', () => {
    expect([bandOf(1), bandOf(99)]).toEqual(['ALMOST_NO_CHANCE', 'ALMOST_CERTAIN']);
  });

  it.each([0, 0.5, 99.5, 100, Number.NaN])('is none at %d, which the directive leaves out', (percent) => {
    expect(bandOf(percent)).toBeNull();
  });

  it('never falls as the percentage rises, and its range holds it', () => {
    const percent = fc.double({ min: 1, max: 99, noNaN: true });
    fc.assert(
      fc.property(percent, percent, (a, b) => {
        const [lower, upper] = [bandOf(Math.min(a, b)) ?? 'LIKELY', bandOf(Math.max(a, b)) ?? 'LIKELY'];
        expect(ALL.indexOf(lower)).toBeLessThanOrEqual(ALL.indexOf(upper));
        expect(rangeOfBand(lower).low).toBeLessThanOrEqual(Math.min(a, b));
        expect(rangeOfBand(upper).high).toBeGreaterThanOrEqual(Math.max(a, b));
      }),
    );
  });
});

describe('the bands of a range', () => {
  it.each<[number, number, Band | null, Band[]]>([
    [55, 80, 'LIKELY', ['LIKELY']],
    [70, 90, 'LIKELY', ['LIKELY', 'VERY_LIKELY']],
    [45, 45, 'ROUGHLY_EVEN', ['ROUGHLY_EVEN']],
    [0, 10, 'VERY_UNLIKELY', ['ALMOST_NO_CHANCE', 'VERY_UNLIKELY']],
    [0, 100, 'ROUGHLY_EVEN', [...ALL]],
    [0, 0, null, []],
    [100, 100, null, []],
  ])('%i to %i: its midpoint is %s, it touches %j', (low, high, midpoint, touched) => {
    expect(bandOfRange(low, high)).toBe(midpoint);
    expect(bandsTouched(low, high)).toEqual(touched);
  });
});

describe('a Brier score', () => {
  it.each([
    [100, true, 0],
    [100, false, 1],
    [0, false, 0],
    [50, true, 0.25],
    [50, false, 0.25],
    [80, true, 0.04],
  ])('of %i percent, occurred: %s, is %d', (percent, occurred, score) => {
    expect(brier(percent, occurred)).toBeCloseTo(score, 12);
  });

  it('of a holder is the mean over its estimates that carry a number, the best holder first', () => {
    const estimate = (holderKey: string, low: number | null, high = low) => ({
      holderKey,
      low,
      high,
    });
    const scores = scoreHolders(
      [
        estimate('official', 50),
        estimate('analyst', 60, 80),
        estimate('official', 90),
        estimate('official', null),
        estimate('silent', null),
      ],
      true,
    );
    expect(scores).toEqual([
      { holderKey: 'analyst', brier: expect.closeTo(0.09, 12), estimates: 1 },
      { holderKey: 'official', brier: expect.closeTo(0.13, 12), estimates: 2 },
    ]);
  });
});

describe('the score of an estimate', () => {
  const resolvedOn = new Date('2026-03-10');
  const at = (saidEarliest: string, low: number | null = 80) => ({
    low,
    high: low,
    saidEarliest: new Date(saidEarliest),
  });

  it.each([
    ['made on the day of the answer', 0.04, at('2026-03-10T23:59:59.999Z'), 'OCCURRED'],
    ['made before it', 0.64, at('2026-03-01'), 'DID_NOT_OCCUR'],
    ['made the day after', null, at('2026-03-11'), 'OCCURRED'],
    ['without a number', null, at('2026-03-01', null), 'OCCURRED'],
    ['of what is open', null, at('2026-03-01'), 'OPEN'],
  ] as const)('%s is %j', (_, score, estimate, resolution) => {
    const scored = scoreOf(estimate, { resolution, resolvedOn: resolution === 'OPEN' ? null : resolvedOn });
    if (score === null) expect(scored).toBeNull();
    else expect(scored).toBeCloseTo(score, 12);
  });
});

describe('the holder of an estimate', () => {
  const statement = { viewOfId: 'view', speakerId: 'speaker', descriptor: 'an official', onBehalfOfId: 'state' };
  const unnamed = { holderId: null, holder: null };

  it.each([
    ['whoever it names', { actorId: 'named', descriptor: null }, { holderId: 'named', holder: null }, {}],
    ['whoever it describes', { actorId: null, descriptor: 'some' }, { holderId: null, holder: 'some' }, {}],
    ['whose view it is', { actorId: 'view', descriptor: null }, unnamed, {}],
    ['the speaker', { actorId: 'speaker', descriptor: null }, unnamed, { viewOfId: null }],
    [
      'whoever is described',
      { actorId: null, descriptor: 'an official' },
      unnamed,
      { viewOfId: null, speakerId: null },
    ],
    [
      'whoever is spoken for',
      { actorId: 'state', descriptor: null },
      unnamed,
      { viewOfId: null, speakerId: null, descriptor: null },
    ],
  ])('is %s', (_, holder, estimate, changes) => {
    expect(holderOf(estimate, { ...statement, ...changes })).toEqual(holder);
  });
});

describe('the day on which an outcome is resolved', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  it.each([
    ['2026-03-10', null],
    ['2026-03-11', null],
    ['2026-03-12', 'is 2026-03-12, which has not come yet.'],
  ])('may be %s at noon of 2026-03-10 in UTC: %j', (day, problem) => {
    expect(resolvedOnProblem(new Date(day), now)).toBe(problem);
  });
});
