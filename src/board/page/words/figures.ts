import { once } from './once.ts';

/** How numbers and lags are written in a language. */
export interface Figures {
  /** Percent, as a range where the ends differ; null where neither is known. */
  percent(low: number | null, high: number | null): string | null;
  /** People, as a range where the ends differ; null where neither is known. */
  count(low: number | null, high: number | null): string | null;
  /** A lag, given as an ISO 8601 duration, in its two largest units. */
  lag(iso: string): string;
  /** The same of a range; null where neither end is known. */
  lags(low: string | null, high: string | null): string | null;
  list(items: readonly string[]): string;
  score(value: number): string;
}

/** What is said where only one end of a range is known. */
interface OpenEnds {
  atLeast(value: string): string;
  atMost(value: string): string;
}

const SECONDS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

export function figuresIn(language: string, { atLeast, atMost }: OpenEnds): Figures {
  const format = (options: Intl.NumberFormatOptions = {}) => once(() => new Intl.NumberFormat(language, options));
  const number = format();
  const percent = format({ style: 'percent', maximumFractionDigits: 1 });
  const score = format({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const units = (unit: string) => format({ style: 'unit', unit, unitDisplay: 'short' });
  const lasting = { day: units('day'), hour: units('hour'), minute: units('minute'), second: units('second') };
  const list = once(() => new Intl.ListFormat(language, { type: 'conjunction' }));
  const range = (low: number | null, high: number | null, write: (value: number) => string) => {
    // The unit once, as in “45–55%”.
    if (low !== null && high !== null) return low === high ? write(low) : `${number().format(low)}–${write(high)}`;
    if (low !== null) return atLeast(write(low));
    return high === null ? null : atMost(write(high));
  };
  const lag = (iso: string) => {
    let rest = secondsOf(iso);
    const parts: string[] = [];
    for (const [unit, size] of SECONDS) {
      const amount = Math.floor(rest / size);
      rest -= amount * size;
      if (parts.length === 1 && amount === 0) break;
      if (amount === 0 && !(unit === 'second' && parts.length === 0)) continue;
      parts.push(lasting[unit]().format(amount));
      if (parts.length === 2) break;
    }
    return parts.join(' ');
  };
  return {
    percent: (low, high) => range(low, high, (value) => percent().format(value / 100)),
    count: (low, high) => range(low, high, (value) => number().format(value)),
    lag,
    lags: (low, high) => {
      const [from, to] = [low && lag(low), high && lag(high)];
      if (from && to) return from === to ? from : `${from} – ${to}`;
      if (from) return atLeast(from);
      return to ? atMost(to) : null;
    },
    list: (items) => list().format(items),
    score: (value) => score().format(value),
  };
}

/** The seconds of an ISO 8601 duration of days, hours, minutes and seconds. */
export function secondsOf(iso: string): number {
  const [, days, hours, minutes, seconds] =
    /^P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.exec(iso) ?? [];
  return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
