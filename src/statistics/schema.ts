import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import { isoDuration } from '../channel/duration.ts';
import { builder } from '../graphql/builder.ts';
import { toOneOrNone } from '../graphql/reference.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import type { At } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { AttributionLevel, SpeechAct } from '../statement/enums.ts';
import { DAYS_MOST, daysProblem, periodOf, type Series } from './rules.ts';
import {
  all,
  byAttributionLevel,
  byParty,
  bySpeechAct,
  corrections,
  daysSaid,
  dayUnknown,
  type Lag,
  lagToRecord,
  lagToReport,
  type Period,
  total,
} from './store.ts';

type Spoken = NonNullable<typeof SpeechAct.$inferType>;
type Level = NonNullable<typeof AttributionLevel.$inferType>;

const DayCount = builder.objectRef<Series<unknown>['days'][number]>('DayCount').implement({
  description: 'How many there were on a day.',
  fields: (t) => ({
    day: t.expose('day', { type: 'Date', description: 'The day, in UTC.' }),
    count: t.exposeInt('statements', { description: 'How many; at least one.' }),
  }),
});

/**
 * A list of days is taken to be as long as it may be, as which were asked for is not known below. What each holds is read
 * already, and small: three of them count as one field.
 */
const EACH_DAY = { field: 1, multiplier: DAYS_MOST / 3 };

/** A statement reads all that was said on the days, and some of what belongs to it: what of them is given is little beside. */
const COUNTED = 50;
const WEIGHED = 300;
const GROUPED = { field: 200, multiplier: 5 };

const StatementSeries = builder.interfaceRef<Series<unknown>>('StatementSeries').implement({
  description: 'How many statements with something in common were said, in all and day by day.',
  fields: (t) => ({
    statements: t.exposeInt('statements', { description: 'How many on all of the days.' }),
    days: t.field({
      type: [DayCount],
      complexity: EACH_DAY,
      description: 'How many on each day, the first day first; days without any are left out.',
      resolve: ({ days }) => [...days],
    }),
  }),
});

const SpeechActSeries = builder.objectRef<Series<Spoken>>('SpeechActSeries').implement({
  description: 'How many statements did something by saying it.',
  interfaces: [StatementSeries],
  fields: (t) => ({
    speechAct: t.field({ type: SpeechAct, description: 'What they did.', resolve: ({ value }) => value }),
  }),
});

const AttributionLevelSeries = builder.objectRef<Series<Level>>('AttributionLevelSeries').implement({
  description: 'How many statements were made on some terms.',
  interfaces: [StatementSeries],
  fields: (t) => ({
    attributionLevel: t.field({
      type: AttributionLevel,
      description: 'On what terms their sources spoke.',
      resolve: ({ value }) => value,
    }),
  }),
});

const PartySeries = builder.objectRef<At<Series<string | null>>>('PartySeries').implement({
  description: 'How many statements were made on behalf of a party.',
  interfaces: [StatementSeries],
  fields: (t) => ({
    party: t.field({
      type: Actor,
      nullable: true,
      description:
        'Who takes part in the talks and was spoken for, itself or something that is part of it, the nearest if several do; null for what was said on nobody’s behalf, or of somebody who takes no part.',
      ...toOneOrNone(actorById, 'value'),
    }),
  }),
});

const CorrectionSeries = builder.objectRef<Series<unknown>>('CorrectionSeries').implement({
  description: 'How many corrections were published, in all and day by day.',
  fields: (t) => ({
    corrections: t.exposeInt('statements', { description: 'How many on all of the days.' }),
    days: t.field({
      type: [DayCount],
      complexity: EACH_DAY,
      description: 'How many on each day, the first day first; days without any are left out.',
      resolve: ({ days }) => [...days],
    }),
  }),
});

const MedianLag = builder.objectRef<Lag>('MedianLag').implement({
  description: 'How long something took, in the middle of many times: half took less, half took longer.',
  fields: (t) => ({
    median: t.field({
      type: 'Duration',
      nullable: true,
      description: 'How long; null when there is no statement to tell it by.',
      resolve: ({ seconds }) => (seconds === null ? null : isoDuration(seconds * 1_000)),
    }),
    statements: t.exposeInt('statements', {
      description: 'How many statements that rests on: those of which both times are known to the hour or closer.',
    }),
  }),
});

