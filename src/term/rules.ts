import { compareForReading } from '../date/rules.ts';

export type StanceKind = 'DEMANDS' | 'OFFERS' | 'ACCEPTS' | 'CONDITIONS' | 'REJECTS' | 'UNDECIDED';

/** One party's stance on one term in one statement, with what orders it among the others. */
export interface Stance {
  readonly kind: StanceKind;
  readonly saidEarliest: Date;
  readonly saidLatest: Date;
  /** The ledger position at which its statement was first published; corrections keep it. */
  readonly firstPosition: bigint;
  /** Its place within its statement. */
  readonly ordinal: number;
}

/**
 * A party's position on a term, given what is in force of that party's stances on it: the one said last,
 * whatever order they were published in. Said at the same time, the one published later counts, then the
 * later in its statement. Null is silence.
 */
export function positionOf<S extends Stance>(stances: readonly S[]): S | null {
  return stances.reduce<S | null>((last, stance) => (last && compareStances(stance, last) < 0 ? last : stance), null);
}

/** The order in which stances are read, oldest first. For `sort`. */
export function compareStances(a: Stance, b: Stance): number {
  const bySaid = compareForReading(said(a), said(b));
  if (bySaid !== 0) return bySaid;
  if (a.firstPosition !== b.firstPosition) return a.firstPosition < b.firstPosition ? -1 : 1;
  return a.ordinal - b.ordinal;
}

function said({ saidEarliest, saidLatest }: Stance) {
  return { earliest: saidEarliest, latest: saidLatest };
}

export type Movement = 'TOWARDS' | 'AWAY' | 'NONE' | 'CHANGED';

/**
 * How ready a party is to agree to the term. An offer and a conditional yes are both readiness
 * with something still open, so they share a rung. A demand is pressure on the other side and
 * says nothing of what its own side would accept, so it stands on no rung.
 */
const READINESS: Readonly<Record<StanceKind, number | null>> = {
  REJECTS: 0,
  UNDECIDED: 1,
  CONDITIONS: 2,
  OFFERS: 2,
  ACCEPTS: 3,
  DEMANDS: null,
};

/**
 * How one party moved on one term between two stances: TOWARDS or AWAY from agreeing to it, NONE
 * when the kind is the same, CHANGED when no ladder can rank the two (to or from a demand, or
 * between an offer and a condition). The ladder is Parley's own; no standard gives one.
 */
export function movement(earlier: StanceKind, later: StanceKind): Movement {
  if (earlier === later) return 'NONE';
  const from = READINESS[earlier];
  const to = READINESS[later];
  if (from === null || to === null || from === to) return 'CHANGED';
  return to > from ? 'TOWARDS' : 'AWAY';
}

/** Each participant once, in the order in which they joined, with the role taken last. */
export function rolesOf<P extends { readonly actorId: string }>(participations: readonly P[]): P[] {
  return [...new Map(participations.map((participation) => [participation.actorId, participation])).values()];
}
