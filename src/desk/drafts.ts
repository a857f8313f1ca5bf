import { v7 as uuidv7 } from 'uuid';
import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { DraftModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { ConflictError, NotFoundError } from '../ledger/errors.ts';
import { type List, sql } from '../ledger/page.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { mayAct, type Viewer } from './policy.ts';

/** A negotiation's drafts, the one begun last first. Drafts have no past: a page is of what there is. */
export function draftsIn(): List<DraftModel> {
  return {
    name: 'drafts',
    table: 'draft',
    columns: columns(Prisma.DraftScalarFieldEnum),
    parent: 'negotiation_id',
    order: [
      ['createdAt', 'timestamptz'],
      ['id', 'uuid'],
    ],
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: null,
  };
}

export function draftId({ id }: DraftModel): string {
  return globalId('Draft', id);
}

/** Adds a draft; null when there is one with its external id already. */
export async function addDraft(
  prisma: PrismaClient,
  draft: { negotiationId: string; authorId: string; externalId: string | null; content: unknown },
): Promise<DraftModel | null> {
  // What graphql's scalars write is JSON, or has a `toJSON`, as a Date has.
  const data = { ...draft, id: uuidv7(), state: 'DRAFT' as const, content: draft.content as Prisma.InputJsonValue };
  const [added] = await prisma.draft.createManyAndReturn({ data: [data], skipDuplicates: true });
  return added ?? null;
}

/**
 * @throws NotFoundError for what is no draft's id
 * @throws ConflictError for a draft that is gone
 */
export async function theDraft(prisma: PrismaClient, given: string): Promise<DraftModel> {
  const read = readGlobalId(given);
  if (read?.type !== 'Draft') throw new NotFoundError(['draftId'], given, 'draft');
  const draft = await prisma.draft.findUnique({ where: { id: read.id } });
  if (draft === null) throw gone();
  return draft;
}

/** @throws ConflictError when it went meanwhile */
export async function removeDraft(prisma: PrismaClient, { id }: DraftModel): Promise<void> {
  const { count } = await prisma.draft.deleteMany({ where: { id } });
  if (count === 0) throw gone();
}

/** Whether somebody may throw a draft away: an author their own, an editor any. */
export function mayDiscard(
  viewer: Viewer,
  { authorId, negotiationId }: Pick<DraftModel, 'authorId' | 'negotiationId'>,
): boolean {
  if (mayAct(viewer, 'EDITOR', negotiationId)) return true;
  return mayAct(viewer, 'REPORTER', negotiationId) && viewer.accountId === authorId;
}

export function gone(): ConflictError {
  return new ConflictError('This draft is gone: it was published or discarded.');
}
