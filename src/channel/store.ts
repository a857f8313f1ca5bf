import { Prisma } from '../database/connect.ts';
import type { ChannelModel, MessageLegModel, MessageModel, TransitClaimModel } from '../database/generated/models.ts';
import type { Interval } from '../date/rules.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import { FOREVER } from '../ledger/plan.ts';
import type { Batch } from '../ledger/snapshot.ts';
import { globalId } from '../ledger/subjects.ts';
import { byId, listBy } from '../ledger/versions.ts';
import type { Work } from '../ledger/work.ts';
import { claimsAbout } from '../statement/claim-list.ts';
import type { Leg } from './rules.ts';

export const channelById = byId<ChannelModel>(table('channel', Prisma.ChannelScalarFieldEnum));

export const messageById = byId<MessageModel>(table('message', Prisma.MessageScalarFieldEnum));

/** What is known of a message's legs, the first first. */
export const legsOfMessage = listBy<MessageLegModel>(
  table('message_leg', Prisma.MessageLegScalarFieldEnum),
  'messageId',
  sql`t.leg`,
);

/** What a statement says of how long messages take, in its own order. */
export const transitClaimsOfStatement = listBy<TransitClaimModel>(
  table('transit_claim', Prisma.TransitClaimScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
);

/** A negotiation's channels, in the order in which they were recorded. */
export function channelsIn(): List<ChannelModel> {
  return {
    name: 'channels',
    table: 'channel',
    columns: columns(Prisma.ChannelScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

/** The messages on a channel, the one recorded last first. */
export function messagesOn(): List<MessageModel> {
  return {
    name: 'messages',
    table: 'message',
    columns: columns(Prisma.MessageScalarFieldEnum),
    parent: 'channel_id',
    order: [['firstPosition', 'bigint']],
    direction: 'DESC',
    where: sql`true`,
    narrowing: null,
  };
}

/** What is said of how long messages take on a channel, said last first. */
export function transitClaimsOn(): List<TransitClaimModel> {
  return claimsAbout({
    table: 'transit_claim',
    columns: columns(Prisma.TransitClaimScalarFieldEnum),
    about: 'channelId',
  });
}

/** Messages of a channel, the most recent ones, that its transit is worked out from. */
export const MESSAGES_MOST = 1_000;

type LegTimes = Pick<
  MessageLegModel,
  'leg' | 'sentEarliest' | 'sentLatest' | 'receivedEarliest' | 'receivedLatest' | 'answeredEarliest' | 'answeredLatest'
>;

/** The legs of a channel's most recent messages, by the number of the leg. */
export const recentLegs: Batch<string, ReadonlyMap<number, readonly Leg[]>> = {
  touches: (touched, id) => touched.within(id, ['Message']),
  load: async ({ read, position }, ids) => {
    const rows = await read<LegTimes & { channelId: string }>(sql`
      SELECT k.id AS "channelId", l.leg, l.sent_earliest AS "sentEarliest", l.sent_latest AS "sentLatest",
             l.received_earliest AS "receivedEarliest", l.received_latest AS "receivedLatest",
             l.answered_earliest AS "answeredEarliest", l.answered_latest AS "answeredLatest"
      FROM unnest(${[...ids]}::uuid[]) AS k(id)
      CROSS JOIN LATERAL (
        SELECT id FROM message
        WHERE channel_id = k.id AND first_position <= ${position} AND from_position <= ${position} AND until_position > ${position}
        ORDER BY first_position DESC LIMIT ${MESSAGES_MOST}
      ) AS m
      JOIN message_leg l ON l.message_id = m.id AND l.from_position <= ${position} AND l.until_position > ${position}`);
    const channels = new Map<string, Map<number, Leg[]>>(ids.map((id) => [id, new Map()]));
    for (const { channelId, leg, ...times } of rows) {
      const legs = channels.get(channelId);
      const known = legs?.get(leg);
      if (known) known.push(legOf(times));
      else legs?.set(leg, [legOf(times)]);
    }
    return ids.map((id) => channels.get(id) ?? new Map());
  },
};

/** The moments of a leg, from the columns of its row. */
export function legOf(row: Omit<LegTimes, 'leg'>): Leg {
  return {
    sent: interval(row.sentEarliest, row.sentLatest),
    received: interval(row.receivedEarliest, row.receivedLatest),
    answered: interval(row.answeredEarliest, row.answeredLatest),
  };
}

/** And back. */
export function legColumns({ sent, received, answered }: Leg): Omit<LegTimes, 'leg'> {
  return {
    sentEarliest: sent?.earliest ?? null,
    sentLatest: sent?.latest ?? null,
    receivedEarliest: received?.earliest ?? null,
    receivedLatest: received?.latest ?? null,
    answeredEarliest: answered?.earliest ?? null,
    answeredLatest: answered?.latest ?? null,
  };
}

function interval(earliest: Date | null, latest: Date | null): Interval | null {
  return earliest && latest ? { earliest, latest } : null;
}

/** The channel of a message that is about to change, written already or waiting in the same batch. */
export async function channelOf({ channelId }: { channelId: string }, work: Work): Promise<Pick<ChannelModel, 'hops'>> {
  const written = await work.ledger.prisma.channel.findFirst({ where: { id: channelId, untilPosition: FOREVER } });
  return written ?? work.the('Channel', globalId('Channel', channelId), ['messageId']);
}

/** What is known of a leg, as it was written or waits in the same batch; nothing, where there is no row yet. */
export async function legInForce(messageId: string, leg: number, work: Work): Promise<Leg> {
  const waiting = work.pendingChildren('message_leg', 'messageId', messageId).find((row) => row.leg === leg);
  // A waiting row was made of `legColumns`, as every row of this table is.
  if (waiting) return legOf(waiting as unknown as LegTimes);
  const written = await work.ledger.prisma.messageLeg.findFirst({ where: { messageId, leg, untilPosition: FOREVER } });
  return written ? legOf(written) : { sent: null, received: null, answered: null };
}
