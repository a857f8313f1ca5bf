import type { GraphQLInputObjectType } from 'graphql';
import type { DraftModel } from '../database/generated/models.ts';
import { spanOf } from '../date/rules.ts';
import { PartialDateType } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import { readGiven } from '../graphql/desk-mutation.ts';
import { enumOf } from '../graphql/enums.ts';
import { readId } from '../graphql/ids.ts';
import { Batch, type Given } from '../ledger/batch.ts';
import {
  AlreadyRecordedError,
  ConflictError,
  InvalidInputError,
  NotFoundError,
  WithdrawnError,
} from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readPage } from '../ledger/page.ts';
import { type At, required } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { AttributionLevel, SourceKind } from '../statement/enums.ts';
import { StatementInput } from '../statement/inputs.ts';
import type { PublishStatementInput } from '../statement/mutations.ts';
import { accountNames } from './accounts.ts';
import { asWritten, inputType, reread } from './draft-input.ts';
import { addDraft, draftId, draftsIn, gone, mayDiscard, removeDraft, theDraft } from './drafts.ts';
import { ForbiddenError, requireRole, requireRoleSomewhere } from './policy.ts';

type Written<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Written<Item>[]
    : T extends object
      ? { [K in keyof T]: Written<T[K]> }
      : T;

const DraftState = enumOf('DraftState', 'What a draft waits for.', {
  DRAFT: 'For an editor.',
  EMBARGOED: 'For an instant at which it is released.',
});

export const Draft = builder.objectRef<At<DraftModel>>('Draft').implement({
  description: 'A statement that is not public. It is no node: only the desk reaches it, and only through `drafts`.',
  fields: (t) => ({
    id: t.id({ description: 'The id, for publishDraft and discardDraft.', resolve: draftId }),
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it is meant for, as they stand now.',
      resolve: ({ negotiationId, snapshot }) => required(snapshot.load(negotiationById, negotiationId)),
    }),
    author: t.string({
      description: 'The name of the account that wrote it.',
      resolve: ({ authorId, snapshot }) => snapshot.load(accountNames, authorId),
    }),
    state: t.expose('state', { type: DraftState, description: 'What it waits for.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    text: t.string({ description: 'What was said.', resolve: (draft) => contentOf(draft).text }),
    language: t.field({
      type: 'Locale',
      description: 'The language of `text`.',
      resolve: (draft) => contentOf(draft).language ?? 'en',
    }),
    sourceKind: t.field({
      type: SourceKind,
      description: 'What kind of source.',
      resolve: (draft) => contentOf(draft).source.kind,
    }),
    descriptor: t.string({
      nullable: true,
      description: 'The source as it is to be published, word for word; null when it is only named.',
      resolve: (draft) => contentOf(draft).source.descriptor ?? null,
    }),
    attributionLevel: t.field({
      type: AttributionLevel,
      description: 'On what terms the source spoke.',
      resolve: (draft) => contentOf(draft).attributionLevel,
    }),
    said: t.field({
      type: PartialDateType,
      description: 'When it was said, as exactly as is known.',
      resolve: (draft) => {
        const { from, to, precision, phrase, basis } = contentOf(draft).said;
        const earliest = new Date(from);
        return {
          earliest,
          latest: to ? new Date(to) : spanOf(precision, earliest).latest,
          precision,
          phrase: phrase ?? null,
          basis,
        };
      },
    }),
  }),
});

/** What `draftStatement` wrote had the shape of its type. */
function contentOf({ content }: DraftModel) {
  return (content as unknown as Written<typeof PublishStatementInput.$inferInput>).content;
}

builder.queryField('drafts', (t) =>
  t.connection({
    type: Draft,
    description: 'What waits to be published in a negotiation, the draft begun last first. Needs the role REPORTER.',
    args: { negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }) },
    resolve: async (_root, { negotiationId, ...args }, context) => {
      const id = readId('Negotiation', negotiationId);
      requireRole(context.viewer, 'REPORTER', id);
      return connection(await readPage(await context.now(), draftsIn(), id, args));
    },
  }),
);

const DraftStatementInput = builder.inputType('DraftStatementInput', {
  description: 'A statement to be published later. What it refers to may still be missing from the record.',
  fields: (t) => ({
    externalId: t.string({
      description:
        'The caller’s own id for the draft, and for the statement once it is published; the same input given twice is one draft.',
    }),
    negotiationId: t.id({ required: true, description: 'The negotiation that it is meant for.' }),
    content: t.field({
      type: StatementInput,
      required: true,
      description: 'What was said, by whom, and what it claims.',
    }),
  }),
});

