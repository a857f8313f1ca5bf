import { Prisma } from '../database/connect.ts';
import type { CountClaimModel, HeldGroupModel } from '../database/generated/models.ts';
import { columns, type List, sql } from '../ledger/page.ts';
import { type At, type Batch, byId, listBy } from '../ledger/snapshot.ts';
import { SOURCE_KEY } from '../outlook/store.ts';

export const heldGroupById = byId<HeldGroupModel>((at, ids) =>
  at.prisma.heldGroup.findMany({ where: { id: { in: ids }, ...at.inForce } }),
);

/** What a statement says of how many are held, in its own order. */
export const countClaimsOfStatement = listBy<CountClaimModel>('statementId', (at, ids) =>
  at.prisma.countClaim.findMany({ where: { statementId: { in: ids }, ...at.inForce }, orderBy: { ordinal: 'asc' } }),
);

/** Held groups of a negotiation, in the order in which they were recorded. */
export function heldGroupsIn(): List<HeldGroupModel> {
  return {
    name: 'heldGroups',
    table: 'held_group',
    columns: columns(Prisma.HeldGroupScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

const CLAIM_COLUMNS = columns(Prisma.CountClaimScalarFieldEnum);

/** The claims about a held group, the one said last first. */
export function claimsAbout(): List<CountClaimModel> {
  return {
    name: 'countClaims',
    table: 'count_claim',
    columns: CLAIM_COLUMNS,
    parent: 'held_group_id',
    order: [
      ['saidLatest', 'timestamptz'],
      ['saidEarliest', 'timestamptz'],
      ['firstPosition', 'bigint'],
      ['ordinal', 'int'],
    ],
    direction: 'DESC',
    where: sql`true`,
    narrowing: null,
  };
}

/** Sources whose latest claims are looked at together. */
export const SOURCES_MOST = 100;

/** The claim that each source (see `SOURCE_KEY`) said last about a held group, the one said last first. */
export const latestClaims: Batch<string, At<CountClaimModel>[]> = {
  load: async (snapshot, ids) => {
    const { position } = snapshot;
    const rows = await snapshot.prisma.$queryRaw<CountClaimModel[]>`
      SELECT latest.* FROM unnest(${[...ids]}::uuid[]) AS k(id)
      CROSS JOIN LATERAL (
        SELECT * FROM (
          SELECT DISTINCT ON (${SOURCE_KEY}) ${CLAIM_COLUMNS}
          FROM count_claim t
          JOIN statement s ON s.id = t.statement_id AND s.from_position <= ${position} AND s.until_position > ${position}
          WHERE t.held_group_id = k.id AND t.from_position <= ${position} AND t.until_position > ${position}
          ORDER BY ${SOURCE_KEY}, t.said_latest DESC, t.said_earliest DESC, t.first_position DESC, t.ordinal DESC
        ) AS each
        ORDER BY "saidLatest" DESC, "saidEarliest" DESC, "firstPosition" DESC, ordinal DESC
        LIMIT ${SOURCES_MOST}
      ) AS latest
      ORDER BY "saidLatest" DESC, "saidEarliest" DESC, "firstPosition" DESC, ordinal DESC`;
    const lists = new Map<string, At<CountClaimModel>[]>(ids.map((id) => [id, []]));
    for (const row of snapshot.hold(rows)) lists.get(row.heldGroupId)?.push(row);
    return ids.map((id) => lists.get(id) ?? []);
  },
};
