import { builder } from '../graphql/builder.ts';
import { decideForRecord, deciderOf } from '../graphql/desk-mutation.ts';
import { InvalidInputError } from '../ledger/errors.ts';
import { Plan } from '../ledger/plan.ts';
import { descriptorAnswer } from '../statement/inputs.ts';
import { inputType } from './draft-input.ts';
import { draftField, draftMutation, revisionField, writerOf } from './draft-mutation.ts';
import { embargoProblem } from './draft-rules.ts';
import { changeDraft, theDraft } from './drafts.ts';
import { REASON, refuse } from './drafts-mutations.ts';
import { askToPublish, requireFourEyes } from './publish-draft.ts';

draftMutation('embargoDraft', {
  description:
    'Lets a draft be published at an instant to come, or moves that instant. What keeps it from being published is told now, and looked for once more then. Where the desk asks for four eyes, by somebody who wrote none of it.',
  role: 'EDITOR',
  input: builder.inputType('EmbargoDraftInput', {
    description: 'An embargo.',
    fields: (t) => ({
      draftId: draftField(t),
      revision: revisionField(t),
      until: t.field({ type: 'DateTime', required: true, description: 'The instant at which it is published.' }),
      descriptorAnswer: descriptorAnswer(t),
    }),
  }),
  returns: 'The draft, under embargo.',
  decide: async ({ draftId, revision, until, descriptorAnswer: given }, context, info) => {
    const { ledger, viewer } = context;
    const draft = await theDraft(context, draftId, revision);
    refuse('embargo', draft);
    const problem = embargoProblem(until, new Date());
    if (problem !== null) throw new InvalidInputError([{ path: ['until'], message: problem }]);
    await requireFourEyes(draft, revision, context);
    // When the embargo is moved, what was answered stands.
    const answer = given ?? draft.descriptorAnswer;
    // Decided as if it were published now, and not written.
    const asked = askToPublish(draft, inputType(info, 'PublishStatementInput'), viewer.accountId, answer);
    await decideForRecord(ledger, await deciderOf(context), asked);
    const plan = new Plan();
    const changes = { state: 'EMBARGOED', embargoedUntil: until, note: null, descriptorAnswer: answer } as const;
    return { plan, draft: changeDraft(plan, draft, changes, writerOf(viewer)) };
  },
});

draftMutation('killEmbargo', {
  description: 'Takes a draft out of embargo: nothing is published, and it is a draft again.',
  role: 'EDITOR',
  input: builder.inputType('KillEmbargoInput', {
    description: 'An embargo to be killed.',
    fields: (t) => ({
      draftId: draftField(t),
      revision: revisionField(t),
      reason: t.string({ required: true, ...REASON, description: 'To the desk: why.' }),
    }),
  }),
  returns: 'The draft as it is now.',
  decide: async ({ draftId, revision, reason }, context) => {
    const draft = await theDraft(context, draftId, revision);
    refuse('kill', draft);
    const plan = new Plan();
    const changes = { state: 'DRAFT', embargoedUntil: null, note: reason, descriptorAnswer: null } as const;
    return { plan, draft: changeDraft(plan, draft, changes, writerOf(context.viewer)) };
  },
});
