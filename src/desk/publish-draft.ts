import { builder } from '../graphql/builder.ts';
import { deskField, readGiven } from '../graphql/desk-mutation.ts';
import { InvalidInputError } from '../ledger/errors.ts';
import type { Work } from '../ledger/work.ts';
import { type PublishStatementInput, planStatement } from '../statement/mutations.ts';
import { Statement } from '../statement/schema.ts';
import { inputType, reread } from './draft-input.ts';
import { theDraft } from './drafts.ts';

type Publishing = typeof PublishStatementInput.$inferInput;

deskField(
  'publishDraft',
  {
    description:
      'Publishes a draft as it was written: in one step it becomes a statement of the record and is a draft no more. The paths of what is wrong with it lead into the input of draftStatement. Needs the role EDITOR.',
    input: builder.inputType('PublishDraftInput', {
      description: 'A draft to be published.',
      fields: (t) => ({ draftId: t.id({ required: true, description: 'Which draft.' }) }),
    }),
    returns: { field: 'statement', type: Statement, description: 'The statement.' },
  },
  async ({ draftId }, { ledger }, info) => {
    const { id, content } = await theDraft(ledger.prisma, draftId);
    const type = inputType(info, 'PublishStatementInput');
    const { input, problems } = reread<Publishing>(type, content);
    if (problems.length > 0) throw new InvalidInputError(problems);
    return {
      plan: (statement: Publishing, work: Work) => {
        work.consume('draft', id);
        return planStatement(statement, work);
      },
      input,
      // As publishStatement itself: under the same external id the two are the same.
      given: readGiven('publishStatement', input, type),
      refuseRepeat: 'This statement was published already, by its external id; discard the draft.',
    };
  },
);
