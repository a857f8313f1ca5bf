import { describe, expect, it } from 'vitest';
import type { WhenFragment } from '../generated/operations.ts';
import { datesIn } from './dates.ts';

const when = (earliest: string, latest: string, precision: WhenFragment['precision']): WhenFragment => ({
  earliest,
  latest,
  precision,
  phrase: null,
  basis: 'STATED',
});

describe('a partial date', () => {
  it.each([
    ['2023-01-01T00:00:00Z', '2023-12-31T23:59:59.999Z', 'YEAR', '2023'],
    ['2023-10-01T00:00:00Z', '2023-10-31T23:59:59.999Z', 'MONTH', 'October 2023'],
    // A month that is known to have been narrower is not said to be.
    ['2023-10-27T04:00:00Z', '2023-10-29T03:59:59.999Z', 'MONTH', 'October 2023'],
    ['2023-10-30T00:00:00Z', '2023-10-30T23:59:59.999Z', 'DAY', 'Oct 30, 2023'],
    ['2023-10-28T04:00:00Z', '2023-10-30T03:59:59.999Z', 'DAY', 'Oct 28 – 29, 2023'],
    ['2026-03-17T15:00:00Z', '2026-03-17T15:59:59.999Z', 'HOUR', 'Mar 17, 2026, 11:00 AM – 12:00 PM'],
    ['2026-03-17T15:30:00Z', '2026-03-17T15:30:59.999Z', 'MINUTE', 'Mar 17, 2026, 11:30 AM'],
  ] as const)('from %s to %s, known to the %s, is “%s” in New York', (earliest, latest, precision, text) => {
    const written = datesIn('en', 'America/New_York').partial(when(earliest, latest, precision));
    expect(written.replace(/[\u2009\u202f]/g, ' ')).toBe(text);
  });

  it.each(['Pacific/Auckland', 'Asia/Qatar', 'UTC', 'America/Los_Angeles'])(
    'that is a day in Doha or in New York is that day for a reader in %s',
    (zone) => {
      const { partial } = datesIn('en', zone);
      expect(partial(when('2023-10-29T21:00:00Z', '2023-10-30T20:59:59.999Z', 'DAY'))).toBe('Oct 30, 2023');
      expect(partial(when('2023-10-30T04:00:00Z', '2023-10-31T03:59:59.999Z', 'DAY'))).toBe('Oct 30, 2023');
    },
  );
});