const DraftStatementPayload = builder.objectRef<At<DraftModel>>('DraftStatementPayload').implement({
  description: 'What draftStatement wrote.',
  fields: (t) => ({ draft: t.field({ type: Draft, description: 'The draft.', resolve: (draft) => draft }) }),
});

const DiscardDraftInput = builder.inputType('DiscardDraftInput', {
  description: 'A draft to be thrown away.',
  fields: (t) => ({ draftId: t.id({ required: true, description: 'Which draft.' }) }),
});

const DiscardDraftPayload = builder.objectRef<At<DraftModel>>('DiscardDraftPayload').implement({
  description: 'What discardDraft threw away.',
  fields: (t) => ({ draft: t.field({ type: Draft, description: 'The draft as it was.', resolve: (draft) => draft }) }),
});

builder.mutationFields((t) => ({
  draftStatement: t.field({
    type: DraftStatementPayload,
    description:
      'Keeps a statement for an editor to publish; nobody but the desk sees it. Texts and lists are held to their bounds now, all else when it is published. Needs the role REPORTER.',
    errors: {
      types: [InvalidInputError, NotFoundError, ConflictError, AlreadyRecordedError, WithdrawnError],
      union: {
        name: 'DraftStatementResult',
        description: 'What draftStatement gives: its payload, or an error to act on.',
      },
    },
    args: { input: t.arg({ type: DraftStatementInput, required: true, description: 'What to keep.' }) },
    resolve: async (_root, { input }, context, info) => {
      const { ledger, viewer } = context;
      requireRoleSomewhere(viewer, 'REPORTER');
      if (viewer.accountId === null) throw new ForbiddenError(viewer, 'REPORTER');
      const type = inputType(info, 'DraftStatementInput');
      // As publishStatement itself: under the same external id a draft and its statement are the same.
      const given = readGiven('publishStatement', input, type);
      const batch = new Batch(ledger);
      await batch.prepare([{ ...given, references: [{ path: ['negotiationId'], id: input.negotiationId }] }]);
      if (batch.recorded(given) !== null) throw taken('This statement was published already.', given);
      const negotiation = batch.begin().the('Negotiation', input.negotiationId, ['negotiationId']);
      requireRole(viewer, 'REPORTER', negotiation.id);
      const added = await addDraft(ledger.prisma, {
        negotiationId: negotiation.id,
        authorId: viewer.accountId,
        externalId: given.externalId,
        content: asWritten(type, input),
      });
      return Object.assign(added ?? (await theSame(ledger, given, type)), { snapshot: await context.now() });
    },
  }),
  discardDraft: t.field({
    type: DiscardDraftPayload,
    description: 'Throws a draft away. An author may discard their own, an EDITOR any.',
    errors: {
      types: [NotFoundError, ConflictError],
      union: {
        name: 'DiscardDraftResult',
        description: 'What discardDraft gives: its payload, or an error to act on.',
      },
    },
    args: { input: t.arg({ type: DiscardDraftInput, required: true, description: 'Which draft.' }) },
    resolve: async (_root, { input }, context) => {
      const { ledger, viewer } = context;
      requireRoleSomewhere(viewer, 'REPORTER');
      const draft = await theDraft(ledger.prisma, input.draftId);
      if (!mayDiscard(viewer, draft)) throw new ForbiddenError(viewer, 'EDITOR');
      await removeDraft(ledger.prisma, draft);
      return Object.assign(draft, { snapshot: await context.now() });
    },
  }),
}));

/**
 * The draft that has an external id already, when it has the same content.
 * @throws AlreadyRecordedError when it has another
 * @throws ConflictError when it is gone meanwhile
 */
async function theSame(ledger: Ledger, given: Given, type: GraphQLInputObjectType): Promise<DraftModel> {
  const draft = await ledger.prisma.draft.findUnique({ where: { externalId: given.externalId ?? '' } });
  if (draft === null) throw gone();
  const { input, problems } = reread(type, draft.content);
  const isSame =
    problems.length === 0 && Buffer.compare(readGiven('publishStatement', input, type).digest, given.digest) === 0;
  if (!isSame) throw taken('There is a draft with this external id already, and it says something else.', given);
  return draft;
}

function taken(message: string, { externalId }: Given): AlreadyRecordedError {
  return new AlreadyRecordedError(message, externalId ?? '');
}
