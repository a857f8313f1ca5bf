import type { GraphQLInputObjectType } from 'graphql';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { type Asked, deskField, readGiven } from '../graphql/desk-mutation.ts';
import { InvalidInputError } from '../ledger/errors.ts';
import type { Work } from '../ledger/work.ts';
import { descriptorAnswer } from '../statement/inputs.ts';
import { type PublishStatementInput, planStatement } from '../statement/mutations.ts';
import { Statement } from '../statement/schema.ts';
import { inputType, reread } from './draft-input.ts';
import { draftField, revisionField } from './draft-mutation.ts';
import { fourEyesProblems } from './draft-rules.ts';
import { endDraft, type Standing, theDraft, writersOf } from './drafts.ts';
import { refuse } from './drafts-mutations.ts';

type Publishing = typeof PublishStatementInput.$inferInput;

const returns = { field: 'statement', type: Statement, description: 'The statement.' };

deskField(
  'publishDraft',
  {
    description:
      'Publishes a draft as it was written: in one step it becomes a statement of the record and is a draft no more. The paths of what is wrong with it lead into the input of draftStatement. Needs the role EDITOR; where the desk asks for four eyes, of somebody who wrote none of it.',
    input: builder.inputType('PublishDraftInput', {
      description: 'A draft to be published.',
      fields: (t) => ({
        draftId: draftField(t),
        revision: t.int({
          description:
            'The revision that was read; whatever it says by now when left out, which four eyes do not allow.',
        }),
        descriptorAnswer: descriptorAnswer(t),
      }),
    }),
    returns,
  },
  async ({ draftId, revision = null, descriptorAnswer = null }, context, info) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('publish', draft);
    await requireFourEyes(draft, revision, context);
    return askToPublish(draft, inputType(info, 'PublishStatementInput'), context.viewer.accountId, descriptorAnswer);
  },
);

deskField(
  'liftEmbargo',
  {
    description: 'Publishes a draft before its embargo ends. Needs the role EDITOR.',
    input: builder.inputType('LiftEmbargoInput', {
      description: 'An embargo to be lifted.',
      fields: (t) => ({ draftId: draftField(t), revision: revisionField(t), descriptorAnswer: descriptorAnswer(t) }),
    }),
    returns,
  },
  async ({ draftId, revision, descriptorAnswer }, context, info) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('lift', draft);
    // Another instant is as good as another embargo, and that takes four eyes too.
    await requireFourEyes(draft, revision, context);
    return askToPublish(
      draft,
      inputType(info, 'PublishStatementInput'),
      context.viewer.accountId,
      descriptorAnswer ?? draft.descriptorAnswer,
    );
  },
);

/** @throws InvalidInputError where the desk asks for four eyes, and these are the same two */
export async function requireFourEyes(
  draft: Standing,
  revision: number | null,
  { ledger, viewer, settings }: Context,
): Promise<void> {
  if (!settings.fourEyes) return;
  const problems = fourEyesProblems({ writers: await writersOf(ledger.prisma, draft), revision }, viewer.accountId);
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/**
 * What it takes to publish a draft: the statement enters the record, and the draft ends, in one transaction.
 * @param by who publishes it; null for the end of its embargo
 * @param descriptorAnswer to a warning about its descriptors
 * @throws InvalidInputError for what does not fit the schema any more
 */
export function askToPublish(
  draft: Standing,
  type: GraphQLInputObjectType,
  by: string | null,
  descriptorAnswer: string | null,
): Asked {
  const { input, problems } = reread<Publishing>(type, draft.content);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return {
    plan: async (statement: Publishing, work: Work) => {
      const planned = await planStatement({ ...statement, descriptorAnswer }, work);
      endDraft(work.plan, draft, { state: 'PUBLISHED', statementId: planned.id }, by);
      return planned;
    },
    input,
    // As publishStatement itself: under the same external id the two are the same.
    given: readGiven('publishStatement', input, type),
    refuseRepeat: 'This statement was published already, by its external id; discard the draft.',
    about: { type: 'Draft', id: draft.id, negotiationId: draft.negotiationId },
  };
}
