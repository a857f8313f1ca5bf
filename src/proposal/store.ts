import { Prisma } from '../database/connect.ts';
import type { ProposalAnswerModel, ProposalModel, StatementModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import type { At, Batch } from '../ledger/snapshot.ts';
import { byId, listBy } from '../ledger/versions.ts';
import { statementById } from '../statement/store.ts';
import { type Answer, answersThatCount, type GivenIn } from './rules.ts';

export const proposalById = byId<ProposalModel>(table('proposal', Prisma.ProposalScalarFieldEnum));

export const answerById = byId<ProposalAnswerModel>(table('proposal_answer', Prisma.ProposalAnswerScalarFieldEnum));

/** One thing that the proposing party gives or gets. */
export interface ProposalItem {
  readonly side: 'GIVES' | 'GETS';
  readonly termId: string | null;
  readonly text: string;
}

/** All the answers to a proposal, in the order in which they were recorded; `ANSWERS_MOST` bounds them. */
export const answersOf = listBy<ProposalAnswerModel>(
  table('proposal_answer', Prisma.ProposalAnswerScalarFieldEnum),
  'proposalId',
  sql`t.first_position`,
);

/** The answers that count for where a proposal stands, oldest first. */
export const answersCounting: Batch<string, (At<ProposalAnswerModel> & Answer)[]> = {
  touches: (touched, id) => touched.within(id, ['ProposalAnswer', 'Statement']),
  load: async (snapshot, ids) => {
    const lists = await Promise.all(ids.map((id) => snapshot.load(answersOf, id)));
    const statements = new Map<string, GivenIn>();
    await Promise.all(
      lists.flat().map(async ({ statementId }) => {
        const statement = await snapshot.load(statementById, statementId);
        if (statement !== null) statements.set(statementId, givenIn(statement));
      }),
    );
    return lists.map((answers) => answersThatCount(answers, statements));
  },
};

/** A statement, as the rules for answers see it. */
export function givenIn({
  state,
  saidEarliest,
  saidLatest,
}: Pick<StatementModel, 'state' | 'saidEarliest' | 'saidLatest'>): GivenIn {
  return { stands: state === 'PUBLISHED', said: { earliest: saidEarliest, latest: saidLatest } };
}

/** The proposals of a negotiation, in the order in which they were recorded. */
export function proposalsIn(): List<ProposalModel> {
  return {
    name: 'proposals',
    table: 'proposal',
    columns: columns(Prisma.ProposalScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}

/** The answers to a proposal, in the order in which they were recorded. */
export function answersTo(): List<ProposalAnswerModel> {
  return {
    name: 'answers',
    table: 'proposal_answer',
    columns: columns(Prisma.ProposalAnswerScalarFieldEnum),
    parent: 'proposal_id',
    order: [['firstPosition', 'bigint']],
    direction: 'ASC',
    where: sql`true`,
    narrowing: null,
  };
}
