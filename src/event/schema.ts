import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import type { ImpactModel } from '../database/generated/models.ts';
import {
  dateColumns,
  dateOf,
  dateProperties,
  PartialDateInput,
  PartialDateType,
  readPartialDate,
} from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { enumOf } from '../graphql/enums.ts';
import { externalId } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { type Planned, toMany, toOne } from '../graphql/reference.ts';
import { required } from '../ledger/maybe-promise.ts';
import { checkStands } from '../ledger/mending.ts';
import type { At } from '../ledger/snapshot.ts';
import type { Work } from '../ledger/work.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { claimKind } from '../statement/claims.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { isContested } from './rules.ts';
import { eventById, eventsIn, impactsOfStatement, impactsOn, opposedIn, type Tally, tallyOfEvent } from './store.ts';

export const EventKind = enumOf(
  'EventKind',
  'What kind of deed or development an event is. What was only said is a statement.',
  {
    MILITARY_OPERATION: 'An armed operation, or a step in one.',
    RELEASE: 'Somebody who was held went free.',
    PAUSE: 'Fighting stopped for a time.',
    AID_DELIVERY: 'Aid arrived.',
    BORDER_OPENING: 'A crossing opened.',
    MEETING: 'People met.',
    AGREEMENT: 'Something was agreed.',
    BREAKDOWN: 'Talks, or a part of them, broke off.',
    OTHER: 'None of these.',
  },
);

export const ImpactEffect = enumOf('ImpactEffect', 'What an event is said to do to the talks.', {
  HELPS: 'It brings an agreement nearer.',
  HINDERS: 'It makes an agreement harder.',
  MIXED: 'It does both, says the same source.',
  NONE: 'It changes nothing.',
});

export const Event = subjectRef('Event', eventById);

export const Impact = builder.objectRef<At<ImpactModel>>('Impact').implement({
  description: 'What one statement says that an event does to the talks.',
  fields: (t) => ({
    event: t.field({
      type: Event,
      description: 'Of which event.',
      ...toOne(eventById, 'eventId'),
    }),
    effect: t.expose('effect', { type: ImpactEffect, description: 'What it does to them.' }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'How, in the desk’s words or the source’s; null when nothing was added.',
    }),
    statement: t.field({
      type: Statement,
      description: 'Where it is said, and by whom.',
      ...toOne(statementById, 'statementId'),
    }),
  }),
});

const EventSides = builder.objectRef<Tally>('EventSides').implement({
  description:
    'How many assessments of an event stand on each side: assessments, not independent sources. `impacts` gives them.',
  fields: (t) => ({
    helps: t.int({ description: 'How many say that it helps.', resolve: (tally) => tally.get('HELPS') ?? 0 }),
    hinders: t.int({ description: 'How many say that it hinders.', resolve: (tally) => tally.get('HINDERS') ?? 0 }),
    mixed: t.int({
      description: 'How many weigh both; they stand on neither side.',
      resolve: (tally) => tally.get('MIXED') ?? 0,
    }),
    none: t.int({ description: 'How many say that it changes nothing.', resolve: (tally) => tally.get('NONE') ?? 0 }),
  }),
});

builder.node(Event, {
  ...nodeOptions('Event'),
  description: 'A deed or development that bears on talks: an operation, a release, a pause.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it bears on.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    kind: t.expose('kind', { type: EventKind, description: 'What kind of event.' }),
    title: t.exposeString('title', { description: 'What happened, in a few words.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What happened, in full; null when the title says all.',
    }),
    place: t.exposeString('place', { nullable: true, description: 'Where; null when not known.' }),
    actors: t.field({
      type: [Actor],
      description: 'Who did it or took part, in the order in which the desk named them.',
      resolve: ({ actorIds, snapshot }) => Promise.all(actorIds.map((id) => required(snapshot.load(actorById, id)))),
    }),
    occurred: t.field({
      type: PartialDateType,
      nullable: true,
      description: 'When, as exactly as is known; null when not known at all.',
      extensions: { reads: dateProperties('occurred') } satisfies Planned,
      resolve: (row) => dateOf('occurred', row),
    }),
    withdrawn: t.exposeBoolean('withdrawn', {
      description: 'Whether the desk withdrew it: it should never have been recorded; `history` says why.',
    }),
    contested: t.boolean({
      description:
        'Whether one source says that it helps the talks and another that it hinders them. A source that weighs both disputes nobody.',
      resolve: async ({ id, snapshot }) => isContested(await snapshot.load(opposedIn, id)),
    }),
    sides: t.field({
      type: EventSides,
      description: 'How many assessments stand on each side.',
      resolve: ({ id, snapshot }) => snapshot.load(tallyOfEvent, id),
    }),
    impacts: t.connection({
      type: Impact,
      description:
        'What standing statements say that it does to the talks, the one said last first. Asked once for HELPS and once for HINDERS, it gives both sides.',
      args: { effect: t.arg({ type: ImpactEffect, description: 'Only this effect; all of them when left out.' }) },
      resolve: ({ id, snapshot }, { effect, ...args }, _context, info) =>
        connectionOf(snapshot, impactsOn(effect ?? null), id, args, info),
    }),
  }),
});

