import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId, note } from '../graphql/fields.ts';
import { ConflictError } from '../ledger/errors.ts';
import { checkStands, refuseWithdrawn } from '../ledger/mending.ts';
import { rangeProblem } from '../range/rules.ts';
import { checkCited } from '../statement/cited.ts';
import { claimKind } from '../statement/claims.ts';
import { Confidence, EstimateScheme } from './enums.ts';
import { type Range, resolvedOnProblem } from './rules.ts';
import { Outcome } from './schema.ts';
import { readEstimate } from './words.ts';

const EstimateInput = builder.inputType('EstimateInput', {
  description: 'A likelihood as a statement gives it.',
  fields: (t) => ({
    outcomeId: t.id({ required: true, description: 'Of which outcome, of the same negotiation.' }),
    holderId: t.id({ description: 'Whose likelihood it is, when it is not the source’s own.' }),
    holder: t.string({ description: 'The same, where the holder is only described: the description as published.' }),
    words: t.string({ required: true, description: 'The likelihood, word for word, as in “50/50”.' }),
    low: t.float({
      description:
        'Its low end in percent, 0 to 100. Without either end the words are read, where they carry one range and no more; ICD 203’s words only under that scheme.',
    }),
    high: t.float({ description: 'Its high end in percent, 0 to 100; the same as `low` for a single number.' }),
    scheme: t.field({ type: EstimateScheme, required: true, description: 'How it was put.' }),
    confidence: t.field({ type: Confidence, description: 'How sure the source is of it, when it says so.' }),
  }),
});

claimKind({
  field: 'estimates',
  model: 'estimate',
  description: 'How likely it says that outcomes are.',
  input: EstimateInput,
  plan: (claim, { negotiationId }, work, path) => {
    const { holderId, holder = null, words, low = null, high = null, scheme, confidence = null } = claim;
    const outcome = work.the('Outcome', claim.outcomeId, [...path, 'outcomeId']);
    work.sameNegotiation(negotiationId, outcome, [...path, 'outcomeId']);
    checkStands(outcome, [...path, 'outcomeId'], work);
    // Whoever it names only: the source as a holder is read from the statement, and follows its corrections.
    const holding = work.maybe(['Person', 'Organization'], holderId, [...path, 'holderId']);
    if (holding !== null && holder !== null)
      work.problem([...path, 'holder'], 'goes without holderId: the holder is an actor or a description.');
    if ((low === null) !== (high === null)) work.problem(path, 'needs both ends of its range, or neither.');
    if (low !== null && high !== null) work.problem(path, rangeProblem(low, high, { min: 0, max: 100 }));
    const range: Range | null = low !== null && high !== null ? { low, high } : readWords(words, scheme);
    return {
      outcomeId: outcome.id,
      holderId: holding?.id ?? null,
      holder,
      words,
      low: range?.low ?? null,
      high: range?.high ?? null,
      scheme,
      confidence,
    };
  },
});

/** The range that words carry. “Likely” is a range only to whoever speaks as the directive does. */
function readWords(words: string, scheme: string): Range | null {
  const read = readEstimate(words);
  return read?.scheme === 'ICD_203' && scheme !== 'ICD_203' ? null : read;
}

deskMutation('poseOutcome', {
  description: 'Asks whether something will come of talks, so that likelihoods of it can be recorded.',
  input: builder.inputType('PoseOutcomeInput', {
    description: 'An outcome.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'The talks that it may come of.' }),
      question: t.string({
        required: true,
        description: 'What is asked, so that one day it can be answered with yes or no.',
      }),
      dueBy: t.field({ type: 'Date', description: 'The last day on which a yes counts, when one is set.' }),
    }),
  }),
  returns: { field: 'outcome', type: Outcome, description: 'The outcome.' },
  plan: ({ negotiationId, question, dueBy }, work) => {
    const negotiation = work.the('Negotiation', negotiationId, ['negotiationId']);
    return work.record(
      'Outcome',
      {
        negotiationId: negotiation.id,
        question,
        dueBy: dueBy ?? null,
        resolution: 'OPEN',
        resolvedOn: null,
        statementId: null,
        eventId: null,
        withdrawn: false,
      },
      { negotiationId: negotiation.id },
    );
  },
});

deskMutation('resolveOutcome', {
  description:
    'Records whether an outcome came to pass, once; from then on those who foresaw it are scored. What was recorded wrongly is corrected.',
  input: builder.inputType('ResolveOutcomeInput', {
    description: 'The answer to an outcome’s question.',
    fields: (t) => ({
      externalId: externalId(t),
      outcomeId: t.id({ required: true, description: 'Which outcome; one that is open.' }),
      occurred: t.boolean({ required: true, description: 'Whether it came to pass.' }),
      resolvedOn: t.field({
        type: 'Date',
        required: true,
        description: 'The day from which the answer was known; estimates given later are not scored.',
      }),
      statementId: t.id({ description: 'The statement of the same negotiation that shows it.' }),
      eventId: t.id({ description: 'The event of the same negotiation that shows it.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'outcome', type: Outcome, description: 'The outcome as it stands now.' },
  plan: ({ outcomeId, occurred, resolvedOn, statementId, eventId, note }, work) => {
    const outcome = work.the('Outcome', outcomeId, ['outcomeId']);
    refuseWithdrawn(outcome);
    if (outcome.resolution !== 'OPEN') {
      throw new ConflictError(
        `This outcome is resolved already: it ${outcome.resolution === 'OCCURRED' ? 'occurred' : 'did not occur'}.`,
      );
    }
    const statement = work.maybe('Statement', statementId, ['statementId']);
    const event = work.maybe('Event', eventId, ['eventId']);
    checkCited(statement, outcome.negotiationId, work);
    work.sameNegotiation(outcome.negotiationId, event, ['eventId']);
    checkStands(event, ['eventId'], work);
    work.problem(['resolvedOn'], resolvedOnProblem(resolvedOn, new Date()));
    return work.change(
      'Outcome',
      outcome.id,
      {
        resolution: occurred ? 'OCCURRED' : 'DID_NOT_OCCUR',
        resolvedOn,
        statementId: statement?.id ?? null,
        eventId: event?.id ?? null,
      },
      { negotiationId: outcome.negotiationId, note },
    );
  },
});
