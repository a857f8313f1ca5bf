import { describe, expect, it } from 'vitest';
import { agreedRange, countProblem, envelope } from './rules.ts';

const claim = (low: number | null, high: number | null) => ({ low, high });

describe('a count claim', () => {
  it.each([
    [200, 250],
    [220, 220],
    [0, 0],
    [200, null],
    [null, 50],
    [null, null],
  ])('may run from %j to %j', (low, high) => {
    expect(countProblem({ low, high })).toBeNull();
  });

  it.each([
    [250, 200, 'The low end (250) is above the high end (200).'],
    [-1, 200, 'A count of people must be a whole number, 0 or more.'],
    [null, -5, 'A count of people must be a whole number, 0 or more.'],
    [1.5, 2, 'A count of people must be a whole number, 0 or more.'],
  ])('cannot run from %j to %j: %s', (low, high, problem) => {
    expect(countProblem({ low, high })).toBe(problem);
  });
});

describe('several claims of how many are held', () => {
  it.each([
    ['overlap', { low: 220, high: 250 }, { low: 200, high: 300 }, [claim(200, 250), claim(220, 300)]],
    ['meet in one number', { low: 220, high: 220 }, { low: 200, high: 300 }, [claim(200, 220), claim(220, 300)]],
    ['conflict', null, { low: 100, high: 250 }, [claim(100, 150), claim(200, 250)]],
    [
      'say "at least" and "up to"',
      { low: 200, high: 250 },
      { low: 0, high: null },
      [claim(200, null), claim(null, 250)],
    ],
    ['only say "at least"', { low: 220, high: null }, { low: 200, high: null }, [claim(200, null), claim(220, null)]],
    ['carry no number', null, null, [claim(null, null)]],
    [
      'include one without a number',
      { low: 200, high: 250 },
      { low: 200, high: 250 },
      [claim(null, null), claim(200, 250)],
    ],
    ['are none', null, null, []],
  ])('that %s agree on %j within %j', (_, agreed, all, claims) => {
    expect(agreedRange(claims)).toEqual(agreed);
    expect(envelope(claims)).toEqual(all);
  });
});