const Statistics = builder.objectRef<At<Period>>('Statistics').implement({
  description:
    'Numbers about some days of a negotiation. They are of statements that stand: not of withdrawn or expunged ones. A statement counts on the calendar day on which it was said, which for one known to the day is that day wherever it was said, and for one known more closely the day in UTC.',
  fields: (t) => ({
    from: t.expose('from', { type: 'Date', description: 'The first day.' }),
    to: t.expose('to', { type: 'Date', description: 'The last day.' }),
    statements: t.int({
      complexity: COUNTED,
      description: 'How many statements were said on these days.',
      resolve: ({ snapshot, ...period }) => snapshot.load(total, period),
    }),
    days: t.field({
      type: [DayCount],
      complexity: { ...EACH_DAY, field: COUNTED },
      description: 'How many on each day, the first day first; days without any are left out.',
      resolve: async ({ snapshot, ...period }) => [...((await snapshot.load(all, period))[0]?.days ?? [])],
    }),
    dayUnknown: t.int({
      complexity: COUNTED,
      description:
        'How many others may have been said on these days, of which only the month or the year is known. They count in nothing else here.',
      resolve: ({ snapshot, ...period }) => snapshot.load(dayUnknown, period),
    }),
    speechActs: t.field({
      type: [SpeechActSeries],
      complexity: GROUPED,
      description:
        'Statements by what was done by saying them, the most frequent first. A statement that did several counts in each.',
      resolve: ({ snapshot, ...period }) => snapshot.load(bySpeechAct, period),
    }),
    parties: t.field({
      type: [PartySeries],
      complexity: GROUPED,
      description: 'Statements by the party on whose behalf they were made, the most frequent first.',
      resolve: async ({ snapshot, ...period }) => snapshot.hold(await snapshot.load(byParty, period)),
    }),
    attributionLevels: t.field({
      type: [AttributionLevelSeries],
      complexity: GROUPED,
      description: 'Statements by the terms on which their sources spoke, the most frequent first.',
      resolve: ({ snapshot, ...period }) => snapshot.load(byAttributionLevel, period),
    }),
    corrections: t.field({
      type: CorrectionSeries,
      complexity: { field: WEIGHED, multiplier: 1 },
      description: 'Corrections that entered the record on these days (in UTC), of statements said whenever.',
      resolve: ({ snapshot, ...period }) => snapshot.load(corrections, period),
    }),
    lagToReport: t.field({
      type: MedianLag,
      complexity: { field: WEIGHED, multiplier: 1 },
      description: 'From when a statement was said until the first report that carries it was published.',
      resolve: ({ snapshot, ...period }) => snapshot.load(lagToReport, period),
    }),
    lagToRecord: t.field({
      type: MedianLag,
      complexity: { field: WEIGHED, multiplier: 1 },
      description: 'From when a statement was said until this desk published it.',
      resolve: ({ snapshot, ...period }) => snapshot.load(lagToRecord, period),
    }),
  }),
});

builder.objectField(Negotiation, 'statistics', (t) =>
  t.field({
    type: Statistics,
    description: `Numbers about some days of these talks, ${DAYS_MOST} at most. None when \`to\` is before \`from\`.`,
    args: {
      from: t.arg({
        type: 'Date',
        description: `The first day; the first on which anything was said when left out, or the one ${DAYS_MOST} days back.`,
      }),
      to: t.arg({
        type: 'Date',
        description: 'The last day; the last on which anything was said when left out, or today when nothing was.',
      }),
    },
    resolve: async ({ id, snapshot }, given, { touched }) => {
      const whole = given.from && given.to ? null : await snapshot.load(daysSaid, id);
      if (!given.to && whole === null) touched?.sawClock();
      const days = periodOf(given, whole, new Date(new Date().toISOString().slice(0, 10)));
      const problem = daysProblem(days);
      if (problem !== null) throw new ReadRefusedError('BAD_PERIOD', problem);
      return { negotiationId: id, ...days, snapshot };
    },
  }),
);
