import type { ProposalAnswerModel } from '../database/generated/models.ts';
import { dateColumns, PartialDateInput, readPartialDate } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId, note } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import type { Work } from '../ledger/work.ts';
import { checkCited } from '../statement/cited.ts';
import { statementById } from '../statement/store.ts';
import {
  ANSWERS_MOST,
  type Answer,
  answerProblem,
  answersThatCount,
  counterProblem,
  type GivenIn,
  partiesProblem,
} from './rules.ts';
import { AnswerKind, Proposal, ProposalAnswer, ProposalSide } from './schema.ts';
import { answersOf, givenIn, type ProposalItem } from './store.ts';

const ACTOR = ['Person', 'Organization'] as const;

const ProposalItemInput = builder.inputType('ProposalItemInput', {
  description: 'One thing that is given for another.',
  fields: (t) => ({
    side: t.field({
      type: ProposalSide,
      required: true,
      description: 'Whether the party that tables the proposal gives it or gets it.',
    }),
    termId: t.id({ description: 'The term that it is about, where the table has it.' }),
    text: t.string({ required: true, ...bounds({ maxLength: 2_000 }), description: 'What is given.' }),
  }),
});

deskMutation('tableProposal', {
  description: 'Records what a party proposes: what it gives, and what it gets.',
  input: builder.inputType('TableProposalInput', {
    description: 'A proposal.',
    fields: (t) => ({
      externalId: externalId(t),
      negotiationId: t.id({ required: true, description: 'In which talks.' }),
      title: t.string({ required: true, description: 'What it is called.' }),
      byId: t.id({ required: true, description: 'Who tables it.' }),
      throughId: t.id({ description: 'Who carries it, when somebody does.' }),
      toIds: t.idList({
        required: true,
        description: 'The parties whose acceptance it needs: at least one, and not the one that tables it.',
      }),
      items: t.field({
        type: [ProposalItemInput],
        required: true,
        description: 'What is given and what is got; at least one thing.',
      }),
      statementId: t.id({ description: 'The statement of these talks that tells of it.' }),
      tabled: t.field({ type: PartialDateInput, description: 'When it was tabled, when known.' }),
    }),
  }),
  returns: { field: 'proposal', type: Proposal, description: 'The proposal.' },
  plan: (input, work) => {
    const negotiation = work.the('Negotiation', input.negotiationId, ['negotiationId']);
    const by = work.the(ACTOR, input.byId, ['byId']);
    const through = work.maybe(ACTOR, input.throughId, ['throughId']);
    const toIds = input.toIds.map((id, index) => work.the(ACTOR, id, ['toIds', index]).id);
    work.problem(['toIds'], partiesProblem(by.id, toIds));
    if (input.items.length === 0) work.problem(['items'], 'is empty; say what is given or got.');
    const items = input.items.map(({ side, termId, text }, index): ProposalItem => {
      const term = work.maybe('Term', termId, ['items', index, 'termId']);
      work.sameNegotiation(negotiation.id, term, ['items', index, 'termId']);
      return { side, termId: term?.id ?? null, text };
    });
    const statement = work.maybe('Statement', input.statementId, ['statementId']);
    checkCited(statement, negotiation.id, work);
    const tabled = input.tabled ? readPartialDate(input.tabled, work, ['tabled']) : null;
    return work.record(
      'Proposal',
      {
        negotiationId: negotiation.id,
        title: input.title,
        byId: by.id,
        throughId: through?.id ?? null,
        toIds,
        // Plain data, which Prisma's type for JSON cannot see in an interface.
        items: items as never,
        statementId: statement?.id ?? null,
        ...dateColumns('tabled', tabled),
        lapsed: false,
      },
      { negotiationId: negotiation.id },
    );
  },
});

