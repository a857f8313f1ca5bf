import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopsProblem, type Leg, legProblem, orderProblem, transit, transitStatistics } from './rules.ts';

const HOUR = 3_600_000;
const between = (from: number, to: number) => ({
  earliest: new Date(from * HOUR),
  latest: new Date(to * HOUR),
});
const leg = (sent: Leg['sent'], received: Leg['received'], answered: Leg['answered'] = null): Leg => ({
  sent,
  received,
  answered,
});
const inHours = (low: number, high: number) => ({ lowMs: low * HOUR, highMs: high * HOUR });

describe('the transit of a leg', () => {
  it('lies from the shortest to the longest time that sending and receipt allow', () => {
    expect(transit(leg(between(0, 2), between(10, 15)))).toEqual(inHours(8, 15));
  });

  it('is never below nothing, even where sending and receipt overlap', () => {
    expect(transit(leg(between(0, 24), between(0, 24)))).toEqual(inHours(0, 24));
  });

  it('is unknown when either end is', () => {
    expect(transit(leg(null, between(1, 2)))).toBeNull();
    expect(transit(leg(between(1, 2), null))).toBeNull();
  });

  it('is unknown when receipt is said to come before sending', () => {
    expect(transit(leg(between(5, 6), between(1, 2)))).toBeNull();
  });
});

describe('the order of a leg', () => {
  it.each([
    ['The message cannot have been received before it was sent.', leg(between(5, 6), between(1, 2))],
    ['The message cannot have been answered before it was received.', leg(between(0, 1), between(5, 6), between(2, 3))],
    ['The message cannot have been answered before it was sent.', leg(between(5, 6), null, between(2, 3))],
    ['The latest time at which the message was sent is before the earliest.', leg(between(6, 5), null)],
  ])('is refused: %s', (problem, refused) => {
    expect(orderProblem(refused)).toBe(problem);
  });

  it('gets the benefit of the doubt where its moments overlap or are unknown', () => {
    expect(orderProblem(leg(between(0, 6), between(0, 6), between(0, 6)))).toBeNull();
    expect(orderProblem(leg(null, null))).toBeNull();
  });
});

describe('transit on a leg over many messages', () => {
  const odd = [
    leg(between(0, 0), between(4, 6), between(9, 9)),
    leg(between(0, 0), between(10, 30)),
    leg(between(0, 0), between(2, 20)),
  ];

  it('gives the range in which the median lies, and both extremes', () => {
    expect(transitStatistics([...odd, leg(between(0, 0), null)])).toEqual({
      count: 3,
      medianLowMs: 4 * HOUR,
      medianHighMs: 20 * HOUR,
      longestHighMs: 30 * HOUR,
      shortestLowMs: 2 * HOUR,
      unanswered: 3,
    });
  });

  it('takes the mean of the two in the middle of an even number', () => {
    const even = [...odd, leg(between(0, 0), between(100, 100))];
    expect(transitStatistics(even)).toMatchObject({
      medianLowMs: 7 * HOUR,
      medianHighMs: 25 * HOUR,
    });
  });

  it('has no figures when no transit is known', () => {
    expect(transitStatistics([leg(between(0, 0), null)])).toEqual({
      count: 0,
      medianLowMs: null,
      medianHighMs: null,
      longestHighMs: null,
      shortestLowMs: null,
      unanswered: 1,
    });
  });

  it('holds the median of the true lags, whatever they were', () => {
    const lag = fc.record({
      low: fc.nat(50),
      more: fc.nat(50),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(lag, { minLength: 1 }), (lags) => {
        const known = transitStatistics(lags.map(({ low, more }) => leg(between(0, 0), between(low, low + more))));
        const exact = transitStatistics(
          lags.map(({ low, more, part }) => leg(between(0, 0), between(low + more * part, low + more * part))),
        );
        expect(exact.medianLowMs).toBeGreaterThanOrEqual((known.medianLowMs ?? 0) - 1);
        expect(exact.medianLowMs).toBeLessThanOrEqual((known.medianHighMs ?? 0) + 1);
      }),
    );
  });
});

describe('the way of a channel', () => {
  it.each([
    [['a', 'b'], null],
    [['a', 'b', 'a'], null],
    [['a'], 'needs two ends at least.'],
    [['a', 'b', 'b', 'c'], 'names the same actor twice in a row, in the places 2 and 3.'],
  ])('%j is judged %j', (hops, problem) => {
    expect(hopsProblem(hops)).toBe(problem);
  });

  it.each([
    [1, ['a', 'b'], null],
    [2, ['a', 'b'], 'is 2; this channel has one leg.'],
    [2, ['a', 'b', 'c'], null],
    [0, ['a', 'b', 'c'], 'is 0; this channel has the legs 1 to 2.'],
    [3, ['a', 'b', 'c'], 'is 3; this channel has the legs 1 to 2.'],
  ])('has leg %i over %j: %j', (leg, hops, problem) => {
    expect(legProblem(leg, hops)).toBe(problem);
  });
});
