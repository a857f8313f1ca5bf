/** What is wrong with a slug, in a sentence; null when it is one. */
export function slugProblem(slug: string): string | null {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug.length <= 80
    ? null
    : 'must be small letters, digits and single hyphens, at most 80 in all.';
}
