import { Prisma } from '../database/connect.ts';
import type { ActorModel, PostModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import { byId, listBy } from '../ledger/versions.ts';

/** What a row refers to is of the right kind already, and is read together whatever that is. */
export const actorById = byId<ActorModel>(table('actor', Prisma.ActorScalarFieldEnum));

export const personById = byId<ActorModel>(table('actor', Prisma.ActorScalarFieldEnum, sql`t.kind = 'PERSON'`));

export const organizationById = byId<ActorModel>(
  table('actor', Prisma.ActorScalarFieldEnum, sql`t.kind = 'ORGANIZATION'`),
);

export const postById = byId<PostModel>(table('post', Prisma.PostScalarFieldEnum));

/** A person's posts, the one taken up last first. */
export const postsOfPerson = listBy<PostModel>(
  table('post', Prisma.PostScalarFieldEnum),
  'personId',
  sql`t.since DESC NULLS LAST, t.id`,
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
