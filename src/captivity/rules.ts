import { rangeProblem } from '../range/rules.ts';

/** How many are held, in whole people: "at least 200" has no `high`, "up to 50" no `low`, "many" neither. */
export interface CountClaim {
  readonly low: number | null;
  readonly high: number | null;
}

/** In whole people; `high` is null where nothing bounds it. */
export interface CountRange {
  readonly low: number;
  readonly high: number | null;
}

/** Why a claim's range cannot be, in a sentence, or null. */
export function countProblem({ low, high }: Pick<CountClaim, 'low' | 'high'>): string | null {
  const given = [low, high].filter((bound) => bound !== null);
  if (given.some((bound) => !Number.isInteger(bound) || bound < 0)) {
    return 'A count of people must be a whole number, 0 or more.';
  }
  return rangeProblem(low ?? 0, high ?? Number.POSITIVE_INFINITY, {
    min: 0,
    max: Number.POSITIVE_INFINITY,
  });
}

/**
 * The counts that every claim allows, given what is in force of the claims about one group. Null when
 * claims conflict, or when none gives a number; `envelope` tells the two apart.
 */
export function agreedRange(claims: readonly CountClaim[]): CountRange | null {
  const ranges = rangesOf(claims);
  if (ranges.length === 0) return null;
  const low = Math.max(...ranges.map((range) => range.low));
  const high = Math.min(...ranges.map((range) => range.high));
  return low <= high ? bounded(low, high) : null;
}

/**
 * From the lowest to the highest count that some claim allows, given what is in force of the claims about
 * one group; null when none gives a number.
 */
export function envelope(claims: readonly CountClaim[]): CountRange | null {
  const ranges = rangesOf(claims);
  if (ranges.length === 0) return null;
  return bounded(Math.min(...ranges.map((range) => range.low)), Math.max(...ranges.map((range) => range.high)));
}

function rangesOf(claims: readonly CountClaim[]): { low: number; high: number }[] {
  return claims
    .filter(({ low, high }) => low !== null || high !== null)
    .map(({ low, high }) => ({ low: low ?? 0, high: high ?? Number.POSITIVE_INFINITY }));
}

function bounded(low: number, high: number): CountRange {
  return { low, high: high === Number.POSITIVE_INFINITY ? null : high };
}