builder.objectField(Statement, 'impacts', (t) =>
  t.field({
    type: [Impact],
    description: 'What it says that events do to the talks; empty when it says nothing of that, or is withdrawn.',
    ...toMany(impactsOfStatement, 'id'),
  }),
);

builder.objectField(Negotiation, 'events', (t) =>
  t.connection({
    type: Event,
    description: 'Deeds and developments that bear on the talks, the one recorded last first.',
    args: {
      contested: t.arg.boolean({
        description: 'Only those that are contested, or only those that are not; all when left out.',
      }),
    },
    resolve: ({ id, snapshot }, { contested, ...args }, _context, info) =>
      connectionOf(snapshot, eventsIn(contested ?? null), id, args, info),
  }),
);

claimKind({
  field: 'impacts',
  model: 'impact',
  description: 'What it says that events do to the talks.',
  input: builder.inputType('ImpactInput', {
    description: 'What a statement says that an event does to the talks.',
    fields: (t) => ({
      eventId: t.id({ required: true, description: 'Which event, of the same negotiation.' }),
      effect: t.field({ type: ImpactEffect, required: true, description: 'What it does to them.' }),
      note: t.string({ ...bounds({ maxLength: 2_000 }), description: 'How, where that needs saying.' }),
    }),
  }),
  plan: ({ eventId, effect, note }, { negotiationId }, work, path) => {
    const event = work.the('Event', eventId, [...path, 'eventId']);
    work.sameNegotiation(negotiationId, event, [...path, 'eventId']);
    checkStands(event, [...path, 'eventId'], work);
    return { eventId: event.id, effect, note: note ?? null };
  },
});

/** Who did something or took part, each once. */
export function readActors(ids: readonly string[] | null | undefined, work: Work, path: readonly string[]): string[] {
  const actors = (ids ?? []).map((id, index) => work.the(['Person', 'Organization'], id, [...path, index]).id);
  if (new Set(actors).size < actors.length) work.problem(path, 'names an actor twice.');
  return actors;
}

deskMutation('recordEvent', {
  description: 'Adds a deed or development to the record of a negotiation.',
  input: builder.inputType('RecordEventInput', {
    description: 'An event.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'The talks that it bears on.' }),
      kind: t.field({ type: EventKind, required: true, description: 'What kind of event.' }),
      title: t.string({ required: true, description: 'What happened, in a few words.' }),
      description: t.string({ ...bounds({ maxLength: 5_000 }), description: 'What happened, in full.' }),
      place: t.string({ description: 'Where.' }),
      actorIds: t.idList({ description: 'Who did it or took part.' }),
      occurred: t.field({ type: PartialDateInput, description: 'When, as exactly as is known.' }),
    }),
  }),
  returns: { field: 'event', type: Event, description: 'The event.' },
  plan: ({ negotiationId, kind, title, description, place, actorIds, occurred }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    return work.record(
      'Event',
      {
        negotiationId: negotiation.id,
        kind,
        title,
        description: description ?? null,
        place: place ?? null,
        actorIds: readActors(actorIds, work, ['actorIds']),
        ...dateColumns('occurred', occurred ? readPartialDate(occurred, work, ['occurred']) : null),
        withdrawn: false,
      },
      { negotiationId: negotiation.id },
    );
  },
});
