/** The most days that statistics are given of at once. */
export const DAYS_MOST = 366;

const DAY_MS = 86_400_000;

/** Calendar days, both included, each given as its first instant in UTC. */
export interface Days {
  readonly from: Date;
  readonly to: Date;
}

/** Why there are no statistics of these days, in a sentence, or null. None at all are a period without anything in it. */
export function daysProblem({ from, to }: Days): string | null {
  const days = (to.getTime() - from.getTime()) / DAY_MS + 1;
  if (days <= DAYS_MOST) return null;
  return `Statistics are of at most ${DAYS_MOST} days at once; these are ${days}. Ask for them in several parts.`;
}

/**
 * The days that are meant, where one end or both are left out.
 * @param whole the first and the last day on which anything was said; null when nothing was, or both ends are given
 */
export function periodOf(
  given: { readonly from?: Date | null | undefined; readonly to?: Date | null | undefined },
  whole: Days | null,
  today: Date,
): Days {
  const to = given.to ?? whole?.to ?? today;
  const earliest = new Date(to.getTime() - (DAYS_MOST - 1) * DAY_MS);
  const first = whole !== null && whole.from <= to ? whole.from : to;
  return { from: given.from ?? (first > earliest ? first : earliest), to };
}

/** How many statements with something in common were said on a day. */
export interface Count<Value> {
  readonly value: Value;
  readonly day: Date;
  readonly statements: number;
}

/** How many statements with something in common were said, in all and day by day. */
export interface Series<Value> {
  readonly value: Value;
  readonly statements: number;
  readonly days: readonly { readonly day: Date; readonly statements: number }[];
}

/** One series for each value, the one with the most statements first; in each, the first day first. */
export function seriesOf<Value>(counts: readonly Count<Value>[]): Series<Value>[] {
  const byValue = new Map<Value, Count<Value>[]>();
  for (const count of counts) byValue.set(count.value, [...(byValue.get(count.value) ?? []), count]);
  return [...byValue]
    .map(([value, days]) => ({
      value,
      statements: days.reduce((sum, { statements }) => sum + statements, 0),
      days: days.map(({ day, statements }) => ({ day, statements })).sort((a, b) => a.day.getTime() - b.day.getTime()),
    }))
    .sort((a, b) => b.statements - a.statements || (String(a.value) < String(b.value) ? -1 : 1));
}
