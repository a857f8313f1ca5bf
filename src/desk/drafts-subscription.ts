import type { AuditEntryModel, DraftModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { enumOf } from '../graphql/enums.ts';
import { Feed, type Followed } from '../ledger/feed.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import { globalId } from '../ledger/subjects.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { accountNames } from './accounts.ts';
import type { Standing } from './drafts.ts';
import { Draft } from './drafts-schema.ts';
import { requireRole } from './policy.ts';
import { talksOfDesk } from './talks-of-desk.ts';

/** What was done to a draft, by the operation that the audit names. */
const DEEDS = {
  draftStatement: 'BEGUN',
  editDraft: 'EDITED',
  commentOnDraft: 'COMMENTED',
  submitDraft: 'SUBMITTED',
  returnDraft: 'RETURNED',
  embargoDraft: 'EMBARGOED',
  killEmbargo: 'EMBARGO_KILLED',
  publishDraft: 'PUBLISHED',
  liftEmbargo: 'PUBLISHED',
  releaseEmbargo: 'PUBLISHED',
  failEmbargo: 'FAILED',
  discardDraft: 'DISCARDED',
  expungeDraft: 'EXPUNGED',
} as const;

type Deed = (typeof DEEDS)[keyof typeof DEEDS];

const DraftAction = enumOf<Deed>('DraftAction', 'What was done to a draft.', {
  BEGUN: 'It was begun.',
  EDITED: 'It was written anew.',
  COMMENTED: 'Somebody said something about it.',
  SUBMITTED: 'It was given to an editor.',
  RETURNED: 'It was given back.',
  EMBARGOED: 'It was put under embargo, or its embargo was moved.',
  EMBARGO_KILLED: 'It was taken out of embargo, and is a draft again.',
  PUBLISHED: 'It was published.',
  FAILED: 'Its embargo ended, and it could not be published.',
  DISCARDED: 'It was thrown away.',
  EXPUNGED: 'It was erased with the statement of the same external id.',
});

/** A change of a draft, and both as the database has them when it is told. */
interface Told {
  readonly done: AuditEntryModel;
  readonly draft: DraftModel | null;
  readonly snapshot: Snapshot;
  readonly cursor: string;
}

const DraftChange = builder.objectRef<Told>('DraftChange').implement({
  description: 'Something that the desk did with a draft.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Where to go on from: give it as `after` to get what comes next, and nothing twice.',
      resolve: ({ cursor }) => cursor,
    }),
    at: t.field({ type: 'DateTime', description: 'When it was done.', resolve: ({ done }) => done.recordedAt }),
    by: t.string({
      nullable: true,
      description: 'Who did it; null for the end of an embargo.',
      resolve: ({ done: { accountId }, snapshot }) =>
        accountId === null ? null : snapshot.load(accountNames, accountId),
    }),
    action: t.field({
      type: DraftAction,
      description: 'What was done.',
      resolve: ({ done: { operation } }) => DEEDS[operation as keyof typeof DEEDS],
    }),
    draftId: t.id({ description: 'To which draft.', resolve: ({ done }) => globalId('Draft', String(done.subjectId)) }),
    draft: t.field({
      type: Draft,
      nullable: true,
      description:
        'The draft as it stands when this is told, which for whoever follows is soon after it was done; null when it is gone by then.',
      resolve: ({ draft, snapshot }) =>
        draft === null || draft.content === null ? null : Object.assign(draft as Standing, { snapshot }),
    }),
    statement: t.field({
      type: Statement,
      nullable: true,
      description: 'The statement that it became, as it stands when this is told; null when it is none by then.',
      resolve: ({ draft, snapshot }) =>
        draft === null || draft.statementId === null ? null : snapshot.load(statementById, draft.statementId),
    }),
  }),
});

builder.subscriptionField('drafts', (t) =>
  t.field({
    type: DraftChange,
    description:
      'All that the desk does with the drafts of a negotiation after a cursor, in order, each once. Needs the role REPORTER.',
    args: {
      negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }),
      after: t.arg({
        type: 'Cursor',
        description: 'The last cursor that was seen, from the query `drafts` or a change; now when left out.',
      }),
    },
    subscribe: async (_root, { negotiationId, after }, context) => {
      const id = await talksOfDesk(context, negotiationId);
      return Feed.ofDrafts(context.ledger, after ?? null, { filter: { negotiationId: id }, hidden: context.hiddenNow });
    },
    resolve: async ({ entry, snapshot }: Followed, _args, context): Promise<Told> => {
      // Decided again for each change.
      requireRole(context, 'REPORTER', entry.negotiationId);
      const { ledger } = context;
      const [done, draft] = await Promise.all([
        ledger.prisma.auditEntry.findUniqueOrThrow({ where: { position: entry.position } }),
        ledger.prisma.draft.findUnique({ where: { id: entry.subjectId } }),
      ]);
      return { done, draft, snapshot, cursor: ledger.drafts.cursors.seal(entry.position) };
    },
  }),
);
