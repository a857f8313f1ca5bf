import type { StandingFragment } from '../generated/operations.ts';

type Counted = Pick<StandingFragment['heldGroups']['nodes'][number], 'latestClaims' | 'agreed' | 'envelope'>;

/**
 * What several claims of how many come to: what all of them allow, else all that any allows. Null where fewer than two
 * give a number. The record reckons with a 0 where a claim gives no low end; nobody said that, so it is no end here.
 */
export function togetherOf({ latestClaims, agreed, envelope }: Counted) {
  const counted = latestClaims.filter(({ low, high }) => low !== null || high !== null);
  const range = agreed ?? envelope;
  if (counted.length < 2 || range === null) return null;
  const hasLow = ({ low }: { readonly low: number | null }) => low !== null;
  const isLowSaid = agreed ? counted.some(hasLow) : counted.every(hasLow);
  return { isAgreed: agreed !== null, low: isLowSaid ? range.low : null, high: range.high };
}
