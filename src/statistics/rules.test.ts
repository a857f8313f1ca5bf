import { describe, expect, it } from 'vitest';
import { daysProblem, periodOf, seriesOf } from './rules.ts';

const day = (iso: string) => new Date(`${iso}T00:00:00Z`);

describe('statistics', () => {
  it.each([
    ['2024-01-01', '2024-12-31', null],
    [
      '2024-01-01',
      '2025-01-01',
      'Statistics are of at most 366 days at once; these are 367. Ask for them in several parts.',
    ],
    ['2024-01-01', '2024-01-01', null],
    ['2024-01-02', '2024-01-01', null],
  ])('from %s to %s: %s', (from, to, problem) => {
    expect(daysProblem({ from: day(from), to: day(to) })).toBe(problem);
  });

  it.each([
    ['all that was said', {}, ['2024-03-01', '2024-05-01'], ['2024-03-01', '2024-05-01']],
    ['at most a year of it', {}, ['2020-03-01', '2024-12-31'], ['2024-01-01', '2024-12-31']],
    ['up to a day', { to: day('2024-04-01') }, ['2024-03-01', '2024-05-01'], ['2024-03-01', '2024-04-01']],
    ['from a day', { from: day('2024-04-01') }, ['2024-03-01', '2024-05-01'], ['2024-04-01', '2024-05-01']],
    ['today, where nothing was said', {}, null, ['2026-01-01', '2026-01-01']],
  ] as const)('are of %s when an end is left out', (_what, given, whole, expected) => {
    const known = whole && { from: day(whole[0]), to: day(whole[1]) };
    const { from, to } = periodOf(given, known, day('2026-01-01'));
    expect([from, to]).toEqual(expected.map(day));
  });

  it('are one series a value, the largest first, each in the order of its days', () => {
    expect(
      seriesOf([
        { value: 'DENY', day: day('2024-01-02'), statements: 1 },
        { value: 'COMMENT', day: day('2024-01-02'), statements: 2 },
        { value: null, day: day('2024-01-01'), statements: 1 },
        { value: 'COMMENT', day: day('2024-01-01'), statements: 3 },
      ]),
    ).toEqual([
      {
        value: 'COMMENT',
        statements: 5,
        days: [
          { day: day('2024-01-01'), statements: 3 },
          { day: day('2024-01-02'), statements: 2 },
        ],
      },
      { value: 'DENY', statements: 1, days: [{ day: day('2024-01-02'), statements: 1 }] },
      { value: null, statements: 1, days: [{ day: day('2024-01-01'), statements: 1 }] },
    ]);
  });
});
