import { Prisma, type PrismaClient } from '../database/connect.ts';
import type { DraftCommentModel, DraftModel, DraftRevisionModel } from '../database/generated/models.ts';
import type { Context } from '../graphql/context.ts';
import { columns } from '../ledger/columns.ts';
import { ConflictError, NotFoundError } from '../ledger/errors.ts';
import { type List, sql } from '../ledger/page.ts';
import type { Change, Plan } from '../ledger/plan.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { globalId, readGlobalId } from '../ledger/subjects.ts';
import { mayAct } from './policy.ts';

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
    where: sql`t.content IS NOT NULL`,
    inForce: () => sql`true`,
    narrowing: null,
  };
}

/**
 * The position of what was done last with a negotiation's drafts, up to one; 0 for nothing. A later one would tell that
 * something was done elsewhere, where the reader may see nothing.
 */
export async function lastDoneIn(snapshot: Snapshot, negotiationId: string, upTo: bigint): Promise<bigint> {
  const [row] = await snapshot.read<{ position: bigint | null }>(sql`
    SELECT max(t.position) AS position FROM draft_log t
    WHERE t.negotiation_id = ${negotiationId}::uuid AND t.position <= ${upTo} ${snapshot.isThere(sql`t.negotiation_id`)}`);
  return row?.position ?? 0n;
}

/** What a draft said before and says now, the latest first. */
export function revisionsOf(): List<DraftRevisionModel> {
  return {
    name: 'revisions',
    table: 'draft_revision',
    columns: columns(Prisma.DraftRevisionScalarFieldEnum),
    parent: 'draft_id',
    order: [['revision', 'int']],
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: null,
  };
}

/** What was said about a draft, the first first. */
export function commentsOn(): List<DraftCommentModel> {
  return {
    name: 'comments',
    table: 'draft_comment',
    columns: columns(Prisma.DraftCommentScalarFieldEnum),
    parent: 'draft_id',
    order: [
      ['createdAt', 'timestamptz'],
      ['id', 'uuid'],
    ],
    direction: 'ASC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: null,
  };
}

export function draftId({ id }: Pick<DraftModel, 'id'>): string {
  return globalId('Draft', id);
}

/** A draft that there is: one that is published or discarded has no content. */
export type Standing = DraftModel & { readonly content: Prisma.JsonValue };

/** The draft, if it is there still. */
export async function findDraft(prisma: PrismaClient, id: string): Promise<Standing | null> {
  const draft = await prisma.draft.findUnique({ where: { id } });
  return draft === null || draft.content === null ? null : (draft as Standing);
}

/**
 * The draft that an input means.
 * @param revision the one that the caller read; null when they do not say
 * @throws NotFoundError for what is no draft's id, and for a draft of talks whose drafts the caller may not read
 * @throws ConflictError for a draft that is gone, or of another revision by now
 */
export async function theDraft(
  context: Pick<Context, 'ledger' | 'viewer' | 'now'>,
  given: string,
  revision: number | null,
): Promise<Standing> {
  const { prisma } = context.ledger;
  const read = readGlobalId(given);
  const draft = read?.type === 'Draft' ? await prisma.draft.findUnique({ where: { id: read.id } }) : null;
  const isThere = draft !== null && !(await context.now()).hidden.has(draft.negotiationId);
  if (!isThere || !mayAct(context, 'REPORTER', draft.negotiationId))
    throw new NotFoundError(['draftId'], given, 'draft');
  const isGone = draft.content === null;
  if (!isGone && (revision === null || revision === draft.revision)) return draft as Standing;
  const { changedById: id } = draft;
  const account = id === null ? null : await prisma.account.findUnique({ where: { id }, select: { name: true } });
  const who = account?.name ?? 'the end of its embargo';
  throw isGone
    ? new ConflictError(`This draft is gone: it was ${draft.state.toLowerCase()} by ${who}.`, null, account?.name)
    : new ConflictError(
        `This was written against revision ${revision}; the one in force is ${draft.revision}, by ${who}. Read it, then decide again.`,
        draft.revision,
        account?.name,
      );
}

/** Who wrote any of what a draft says or said. */
export async function writersOf(prisma: PrismaClient, { id }: DraftModel): Promise<string[]> {
  const written = await prisma.draftRevision.findMany({
    where: { draftId: id },
    select: { changedById: true },
    distinct: ['changedById'],
  });
  return written.map(({ changedById }) => changedById);
}

/** Has a plan refused, and decided again, when a draft that it leaves as it is changes or ends at this very moment. */
export function asItStands({ id, revision }: Standing): Change {
  return { table: 'draft', id, revision, set: { revision } };
}

/** Plans the next revision of a draft. @param by null for the end of its embargo */
export function changeDraft(
  plan: Plan,
  draft: Standing,
  changes: Partial<Pick<DraftModel, 'state' | 'content' | 'embargoedUntil' | 'note' | 'descriptorAnswer'>>,
  by: string | null,
): Standing {
  const set = { ...changes, revision: draft.revision + 1, changedById: by, changedAt: new Date() };
  plan.change.push({ table: 'draft', id: draft.id, revision: draft.revision, set });
  if (changes.content != null && by !== null) {
    const { revision, changedAt } = set;
    plan.row('draft_revision', {
      draftId: draft.id,
      revision,
      content: changes.content,
      changedById: by,
      changedAt,
    });
  }
  return { ...draft, ...set } as Standing;
}

/** Plans the end of a draft: its words go, and with them all that holds any (`draft_ends`); that it was there stays. */
export function endDraft(
  plan: Plan,
  draft: Standing,
  end: { state: 'PUBLISHED'; statementId: string } | { state: 'DISCARDED' },
  by: string | null,
): void {
  const set = { ...end, revision: draft.revision + 1, changedById: by, changedAt: new Date() };
  const gone = { content: null, note: null, embargoedUntil: null, externalId: null, descriptorAnswer: null };
  plan.change.push({ table: 'draft', id: draft.id, revision: draft.revision, set: { ...set, ...gone } });
}
