import { Prisma } from '../database/connect.ts';
import type { CountClaimModel, HeldGroupModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import { byId, listBy } from '../ledger/versions.ts';
import { type Claims, claimsAbout, latestClaims } from '../statement/claim-list.ts';

export const heldGroupById = byId<HeldGroupModel>(table('held_group', Prisma.HeldGroupScalarFieldEnum));

/** What a statement says of how many are held, in its own order. */
export const countClaimsOfStatement = listBy<CountClaimModel>(
  table('count_claim', Prisma.CountClaimScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
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

const CLAIMS: Claims<CountClaimModel> = {
  table: 'count_claim',
  columns: columns(Prisma.CountClaimScalarFieldEnum),
  about: 'heldGroupId',
};

/** The claims about a held group, the one said last first. */
export function countClaimsOn(): List<CountClaimModel> {
  return claimsAbout(CLAIMS);
}

/** Sources whose latest claims are looked at together. */
export const SOURCES_MOST = 100;

/** The claim that each source said last about a held group, the one said last first. */
export const latestCounts = latestClaims(CLAIMS, SOURCES_MOST);
