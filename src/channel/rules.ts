import { before, type Interval } from '../date/rules.ts';

/** One leg of a message's way; each moment as closely as it is known, null when it is not. */
export interface Leg {
  readonly sent: Interval | null;
  readonly received: Interval | null;
  readonly answered: Interval | null;
}

/** A lag in milliseconds that lies somewhere from `lowMs` to `highMs`. */
export interface Lag {
  readonly lowMs: number;
  readonly highMs: number;
}

/**
 * How long the leg took from sending to receipt. The low end is never below 0, for nothing
 * arrives before it is sent. Null when either end is unknown, or when `orderProblem` says that
 * the two cannot both be right.
 */
export function transit({ sent, received }: Pick<Leg, 'sent' | 'received'>): Lag | null {
  if (!sent || !received) return null;
  const highMs = received.latest.getTime() - sent.earliest.getTime();
  if (highMs < 0) return null;
  return { lowMs: Math.max(0, received.earliest.getTime() - sent.latest.getTime()), highMs };
}

/** Why the leg's moments cannot all be right, in a sentence, or null. Overlaps get the benefit of the doubt. */
export function orderProblem({ sent, received, answered }: Leg): string | null {
  const known = [
    { done: 'sent', at: sent },
    { done: 'received', at: received },
    { done: 'answered', at: answered },
  ].flatMap(({ done, at }) => (at ? [{ done, at }] : []));

  for (const { done, at } of known) {
    if (at.latest < at.earliest) return `The latest time at which the message was ${done} is before the earliest.`;
  }
  for (const [index, later] of known.entries()) {
    const earlier = known.slice(0, index).find(({ at }) => before(later.at, at) === 'YES');
    if (earlier) return `The message cannot have been ${later.done} before it was ${earlier.done}.`;
  }
  return null;
}

/** Milliseconds; the figures are null when no leg has a known transit. */
export interface TransitStatistics {
  /** Legs whose transit is known. */
  readonly count: number;
  readonly medianLowMs: number | null;
  readonly medianHighMs: number | null;
  readonly longestHighMs: number | null;
  readonly shortestLowMs: number | null;
  /** Legs with no answer known, received or not. */
  readonly unanswered: number;
}

/**
 * What is known of the lags on a leg. The true median lies from the median of the low ends to the
 * median of the high ends, since a median never falls when a value in it rises.
 */
export function transitStatistics(legs: readonly Leg[]): TransitStatistics {
  const lags = legs.map(transit).filter((lag) => lag !== null);
  const lows = lags.map((lag) => lag.lowMs).sort((a, b) => a - b);
  const highs = lags.map((lag) => lag.highMs).sort((a, b) => a - b);
  return {
    count: lags.length,
    medianLowMs: median(lows),
    medianHighMs: median(highs),
    longestHighMs: highs.at(-1) ?? null,
    shortestLowMs: lows[0] ?? null,
    unanswered: legs.filter((leg) => leg.answered === null).length,
  };
}

/** Of an ascending list: its middle, or the mean of the two in the middle. */
function median(ascending: readonly number[]): number | null {
  const upper = ascending[Math.floor(ascending.length / 2)];
  const lower = ascending[Math.floor((ascending.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Why these actors, in order, are no way from one end to another, in a sentence, or null. */
export function hopsProblem(hops: readonly string[]): string | null {
  if (hops.length < 2) return 'needs two ends at least.';
  const again = hops.findIndex((hop, index) => hop === hops[index + 1]);
  return again < 0 ? null : `names the same actor twice in a row, in the places ${again + 1} and ${again + 2}.`;
}

/** Why a way with these hops has no such leg, in a sentence, or null. Leg 1 joins the first two hops. */
export function legProblem(leg: number, hops: readonly string[]): string | null {
  if (leg >= 1 && leg < hops.length) return null;
  return hops.length === 2
    ? `is ${leg}; this channel has one leg.`
    : `is ${leg}; this channel has the legs 1 to ${hops.length - 1}.`;
}
