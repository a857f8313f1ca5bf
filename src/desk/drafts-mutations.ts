import { isDeepStrictEqual } from 'node:util';
import type { GraphQLInputObjectType } from 'graphql';
import { v7 as uuidv7 } from 'uuid';
import type { Prisma } from '../database/connect.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { deciderOf, readGiven } from '../graphql/desk-mutation.ts';
import { bounds } from '../graphql/input.ts';
import { mutation } from '../graphql/mutation.ts';
import { Batch, type Given } from '../ledger/batch.ts';
import { AlreadyRecordedError, InvalidInputError } from '../ledger/errors.ts';
import { Plan } from '../ledger/plan.ts';
import { identityProblems } from '../statement/checks.ts';
import { StatementInput } from '../statement/inputs.ts';
import { lengthProblem } from '../statement/rules.ts';
import { asWritten, inputType, reread } from './draft-input.ts';
import { draftField, draftMutation, revisionField, writerOf } from './draft-mutation.ts';
import { type Deed, deedProblem } from './draft-rules.ts';
import { asItStands, changeDraft, draftId, endDraft, type Standing, theDraft } from './drafts.ts';
import { ForbiddenError, mayAct, requireRole } from './policy.ts';

export const REASON = bounds({ maxLength: 2_000 });

const contentField = {
  type: StatementInput,
  required: true,
  description: 'What was said, by whom, and what it claims.',
} as const;

draftMutation('draftStatement', {
  description:
    'Keeps a statement for an editor to publish; nobody but the desk sees it. Texts and lists are held to their bounds now, and nothing may link an unnamed source to a person; all else is checked when it is published.',
  input: builder.inputType('DraftStatementInput', {
    description: 'A statement to be published later. What it refers to may still be missing from the record.',
    fields: (t) => ({
      externalId: t.string({
        description:
          'The caller’s own id for the draft, and for the statement once it is published; the same input given twice is one draft.',
      }),
      negotiationId: t.id({ required: true, description: 'The negotiation that it is meant for.' }),
      content: t.field(contentField),
    }),
  }),
  returns: 'The draft.',
  decide: async (input, context, info) => {
    const { ledger, viewer } = context;
    const type = inputType(info, 'DraftStatementInput');
    // As publishStatement itself: under the same external id a draft and its statement are the same.
    const given = readGiven('publishStatement', input, type);
    const batch = new Batch(ledger, await deciderOf(context));
    await batch.prepare([{ ...given, references: [{ path: ['negotiationId'], id: input.negotiationId }] }]);
    if (batch.recorded(given) !== null) throw taken('This statement was published already.', given);
    const negotiation = batch.begin().the('Negotiation', input.negotiationId, ['negotiationId']);
    // Before anything is said of the drafts that there are.
    requireRole(context, 'REPORTER', negotiation.id);
    await refuseContent(input.content, batch);
    const plan = new Plan();
    const { externalId } = given;
    const key = { externalId: externalId ?? '', negotiationId: negotiation.id };
    const known =
      externalId === null ? null : await ledger.prisma.draft.findUnique({ where: { externalId_negotiationId: key } });
    if (known !== null) return { plan, draft: theSame(known as Standing, given, type) };
    const author = writerOf(viewer);
    const now = new Date();
    const draft: Standing = {
      id: uuidv7(),
      negotiationId: negotiation.id,
      authorId: author,
      state: 'DRAFT',
      externalId,
      // What graphql's scalars write is JSON, or has a `toJSON`, as a Date has.
      content: asWritten(type, input) as Prisma.JsonObject,
      createdAt: now,
      revision: 1,
      changedById: author,
      changedAt: now,
      embargoedUntil: null,
      note: null,
      statementId: null,
      descriptorAnswer: null,
    };
    plan.row('draft', { ...draft });
    const { id: draftId, revision, content, changedAt } = draft;
    plan.row('draft_revision', { draftId, revision, content, changedById: author, changedAt });
    return { plan, draft };
  },
});

draftMutation('editDraft', {
  description: 'Writes a draft anew. Not while it is under embargo: what an editor let through stays as they read it.',
  input: builder.inputType('EditDraftInput', {
    description: 'What a draft is to say.',
    fields: (t) => ({
      draftId: draftField(t),
      revision: revisionField(t),
      content: t.field(contentField),
    }),
  }),
  returns: 'The draft as it is now.',
  decide: async ({ draftId, revision, content }, context, info) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('edit', draft);
    await refuseContent(content, new Batch(context.ledger, await deciderOf(context)));
    const before = draft.content as Prisma.JsonObject;
    const written = { ...before, content: asWritten(inputType(info, 'StatementInput'), content) };
    // As they are kept: through JSON, an instant is its text.
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(written)), before)) {
      throw new InvalidInputError([{ path: ['content'], message: 'leaves everything as it is.' }]);
    }
    const plan = new Plan();
    const state = draft.state === 'FAILED' ? 'DRAFT' : draft.state;
    return { plan, draft: changeDraft(plan, draft, { content: written as never, state }, writerOf(context.viewer)) };
  },
});

