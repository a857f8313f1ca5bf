import type { GraphQLResolveInfo } from 'graphql';
import type { DraftModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { decide, type DeskMutation, readGiven } from '../graphql/desk-mutation.ts';
import { DOMAIN_ERRORS } from '../graphql/errors.ts';
import { Batch } from '../ledger/batch.ts';
import { AlreadyRecordedError, InvalidInputError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Snapshot, required } from '../ledger/snapshot.ts';
import { type PublishStatementInput, planStatement } from '../statement/mutations.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { inputType, reread } from './draft-input.ts';
import { theDraft } from './drafts.ts';
import { requireRole } from './policy.ts';

interface Published {
  readonly snapshot: Snapshot;
  readonly recordedAt: Date;
  readonly statementId: string;
}

const PublishDraftPayload = builder.objectRef<Published>('PublishDraftPayload').implement({
  description: 'What publishDraft wrote.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'The position at which it entered the record; follow from here, or read as of it.',
      resolve: ({ snapshot }) => snapshot.cursors.seal(snapshot.position),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it entered the record.',
      resolve: ({ recordedAt }) => recordedAt,
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement.',
      resolve: ({ snapshot, statementId }) => required(snapshot.load(statementById, statementId)),
    }),
  }),
});

const PublishDraftInput = builder.inputType('PublishDraftInput', {
  description: 'A draft to be published.',
  fields: (t) => ({ draftId: t.id({ required: true, description: 'Which draft.' }) }),
});

builder.mutationField('publishDraft', (t) =>
  t.field({
    type: PublishDraftPayload,
    description:
      'Publishes a draft as it was written: in one step it becomes a statement of the record and is a draft no more. The paths of what is wrong with it lead into the input of draftStatement. Needs the role EDITOR.',
    errors: {
      types: DOMAIN_ERRORS,
      union: {
        name: 'PublishDraftResult',
        description: 'What publishDraft gives: its payload, or an error to act on.',
      },
    },
    args: { input: t.arg({ type: PublishDraftInput, required: true, description: 'Which draft.' }) },
    resolve: async (_root, { input }, { ledger, viewer }, info) => {
      requireRole(viewer, 'EDITOR');
      return publish(ledger, await theDraft(ledger.prisma, input.draftId), info);
    },
  }),
);

async function publish(ledger: Ledger, { id, content }: DraftModel, info: GraphQLResolveInfo): Promise<Published> {
  const type = inputType(info, 'PublishStatementInput');
  const { input, problems } = reread<typeof PublishStatementInput.$inferInput>(type, content);
  if (problems.length > 0) throw new InvalidInputError(problems);
  // As publishStatement itself: under the same external id the two are the same.
  const given = readGiven('publishStatement', input, type);
  const mutation: DeskMutation = {
    name: 'publishDraft',
    inputType: type.name,
    role: 'EDITOR',
    plan: (statement: typeof input, work) => {
      work.consume('draft', id);
      return planStatement(statement, work);
    },
  };
  const batch = new Batch(ledger);
  await batch.prepare([given]);
  const { id: statementId } = await decide(batch, mutation, input, given);
  if (batch.plan.entries.length === 0) {
    throw new AlreadyRecordedError(
      'This statement was published already, by its external id; discard the draft.',
      given.externalId ?? '',
    );
  }
  const { head, recordedAt } = await ledger.append(batch.plan);
  return { snapshot: ledger.snapshot(head), recordedAt, statementId };
}
