import { HeldGroup } from '../captivity/schema.ts';
import type { LedgerEntryModel } from '../database/generated/models.ts';
import { Event } from '../event/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { enumOf } from '../graphql/enums.ts';
import { readId } from '../graphql/ids.ts';
import { leadsToSubject, subjectAt } from '../graphql/node.ts';
import { aheadOf, type Planned, toOneOrNone } from '../graphql/reference.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import type { At } from '../ledger/snapshot.ts';
import { type SubjectType, snake } from '../ledger/subjects.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Outcome } from '../outlook/schema.ts';
import { changes, type Moment as MomentOf, momentsOf } from './store.ts';

const KINDS: Record<SubjectType, string> = {
  Person: 'A person.',
  Organization: 'An organization.',
  Post: 'A person’s office.',
  Negotiation: 'The talks themselves: their opening, and where they stand.',
  Participation: 'An actor’s part in talks.',
  Report: 'An article, broadcast or release.',
  Statement: 'What a source said.',
  Term: 'An item on the table.',
  Proposal: 'Terms put together.',
  ProposalAnswer: 'An answer to a proposal.',
  Channel: 'A route between parties.',
  Message: 'A message on a channel, and its legs.',
  Event: 'A deed or development.',
  HeldGroup: 'People held, as somebody describes them.',
  Outcome: 'A question about how it will end.',
};

export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'What kind of thing changed.',
  values: Object.fromEntries(
    // The keys of a Record<SubjectType, …> are those; Object.entries forgets it.
    (Object.entries(KINDS) as [SubjectType, string][]).map(([value, description]) => [
      snake(value).slice(1).toUpperCase(),
      { value, description },
    ]),
  ),
});

const ChangeAction = enumOf('ChangeAction', 'What was done.', {
  RECORDED: 'It was added to the record.',
  CHANGED: 'It stands otherwise now.',
  PUBLISHED: 'A statement was published.',
  CORRECTED: 'A new version was published, as the one before was wrong.',
  WITHDRAWN: 'It was marked withdrawn.',
  EXPUNGED: 'A statement’s content was erased: whoever keeps a copy is to erase it too.',
});

export const Change = builder.objectRef<At<LedgerEntryModel>>('Change').implement({
  description: 'One change of the record.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description:
        'The position of the change: as of it, the record is as it stood right after; follow from here for what came next.',
      extensions: { reads: ['position'] } satisfies Planned,
      resolve: ({ position, snapshot }) => snapshot.cursors.seal(position),
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it entered the record.' }),
    action: t.expose('action', { type: ChangeAction, description: 'What was done.' }),
    kind: t.expose('subjectType', { type: ChangeKind, description: 'What kind of thing changed.' }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'What changed, as it stood right after; null for what this API cannot show.',
      get extensions(): Planned {
        return { leads: leadsToSubject('subjectType', 'subjectId', 'position') };
      },
      // Marked with its type, which the interface goes by.
      resolve: (entry, _args, _context, info) => {
        const { subjectType, subjectId, position, snapshot } = entry;
        return subjectAt(snapshot.moved(position), subjectType, subjectId, aheadOf(info, subjectType), entry) as never;
      },
    }),
    negotiation: t.field({
      type: Negotiation,
      nullable: true,
      description:
        'The talks that it belongs to, as they stood right after; null for actors, posts and reports, which belong to no one negotiation unless they are kept to one.',
      ...toOneOrNone(negotiationById, 'negotiationId', 'position'),
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'The desk’s note to readers: what changed, or why; null when there is none, or once it is expunged.',
    }),
  }),
});

builder.queryFields((t) => ({
  head: t.field({
    type: 'Cursor',
    description:
      'The cursor of now: the position at which this whole request is read. Follow from it, or come back to it with `asOf`.',
    resolve: async (_root, _args, context) => {
      const { cursors, position } = await context.now();
      context.touched?.everything();
      return cursors.seal(position);
    },
  }),
  changes: t.connection({
    type: Change,
    description: 'What changed in the record, oldest first.',
    args: {
      since: t.arg({
        type: 'Cursor',
        description: 'Only what came after this cursor of the record; from the beginning when left out.',
      }),
      negotiationId: t.arg.id({
        description: 'Only in this negotiation; actors, posts and reports belong to none, unless they are kept to one.',
      }),
      kinds: t.arg({ type: [ChangeKind], description: 'Only of these kinds of things.' }),
    },
    resolve: async (_root, { since: cursor, negotiationId, kinds, ...args }, context, info) => {
      const snapshot = await context.now();
      const since = cursor !== null && cursor !== undefined ? await context.positionOf(cursor) : null;
      const list = changes({ kinds, since }, 'ASC', negotiationId ? 'negotiation_id' : null);
      return connectionOf(snapshot, list, readId('Negotiation', negotiationId), args, info);
    },
  }),
}));

builder.objectField(Negotiation, 'timeline', (t) =>
  t.connection({
    type: Change,
    description: 'What changed in these talks, newest first.',
    args: {
      since: t.arg({
        type: 'Cursor',
        description: 'Only what came after this cursor of the record; from the beginning when left out.',
      }),
      kinds: t.arg({ type: [ChangeKind], description: 'Only of these kinds of things.' }),
    },
    resolve: ({ id, snapshot }, { since, kinds, ...args }, context, info) => {
      const after = (since: bigint | null) =>
        connectionOf(snapshot, changes({ kinds, since }, 'DESC', 'negotiation_id'), id, args, info);
      return since ? context.positionOf(since).then(after) : after(null);
    },
  }),
);

for (const mendable of [Event, HeldGroup, Outcome]) {
  // Of each of them the id and the snapshot are all that is asked for.
  builder.objectField(mendable as typeof Event, 'history', (t) =>
    t.connection({
      type: Change,
      description:
        'How it came to stand as it does: its recording, changes, corrections or withdrawal, the first first.',
      resolve: ({ id, snapshot }, args, _context, info) =>
        connectionOf(snapshot, changes({}, 'ASC', 'subject_id'), id, args, info),
    }),
  );
}

const MOMENTS_MOST = 500;

const Moment = builder.objectRef<At<MomentOf>>('Moment').implement({
  description: 'A moment of talks at which something changed.',
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: 'The position of the change: as of it, the record is as it stood right after.',
      resolve: ({ position, snapshot }) => snapshot.cursors.seal(position),
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it entered the record.' }),
    changes: t.exposeInt('changes', {
      description: 'How many changes of the talks there were by then, this one included.',
    }),
  }),
});

builder.objectField(Negotiation, 'moments', (t) =>
  t.field({
    type: [Moment],
    description:
      'Moments to take these talks back to, oldest first: their changes or, of many, some that lie equally many changes apart, with the first and the last.',
    args: {
      most: t.arg.int({ defaultValue: 200, description: `How many at most, 2 to ${MOMENTS_MOST}.` }),
    },
    resolve: ({ id, snapshot }, { most }) => {
      const limit = most ?? 200;
      if (limit < 2 || limit > MOMENTS_MOST)
        throw new ReadRefusedError(
          'BAD_PAGE',
          `There are 2 to ${MOMENTS_MOST} moments at once; ${limit} were asked for.`,
        );
      return snapshot.load(momentsOf, { negotiationId: id, most: limit });
    },
  }),
);
