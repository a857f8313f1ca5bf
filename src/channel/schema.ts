import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { ChannelModel, MessageLegModel, TransitClaimModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { toMany, toOne, toOneOrNone } from '../graphql/reference.ts';
import { required } from '../ledger/maybe-promise.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Proposal } from '../proposal/schema.ts';
import { proposalById } from '../proposal/store.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { isoDuration } from './duration.ts';
import { transit, transitStatistics } from './rules.ts';
import {
  channelById,
  channelsIn,
  legOf,
  legsOfMessage,
  MESSAGES_MOST,
  messageById,
  messagesOn,
  recentLegs,
  transitClaimsOfStatement,
  transitClaimsOn,
} from './store.ts';
import { IntervalType, LagType, TransitStatisticsType } from './times.ts';

export const Channel = subjectRef('Channel', channelById);
export const Message = subjectRef('Message', messageById);

/** The actor at an end of a leg: leg 1 goes from the first hop to the second. */
function hop({ hops }: ChannelModel, index: number, snapshot: Snapshot) {
  return required(snapshot.load(actorById, hops[index] ?? ''));
}

const ChannelLeg = builder.objectRef<{ channel: At<ChannelModel>; number: number }>('ChannelLeg').implement({
  description: 'The way between two neighbours of a channel.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its place on the way; 1 is the first.' }),
    from: t.field({
      type: Actor,
      description: 'Where it begins.',
      resolve: ({ channel, number }) => hop(channel, number - 1, channel.snapshot),
    }),
    to: t.field({
      type: Actor,
      description: 'Where it ends.',
      resolve: ({ channel, number }) => hop(channel, number, channel.snapshot),
    }),
    transit: t.field({
      type: TransitStatisticsType,
      description: `How long the channel’s most recent messages, ${MESSAGES_MOST.toLocaleString('en')} at most, took on it.`,
      resolve: async ({ channel, number }) => {
        const legs = await channel.snapshot.load(recentLegs, channel.id);
        return transitStatistics(legs.get(number) ?? []);
      },
    }),
  }),
});

const MessageLeg = builder.objectRef<At<MessageLegModel>>('MessageLeg').implement({
  description: 'A message’s way between two neighbours of its channel, each moment as closely as it is known.',
  fields: (t) => ({
    number: t.int({ description: 'Its place on the way; 1 is the first.', resolve: ({ leg }) => leg }),
    from: t.field({
      type: Actor,
      description: 'Who passed the message on.',
      resolve: async ({ channelId, leg, snapshot }) =>
        hop(await required(snapshot.load(channelById, channelId)), leg - 1, snapshot),
    }),
    to: t.field({
      type: Actor,
      description: 'Whom it went to.',
      resolve: async ({ channelId, leg, snapshot }) =>
        hop(await required(snapshot.load(channelById, channelId)), leg, snapshot),
    }),
    sent: t.field({
      type: IntervalType,
      nullable: true,
      description: 'When it was sent; null when not known.',
      resolve: (row) => legOf(row).sent,
    }),
    received: t.field({
      type: IntervalType,
      nullable: true,
      description: 'When it arrived; null when not known, or not yet.',
      resolve: (row) => legOf(row).received,
    }),
    answered: t.field({
      type: IntervalType,
      nullable: true,
      description: 'When the answer to it was given; null when not known, or not yet.',
      resolve: (row) => legOf(row).answered,
    }),
    transit: t.field({
      type: LagType,
      nullable: true,
      description: 'How long it took from sending to arrival; null unless both are known.',
      resolve: (row) => transit(legOf(row)),
    }),
  }),
});

export const TransitClaim = builder.objectRef<At<TransitClaimModel>>('TransitClaim').implement({
  description: 'How long messages take, as one statement says.',
  fields: (t) => ({
    channel: t.field({
      type: Channel,
      description: 'On which channel.',
      ...toOne(channelById, 'channelId'),
    }),
    leg: t.exposeInt('leg', {
      nullable: true,
      description: 'On which of its legs, 1 being the first; null when it is about the whole way.',
    }),
    words: t.exposeString('words', { description: 'How long, in the words of the source or the report.' }),
    low: t.field({
      type: 'Duration',
      nullable: true,
      description: 'At least so long; null when it sets no lower bound.',
      resolve: ({ lowSeconds }) => (lowSeconds === null ? null : isoDuration(lowSeconds * 1_000)),
    }),
    high: t.field({
      type: 'Duration',
      nullable: true,
      description: 'At most so long; null when it sets no upper bound.',
      resolve: ({ highSeconds }) => (highSeconds === null ? null : isoDuration(highSeconds * 1_000)),
    }),
    statement: t.field({
      type: Statement,
      description: 'Where it is said, and by whom.',
      ...toOne(statementById, 'statementId'),
    }),
  }),
});

builder.node(Channel, {
  ...nodeOptions('Channel'),
  description: 'A route between two parties through intermediaries.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it serves.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    title: t.exposeString('title', { description: 'What it is called, as in “Doha to Hamas”.' }),
    hops: t.field({
      type: [Actor],
      description: 'Who is on the way, in order: one end, the intermediaries, the other end.',
      resolve: (channel) => Promise.all(channel.hops.map((_, index) => hop(channel, index, channel.snapshot))),
    }),
    legs: t.field({
      type: [ChannelLeg],
      description: 'The ways between neighbours, one fewer than there are hops.',
      resolve: (channel) => channel.hops.slice(1).map((_, index) => ({ channel, number: index + 1 })),
    }),
    messages: t.connection({
      type: Message,
      description: 'What was carried on it, as far as the desk knows, the message recorded last first.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, messagesOn(), id, args, info),
    }),
    transitClaims: t.connection({
      type: TransitClaim,
      description: 'How long messages take on it, as standing statements say, the one said last first.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, transitClaimsOn(), id, args, info),
    }),
  }),
});

builder.node(Message, {
  ...nodeOptions('Message'),
  description: 'One message on a channel, leg by leg.',
  fields: (t) => ({
    channel: t.field({
      type: Channel,
      description: 'On which channel.',
      ...toOne(channelById, 'channelId'),
    }),
    subject: t.exposeString('subject', { description: 'What it is about, in a few words.' }),
    statement: t.field({
      type: Statement,
      nullable: true,
      description: 'The statement that it carries, or that tells of it; null when the desk named none.',
      ...toOneOrNone(statementById, 'statementId'),
    }),
    proposal: t.field({
      type: Proposal,
      nullable: true,
      description: 'The proposal that it carries; null when the desk named none.',
      ...toOneOrNone(proposalById, 'proposalId'),
    }),
    legs: t.field({
      type: [MessageLeg],
      description: 'The legs of its way of which something was recorded, the first first.',
      ...toMany(legsOfMessage, 'id'),
    }),
  }),
});

builder.objectField(Statement, 'transitClaims', (t) =>
  t.field({
    type: [TransitClaim],
    description: 'How long it says that messages take; empty when it says nothing of that, or is withdrawn.',
    ...toMany(transitClaimsOfStatement, 'id'),
  }),
);

builder.objectField(Negotiation, 'channels', (t) =>
  t.connection({
    type: Channel,
    description: 'The routes by which the parties reach each other, in the order in which they were recorded.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, channelsIn(), id, args, info),
  }),
);
