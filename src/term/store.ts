import { Prisma } from '../database/connect.ts';
import type { ParticipationModel, StanceModel, TermModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { empty, type List, sql } from '../ledger/page.ts';
import { type At, type Batch, listAt } from '../ledger/snapshot.ts';
import { byId, listBy } from '../ledger/versions.ts';
import { claimsAbout, SAID_LAST_FIRST } from '../statement/claim-list.ts';

/** How many parties of a negotiation have their position on each term shown. */
export const PARTIES_MOST = 100;

export const termById = byId<TermModel>(table('term', Prisma.TermScalarFieldEnum));

/** The stances that a statement takes, in its own order. */
export const stancesIn = listBy<StanceModel>(
  table('stance', Prisma.StanceScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
);

/** The terms of a negotiation, in the order in which they were recorded. */
export function termsIn(): List<TermModel> {
  return {
    name: 'terms',
    table: 'term',
    columns: columns(Prisma.TermScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

export interface StanceFilter {
  readonly partyId: string | null;
  readonly speakerId: string | null;
}

/** The stances on a term, the one said last first. */
export function stancesOn({ partyId, speakerId }: StanceFilter): List<StanceModel> {
  return claimsAbout(
    { table: 'stance', columns: columns(Prisma.StanceScalarFieldEnum), about: 'termId' },
    sql`true
      ${partyId === null ? empty : sql`AND t.party_id = ${partyId}::uuid`}
      ${speakerId === null ? empty : sql`AND t.speaker_id = ${speakerId}::uuid`}`,
    { partyId, speakerId },
  );
}

/** A party's line on a term. */
export interface Line {
  readonly termId: string;
  readonly partyId: string;
}

/**
 * The last two stances of each line: the party's position, and where it moved from. The order is that of
 * `compareStances`, read backwards off an index, so that a long line costs no more than a short one.
 */
export const lastStances: Batch<Line, At<StanceModel>[]> = {
  cacheKey: ({ termId, partyId }) => `${termId} ${partyId}`,
  touches: (touched, { termId }) => touched.within(termId, ['Statement']),
  load: async (snapshot, lines) => {
    const rows = await snapshot.read<StanceModel & { line: number }>(sql`
      SELECT k.line::int, v.*
      FROM unnest(${lines.map(({ termId }) => termId)}::uuid[], ${lines.map(({ partyId }) => partyId)}::uuid[])
        WITH ORDINALITY AS k(term_id, party_id, line)
      CROSS JOIN LATERAL (
        SELECT ${columns(Prisma.StanceScalarFieldEnum)} FROM stance t
        WHERE t.term_id = k.term_id AND t.party_id = k.party_id
          AND t.from_position <= ${snapshot.position} AND t.until_position > ${snapshot.position}
        ORDER BY ${SAID_LAST_FIRST}
        LIMIT 2) v`);
    const found = lines.map((): At<StanceModel>[] => []);
    for (const { line, ...stance } of rows) found[line - 1]?.push(...snapshot.hold([stance]));
    return found;
  },
};

export type Participant = Pick<ParticipationModel, 'negotiationId' | 'actorId' | 'role'>;

/** The first participations of a negotiation, in the order in which they were recorded. */
export const participantsOf = listAt<Participant>(
  'negotiationId',
  (at, ids) =>
    at.read(sql`
    SELECT v.* FROM unnest(${ids}::uuid[]) AS k(id)
    CROSS JOIN LATERAL (
      SELECT t.negotiation_id AS "negotiationId", t.actor_id AS "actorId", t.role, t.first_position AS "firstPosition"
      FROM participation t
      WHERE t.negotiation_id = k.id AND t.from_position <= ${at.position} AND t.until_position > ${at.position}
      ORDER BY t.first_position LIMIT ${PARTIES_MOST}) v
    ORDER BY v."firstPosition"`),
  (touched, id) => touched.negotiation(id),
);
