import type { Interval } from '../date/rules.ts';

/**
 * A person's office over time (Popolo's membership). `since` and `until` are calendar days, given
 * as any instant of that day in UTC, both inclusive; null is unknown or open.
 */
export interface HeldPost {
  readonly id: string;
  readonly since: Date | null;
  readonly until: Date | null;
}

const DAY_MS = 86_400_000;

/** The posts held on a calendar day (UTC), the one taken up last first; an unknown start comes last. */
export function postsHeldOn<P extends HeldPost>(posts: readonly P[], day: Date): P[] {
  return postsHeldThrough(posts, { earliest: day, latest: day });
}

/**
 * The post that a statement is credited to: the one held when it was said, never today's. Of
 * several, the one taken up last (then the lower id, so that the answer never wavers). A post
 * counts only if its term covers every day on which the statement may have been said: credit is
 * given on what is known, not on what might be. Null when no post does.
 */
export function postCreditedOn<P extends HeldPost>(posts: readonly P[], when: Interval): P | null {
  return postsHeldThrough(posts, when)[0] ?? null;
}

/** Why a period cannot be, in a sentence, or null. One day is a period; an open end always fits. */
export function periodProblem(since: Date | null, until: Date | null): string | null {
  if (!since || !until || dayNumber(since) <= dayNumber(until)) return null;
  return `The period ends on ${isoDay(until)}, before it begins on ${isoDay(since)}.`;
}

function postsHeldThrough<P extends HeldPost>(posts: readonly P[], when: Interval): P[] {
  return posts
    .filter((post) => startOf(post) <= dayNumber(when.earliest) && dayNumber(when.latest) <= endOf(post))
    .sort(byLastTakenUp);
}

function byLastTakenUp(a: HeldPost, b: HeldPost): number {
  if (startOf(a) !== startOf(b)) return startOf(a) < startOf(b) ? 1 : -1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

function startOf({ since }: HeldPost): number {
  return since ? dayNumber(since) : Number.NEGATIVE_INFINITY;
}

function endOf({ until }: HeldPost): number {
  return until ? dayNumber(until) : Number.POSITIVE_INFINITY;
}

function dayNumber(instant: Date): number {
  return Math.floor(instant.getTime() / DAY_MS);
}

function isoDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
