export type Precision = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'EXACT';
export type Basis = 'STATED' | 'INFERRED' | 'UNKNOWN';

/** A closed interval of instants: `latest` is the last millisecond that is still meant. */
export interface Interval {
  readonly earliest: Date;
  readonly latest: Date;
}

/**
 * When something happened, as closely as its source lets us say (ISO 8601-2 calls such
 * intervals uncertain). `precision` is the smallest step that covers the words, `phrase` the
 * words as printed ("Monday"), `basis` what the date rests on.
 */
export interface PartialDate extends Interval {
  readonly precision: Precision;
  readonly phrase: string | null;
  readonly basis: Basis;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The year, month, day, hour or minute that holds the instant `from`; EXACT is `from` alone.
 * `offset` is in minutes east of UTC (Doha is 180): whose calendar the words follow. Default UTC.
 */
export function spanOf(precision: Precision, from: Date, offset = 0): Interval {
  if (precision === 'EXACT') return { earliest: from, latest: from };
  const local = new Date(from.getTime() + offset * MINUTE);
  const [start, end] = localSpan(precision, local);
  return {
    earliest: new Date(start - offset * MINUTE),
    latest: new Date(end - offset * MINUTE - 1),
  };
}

function localSpan(precision: Exclude<Precision, 'EXACT'>, local: Date): [start: number, end: number] {
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth();
  const step = (length: number): [number, number] => {
    const start = Math.floor(local.getTime() / length) * length;
    return [start, start + length];
  };
  switch (precision) {
    case 'YEAR':
      return [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
    case 'MONTH':
      return [Date.UTC(year, month), Date.UTC(year, month + 1)];
    case 'DAY':
      return step(DAY);
    case 'HOUR':
      return step(HOUR);
    case 'MINUTE':
      return step(MINUTE);
  }
}

/** A partial date from an instant; `offset` as in `spanOf`; STATED and without a phrase unless given. */
export function partialDate(given: {
  readonly from: Date;
  readonly precision: Precision;
  readonly offset?: number;
  readonly phrase?: string | null;
  readonly basis?: Basis;
}): PartialDate {
  const { from, precision, offset, phrase = null, basis = 'STATED' } = given;
  return { ...spanOf(precision, from, offset), precision, phrase, basis };
}

/** Whether `a` was earlier than `b`: YES and NO only when no reading of the two says otherwise. */
export function before(a: Interval, b: Interval): 'YES' | 'NO' | 'MAYBE' {
  if (a.latest < b.earliest) return 'YES';
  return a.earliest >= b.latest ? 'NO' : 'MAYBE';
}

/** Whether the two may have been at the same instant. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.earliest <= b.latest && b.earliest <= a.latest;
}

/** The order in which a record is read, oldest first: by `latest`, then by `earliest`. For `sort`. */
export function compareForReading(a: Interval, b: Interval): number {
  return a.latest.getTime() - b.latest.getTime() || a.earliest.getTime() - b.earliest.getTime();
}

/** Whichever of the two leaves less time open; the first when they leave the same. */
export function narrower<I extends Interval>(a: I, b: I): I {
  return width(b) < width(a) ? b : a;
}

function width({ earliest, latest }: Interval): number {
  return latest.getTime() - earliest.getTime();
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAY_WORDS =
  /^(?:on |late |early )?(?:(today|tonight|this (?:morning|afternoon|evening))|(yesterday)|(\w+day))(?: (?:morning|afternoon|evening|night))?$/;

/**
 * The day that a news report means by "Monday", "on Monday morning", "today" or "yesterday": the
 * day of that name on or before its dateline (`offset` as in `spanOf`, that of the dateline's
 * place). Null for words that leave the day open ("last Monday", "last night", "next Friday").
 */
export function inferWeekday(said: {
  readonly phrase: string;
  readonly dateline: Date;
  readonly offset?: number;
}): PartialDate | null {
  const { phrase, dateline, offset = 0 } = said;
  const words = DAY_WORDS.exec(phrase.trim().toLowerCase());
  if (!words) return null;
  const [, today, yesterday, name] = words;
  const daysBack = today ? 0 : yesterday ? 1 : daysBackTo(name ?? '', dateline, offset);
  if (daysBack === null) return null;
  const from = new Date(dateline.getTime() - daysBack * DAY);
  return partialDate({ from, precision: 'DAY', offset, phrase, basis: 'INFERRED' });
}

function daysBackTo(name: string, dateline: Date, offset: number): number | null {
  const weekday = WEEKDAYS.indexOf(name);
  if (weekday < 0) return null;
  const datelineDay = new Date(dateline.getTime() + offset * MINUTE).getUTCDay();
  return (datelineDay - weekday + 7) % 7;
}

/** The widest span of each precision in milliseconds; a day is 25 hours long when clocks go back. */
const WIDEST: Readonly<Record<Precision, number>> = {
  YEAR: 366 * DAY,
  MONTH: 31 * DAY + HOUR,
  DAY: 25 * HOUR,
  HOUR,
  MINUTE,
  EXACT: 0,
};

/** What is wrong with a partial date, a sentence each; empty when nothing is. */
export function problemsOf(partial: PartialDate): string[] {
  const { earliest, latest, precision, phrase } = partial;
  const problems: string[] = [];
  if (phrase !== null && phrase.trim() === '') {
    problems.push('The phrase is blank; give the words as printed, or none.');
  }
  if (Number.isNaN(earliest.getTime()) || Number.isNaN(latest.getTime())) {
    return [...problems, 'The earliest and the latest time must both be real dates.'];
  }
  if (latest < earliest) {
    return [
      ...problems,
      `The latest time (${latest.toISOString()}) is before the earliest (${earliest.toISOString()}).`,
    ];
  }
  if (precision === 'EXACT' && width(partial) > 0) {
    return [...problems, 'An exact time needs the same earliest and latest time.'];
  }
  if (width(partial) > WIDEST[precision]) {
    problems.push(`The time from earliest to latest is longer than the precision ${precision} allows.`);
  }
  return problems;
}