draftMutation('submitDraft', {
  description: 'Says that a draft is ready for an editor.',
  input: builder.inputType('SubmitDraftInput', {
    description: 'A draft that is ready.',
    fields: (t) => ({ draftId: draftField(t), revision: revisionField(t) }),
  }),
  returns: 'The draft as it is now.',
  decide: async ({ draftId, revision }, context) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('submit', draft);
    const plan = new Plan();
    return { plan, draft: changeDraft(plan, draft, { state: 'SUBMITTED', note: null }, writerOf(context.viewer)) };
  },
});

draftMutation('returnDraft', {
  description: 'Gives a submitted draft back to whoever writes it, and says why.',
  role: 'EDITOR',
  input: builder.inputType('ReturnDraftInput', {
    description: 'A draft that is not ready.',
    fields: (t) => ({
      draftId: draftField(t),
      revision: revisionField(t),
      reason: t.string({ required: true, ...REASON, description: 'To the desk: what is missing.' }),
    }),
  }),
  returns: 'The draft as it is now.',
  decide: async ({ draftId, revision, reason }, context) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('return', draft);
    const plan = new Plan();
    return { plan, draft: changeDraft(plan, draft, { state: 'DRAFT', note: reason }, writerOf(context.viewer)) };
  },
});

draftMutation('commentOnDraft', {
  description:
    'Says something about a draft, to the desk alone. A comment changes no revision, and goes with its draft.',
  input: builder.inputType('CommentOnDraftInput', {
    description: 'A comment.',
    fields: (t) => ({
      draftId: draftField(t),
      text: t.string({ required: true, ...bounds({ maxLength: 5_000 }), description: 'What is to be said.' }),
    }),
  }),
  returns: 'The draft that it was said about.',
  decide: async ({ draftId, text }, context) => {
    const draft = await theDraft(context, draftId, null);
    const plan = new Plan();
    const comment = {
      id: uuidv7(),
      draftId: draft.id,
      revision: draft.revision,
      authorId: writerOf(context.viewer),
      text,
      createdAt: new Date(),
    };
    plan.row('draft_comment', comment);
    // Nobody comments on what is going at this very moment.
    plan.change.push(asItStands(draft));
    return { plan, draft };
  },
});

const DiscardDraftPayload = builder.objectRef<Pick<Standing, 'id'>>('DiscardDraftPayload').implement({
  description: 'What discardDraft gives: nothing of what the draft said, which is kept no more.',
  fields: (t) => ({ draftId: t.id({ description: 'The draft that was thrown away.', resolve: draftId }) }),
});

mutation('discardDraft', {
  description:
    'Throws a draft away, with all that it said before and what was said about it. An author may discard their own, an EDITOR any, and only an EDITOR one under embargo. Needs the role REPORTER.',
  input: builder.inputType('DiscardDraftInput', {
    description: 'A draft to be thrown away.',
    fields: (t) => ({
      draftId: draftField(t),
      revision: t.int({ description: 'The revision that was read; whatever it says by now when left out.' }),
    }),
  }),
  inputDescription: 'What is to be done: all of it, or nothing.',
  role: 'REPORTER',
  payload: DiscardDraftPayload,
  act: (input, context, info) => ({
    decide: async () => {
      readGiven('discardDraft', input, inputType(info, 'DiscardDraftInput'));
      const draft = await theDraft(context, input.draftId, input.revision ?? null);
      if (!mayDiscard(context, draft)) throw new ForbiddenError(context.viewer, 'EDITOR', draft.negotiationId);
      const plan = new Plan();
      endDraft(plan, draft, { state: 'DISCARDED' }, writerOf(context.viewer));
      const { id, negotiationId } = draft;
      return {
        plan,
        subject: { type: 'Draft', id },
        about: { type: 'Draft', id, negotiationId },
        payload: () => ({ id }),
      };
    },
    again: ({ subjectId: id }) => ({ id }),
  }),
});

/** @throws InvalidInputError for a link to who an unnamed source is: no draft keeps it, nor any revision of one */
async function refuseContent(content: typeof StatementInput.$inferInput, batch: Batch): Promise<void> {
  const problems = await identityProblems(content, batch, ['content']);
  const { text, translations, appearances } = content;
  const message = lengthProblem({ text, translations: translations ?? [], appearances: appearances ?? [] });
  if (message !== null) problems.push({ path: ['content'], message });
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/** Whether somebody may throw a draft away. */
function mayDiscard(context: Context, { authorId, negotiationId, state }: Standing): boolean {
  const isAuthor = context.viewer.accountId === authorId;
  return mayAct(context, 'EDITOR', negotiationId) || (isAuthor && state !== 'EMBARGOED');
}

/** @throws InvalidInputError for what cannot be done to a draft as it stands */
export function refuse(deed: Deed, { state }: Standing): void {
  const message = deedProblem(deed, state);
  if (message !== null) throw new InvalidInputError([{ path: ['draftId'], message }]);
}

/**
 * The draft that has an external id already, when it has the same content.
 * @throws AlreadyRecordedError when it has another
 */
function theSame(draft: Standing, given: Given, type: GraphQLInputObjectType): Standing {
  const { input, problems } = reread(type, draft.content);
  const isSame =
    problems.length === 0 && Buffer.compare(readGiven('publishStatement', input, type).digest, given.digest) === 0;
  if (!isSame) throw taken(OTHERWISE, given);
  return draft;
}

const OTHERWISE = 'There is a draft with this external id already, and it says something else.';

function taken(message: string, { externalId }: Given): AlreadyRecordedError {
  return new AlreadyRecordedError(message, externalId ?? '');
}
