import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { WithdrawnError } from '../ledger/errors.ts';
import { snake } from '../ledger/subjects.ts';
import type { Work } from '../ledger/work.ts';
import { checkContent } from './checks.ts';
import { childModels, childrenInForce, claimModels, isUnchanged, openChildren, readContent } from './content.ts';
import { checkDescriptors } from './descriptor.ts';
import { descriptorAnswer, StatementChangesInput, StatementInput } from './inputs.ts';
import { Statement } from './schema.ts';
import { checkRevision, theStanding } from './standing.ts';
import { namingProblem, openSource } from './unnamed-sources.ts';

const NOTE = bounds({ maxLength: 2_000 });

export const PublishStatementInput = builder.inputType('PublishStatementInput', {
  description: 'A statement to be published.',
  fields: (t) => ({
    externalId: externalId(t),
    negotiationId: t.id({ required: true, description: 'The negotiation that it belongs to.' }),
    content: t.field({
      type: StatementInput,
      required: true,
      description: 'What was said, by whom, and what it claims.',
    }),
    descriptorAnswer: descriptorAnswer(t),
  }),
});

/** Plans a new statement, for publishing at once and for publishing a draft. */
export async function planStatement(
  { negotiationId, content: given, descriptorAnswer }: typeof PublishStatementInput.$inferInput,
  work: Work,
) {
  const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
  const content = readContent(given, null, negotiation.id, work, ['content']);
  await checkContent(content, work, ['content']);
  work.settle();
  await checkDescriptors(content, descriptorAnswer ?? null, work);
  const statement = work.record(
    'Statement',
    { ...content.row, state: 'PUBLISHED', revision: 1 },
    { negotiationId: negotiation.id, action: 'PUBLISHED' },
  );
  openChildren(content, { id: statement.id, firstPosition: statement.entry }, statement.entry, work);
  const { pseudonymId } = content.row;
  if (pseudonymId !== null) {
    openSource(pseudonymId, { statementId: statement.id, negotiationId: negotiation.id }, statement.entry, work);
  }
  return statement;
}

deskMutation('publishStatement', {
  description:
    'Publishes a statement: from then on everyone reads it, and whoever follows the negotiation gets it. Refused where the desk asks for four eyes: there a draft is published by another editor.',
  fourEyes: 'it, and have another editor publish it',
  input: PublishStatementInput,
  returns: { field: 'statement', type: Statement, description: 'The statement.' },
  plan: planStatement,
});

deskMutation('correctStatement', {
  description:
    'Publishes a new version of a statement, with a note on what changed. Earlier versions stay readable as of then. Refused where the desk asks for four eyes, as it is new words.',
  fourEyes: 'the statement as it should be, have another editor publish it, and withdraw this one',
  nullSays: true,
  input: builder.inputType('CorrectStatementInput', {
    description: 'A correction.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'What is corrected.' }),
      revision: t.int({ required: true, description: 'The revision that the correction was written against.' }),
      note: t.string({ required: true, ...NOTE, description: 'To readers: what changed.' }),
      changes: t.field({ type: StatementChangesInput, required: true, description: 'What is to be otherwise.' }),
      descriptorAnswer: descriptorAnswer(t),
    }),
  }),
  returns: { field: 'statement', type: Statement, description: 'The statement as corrected.' },
  plan: async ({ statementId, revision, note, changes, descriptorAnswer }, work) => {
    const before = theStanding(statementId, work);
    checkRevision(before, revision);
    const children = await childrenInForce(before, work);
    const content = readContent(changes, { row: before, children }, before.negotiationId, work, ['changes']);
    await checkContent(content, work, ['changes']);
    if (content.row.pseudonymId === null) work.problem(['changes', 'source'], await namingProblem(before, work));
    if (isUnchanged(content, { row: before, children })) work.problem(['changes'], 'leave everything as it is.');
    work.settle();
    const describes = changes.source != null || changes.relays != null || 'estimates' in changes;
    if (describes) await checkDescriptors(content, descriptorAnswer ?? null, work);
    const corrected = work.change(
      'Statement',
      before.id,
      { ...content.row, revision: revision + 1 },
      { negotiationId: before.negotiationId, action: 'CORRECTED', note },
    );
    for (const model of childModels()) work.closeChildren(snake(model), 'statementId', before.id, corrected.entry);
    openChildren(content, before, corrected.entry, work);
    const { pseudonymId, negotiationId } = content.row;
    if (pseudonymId !== null && before.pseudonymId === null)
      openSource(pseudonymId, { statementId: before.id, negotiationId }, corrected.entry, work);
    return corrected;
  },
});

// By one editor alone, also where the desk asks for four eyes: what endangers somebody goes at once, at night too, and a
// withdrawal brings no words of a source that another should have read.
deskMutation('withdrawStatement', {
  description: 'Withdraws a statement: it stays in the record, marked, and claims nothing any more.',
  input: builder.inputType('WithdrawStatementInput', {
    description: 'A withdrawal.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'What is withdrawn.' }),
      revision: t.int({ required: true, description: 'The revision that was read when it was decided.' }),
      reason: t.string({ required: true, ...NOTE, description: 'To readers: why.' }),
    }),
  }),
  returns: { field: 'statement', type: Statement, description: 'The statement, marked withdrawn.' },
  plan: ({ statementId, revision, reason }, work) => {
    const before = theStanding(statementId, work);
    checkRevision(before, revision);
    const withdrawn = work.change(
      'Statement',
      before.id,
      { state: 'WITHDRAWN', revision: revision + 1 },
      { negotiationId: before.negotiationId, action: 'WITHDRAWN', note: reason },
    );
    for (const model of claimModels()) work.closeChildren(snake(model), 'statementId', before.id, withdrawn.entry);
    return withdrawn;
  },
});

deskMutation('expungeStatement', {
  description:
    'Erases a statement’s content, what it claimed and the answers given in it from every version, for legal or safety reasons. Cannot be undone. What stays is a tombstone: the reason, when it was said and recorded, and that others cite it.',
  role: 'ADMIN',
  input: builder.inputType('ExpungeStatementInput', {
    description: 'An expunction.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'What is erased.' }),
      reason: t.string({ required: true, ...NOTE, description: 'To readers: why, without what is erased.' }),
    }),
  }),
  returns: { field: 'statement', type: Statement, description: 'The tombstone.' },
  plan: ({ statementId, reason }, work) => {
    const before = work.the('Statement', statementId, ['statementId']);
    if (before.state === 'EXPUNGED') throw new WithdrawnError('This statement is expunged already.');
    return work.change(
      'Statement',
      before.id,
      { state: 'EXPUNGED', revision: before.revision + 1 },
      { negotiationId: before.negotiationId, action: 'EXPUNGED', note: reason },
    );
  },
});
