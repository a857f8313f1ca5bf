import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { NegotiationModel, ParticipationModel } from '../database/generated/models.ts';
import { EVERYBODY } from '../ledger/batch.ts';
import { columns, table } from '../ledger/columns.ts';
import type { Some } from '../ledger/gathering.ts';
import { type Hidden, isThere } from '../ledger/hidden.ts';
import { type List, sql } from '../ledger/page.ts';
import { type At, type Batch, readFor, type Snapshot, type Wanted } from '../ledger/snapshot.ts';
import { readGlobalId } from '../ledger/subjects.ts';
import { byId } from '../ledger/versions.ts';
import type { Work } from '../ledger/work.ts';

export const negotiationById = byId<NegotiationModel>(table('negotiation', Prisma.NegotiationScalarFieldEnum));

export const participationById = byId<ParticipationModel>(table('participation', Prisma.ParticipationScalarFieldEnum));

/** The negotiation that a slug belongs to, for good: a restricted one, for those who may read it, before a public one. */
export async function idOfSlug(prisma: PrismaClient, slug: string, hidden: Hidden): Promise<string | null> {
  const found = await prisma.negotiationSlug.findMany({ where: { slug }, orderBy: { scope: 'desc' } });
  return found.find(({ negotiationId }) => !hidden.has(negotiationId))?.negotiationId ?? null;
}

/** The talks of a slug that are public, or were: who knows it knows that there were such talks. */
export async function idOfPublicSlug(prisma: PrismaClient, slug: string): Promise<string | null> {
  const found = await prisma.negotiationSlug.findUnique({ where: { slug_scope: { slug, scope: EVERYBODY } } });
  return found?.negotiationId ?? null;
}

/**
 * The negotiation that somebody names who reads none: by the slug of public talks, or by any talks' global id. Talks that
 * were restricted all along have no other name, as their slug may be one of public talks whose desk cannot know of them.
 */
export async function idOfNamed(prisma: PrismaClient, named: string): Promise<string | null> {
  const read = readGlobalId(named);
  if (read?.type !== 'Negotiation') return idOfPublicSlug(prisma, named);
  const known = await prisma.negotiation.findFirst({ where: { id: read.id }, select: { id: true } });
  return known?.id ?? null;
}

/** The talks of a slug, as they stood at the position of a snapshot; whose it is, is as it is now. */
export const negotiationBySlug: Batch<string, At<NegotiationModel> | null> = {
  isOfNow: true,
  touches: (touched) => touched.kind('Negotiation'),
  load: (snapshot, slugs) =>
    snapshot.together(
      'negotiationBySlug',
      slugs.map((key) => ({ snapshot, key })) as unknown as Some<Wanted<string>>,
      readSlugs,
    ),
};

async function readSlugs(wanted: Some<Wanted<string>>): Promise<(At<NegotiationModel> | null)[]> {
  const [{ snapshot: first }] = wanted;
  const { hidden, position } = first;
  // Which slug of these it was found by stands where the snapshot is put then; they may have another by now.
  const rows = await readFor(wanted)<NegotiationModel & { snapshot: number | Snapshot }>(sql`
    SELECT ${columns(Prisma.NegotiationScalarFieldEnum)}, (k.number - 1)::int AS snapshot
    FROM unnest(${wanted.map(({ key }) => key)}::text[]) WITH ORDINALITY AS k(slug, number)
    CROSS JOIN LATERAL (
      SELECT s.negotiation_id FROM negotiation_slug s WHERE s.slug = k.slug ${isThere(hidden, sql`s.negotiation_id`)}
      ORDER BY s.scope DESC LIMIT 1) s
    JOIN negotiation t ON t.id = s.negotiation_id AND t.from_position <= ${position} AND t.until_position > ${position}`);
  const found: (At<NegotiationModel> | null)[] = wanted.map(() => null);
  for (const row of rows) {
    const number = row.snapshot as number;
    const snapshot = wanted[number]?.snapshot as Snapshot;
    found[number] = Object.assign(row, { snapshot });
    snapshot.touched?.found([row]);
  }
  return found;
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
    where: (
      position,
    ) => sql`(${status ? [...status] : null}::text[] IS NULL OR t.status::text = ANY(${status ? [...status] : null}))
      AND (${actorId ?? null}::uuid IS NULL OR EXISTS (
        SELECT FROM participation p WHERE p.negotiation_id = t.id AND p.actor_id = ${actorId ?? null}::uuid
          AND p.from_position <= ${position} AND p.until_position > ${position}))`,
    alsoKinds: ['Participation'],
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

/** An actor's parts in talks in one role, as they were written or wait in the same batch. */
export async function partsInForce(
  { negotiationId, actorId, role }: Pick<ParticipationModel, 'negotiationId' | 'actorId' | 'role'>,
  work: Work,
): Promise<ParticipationModel[]> {
  const now = work.ledger.snapshot(await work.ledger.head(), work.hidden);
  // By the actor: others join the same talks at the same moment, one actor seldom joins twice.
  work.restOnRows({ table: 'participation', key: 'actor_id', id: actorId, since: now.position });
  const written = await now.prisma.participation.findMany({ where: { negotiationId, actorId, role, ...now.inForce } });
  // Rows of the plan have the columns of their table, but for positions, which nothing here reads.
  const waiting = work.pendingChildren('participation', 'actorId', actorId) as unknown as ParticipationModel[];
  const parts = new Map([...written, ...waiting].map((part) => [part.id, part]));
  return [...parts.values()].filter((part) => part.negotiationId === negotiationId && part.role === role);
}
