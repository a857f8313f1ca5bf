import { describe, expect, it } from 'vitest';
import { isoDuration } from './duration.ts';

describe('a length of time', () => {
  it.each([
    [0, 'PT0S'],
    [0.5, 'PT0.001S'],
    [1_500, 'PT1.5S'],
    [60_000, 'PT1M'],
    [23_400_000, 'PT6H30M'],
    [90_000_000, 'PT25H'],
    [360_000_000_061, 'PT100000H0.061S'],
  ])('of %d milliseconds is %s', (ms, iso) => {
    expect(isoDuration(ms)).toBe(iso);
  });
});
