import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  before,
  compareForReading,
  type Interval,
  inferWeekday,
  narrower,
  overlaps,
  type PartialDate,
  partialDate,
  problemsOf,
  spanOf,
} from './rules.ts';

const at = (iso: string) => new Date(iso);
const day = (iso: string) => spanOf('DAY', at(`${iso}T12:00Z`));
const isoOf = ({ earliest, latest }: Interval) => [earliest.toISOString(), latest.toISOString()];

describe('a partial date', () => {
  it.each([
    ['YEAR', '2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z'],
    ['MONTH', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['DAY', '2024-02-28T00:00:00.000Z', '2024-02-28T23:59:59.999Z'],
    ['HOUR', '2024-02-28T21:00:00.000Z', '2024-02-28T21:59:59.999Z'],
    ['MINUTE', '2024-02-28T21:30:00.000Z', '2024-02-28T21:30:59.999Z'],
    ['EXACT', '2024-02-28T21:30:15.250Z', '2024-02-28T21:30:15.250Z'],
  ] as const)('of precision %s runs from %s to its last millisecond, %s', (precision, earliest, latest) => {
    expect(isoOf(spanOf(precision, at('2024-02-28T21:30:15.250Z')))).toEqual([earliest, latest]);
  });

  it('follows the calendar of the place, three hours east of UTC in Doha', () => {
    const inDoha = spanOf('DAY', at('2023-10-28T22:00Z'), 180);
    expect(isoOf(inDoha)).toEqual(['2023-10-28T21:00:00.000Z', '2023-10-29T20:59:59.999Z']);
  });

  it('is stated, without a phrase, unless it is said to be otherwise', () => {
    const given = { from: at('2023-10-28T22:00Z'), precision: 'EXACT' } as const;
    expect(partialDate(given)).toMatchObject({ basis: 'STATED', phrase: null });
    expect(partialDate({ ...given, basis: 'UNKNOWN', phrase: 'late' })).toMatchObject({
      basis: 'UNKNOWN',
      phrase: 'late',
    });
  });

  it('always holds the instant it was made from, and has no problems', () => {
    const precision = fc.constantFrom('YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'EXACT' as const);
    const from = fc.date({ min: at('1900-01-01'), max: at('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(precision, from, fc.integer({ min: -720, max: 840 }), (p, f, offset) => {
        const partial = partialDate({ from: f, precision: p, offset });
        expect(partial.earliest <= f && f <= partial.latest).toBe(true);
        expect(problemsOf(partial)).toEqual([]);
      }),
    );
  });
});

describe('two partial dates', () => {
  const october = spanOf('MONTH', at('2023-10-01T00:00Z'));

  it.each([
    ['a day', 'the next day', 'YES', day('2023-10-28'), day('2023-10-29')],
    ['a day', 'the day before', 'NO', day('2023-10-29'), day('2023-10-28')],
    ['a day', 'its month', 'MAYBE', day('2023-10-28'), october],
    ['a day', 'the same day', 'MAYBE', day('2023-10-28'), day('2023-10-28')],
    ['an instant', 'the same instant', 'NO', spanOf('EXACT', at('2023-10-28')), spanOf('EXACT', at('2023-10-28'))],
  ])('say of %s whether it is before %s: %s', (_, __, answer, a, b) => {
    expect(before(a, b)).toBe(answer);
  });

  it('overlap when they may be of the same instant', () => {
    expect(overlaps(day('2023-10-28'), october)).toBe(true);
    expect(overlaps(october, day('2023-10-28'))).toBe(true);
    expect(overlaps(day('2023-10-28'), day('2023-10-29'))).toBe(false);
    expect(overlaps(day('2023-10-29'), day('2023-10-28'))).toBe(false);
    expect(overlaps(spanOf('EXACT', october.latest), october)).toBe(true);
  });

  it('are read by when they end, and then by when they begin', () => {
    const lastDay = day('2023-10-31');
    const read = [lastDay, october, day('2023-10-01')].sort(compareForReading);
    expect(read).toEqual([day('2023-10-01'), october, lastDay]);
  });

  it('are compared for the one that leaves less time open', () => {
    expect(narrower(october, day('2023-10-28'))).toEqual(day('2023-10-28'));
    expect(narrower(day('2023-10-28'), october)).toEqual(day('2023-10-28'));
    expect(narrower(day('2023-10-28'), day('2023-10-29'))).toEqual(day('2023-10-28'));
  });
});

describe('a weekday in a report with the dateline Monday 30 October 2023', () => {
  const dateline = at('2023-10-30T20:00Z');

  it.each([
    ['Monday', '2023-10-30'],
    ['on Saturday', '2023-10-28'],
    ['Sunday night', '2023-10-29'],
    ['TUESDAY', '2023-10-24'],
    ['late Friday', '2023-10-27'],
    ['today', '2023-10-30'],
    ['this morning', '2023-10-30'],
    ['tonight', '2023-10-30'],
    ['yesterday', '2023-10-29'],
  ])('"%s" is %s, the last such day', (phrase, expected) => {
    const inferred = inferWeekday({ phrase, dateline });
    expect(inferred).toEqual({ ...day(expected), precision: 'DAY', phrase, basis: 'INFERRED' });
  });

  it.each(['last Monday', 'next Friday', 'last night', 'Fooday', 'in recent days', ''])(
    '"%s" is left open',
    (phrase) => {
      expect(inferWeekday({ phrase, dateline })).toBeNull();
    },
  );

  it('is that of the dateline’s place, where Tuesday may have begun', () => {
    const late = { phrase: 'today', dateline: at('2023-10-30T22:00Z'), offset: 180 };
    expect(inferWeekday(late)?.earliest).toEqual(at('2023-10-30T21:00Z'));
    expect(inferWeekday({ ...late, phrase: 'Monday' })?.earliest).toEqual(at('2023-10-29T21:00Z'));
  });
});

describe('what is wrong with a partial date', () => {
  const monday: PartialDate = partialDate({
    from: at('2023-10-30T00:00Z'),
    precision: 'DAY',
    phrase: 'Monday',
  });

  it.each<[string, Partial<PartialDate>]>([
    [
      'The latest time (2023-10-28T00:00:00.000Z) is before the earliest (2023-10-30T00:00:00.000Z).',
      { latest: at('2023-10-28') },
    ],
    ['An exact time needs the same earliest and latest time.', { precision: 'EXACT' }],
    ['The time from earliest to latest is longer than the precision HOUR allows.', { precision: 'HOUR' }],
    ['The time from earliest to latest is longer than the precision DAY allows.', { latest: at('2023-10-31T12:00Z') }],
    ['The earliest and the latest time must both be real dates.', { earliest: new Date(Number.NaN) }],
    ['The phrase is blank; give the words as printed, or none.', { phrase: ' ' }],
  ])('is said in a sentence: %s', (problem, change) => {
    expect(problemsOf({ ...monday, ...change })).toEqual([problem]);
  });

  it('is not that the words narrow it further than its precision', () => {
    expect(problemsOf({ ...monday, precision: 'MONTH' })).toEqual([]);
  });

  it('is not the twenty-fifth hour of a day on which clocks go back', () => {
    expect(problemsOf({ ...monday, latest: at('2023-10-31T00:59:59.999Z') })).toEqual([]);
  });
});