deskMutation('answerProposal', {
  description:
    'Records what a party answers to a proposal. The last answer of each, by when it was said, decides where the proposal stands.',
  input: builder.inputType('AnswerProposalInput', {
    description: 'An answer to a proposal.',
    fields: (t) => ({
      externalId: externalId(t),
      proposalId: t.id({ required: true, description: `Which proposal; it takes ${ANSWERS_MOST} answers at most.` }),
      byId: t.id({ required: true, description: 'Who answers: one of the parties that it was made to.' }),
      kind: t.field({ type: AnswerKind, required: true, description: 'What it answers.' }),
      statementId: t.id({ required: true, description: 'The statement of the same talks that says so.' }),
      counterProposalId: t.id({
        description: 'What it would have instead, for a COUNTER that the record has: a proposal of the same talks.',
      }),
    }),
  }),
  returns: { field: 'answer', type: ProposalAnswer, description: 'The answer.' },
  plan: async (input, work) => {
    const proposal = work.the('Proposal', input.proposalId, ['proposalId']);
    work.restOn(proposal);
    const by = work.the(ACTOR, input.byId, ['byId']);
    const statement = work.the('Statement', input.statementId, ['statementId']);
    checkCited(statement, proposal.negotiationId, work);
    const counter = work.maybe('Proposal', input.counterProposalId, ['counterProposalId']);
    work.sameNegotiation(proposal.negotiationId, counter, ['counterProposalId']);
    work.problem(['counterProposalId'], counterProblem(input.kind, proposal.id, counter?.id ?? null));
    const { all, counting } = await answersSoFar(proposal.id, work);
    work.problem(['proposalId'], answerProblem(proposal, counting, by.id));
    if (all >= ANSWERS_MOST)
      work.problem(['proposalId'], `has ${all} answers, and takes no more; table a new one instead.`);
    return work.record(
      'ProposalAnswer',
      {
        negotiationId: proposal.negotiationId,
        proposalId: proposal.id,
        byId: by.id,
        kind: input.kind,
        statementId: statement.id,
        counterProposalId: counter?.id ?? null,
      },
      { negotiationId: proposal.negotiationId },
    );
  },
});

deskMutation('lapseProposal', {
  description: 'Marks a proposal as no longer on the table. It stays that, and takes no more answers.',
  input: builder.inputType('LapseProposalInput', {
    description: 'The end of a proposal.',
    fields: (t) => ({
      externalId: externalId(t),
      proposalId: t.id({ required: true, description: 'Which proposal.' }),
      note: note(t),
    }),
  }),
  returns: { field: 'proposal', type: Proposal, description: 'The proposal, lapsed.' },
  plan: ({ proposalId, note }, work) => {
    const proposal = work.the('Proposal', proposalId, ['proposalId']);
    if (proposal.lapsed) work.problem(['proposalId'], 'has lapsed already.');
    return work.change('Proposal', proposal.id, { lapsed: true }, { negotiationId: proposal.negotiationId, note });
  },
});

/** The answers to a proposal as this input finds them: those written, and those waiting in the same batch. */
async function answersSoFar(proposalId: string, work: Work): Promise<{ all: number; counting: Answer[] }> {
  const now = work.ledger.snapshot(await work.ledger.head(), work.hidden);
  work.restOnRows({ table: 'proposal_answer', key: 'proposal_id', id: proposalId, since: now.position });
  // Rows of the plan have the columns of their table, but for positions, which nothing here reads.
  const waiting = work.pendingChildren('proposal_answer', 'proposalId', proposalId) as unknown as ProposalAnswerModel[];
  const answers = [...(await now.load(answersOf, proposalId)), ...waiting];
  const statements = new Map<string, GivenIn>();
  await Promise.all(
    answers.map(async ({ statementId }) => {
      const named = work.row('Statement', statementId);
      const statement = named ?? (await now.load(statementById, statementId));
      if (statement === null) return;
      statements.set(statementId, givenIn(statement));
      if (named !== null) work.restOn({ type: 'Statement', id: statementId });
      else work.restOnRows({ table: 'statement', key: 'id', id: statementId, since: now.position });
    }),
  );
  return { all: answers.length, counting: answersThatCount(answers, statements) };
}
