import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { correction, externalId, withdrawal } from '../graphql/fields.ts';
import { checkStands, correct, withdraw } from '../ledger/mending.ts';
import { checkCited } from '../statement/cited.ts';
import { Resolution } from './enums.ts';
import { resolvedOnProblem } from './rules.ts';
import { Outcome } from './schema.ts';

const OutcomeChangesInput = builder.inputType('OutcomeChangesInput', {
  description:
    'What is to be otherwise; what is left out stays as it is, and null takes away what may be missing. Whoever was scored is scored anew. An estimate is corrected in the statement that gives it.',
  fields: (t) => ({
    question: t.string({ description: 'What is asked.' }),
    dueBy: t.field({ type: 'Date', description: 'The last day on which a yes counts.' }),
    resolution: t.field({
      type: Resolution,
      description: 'Whether it came to pass; OPEN takes back the answer, and all that shows it.',
    }),
    resolvedOn: t.field({ type: 'Date', description: 'The day from which the answer was known.' }),
    statementId: t.id({ description: 'The statement of the same negotiation that shows it.' }),
    eventId: t.id({ description: 'The event of the same negotiation that shows it.' }),
  }),
});

deskMutation('correctOutcome', {
  description:
    'Publishes a new version of an outcome that was posed or resolved wrongly, with a note on what changed. Earlier versions stay readable as of then.',
  nullSays: true,
  input: builder.inputType('CorrectOutcomeInput', {
    description: 'A correction of an outcome.',
    fields: (t) => ({
      externalId: externalId(t),
      outcomeId: t.id({ required: true, description: 'What is corrected.' }),
      ...correction(t, OutcomeChangesInput),
    }),
  }),
  returns: { field: 'outcome', type: Outcome, description: 'The outcome as corrected.' },
  plan: ({ outcomeId, note, changes }, work) => {
    const before = work.the('Outcome', outcomeId, ['outcomeId']);
    const { question, dueBy, resolution, resolvedOn, statementId, eventId } = changes;
    const statement = work.maybe('Statement', statementId, ['changes', 'statementId']);
    const event = work.maybe('Event', eventId, ['changes', 'eventId']);
    checkCited(statement, before.negotiationId, work, ['changes', 'statementId']);
    work.sameNegotiation(before.negotiationId, event, ['changes', 'eventId']);
    checkStands(event, ['changes', 'eventId'], work);
    const isOpen = (resolution ?? before.resolution) === 'OPEN';
    const answer = {
      ...(resolvedOn !== undefined && { resolvedOn }),
      ...(statementId !== undefined && { statementId: statement?.id ?? null }),
      ...(eventId !== undefined && { eventId: event?.id ?? null }),
    };
    if (isOpen && Object.values(answer).some((given) => given !== null))
      work.problem(['changes'], 'say what shows the answer to an outcome that is open; resolve it instead.');
    const day = resolvedOn === undefined ? before.resolvedOn : resolvedOn;
    if (!isOpen && day === null) work.problem(['changes', 'resolvedOn'], 'is missing.');
    if (!isOpen && day !== null) work.problem(['changes', 'resolvedOn'], resolvedOnProblem(day, new Date()));
    work.settle();
    return correct(
      'Outcome',
      before,
      {
        ...(question && { question }),
        ...(dueBy !== undefined && { dueBy }),
        ...(resolution && { resolution }),
        ...(isOpen ? { resolvedOn: null, statementId: null, eventId: null } : answer),
      },
      note,
      work,
    );
  },
});

deskMutation('withdrawOutcome', {
  description:
    'Withdraws an outcome that should never have been posed: it stays, marked, and nothing new can be said of it.',
  input: builder.inputType('WithdrawOutcomeInput', {
    description: 'The withdrawal of an outcome.',
    fields: (t) => ({
      externalId: externalId(t),
      outcomeId: t.id({ required: true, description: 'What is withdrawn.' }),
      ...withdrawal(t),
    }),
  }),
  returns: { field: 'outcome', type: Outcome, description: 'The outcome, marked withdrawn.' },
  plan: ({ outcomeId, reason }, work) =>
    withdraw('Outcome', work.the('Outcome', outcomeId, ['outcomeId']), reason, work),
});
