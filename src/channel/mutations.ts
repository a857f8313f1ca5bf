import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId, note } from '../graphql/fields.ts';
import { rangeProblem } from '../range/rules.ts';
import { checkCited } from '../statement/cited.ts';
import { claimKind } from '../statement/claims.ts';
import { hopsProblem, type Leg, legProblem, orderProblem } from './rules.ts';
import { Channel, Message } from './schema.ts';
import { channelOf, legColumns, legInForce } from './store.ts';
import { IntervalInput } from './times.ts';

const TransitClaimInput = builder.inputType('TransitClaimInput', {
  description: 'How long messages take on a channel, as a statement says.',
  fields: (t) => ({
    channelId: t.id({ required: true, description: 'On which channel, of the same negotiation.' }),
    leg: t.int({ description: 'On which of its legs, 1 being the first; left out when it is about the whole way.' }),
    words: t.string({ required: true, description: 'How long, in the words of the source or the report.' }),
    lowSeconds: t.int({ description: 'At least so many seconds, where the words say so.' }),
    highSeconds: t.int({ description: 'At most so many seconds, where the words say so.' }),
  }),
});

claimKind({
  field: 'transitClaims',
  model: 'transitClaim',
  description: 'How long it says that messages take.',
  input: TransitClaimInput,
  plan: ({ channelId, leg = null, words, lowSeconds = null, highSeconds = null }, { negotiationId }, work, path) => {
    const channel = work.the('Channel', channelId, [...path, 'channelId']);
    work.sameNegotiation(negotiationId, channel, [...path, 'channelId']);
    if (leg !== null) work.problem([...path, 'leg'], legProblem(leg, channel.hops));
    const most = Number.POSITIVE_INFINITY;
    work.problem(path, rangeProblem(lowSeconds ?? 0, highSeconds ?? most, { min: 0, max: most }));
    return { channelId: channel.id, leg, words, lowSeconds, highSeconds };
  },
});

deskMutation('openChannel', {
  description: 'Adds a route between two parties to the record of a negotiation.',
  input: builder.inputType('OpenChannelInput', {
    description: 'A channel.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'The talks that it serves.' }),
      title: t.string({ required: true, description: 'What it is called.' }),
      hops: t.idList({
        required: true,
        description: 'The actors on the way, in order: one end, the intermediaries, the other end.',
      }),
    }),
  }),
  returns: { field: 'channel', type: Channel, description: 'The channel.' },
  plan: ({ negotiationId, title, hops }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    const actors = hops.map((id, index) => work.the(['Person', 'Organization'], id, ['hops', index]).id);
    work.problem(['hops'], hopsProblem(actors));
    return work.record(
      'Channel',
      { negotiationId: negotiation.id, title, hops: actors },
      { negotiationId: negotiation.id },
    );
  },
});

const LegInput = builder.inputType('LegInput', {
  description: 'A message’s way between two neighbours, each moment as closely as it is known.',
  fields: (t) => ({
    leg: t.int({ required: true, description: 'Which leg of the channel; 1 is the first.' }),
    sent: t.field({ type: IntervalInput, description: 'When it was sent.' }),
    received: t.field({ type: IntervalInput, description: 'When it arrived.' }),
    answered: t.field({ type: IntervalInput, description: 'When the answer to it was given.' }),
  }),
});

deskMutation('recordMessage', {
  description: 'Adds a message to the record of a channel, with what is known of its way.',
  input: builder.inputType('RecordMessageInput', {
    description: 'A message.',
    fields: (t) => ({
      externalId: externalId(t),
      channelId: t.id({ required: true, description: 'On which channel.' }),
      subject: t.string({ required: true, description: 'What it is about, in a few words.' }),
      statementId: t.id({ description: 'The statement of the same negotiation that it carries, or that tells of it.' }),
      proposalId: t.id({ description: 'The proposal of the same negotiation that it carries.' }),
      legs: t.field({
        type: [LegInput],
        required: true,
        description: 'What is known of its way, each leg once; none, when nothing is.',
      }),
    }),
  }),
  // Not `message`: every client asks that of the errors in the same selection, and GraphQL refuses the two types.
  returns: { field: 'channelMessage', type: Message, description: 'The message.' },
  plan: ({ channelId, subject, statementId, proposalId, legs }, work) => {
    const channel = work.the('Channel', channelId, ['channelId']);
    const { negotiationId } = channel;
    const statement = work.maybe('Statement', statementId, ['statementId']);
    const proposal = work.maybe('Proposal', proposalId, ['proposalId']);
    checkCited(statement, negotiationId, work);
    work.sameNegotiation(negotiationId, proposal, ['proposalId']);
    const known = legs.map(({ leg: number, sent, received, answered }, index) => {
      const leg: Leg = { sent: sent ?? null, received: received ?? null, answered: answered ?? null };
      work.problem(['legs', index, 'leg'], legProblem(number, channel.hops));
      if (legs.findIndex((other) => other.leg === number) < index)
        work.problem(['legs', index, 'leg'], 'is given twice.');
      work.problem(['legs', index], orderProblem(leg));
      return { leg: number, ...legColumns(leg) };
    });
    const message = work.record(
      'Message',
      {
        negotiationId,
        channelId: channel.id,
        subject,
        statementId: statement?.id ?? null,
        proposalId: proposal?.id ?? null,
      },
      { negotiationId },
    );
    for (const leg of known) {
      work.child('message_leg', { messageId: message.id, channelId: channel.id, ...leg, fromPosition: message.entry });
    }
    return message;
  },
});

deskMutation('recordLeg', {
  description:
    'Records what became known of a message’s way: it was received, or answered, or when that was is known more closely.',
  nullSays: true,
  input: builder.inputType('RecordLegInput', {
    description: 'What is known now of one leg of a message’s way.',
    fields: (t) => ({
      externalId: externalId(t),
      messageId: t.id({ required: true, description: 'Which message.' }),
      leg: t.field({
        type: LegInput,
        required: true,
        description:
          'What is known; a moment that is left out stays as it is, and one that is null is no longer known.',
      }),
      note: note(t),
    }),
  }),
  returns: { field: 'channelMessage', type: Message, description: 'The message as it stands now.' },
  plan: async ({ messageId, leg: given, note }, work) => {
    const message = work.the('Message', messageId, ['messageId']);
    const { leg: number, sent, received, answered } = given;
    work.problem(['leg', 'leg'], legProblem(number, (await channelOf(message, work)).hops));
    if (sent === undefined && received === undefined && answered === undefined)
      work.problem(['leg'], 'says nothing; give a moment of it.');
    work.settle();
    const before = await legInForce(message.id, number, work);
    const leg: Leg = {
      sent: sent === undefined ? before.sent : sent,
      received: received === undefined ? before.received : received,
      answered: answered === undefined ? before.answered : answered,
    };
    work.problem(['leg'], orderProblem(leg));
    const changed = work.change('Message', message.id, {}, { negotiationId: message.negotiationId, note });
    work.closeChildren('message_leg', 'messageId', message.id, changed.entry, number);
    work.child('message_leg', {
      messageId: message.id,
      channelId: message.channelId,
      leg: number,
      ...legColumns(leg),
      fromPosition: changed.entry,
    });
    return changed;
  },
});
