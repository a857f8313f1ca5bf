import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { aheadOf } from '../graphql/reference.ts';
import { type Followed as Event, Feed, type FeedOf } from '../ledger/feed.ts';
import { required } from '../ledger/maybe-promise.ts';
import { knownNegotiation } from '../negotiation/known.ts';
import { readFilter, StatementFilterInput } from './filter.ts';
import { markReader, marksOf } from './marks.ts';
import { Statement } from './schema.ts';
import { matchingPositions, type StatementFilter, statementById } from './store.ts';

const EventInterface = builder.interfaceRef<Event>('StatementEvent').implement({
  description: 'Something that happened to a statement.',
  resolveType: ({ entry }) => NAMES[entry.action as keyof typeof NAMES],
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'Where to go on from: give it as `after` to get what comes next, and nothing twice.',
      resolve: ({ entry, snapshot }) => snapshot.cursors.seal(entry.position),
    }),
    recordedAt: t.field({
      type: 'DateTime',
      description: 'When it entered the record.',
      resolve: ({ entry }) => entry.recordedAt,
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement as it stood right after.',
      resolve: ({ entry, snapshot }, _args, _context, info) =>
        required(snapshot.load(statementById, entry.subjectId, aheadOf(info))),
    }),
  }),
});

const NAMES = {
  PUBLISHED: 'StatementPublished',
  CORRECTED: 'StatementCorrected',
  WITHDRAWN: 'StatementWithdrawn',
  EXPUNGED: 'StatementExpunged',
} as const;

const Published = builder.objectRef<Event>('StatementPublished').implement({
  description: 'A statement was published.',
  interfaces: [EventInterface],
});

const Corrected = builder.objectRef<Event>('StatementCorrected').implement({
  description: 'A statement was corrected.',
  interfaces: [EventInterface],
  fields: (t) => ({
    note: t.string({
      nullable: true,
      description: 'The desk’s note on what changed; null once it is expunged.',
      resolve: ({ entry }) => entry.note,
    }),
  }),
});

const Withdrawn = builder.objectRef<Event>('StatementWithdrawn').implement({
  description: 'A statement was withdrawn.',
  interfaces: [EventInterface],
  fields: (t) => ({
    reason: t.string({
      nullable: true,
      description: 'The desk’s reason; null once it is expunged.',
      resolve: ({ entry }) => entry.note,
    }),
  }),
});

const Expunged = builder.objectRef<Event>('StatementExpunged').implement({
  description: 'A statement’s content was erased: whoever keeps a copy is to erase it too.',
  interfaces: [EventInterface],
  fields: (t) => ({
    reason: t.string({ nullable: true, description: 'The desk’s reason.', resolve: ({ entry }) => entry.note }),
  }),
});

const StatementEvent = builder.unionType('StatementChange', {
  description: 'What can happen to a statement.',
  types: [Published, Corrected, Withdrawn, Expunged],
  resolveType: ({ entry }) => NAMES[entry.action as keyof typeof NAMES],
});

builder.subscriptionField('statements', (t) =>
  t.field({
    type: StatementEvent,
    description:
      'Every statement of a negotiation that is published, corrected, withdrawn or expunged after a cursor, in order, each once. With a filter, also what a correction takes out of it.',
    args: {
      negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }),
      filter: t.arg({ type: StatementFilterInput, description: 'Which of its statements.' }),
      after: t.arg({
        type: 'Cursor',
        description: 'The last cursor that was seen, from a query or an event; now when left out.',
      }),
    },
    subscribe: async (_root, { negotiationId, filter, after }, context) =>
      Feed.open(
        context.ledger,
        after ?? null,
        statementsOf(context, await knownNegotiation(context, negotiationId), readFilter(filter)),
      ),
    resolve: (event) => event,
  }),
);

function statementsOf(context: Context, negotiationId: string, filter: StatementFilter): FeedOf {
  const { hiddenNow: hidden } = context;
  const { read } = context.ledger;
  const entries = { negotiationId, subjectTypes: ['Statement' as const] };
  const isNarrow = Object.values(filter).some((value) => value !== null && value !== undefined);
  if (!isNarrow) return { filter: entries, hidden };
  const wanted = marksOf(filter);
  return {
    hidden,
    filter: { ...entries, ...(wanted && { marks: { read: markReader(read), wanted } }) },
    narrow: async (changed) => {
      const matching = await matchingPositions(read, changed, filter);
      // What is expunged matches nothing any more, and whoever keeps a copy is to hear of it.
      return changed.filter(({ position, action }) => matching.has(position) || action === 'EXPUNGED');
    },
  };
}
