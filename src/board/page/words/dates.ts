import type { WhenFragment } from '../generated/operations.ts';
import { once } from './once.ts';

/** How dates are written in a language. */
export interface Dates {
  /** A date no more exactly than it is known: to the year, the month, the day, or the hour and closer. */
  partial(when: WhenFragment): string;
  /** An instant of the record, in the reader's zone, to the second. */
  instant(iso: string): string;
  /** The same, to the minute. */
  minute(iso: string): string;
  day(iso: string): string;
  /** The time of day alone. */
  clock(iso: string): string;
  /** A day without its year, for an axis. */
  short(iso: string): string;
  /** How long before a moment something was, as “3 days ago”. */
  ago(iso: string, now: number): string;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** @param zone the reader's when left out */
export function datesIn(language: string, zone?: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions, timeZone = zone) =>
    once(() => new Intl.DateTimeFormat(language, { ...options, ...(timeZone && { timeZone }) }));
  // What is known to the day or less is a calendar date where it was said, whatever the reader's zone.
  const calendar = {
    YEAR: format({ year: 'numeric' }, 'UTC'),
    MONTH: format({ year: 'numeric', month: 'long' }, 'UTC'),
    DAY: format({ year: 'numeric', month: 'short', day: 'numeric' }, 'UTC'),
  };
  const clock = {
    MINUTE: format({ year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }),
    EXACT: format({
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
    }),
  };
  const timeOfDay = format({ hour: 'numeric', minute: '2-digit' });
  const shortDay = format({ month: 'short', day: 'numeric' }, 'UTC');
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));

  return {
    partial: ({ earliest, latest, precision }) => {
      const [from, to] = [new Date(earliest), new Date(latest)];
      switch (precision) {
        case 'YEAR':
        case 'MONTH':
        case 'DAY': {
          const [first, last] = calendarDays(from, to);
          return calendar[precision]().formatRange(first, last);
        }
        // From when to when: an hour alone reads as a number that was cut off.
        case 'HOUR':
          return clock.MINUTE().formatRange(from, to.getTime() + 1);
        case 'MINUTE':
        case 'EXACT':
          return clock[precision]().formatRange(from, to);
      }
    },
    instant: (iso) => clock.EXACT().format(new Date(iso)),
    minute: (iso) => clock.MINUTE().format(new Date(iso)),
    day: (iso) => calendar.DAY().format(new Date(iso)),
    clock: (iso) => timeOfDay().format(new Date(iso)),
    short: (iso) => shortDay().format(new Date(iso)),
    ago: (iso, now) => {
      const seconds = (new Date(iso).getTime() - now) / 1_000;
      const [unit, size] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? ['second', 1];
      return unit === 'second' ? relative().format(0, 'second') : relative().format(Math.round(seconds / size), unit);
    },
  };
}

const DAY_MS = 86_400_000;

/**
 * The first and the last calendar day of an interval of whole days, whose midnights are those of wherever it was said.
 * The middle of a day, wherever it was reckoned, lies on the same day in UTC, but for a few islands.
 */
function calendarDays(from: Date, to: Date): [Date, Date] {
  const days = Math.max(1, Math.round((to.getTime() - from.getTime()) / DAY_MS));
  const middle = new Date((from.getTime() + to.getTime()) / 2);
  const half = ((days - 1) / 2) * DAY_MS;
  return [new Date(middle.getTime() - half), new Date(middle.getTime() + half)];
}
