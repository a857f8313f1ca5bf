import type { WhenFragment } from '../generated/operations.ts';
import { once } from './once.ts';

/** How dates are written in a language. */
export interface Dates {
  /** A date no more exactly than it is known: to the year, the month, the day, or the hour and closer. */
  partial(when: WhenFragment): string;
  /** An instant of the record, in the reader's zone, which is named, to the second. */
  instant(iso: string): string;
  /** An instant to the minute, where there is no room for the zone. */
  minute(iso: string): string;
  day(iso: string): string;
  /** The time of day alone. */
  clock(iso: string): string;
  /** A day without its year, for an axis. */
  short(iso: string): string;
  /** How long before a moment an instant was, as “3 days ago”. What a clock ahead of ours wrote is of now. */
  ago(iso: string, now: number): string;
  /** The same of a date, in no finer unit than it is known to: “today”, “last month”. */
  age(when: Pick<WhenFragment, 'earliest' | 'latest' | 'precision'>, now: number): string;
}

type Age = readonly [number, Intl.RelativeTimeFormatUnit];

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
  const timeOfDay = { hour: hourIn(language), minute: '2-digit' } as const;
  const minute = { year: 'numeric', month: 'short', day: 'numeric', ...timeOfDay } as const;
  const exact = { ...minute, second: '2-digit' } as const;
  const clock = { MINUTE: format(minute), EXACT: format(exact) };
  const time = format(timeOfDay);
  const shortDay = format({ month: 'short', day: 'numeric' }, 'UTC');
  const zoned = format({ ...exact, timeZoneName: 'short' });
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const written = ([count, unit]: Age) => relative().format(-Math.max(0, count), unit);
  const dayOf = dayIn(zone);

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
    instant: (iso) => zoned().format(new Date(iso)),
    minute: (iso) => clock.MINUTE().format(new Date(iso)),
    day: (iso) => calendar.DAY().format(new Date(iso)),
    clock: (iso) => time().format(new Date(iso)),
    short: (iso) => shortDay().format(new Date(iso)),
    ago: (iso, now) => written(elapsed(new Date(iso), new Date(now), 'EXACT', dayOf)),
    age: ({ earliest, latest, precision }, now) => {
      const [from, to, at] = [new Date(earliest), new Date(latest), new Date(now)];
      switch (precision) {
        case 'YEAR':
        case 'MONTH':
        case 'DAY':
          return written(passed(calendarDays(from, to)[1], dayOf(at), precision));
        case 'HOUR':
          return written(elapsed(new Date(to.getTime() + 1 - HOUR_MS), at, precision, dayOf));
        case 'MINUTE':
          return written(elapsed(new Date(to.getTime() + 1 - MINUTE_MS), at, precision, dayOf));
        case 'EXACT':
          return written(elapsed(to, at, precision, dayOf));
      }
    },
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How a language writes the hour: a clock of 24 hours has two digits (00:01), one of 12 as many as it takes (9:05 AM). */
function hourIn(language: string): 'numeric' | '2-digit' {
  const { hourCycle } = new Intl.DateTimeFormat(language, { hour: 'numeric' }).resolvedOptions();
  return hourCycle === 'h23' ? '2-digit' : 'numeric';
}

/** How long ago by the clock something was; by the calendar once it is a day or more, as nobody counts 25 hours. */
function elapsed(then: Date, now: Date, precision: 'HOUR' | 'MINUTE' | 'EXACT', dayOf: (instant: Date) => Date): Age {
  const ms = now.getTime() - then.getTime();
  if (ms >= DAY_MS) return passed(dayOf(then), dayOf(now), 'DAY');
  if (ms >= HOUR_MS || precision === 'HOUR') return [Math.floor(ms / HOUR_MS), 'hour'];
  if (ms >= MINUTE_MS || precision === 'MINUTE') return [Math.floor(ms / MINUTE_MS), 'minute'];
  return [0, 'second'];
}

/**
 * How long ago by the calendar a day was, whole units only. Those of one number have names of their own: “last week”
 * is the one before this, so a larger unit is taken from two of it on.
 */
function passed(then: Date, now: Date, precision: 'YEAR' | 'MONTH' | 'DAY'): Age {
  const years = now.getUTCFullYear() - then.getUTCFullYear();
  if (precision === 'YEAR') return [years, 'year'];
  const months = years * 12 + now.getUTCMonth() - then.getUTCMonth();
  if (precision === 'MONTH') return months < 24 ? [months, 'month'] : [Math.floor(months / 12), 'year'];
  const whole = now.getUTCDate() < then.getUTCDate() ? months - 1 : months;
  if (whole >= 24) return [Math.floor(whole / 12), 'year'];
  if (whole >= 2) return [whole, 'month'];
  const days = Math.floor(now.getTime() / DAY_MS) - Math.floor(then.getTime() / DAY_MS);
  return days < 14 ? [days, 'day'] : [Math.floor(days / 7), 'week'];
}

/** The calendar day of an instant in a zone, as the midnight in UTC of the same date. */
function dayIn(timeZone: string | undefined): (instant: Date) => Date {
  const format = once(
    () => new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', day: 'numeric', timeZone }),
  );
  return (instant) => {
    const parts = Object.fromEntries(
      format()
        .formatToParts(instant)
        .map(({ type, value }) => [type, Number(value)]),
    );
    return new Date(Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)));
  };
}

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
