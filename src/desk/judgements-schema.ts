import { Prisma } from '../database/connect.ts';
import type { SourceJudgementModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { connection } from '../graphql/connection.ts';
import { columns } from '../ledger/columns.ts';
import { required } from '../ledger/maybe-promise.ts';
import { type List, readPage, sql } from '../ledger/page.ts';
import type { At } from '../ledger/snapshot.ts';
import { Statement } from '../statement/schema.ts';
import { statementById } from '../statement/store.ts';
import { accountNames } from './accounts.ts';
import { talksOfDesk } from './talks-of-desk.ts';

const SourceJudgement = builder.objectRef<At<SourceJudgementModel>>('SourceJudgement').implement({
  description: 'That the desk took the unnamed sources of two statements for one, or for two, and why.',
  fields: (t) => ({
    statement: t.field({
      type: Statement,
      description: 'The statement of the source.',
      resolve: ({ statementId, snapshot }) => required(snapshot.load(statementById, statementId)),
    }),
    joinedTo: t.field({
      type: Statement,
      nullable: true,
      description: 'The statement whose source was judged to be the same; null for one that was split off.',
      resolve: ({ otherStatementId, snapshot }) =>
        otherStatementId === null ? null : snapshot.load(statementById, otherStatementId),
    }),
    reason: t.exposeString('reason', {
      description: 'What the judgement rests on; empty once one of the statements is expunged.',
    }),
    by: t.string({
      nullable: true,
      description: 'Who judged; null for an import.',
      resolve: ({ accountId, snapshot }) => (accountId === null ? null : snapshot.load(accountNames, accountId)),
    }),
    madeAt: t.expose('madeAt', { type: 'DateTime', description: 'When.' }),
  }),
});

builder.queryField('sourceJudgements', (t) =>
  t.connection({
    type: SourceJudgement,
    description:
      'The judgements on unnamed sources in a negotiation, the last first: for the desk alone. Needs the role REPORTER.',
    args: { negotiationId: t.arg.id({ required: true, description: 'Which negotiation.' }) },
    resolve: async (_root, { negotiationId, ...args }, context) => {
      const id = await talksOfDesk(context, negotiationId);
      return connection(await readPage(await context.now(), judgementsIn(), id, args));
    },
  }),
);

function judgementsIn(): List<SourceJudgementModel> {
  return {
    name: 'sourceJudgements',
    table: 'source_judgement',
    columns: columns(Prisma.SourceJudgementScalarFieldEnum),
    parent: 'negotiation_id',
    order: [
      ['madeAt', 'timestamptz'],
      ['id', 'uuid'],
    ],
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    negotiation: sql`t.negotiation_id`,
    narrowing: null,
  };
}
