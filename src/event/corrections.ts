import { dateColumns, PartialDateInput, readPartialDate } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { correction, externalId, withdrawal } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import { correct, withdraw } from '../ledger/mending.ts';
import { Event, EventKind, readActors } from './schema.ts';

const EventChangesInput = builder.inputType('EventChangesInput', {
  description: 'What is to be otherwise; what is left out stays as it is, and null takes away what may be missing.',
  fields: (t) => ({
    kind: t.field({ type: EventKind, description: 'What kind of event.' }),
    title: t.string({ description: 'What happened, in a few words.' }),
    description: t.string({ ...bounds({ maxLength: 5_000 }), description: 'What happened, in full.' }),
    place: t.string({ description: 'Where.' }),
    actorIds: t.idList({ description: 'Who did it or took part: all of them.' }),
    occurred: t.field({ type: PartialDateInput, description: 'When, as exactly as is known.' }),
  }),
});

deskMutation('correctEvent', {
  description:
    'Publishes a new version of an event that was recorded wrongly, with a note on what changed. Earlier versions stay readable as of then.',
  nullSays: true,
  input: builder.inputType('CorrectEventInput', {
    description: 'A correction of an event.',
    fields: (t) => ({
      externalId: externalId(t),
      eventId: t.id({ required: true, description: 'What is corrected.' }),
      ...correction(t, EventChangesInput),
    }),
  }),
  returns: { field: 'event', type: Event, description: 'The event as corrected.' },
  plan: ({ eventId, note, changes }, work) => {
    const { kind, title, description, place, actorIds, occurred } = changes;
    const path = ['changes', 'occurred'];
    return correct(
      'Event',
      work.the('Event', eventId, ['eventId']),
      {
        ...(kind && { kind }),
        ...(title && { title }),
        ...(description !== undefined && { description }),
        ...(place !== undefined && { place }),
        ...(actorIds !== undefined && { actorIds: readActors(actorIds, work, ['changes', 'actorIds']) }),
        ...(occurred !== undefined && dateColumns('occurred', occurred && readPartialDate(occurred, work, path))),
      },
      note,
      work,
    );
  },
});

deskMutation('withdrawEvent', {
  description:
    'Withdraws an event that should never have been recorded: it stays, marked, and nothing new can be said of it.',
  input: builder.inputType('WithdrawEventInput', {
    description: 'The withdrawal of an event.',
    fields: (t) => ({
      externalId: externalId(t),
      eventId: t.id({ required: true, description: 'What is withdrawn.' }),
      ...withdrawal(t),
    }),
  }),
  returns: { field: 'event', type: Event, description: 'The event, marked withdrawn.' },
  plan: ({ eventId, reason }, work) => withdraw('Event', work.the('Event', eventId, ['eventId']), reason, work),
});
