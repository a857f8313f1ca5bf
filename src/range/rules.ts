/** Why `low` to `high` is no range within the bounds, in a sentence, or null. */
export function rangeProblem(
  low: number,
  high: number,
  { min, max }: { readonly min: number; readonly max: number },
): string | null {
  if (Number.isNaN(low) || Number.isNaN(high)) return 'Both ends of a range must be numbers.';
  if (low > high) return `The low end (${low}) is above the high end (${high}).`;
  if (low < min) return `The low end (${low}) is below ${min}.`;
  return high > max ? `The high end (${high}) is above ${max}.` : null;
}
