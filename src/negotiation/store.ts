import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { NegotiationModel, ParticipationModel } from '../database/generated/models.ts';
import { columns, type List, sql } from '../ledger/page.ts';
import { byId } from '../ledger/snapshot.ts';

export const negotiationById = byId<NegotiationModel>((at, ids) =>
  at.prisma.negotiation.findMany({ where: { id: { in: ids }, ...at.inForce } }),
);

export const participationById = byId<ParticipationModel>((at, ids) =>
  at.prisma.participation.findMany({ where: { id: { in: ids }, ...at.inForce } }),
);

/** The negotiation that a slug belongs to, for good. */
export async function idOfSlug(prisma: PrismaClient, slug: string): Promise<string | null> {
  const found = await prisma.negotiationSlug.findUnique({ where: { slug } });
  return found?.negotiationId ?? null;
}

export interface NegotiationFilter {
  readonly status?: readonly NegotiationModel['status'][] | null | undefined;
  readonly actorId?: string | null | undefined;
}

/** Negotiations, the one opened last first. */
export function negotiations({ status, actorId }: NegotiationFilter): List<NegotiationModel> {
  return {
    name: 'negotiations',
    table: 'negotiation',
    columns: columns(Prisma.NegotiationScalarFieldEnum),
    parent: null,
    order: [['firstPosition', 'bigint']],
    direction: 'DESC',
    where: (position) => sql`(${status ? [...status] : null}::text[] IS NULL OR t.status::text = ANY(${status ? [...status] : null}))
      AND (${actorId ?? null}::uuid IS NULL OR EXISTS (
        SELECT FROM participation p WHERE p.negotiation_id = t.id AND p.actor_id = ${actorId ?? null}::uuid
          AND p.from_position <= ${position} AND p.until_position > ${position}))`,
    narrowing: { status, actorId },
  };
}

/** Who takes part in a negotiation, in the order in which they were recorded. */
export function participationsIn(): List<ParticipationModel> {
  return {
    name: 'participations',
    table: 'participation',
    columns: columns(Prisma.ParticipationScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

/** The negotiations that an actor takes part in. */
export function participationsOf(): List<ParticipationModel> {
  return { ...participationsIn(), name: 'participationsOf', parent: 'actor_id' };
}
