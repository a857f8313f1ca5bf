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
