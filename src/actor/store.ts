import { Prisma } from '../database/connect.ts';
import type { ActorModel, PostModel } from '../database/generated/models.ts';
import { columns, type List, sql } from '../ledger/page.ts';
import { byId, listBy } from '../ledger/snapshot.ts';

export const actorById = byId<ActorModel>((prisma, where) => prisma.actor.findMany({ where }));

export const personById = byId<ActorModel>((prisma, where) =>
  prisma.actor.findMany({ where: { ...where, kind: 'PERSON' } }),
);

export const organizationById = byId<ActorModel>((prisma, where) =>
  prisma.actor.findMany({ where: { ...where, kind: 'ORGANIZATION' } }),
);

export const postById = byId<PostModel>((prisma, where) => prisma.post.findMany({ where }));

/** A person's posts, the one taken up last first. */
export const postsOfPerson = listBy<PostModel>('personId', (prisma, where) =>
  prisma.post.findMany({
    where,
    orderBy: [{ since: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }],
  }),
);

export interface ActorFilter {
  readonly kind?: 'PERSON' | 'ORGANIZATION' | null | undefined;
  readonly name?: string | null | undefined;
}

/** Actors by name; `name` finds any part of a name or alias. */
export function actors(filter: ActorFilter): List<ActorModel> {
  const part = filter.name ? `%${filter.name.replace(/[\\%_]/g, '\\$&')}%` : null;
  return {
    name: 'actors',
    table: 'actor',
    columns: columns(Prisma.ActorScalarFieldEnum),
    parent: null,
    order: [
      ['name', 'text'],
      ['id', 'uuid'],
    ],
    direction: 'ASC',
    where: sql`(${filter.kind ?? null}::text IS NULL OR t.kind::text = ${filter.kind ?? null})
      AND (${part}::text IS NULL OR t.name ILIKE ${part} OR EXISTS (SELECT FROM unnest(t.aliases) a WHERE a ILIKE ${part}))`,
    narrowing: filter,
  };
}

/** The organizations that are part of one. */
export function partsOf(): List<ActorModel> {
  return { ...actors({}), name: 'parts', parent: 'parent_id', where: sql`true` };
}

export function postsIn(): List<PostModel> {
  return {
    name: 'posts',
    table: 'post',
    columns: columns(Prisma.PostScalarFieldEnum),
    parent: 'organization_id',
    order: [['id', 'uuid']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

export function postsHeldBy(): List<PostModel> {
  return { ...postsIn(), name: 'posts held', parent: 'person_id' };
}
