import type { DraftCommentModel, DraftModel, DraftRevisionModel } from '../database/generated/models.ts';
import { spanOf } from '../date/rules.ts';
import { PartialDateType } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import { enumOf } from '../graphql/enums.ts';
import { required } from '../ledger/maybe-promise.ts';
import { type Page, readPage } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { AttributionLevel, SourceKind } from '../statement/enums.ts';
import type { PublishStatementInput } from '../statement/mutations.ts';
import { accountNames } from './accounts.ts';
import { commentsOn, draftId, draftsIn, lastDoneIn, revisionsOf, type Standing } from './drafts.ts';
import { talksOfDesk } from './talks-of-desk.ts';

type Written<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Written<Item>[]
    : T extends object
      ? { [K in keyof T]: Written<T[K]> }
      : T;

const DraftState = enumOf('DraftState', 'Where a draft stands.', {
  DRAFT: 'It is being written.',
  SUBMITTED: 'It waits for an editor, who publishes or returns it.',
  EMBARGOED: 'It waits for the instant at which it is published.',
  FAILED: 'It could not be published when its embargo ended; `note` says why.',
  PUBLISHED: 'It is a statement of the record, and a draft no more.',
  DISCARDED: 'It was thrown away.',
});

const Comment = builder.objectRef<At<DraftCommentModel>>('DraftComment').implement({
  description: 'What somebody of the desk says about a draft.',
  fields: (t) => ({
    author: t.string({
      description: 'Who says it.',
      resolve: ({ authorId, snapshot }) => snapshot.load(accountNames, authorId),
    }),
    text: t.exposeString('text', { description: 'What they say.' }),
    revision: t.exposeInt('revision', { description: 'The revision that it was said about.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was said.' }),
  }),
});

const Revision = builder.objectRef<At<DraftRevisionModel>>('DraftRevision').implement({
  description: 'What a draft says, or said, from a revision on.',
  fields: (t) => ({
    revision: t.exposeInt('revision', { description: 'The first revision that says it.' }),
    changedBy: t.string({
      description: 'Who wrote it.',
      resolve: ({ changedById, snapshot }) => snapshot.load(accountNames, changedById),
    }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When it was written.' }),
    content: t.field({
      type: 'JSONObject',
      description: 'All of it, as StatementInput takes it.',
      resolve: ({ content }) => readContent(content) as object,
    }),
  }),
});

export const Draft = builder.objectRef<At<Standing>>('Draft').implement({
  description: 'A statement that is not public. It is no node: only the desk reaches it, and only through `drafts`.',
  fields: (t) => ({
    id: t.id({ description: 'The id, for what the desk does with it.', resolve: draftId }),
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it is meant for, as they stand now.',
      resolve: ({ negotiationId, snapshot }) => required(snapshot.load(negotiationById, negotiationId)),
    }),
    author: t.string({
      description: 'Who began it.',
      resolve: ({ authorId, snapshot }) => snapshot.load(accountNames, authorId),
    }),
    state: t.expose('state', { type: DraftState, description: 'Where it stands.' }),
    revision: t.exposeInt('revision', {
      description: '1 when it is begun, and one more with each change. A change is written against one.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was begun.' }),
    changedBy: t.string({
      nullable: true,
      description: 'Who changed it last; null when the end of its embargo did.',
      resolve: ({ changedById, snapshot }) => (changedById === null ? null : snapshot.load(accountNames, changedById)),
    }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When it was changed last.' }),
    embargoedUntil: t.expose('embargoedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'The instant at which it is published; null while it is under no embargo.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why it was returned, its embargo killed, or why it could not be published; null for none of these.',
    }),
    content: t.field({
      type: 'JSONObject',
      description: 'All that it says, as StatementInput takes it: what to start from when it is edited.',
      resolve: (draft) => contentOf(draft) as object,
    }),
    revisions: t.connection({
      type: Revision,
      description: 'What it says and said before, the latest first.',
      resolve: async ({ id, snapshot }, args) => connection(await readPage(snapshot, revisionsOf(), id, args)),
    }),
    comments: t.connection({
      type: Comment,
      description: 'What the desk says about it, the first first.',
      resolve: async ({ id, snapshot }, args) => connection(await readPage(snapshot, commentsOn(), id, args)),
    }),
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

/** What `draftStatement` and `editDraft` wrote had the shape of its type. */
function readContent(written: DraftModel['content']) {
  return (written as unknown as Written<typeof PublishStatementInput.$inferInput>).content;
}

function contentOf({ content }: Standing) {
  return readContent(content);
}

builder.queryField('drafts', (t) =>
  t.connection(
    {
      type: Draft,
      description: 'What waits to be published in a negotiation, the draft begun last first. Needs the role REPORTER.',
      args: { negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }) },
      resolve: async (_root, { negotiationId, ...args }, context) => {
        const id = await talksOfDesk(context, negotiationId);
        const { drafts } = context.ledger;
        const snapshot = await context.now();
        // Before the page is read: what is done meanwhile is told again rather than not at all.
        const stood = await drafts.positionAfter(null);
        const cursor = drafts.cursors.seal(await lastDoneIn(snapshot, id, stood));
        const page = await readPage(snapshot, draftsIn(), id, args);
        // Of those with content.
        return { ...connection(page as Page<Standing>), cursor };
      },
    },
    {
      name: 'QueryDraftsConnection',
      description: 'A page of a list.',
      fields: (t) => ({
        cursor: t.field({
          type: 'Cursor',
          description: 'Where the desk stood when this was read: give it to the subscription `drafts` as `after`.',
          // The connection is what `drafts` gives.
          resolve: (page) => (page as unknown as { cursor: string }).cursor,
        }),
      }),
    },
  ),
);
