import type { PositionsAtTwoMomentsQuery } from '../generated/operations.ts';

/** Where everybody stood at an earlier moment, to be compared with. */
export interface Earlier {
  /** The kind of a party's stance on a term; null for silence. */
  stance(termId: string, partyId: string): string | null;
}

export function earlierOf(then: NonNullable<PositionsAtTwoMomentsQuery['then']>): Earlier {
  const stances = new Map(
    then.terms.nodes.flatMap(({ id, positions }) =>
      positions.map(({ party, stance }) => [`${id} ${party.id}`, stance?.kind ?? null] as const),
    ),
  );
  return { stance: (termId, partyId) => stances.get(`${termId} ${partyId}`) ?? null };
}
