import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { EstimateModel } from '../database/generated/models.ts';
import { Event } from '../event/schema.ts';
import { eventById } from '../event/store.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { toMany, toOne, toOneOrNone } from '../graphql/reference.ts';
import { required } from '../ledger/maybe-promise.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { Confidence, EstimateScheme, LikelihoodBand, Resolution } from './enums.ts';
import { bandOfRange, bandsTouched, type Holder, holderOf, scoreOf } from './rules.ts';
import {
  estimatesOf,
  estimatesOfStatement,
  HOLDERS_MOST,
  latestEstimates,
  outcomeById,
  outcomesIn,
  SCORED_MOST,
  type Scored,
  scoresOf,
} from './store.ts';

export const Outcome = subjectRef('Outcome', outcomeById);

async function holder(estimate: EstimateModel, snapshot: Snapshot): Promise<Holder> {
  return holderOf(estimate, await required(snapshot.load(statementById, estimate.statementId)));
}

async function holdingActor(estimate: EstimateModel, snapshot: Snapshot) {
  const { actorId } = await holder(estimate, snapshot);
  return actorId === null ? null : snapshot.load(actorById, actorId);
}

export const Estimate = builder.objectRef<At<EstimateModel>>('Estimate').implement({
  description: 'A likelihood as it was quoted.',
  fields: (t) => ({
    outcome: t.field({
      type: Outcome,
      description: 'Of what.',
      ...toOne(outcomeById, 'outcomeId'),
    }),
    holder: t.field({
      type: Actor,
      nullable: true,
      description:
        'Whose likelihood it is: whoever the desk named, else the statement’s source; null when that is only described, or not known.',
      resolve: (estimate) => holdingActor(estimate, estimate.snapshot),
    }),
    holderDescriptor: t.string({
      nullable: true,
      description: 'Whose it is, as described; null where `holder` says it, or when it is not known.',
      resolve: async (estimate) => (await holder(estimate, estimate.snapshot)).descriptor,
    }),
    words: t.exposeString('words', { description: 'The likelihood, word for word, as in “50/50”.' }),
    low: t.exposeFloat('low', {
      nullable: true,
      description: 'Its low end in percent, 0 to 100; null when the words carry no number.',
    }),
    high: t.exposeFloat('high', {
      nullable: true,
      description: 'Its high end in percent, 0 to 100; null when the words carry no number.',
    }),
    scheme: t.expose('scheme', { type: EstimateScheme, description: 'How it was put.' }),
    band: t.field({
      type: LikelihoodBand,
      nullable: true,
      description:
        'The band of the middle of its range; null without a number, and below 1 or above 99 percent, where there is none.',
      resolve: ({ low, high }) => (low === null || high === null ? null : bandOfRange(low, high)),
    }),
    bandsTouched: t.field({
      type: [LikelihoodBand],
      description: 'Every band that its range reaches into, the least likely first; empty without a number.',
      resolve: ({ low, high }) => (low === null || high === null ? [] : bandsTouched(low, high)),
    }),
    confidence: t.expose('confidence', {
      type: Confidence,
      nullable: true,
      description: 'How sure the source is of it; null when it does not say.',
    }),
    statement: t.field({
      type: Statement,
      description: 'Where it is said, and by whom.',
      ...toOne(statementById, 'statementId'),
    }),
    brier: t.float({
      nullable: true,
      description:
        'Its Brier score by the middle of its range, 0 (foresight) to 1 (certain and wrong); null while the outcome is open, without a number, and for one given after the day on which the outcome was resolved.',
      resolve: async (estimate) =>
        scoreOf(estimate, await required(estimate.snapshot.load(outcomeById, estimate.outcomeId))),
    }),
  }),
});

const HolderScoreType = builder.objectRef<Scored>('HolderScore').implement({
  description: 'How well somebody foresaw one outcome. Whoever is described in the same words counts as the same.',
  fields: (t) => ({
    holder: t.field({
      type: Actor,
      nullable: true,
      description: 'Who; null when only described, or not known.',
      resolve: ({ estimate, snapshot }) => holdingActor(estimate, snapshot),
    }),
    holderDescriptor: t.string({
      nullable: true,
      description: 'Who, as described; null where `holder` says it, or when it is not known.',
      resolve: async ({ estimate, snapshot }) => (await holder(estimate, snapshot)).descriptor,
    }),
    brier: t.exposeFloat('brier', {
      description:
        'The mean of the Brier scores of their estimates: 0 is foresight, 0.25 is 50 percent every time, 1 is certain and wrong.',
    }),
    estimates: t.exposeInt('estimates', { description: 'How many estimates carried a number and were scored.' }),
  }),
});

builder.node(Outcome, {
  ...nodeOptions('Outcome'),
  description: 'Something that may come of talks, and how likely it was said to be over time.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it may come of.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    question: t.exposeString('question', {
      description: 'What is asked, so that one day it can be answered with yes or no.',
    }),
    dueBy: t.expose('dueBy', {
      type: 'Date',
      nullable: true,
      description: 'The last day on which a yes counts; null when no day was set.',
    }),
    resolution: t.expose('resolution', { type: Resolution, description: 'Whether it came to pass.' }),
    resolvedOn: t.expose('resolvedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day from which the answer was known; null while it is open.',
    }),
    statement: t.field({
      type: Statement,
      nullable: true,
      description: 'The statement that shows the answer; null while it is open, or when none was named.',
      ...toOneOrNone(statementById, 'statementId'),
    }),
    event: t.field({
      type: Event,
      nullable: true,
      description: 'The event that shows the answer; null while it is open, or when none was named.',
      ...toOneOrNone(eventById, 'eventId'),
    }),
    withdrawn: t.exposeBoolean('withdrawn', {
      description: 'Whether the desk withdrew it: it should never have been posed; `history` says why.',
    }),
    estimates: t.connection({
      type: Estimate,
      description: 'The outlook: how likely standing statements say it is, the one said last first.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, estimatesOf(), id, args, info),
    }),
    latest: t.field({
      type: [Estimate],
      description: `What each holder said last, the one said last first; of the ${HOLDERS_MOST} holders who spoke last.`,
      resolve: ({ id, snapshot }) => snapshot.load(latestEstimates, id),
    }),
    scores: t.field({
      type: [HolderScoreType],
      description: `How well each holder foresaw it, the best first, ${HOLDERS_MOST} at most, over the ${SCORED_MOST.toLocaleString('en')} estimates with a number that were said last; empty while it is open.`,
      resolve: ({ id, resolution, snapshot }) => (resolution === 'OPEN' ? [] : snapshot.load(scoresOf, id)),
    }),
  }),
});

builder.objectField(Statement, 'estimates', (t) =>
  t.field({
    type: [Estimate],
    description: 'How likely it says that outcomes are; empty when it says nothing of that, or is withdrawn.',
    ...toMany(estimatesOfStatement, 'id'),
  }),
);

builder.objectField(Negotiation, 'outcomes', (t) =>
  t.connection({
    type: Outcome,
    description: 'What may come of the talks, the one posed last first.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, outcomesIn(), id, args, info),
  }),
);
