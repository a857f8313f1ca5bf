import { builder } from '../graphql/builder.ts';
import { Feed } from '../ledger/feed.ts';
import { knownNegotiation } from '../negotiation/known.ts';
import { Change, ChangeKind } from './schema.ts';

builder.subscriptionField('timeline', (t) =>
  t.field({
    type: Change,
    description: 'Every change in a negotiation after a cursor, in order, each once.',
    args: {
      negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }),
      kinds: t.arg({ type: [ChangeKind], description: 'Only of these kinds of things.' }),
      after: t.arg({
        type: 'Cursor',
        description: 'The last cursor that was seen, from a query or a change; now when left out.',
      }),
    },
    subscribe: async (_root, { negotiationId, kinds, after }, context) =>
      Feed.open(context.ledger, after ?? null, {
        hidden: context.hiddenNow,
        filter: {
          negotiationId: await knownNegotiation(context, negotiationId),
          ...(kinds && { subjectTypes: kinds }),
        },
      }),
    resolve: ({ entry, snapshot }) => ({ ...entry, snapshot }),
  }),
);

builder.subscriptionField('changes', (t) =>
  t.field({
    type: Change,
    description: 'Every change of the record after a cursor, whichever talks it is of, in order, each once.',
    args: {
      kinds: t.arg({ type: [ChangeKind], description: 'Only of these kinds of things.' }),
      after: t.arg({
        type: 'Cursor',
        description: 'The last cursor that was seen, from a query or a change; now when left out.',
      }),
    },
    subscribe: (_root, { kinds, after }, { ledger, hiddenNow: hidden }) =>
      Feed.open(ledger, after ?? null, {
        hidden,
        filter: { ...(kinds && { subjectTypes: kinds }) },
      }),
    resolve: ({ entry, snapshot }) => ({ ...entry, snapshot }),
  }),
);
