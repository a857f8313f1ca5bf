import { describe, expect, it } from 'vitest';
import { rangeProblem } from './rules.ts';

describe('a range', () => {
  it.each([
    [20, 80, null],
    [0, 100, null],
    [50, 50, null],
    [80, 20, 'The low end (80) is above the high end (20).'],
    [-1, 20, 'The low end (-1) is below 0.'],
    [20, 101, 'The high end (101) is above 100.'],
    [Number.NaN, 20, 'Both ends of a range must be numbers.'],
  ])('of %d to %d percent is judged %j', (low, high, problem) => {
    expect(rangeProblem(low, high, { min: 0, max: 100 })).toBe(problem);
  });
});
