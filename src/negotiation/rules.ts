/** Calendar days, both included; null is unknown or open. */
export interface Period {
  readonly since: Date | null;
  readonly until: Date | null;
}

/**
 * Why an actor cannot have a role over a period, in a sentence, or null.
 * @param others the periods over which the actor has that role in the same talks
 */
export function overlapProblem(period: Period, others: readonly Period[]): string | null {
  const overlaps = others.some((other) => begin(period) <= end(other) && begin(other) <= end(period));
  return overlaps ? 'has this role already for some of this time.' : null;
}

function begin({ since }: Period): number {
  return since?.getTime() ?? Number.NEGATIVE_INFINITY;
}

function end({ until }: Period): number {
  return until?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** What is wrong with a slug, in a sentence; null when it is one. */
export function slugProblem(slug: string): string | null {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug.length <= 80
    ? null
    : 'must be small letters, digits and single hyphens, at most 80 in all.';
}
