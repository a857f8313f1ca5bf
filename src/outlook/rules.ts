/** The likelihood bands of ICD 203 (US Intelligence Community Directive, Analytic Standards). */
export type Band =
  | 'ALMOST_NO_CHANCE'
  | 'VERY_UNLIKELY'
  | 'UNLIKELY'
  | 'ROUGHLY_EVEN'
  | 'LIKELY'
  | 'VERY_LIKELY'
  | 'ALMOST_CERTAIN';

/** Both ends included; in percent wherever a likelihood is meant. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** ICD 203's table: each band, its percent, and its two rows of words. Ascending. */
export const BANDS: readonly (Range & { readonly band: Band; readonly words: readonly string[] })[] = [
  { band: 'ALMOST_NO_CHANCE', low: 1, high: 5, words: ['almost no chance', 'remote'] },
  { band: 'VERY_UNLIKELY', low: 5, high: 20, words: ['very unlikely', 'highly improbable'] },
  { band: 'UNLIKELY', low: 20, high: 45, words: ['unlikely', 'improbable', 'improbably'] },
  { band: 'ROUGHLY_EVEN', low: 45, high: 55, words: ['roughly even chance', 'roughly even odds'] },
  { band: 'LIKELY', low: 55, high: 80, words: ['likely', 'probable', 'probably'] },
  { band: 'VERY_LIKELY', low: 80, high: 95, words: ['very likely', 'highly probable'] },
  {
    band: 'ALMOST_CERTAIN',
    low: 95,
    high: 99,
    words: ['almost certain', 'almost certainly', 'nearly certain'],
  },
];

/**
 * The band of a percentage; one on a shared edge belongs to the band nearer 50. Null below 1 and
 * above 99: the directive has no band for what is called impossible or certain.
 */
export function bandOf(percent: number): Band | null {
  const holding = BANDS.filter(({ low, high }) => low <= percent && percent <= high);
  const nearest = percent < 50 ? holding.at(-1) : holding[0];
  return nearest?.band ?? null;
}

/** The band of a range's midpoint, which is also what it is scored by; `bandsTouched` shows its spread. */
export function bandOfRange(low: number, high: number): Band | null {
  return bandOf((low + high) / 2);
}

/** Every band that shares more than an edge with the range, ascending; of a single percentage, its band. */
export function bandsTouched(low: number, high: number): Band[] {
  if (low === high) return BANDS.filter(({ band }) => band === bandOf(low)).map(({ band }) => band);
  return BANDS.filter((band) => band.low < high && low < band.high).map(({ band }) => band);
}

/** A band's range in percent. */
export function rangeOfBand(band: Band): Range {
  const { low, high } = BANDS.find((row) => row.band === band) ?? unreachable(band);
  return { low, high };
}

function unreachable(band: string): never {
  throw new Error(`The table of bands has no row for ${band}.`);
}

/** An estimate whose holder is `holderKey` (an actor's id, or the descriptor); null ends carry no number. */
export interface HeldEstimate {
  readonly holderKey: string;
  readonly low: number | null;
  readonly high: number | null;
}

export interface HolderScore {
  readonly holderKey: string;
  /** The mean of its Brier scores: 0 is foresight, 1 is certain and wrong, 0.25 is 50 % every time. */
  readonly brier: number;
  /** How many estimates carried a number and were scored. */
  readonly estimates: number;
}

/**
 * The Brier score of one forecast, in 0..1: (p − o)², with p the probability in percent and o
 * whether it occurred. Brier 1950 sums this over both outcomes, which for two is twice as much.
 */
export function brier(percent: number, occurred: boolean): number {
  return (percent / 100 - (occurred ? 1 : 0)) ** 2;
}

const DAY_MS = 86_400_000;

/**
 * What an estimate scores by the midpoint of its range. Null while the outcome is open, for an estimate that
 * carries no number, and for one made after the day (UTC) on which the outcome was resolved: that one knew.
 */
export function scoreOf(
  estimate: { readonly low: number | null; readonly high: number | null; readonly saidEarliest: Date },
  outcome: { readonly resolution: 'OPEN' | 'OCCURRED' | 'DID_NOT_OCCUR'; readonly resolvedOn: Date | null },
): number | null {
  const { low, high, saidEarliest } = estimate;
  if (outcome.resolution === 'OPEN' || low === null || high === null) return null;
  if (outcome.resolvedOn && saidEarliest.getTime() >= outcome.resolvedOn.getTime() + DAY_MS) return null;
  return brier((low + high) / 2, outcome.resolution === 'OCCURRED');
}

/** The day begins at its earliest 14 hours before it does in UTC (Kiribati). */
const FIRST_DAWN_MS = 14 * 3_600_000;

/** Why an outcome cannot be resolved on a calendar day, or null. A day that has begun somewhere has come. */
export function resolvedOnProblem(day: Date, now: Date): string | null {
  if (day.getTime() <= now.getTime() + FIRST_DAWN_MS) return null;
  return `is ${day.toISOString().slice(0, 10)}, which has not come yet.`;
}

/** Whose an estimate is, as its statement names them: an actor of the record, or somebody as described, or nobody. */
export interface Holder {
  readonly actorId: string | null;
  readonly descriptor: string | null;
}

/**
 * Who holds an estimate: whoever it names, else the source of its statement, which is whose view that
 * reports, else the speaker, else whoever is described, else the organization spoken for.
 */
export function holderOf(
  estimate: { readonly holderId: string | null; readonly holder: string | null },
  statement: {
    readonly viewOfId: string | null;
    readonly speakerId: string | null;
    readonly descriptor: string | null;
    readonly onBehalfOfId: string | null;
  },
): Holder {
  if (estimate.holderId !== null || estimate.holder !== null) {
    return { actorId: estimate.holderId, descriptor: estimate.holder };
  }
  const actorId = statement.viewOfId ?? statement.speakerId;
  if (actorId !== null) return { actorId, descriptor: null };
  if (statement.descriptor !== null) return { actorId: null, descriptor: statement.descriptor };
  return { actorId: statement.onBehalfOfId, descriptor: null };
}

/**
 * Each holder's mean score once the outcome is known, given what is in force of the estimates of it, by
 * the midpoints of their ranges; the best first.
 */
export function scoreHolders(estimates: readonly HeldEstimate[], occurred: boolean): HolderScore[] {
  const scores = new Map<string, number[]>();
  for (const { holderKey, low, high } of estimates) {
    if (low === null || high === null) continue;
    scores.set(holderKey, [...(scores.get(holderKey) ?? []), brier((low + high) / 2, occurred)]);
  }
  return [...scores]
    .map(([holderKey, each]) => ({ holderKey, brier: mean(each), estimates: each.length }))
    .sort((a, b) => a.brier - b.brier);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
