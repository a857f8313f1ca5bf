import type { Interval } from '../date/rules.ts';
import { builder } from '../graphql/builder.ts';
import { isoDuration } from './duration.ts';
import type { Lag, TransitStatistics } from './rules.ts';

export const IntervalType = builder.objectRef<Interval>('Interval').implement({
  description: 'Some instant from one to another, both included.',
  fields: (t) => ({
    earliest: t.expose('earliest', { type: 'DateTime', description: 'Not before this instant.' }),
    latest: t.expose('latest', { type: 'DateTime', description: 'Not after this instant.' }),
  }),
});

export const IntervalInput = builder.inputType('IntervalInput', {
  description: 'Some instant from one to another, both included; the same one twice for a moment that is known.',
  fields: (t) => ({
    earliest: t.field({ type: 'DateTime', required: true, description: 'Not before this instant.' }),
    latest: t.field({ type: 'DateTime', required: true, description: 'Not after this instant.' }),
  }),
});

export const LagType = builder.objectRef<Lag>('Transit').implement({
  description: 'How long a message took on a leg, as closely as its sending and arrival are known.',
  fields: (t) => ({
    low: t.field({ type: 'Duration', description: 'At least so long.', resolve: ({ lowMs }) => isoDuration(lowMs) }),
    high: t.field({ type: 'Duration', description: 'At most so long.', resolve: ({ highMs }) => isoDuration(highMs) }),
  }),
});

const lasting = (ms: number | null) => (ms === null ? null : isoDuration(ms));

export const TransitStatisticsType = builder.objectRef<TransitStatistics>('TransitStatistics').implement({
  description: 'How long messages took on a leg. The figures are null when no message’s transit is known there.',
  fields: (t) => ({
    count: t.exposeInt('count', {
      description: 'How many messages have a known transit, which is what the figures are of.',
    }),
    medianLow: t.field({
      type: 'Duration',
      nullable: true,
      description: 'The median is at least this.',
      resolve: ({ medianLowMs }) => lasting(medianLowMs),
    }),
    medianHigh: t.field({
      type: 'Duration',
      nullable: true,
      description: 'The median is at most this.',
      resolve: ({ medianHighMs }) => lasting(medianHighMs),
    }),
    longest: t.field({
      type: 'Duration',
      nullable: true,
      description: 'No message took longer.',
      resolve: ({ longestHighMs }) => lasting(longestHighMs),
    }),
    shortest: t.field({
      type: 'Duration',
      nullable: true,
      description: 'No message took less.',
      resolve: ({ shortestLowMs }) => lasting(shortestLowMs),
    }),
    unanswered: t.exposeInt('unanswered', {
      description: 'How many messages recorded on this leg have no answer known, whether they arrived or not.',
    }),
  }),
});
