import { Actor } from '../actor/schema.ts';
import { actorById } from '../actor/store.ts';
import { dateOf, dateProperties, PartialDateType } from '../date/schema.ts';
import { builder } from '../graphql/builder.ts';
import { connectionOf } from '../graphql/connection.ts';
import { enumOf } from '../graphql/enums.ts';
import { nodeOptions, subjectRef } from '../graphql/node.ts';
import { type Planned, toOne, toOneOrNone } from '../graphql/reference.ts';
import { required } from '../ledger/maybe-promise.ts';
import type { At } from '../ledger/snapshot.ts';
import { Negotiation } from '../negotiation/schema.ts';
import { negotiationById } from '../negotiation/store.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { Term } from '../term/schema.ts';
import { termById } from '../term/store.ts';
import { type ProposalStatus as Status, statusOf } from './rules.ts';
import { answerById, answersCounting, answersTo, type ProposalItem, proposalById, proposalsIn } from './store.ts';

export const ProposalSide = enumOf<ProposalItem['side']>(
  'ProposalSide',
  'Which way an item of a proposal goes, seen from the party that tabled it.',
  {
    GIVES: 'That party gives it.',
    GETS: 'That party gets it.',
  },
);

export const AnswerKind = enumOf('AnswerKind', 'What a party answered to a proposal.', {
  ACCEPT: 'Yes.',
  REJECT: 'No.',
  COUNTER: 'Not so, but otherwise.',
});

const ProposalStatus = enumOf<Status>(
  'ProposalStatus',
  'Where a proposal stands, worked out from the answers that count.',
  {
    TABLED: 'Not every party has answered, and none has rejected or countered it.',
    COUNTERED: 'A party’s last answer is a counter-proposal, and nobody’s is a no.',
    ACCEPTED: 'All the parties accepted it at once; what one says later is no answer any more.',
    REJECTED: 'A party’s last answer is no.',
    LAPSED: 'The desk marked it as no longer on the table.',
  },
);

export const Proposal = subjectRef('Proposal', proposalById);
export const ProposalAnswer = subjectRef('ProposalAnswer', answerById);

const ProposalItemType = builder.objectRef<At<ProposalItem>>('ProposalItem').implement({
  description: 'One thing that is given for another.',
  fields: (t) => ({
    side: t.expose('side', {
      type: ProposalSide,
      description: 'Whether the party that tabled the proposal gives it or gets it.',
    }),
    term: t.field({
      type: Term,
      nullable: true,
      description: 'The term that it is about; null when it is about none of the table’s.',
      ...toOneOrNone(termById, 'termId'),
    }),
    text: t.exposeString('text', { description: 'What is given.' }),
  }),
});

builder.node(ProposalAnswer, {
  ...nodeOptions('ProposalAnswer'),
  description:
    'What a party answered to a proposal. It counts for where the proposal stands as long as its statement does.',
  fields: (t) => ({
    proposal: t.field({
      type: Proposal,
      description: 'To what.',
      ...toOne(proposalById, 'proposalId'),
    }),
    by: t.field({
      type: Actor,
      nullable: true,
      description: 'Who answered; null once the statement is expunged.',
      ...toOneOrNone(actorById, 'byId'),
    }),
    kind: t.expose('kind', {
      type: AnswerKind,
      nullable: true,
      description: 'What it answered; null once the statement is expunged.',
    }),
    statement: t.field({
      type: Statement,
      description: 'The statement that says so; once it is withdrawn or expunged, the answer counts no more.',
      ...toOne(statementById, 'statementId'),
    }),
    counterProposal: t.field({
      type: Proposal,
      nullable: true,
      description: 'What it would have instead; null unless it countered, and where the desk has recorded none.',
      ...toOneOrNone(proposalById, 'counterProposalId'),
    }),
  }),
});

builder.node(Proposal, {
  ...nodeOptions('Proposal'),
  description: 'Terms put together as gives and gets, by one party, to others.',
  fields: (t) => ({
    negotiation: t.field({
      type: Negotiation,
      description: 'The talks that it was tabled in.',
      ...toOne(negotiationById, 'negotiationId'),
    }),
    title: t.exposeString('title', { description: 'What it is called.' }),
    by: t.field({
      type: Actor,
      description: 'Who tabled it.',
      ...toOne(actorById, 'byId'),
    }),
    through: t.field({
      type: Actor,
      nullable: true,
      description: 'Who carried it; null when nobody did, or it is not known.',
      ...toOneOrNone(actorById, 'throughId'),
    }),
    to: t.field({
      type: [Actor],
      description: 'The parties whose acceptance it needs.',
      resolve: ({ toIds, snapshot }) => Promise.all(toIds.map((id) => required(snapshot.load(actorById, id)))),
    }),
    items: t.field({
      type: [ProposalItemType],
      description: 'What is given and what is got, in the desk’s order.',
      resolve: ({ items, snapshot }) => snapshot.hold(items as unknown as ProposalItem[]),
    }),
    tabled: t.field({
      type: PartialDateType,
      nullable: true,
      description: 'When it was tabled, as exactly as is known; null when not known.',
      extensions: { reads: dateProperties('tabled') } satisfies Planned,
      resolve: (row) => dateOf('tabled', row),
    }),
    statement: t.field({
      type: Statement,
      nullable: true,
      description: 'The statement that tells of it; null when the desk cites none.',
      ...toOneOrNone(statementById, 'statementId'),
    }),
    status: t.field({
      type: ProposalStatus,
      description: 'Where it stands: by each party’s last answer by when it was said, of those whose statement stands.',
      resolve: async (proposal) => statusOf(await proposal.snapshot.load(answersCounting, proposal.id), proposal),
    }),
    lapsed: t.exposeBoolean('lapsed', { description: 'Whether the desk marked it as no longer on the table.' }),
    answers: t.connection({
      type: ProposalAnswer,
      description: 'What was answered, in the order in which it was recorded, answers that no longer count included.',
      resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, answersTo(), id, args, info),
    }),
  }),
});

builder.objectField(Negotiation, 'proposals', (t) =>
  t.connection({
    type: Proposal,
    description: 'What was proposed, in the order in which it was recorded.',
    resolve: ({ id, snapshot }, args, _context, info) => connectionOf(snapshot, proposalsIn(), id, args, info),
  }),
);