describe('an age', () => {
  type Known = readonly [earliest: string, latest: string, precision: WhenFragment['precision']];
  const age = (language: string, zone: string, now: string, known: Known) =>
    datesIn(language, zone).age(when(...known), Date.parse(now));
  const day = (date: string): Known => [`${date}T00:00:00Z`, `${date}T23:59:59.999Z`, 'DAY'];
  const november: Known = ['2026-11-01T00:00:00Z', '2026-11-30T23:59:59.999Z', 'MONTH'];
  const year: Known = ['2026-01-01T00:00:00Z', '2026-12-31T23:59:59.999Z', 'YEAR'];

  it.each([
    [day('2026-11-27'), '2026-11-27T00:10:00Z', 'today'],
    [day('2026-11-27'), '2026-11-27T23:50:00Z', 'today'],
    [day('2026-11-26'), '2026-11-27T00:10:00Z', 'yesterday'],
    [day('2026-11-14'), '2026-11-27T12:00:00Z', '13 days ago'],
    [day('2026-11-13'), '2026-11-27T12:00:00Z', '2 weeks ago'],
    [day('2026-09-28'), '2026-11-27T12:00:00Z', '8 weeks ago'],
    [day('2026-09-27'), '2026-11-27T12:00:00Z', '2 months ago'],
    [day('2024-11-28'), '2026-11-27T12:00:00Z', '23 months ago'],
    [day('2024-11-27'), '2026-11-27T12:00:00Z', '2 years ago'],
    // What spans days is as old as its last.
    [['2026-11-25T00:00:00Z', '2026-11-26T23:59:59.999Z', 'DAY'], '2026-11-27T12:00:00Z', 'yesterday'],
    [november, '2026-11-03T12:00:00Z', 'this month'],
    [november, '2026-12-01T00:10:00Z', 'last month'],
    [november, '2027-02-01T00:10:00Z', '3 months ago'],
    [november, '2028-11-01T00:10:00Z', '2 years ago'],
    [year, '2026-02-01T00:00:00Z', 'this year'],
    [year, '2027-01-01T00:10:00Z', 'last year'],
    [year, '2029-12-31T00:10:00Z', '3 years ago'],
    [['2026-11-27T10:00:00Z', '2026-11-27T10:59:59.999Z', 'HOUR'], '2026-11-27T10:30:00Z', 'this hour'],
    [['2026-11-27T10:00:00Z', '2026-11-27T10:59:59.999Z', 'HOUR'], '2026-11-27T12:10:00Z', '2 hours ago'],
    [['2026-11-27T10:30:00Z', '2026-11-27T10:30:59.999Z', 'MINUTE'], '2026-11-27T10:30:20Z', 'this minute'],
    [['2026-11-27T10:30:00Z', '2026-11-27T10:30:59.999Z', 'MINUTE'], '2026-11-27T10:33:20Z', '3 minutes ago'],
    [['2026-11-25T23:30:00Z', '2026-11-25T23:30:59.999Z', 'MINUTE'], '2026-11-27T10:00:00Z', '2 days ago'],
    [['2026-11-27T10:30:15Z', '2026-11-27T10:30:15Z', 'EXACT'], '2026-11-27T10:30:45Z', 'now'],
    // Said by a clock that is ahead of ours.
    [['2026-11-27T10:30:15Z', '2026-11-27T10:30:15Z', 'EXACT'], '2026-11-27T09:00:00Z', 'now'],
  ] as const satisfies readonly (readonly [Known, string, string])[])('of %j at %s is “%s”', (known, now, text) => {
    expect(age('en-GB', 'UTC', now, known)).toBe(text);
  });

  it('goes by the days of the reader', () => {
    const known: Known = ['2026-11-26T21:00:00Z', '2026-11-27T20:59:59.999Z', 'DAY'];
    expect(age('en-GB', 'Asia/Qatar', '2026-11-27T20:30:00Z', known)).toBe('today');
    expect(age('en-GB', 'Asia/Qatar', '2026-11-27T21:30:00Z', known)).toBe('yesterday');
    // The midnights of a day may be those of anywhere.
    const there: Known = ['2026-11-26T05:00:00Z', '2026-11-27T04:59:59.999Z', 'DAY'];
    expect(age('en-GB', 'America/New_York', '2026-11-27T17:00:00Z', there)).toBe('yesterday');
    // It is the day before still, and nothing was said tomorrow.
    expect(age('en-GB', 'America/New_York', '2026-11-27T03:00:00Z', known)).toBe('today');
  });

  it('is written in Arabic by its own rules', () => {
    const ar = (now: string, known: Known) => age('ar-u-nu-latn', 'UTC', now, known);
    expect(ar('2026-11-27T12:00:00Z', day('2026-11-27'))).toBe('اليوم');
    expect(ar('2026-11-28T12:00:00Z', day('2026-11-27'))).toBe('أمس');
    expect(ar('2026-12-02T12:00:00Z', day('2026-11-27'))).toBe('قبل 5 أيام');
    expect(ar('2026-12-02T12:00:00Z', november)).toBe('الشهر الماضي');
    expect(ar('2026-12-02T12:00:00Z', year)).toBe('السنة الحالية');
  });
});

it('an instant of the record names its zone', () => {
  expect(datesIn('en-GB', 'Europe/Berlin').instant('2026-11-27T11:44:16Z')).toBe('27 Nov 2026, 12:44:16 CET');
  expect(datesIn('ar-u-nu-latn', 'Europe/Berlin').instant('2026-11-27T11:44:16Z')).toContain('غرينتش+1');
});

it.each([
  ['en-GB', '2026-11-27T23:01:08Z', '28 Nov 2026, 00:01'],
  ['en-GB', '2026-11-28T08:05:00Z', '28 Nov 2026, 09:05'],
  ['en-US', '2026-11-27T23:01:08Z', 'Nov 28, 2026, 12:01 AM'],
  ['en-US', '2026-11-28T08:05:00Z', 'Nov 28, 2026, 9:05 AM'],
])('in %s the time of day of %s in Berlin is written as in “%s”', (language, instant, text) => {
  const { minute, clock } = datesIn(language, 'Europe/Berlin');
  expect(minute(instant).replace('\u202f', ' ')).toBe(text);
  expect(text.endsWith(clock(instant).replace('\u202f', ' '))).toBe(true);
});
