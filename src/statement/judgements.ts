import { v7 as uuidv7 } from 'uuid';
import type { PseudonymModel, StatementModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import type { PlannedEntry } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';
import { rootOf } from './pseudonym.ts';
import { Statement } from './schema.ts';
import { theStanding } from './standing.ts';

const REASON = bounds({ maxLength: 2_000 });

/** What readers are told: that it was judged, and not why. */
const JOINED = 'The desk judges that its source is the one of another statement.';
const SPLIT = 'The desk judges that its source is another than was thought.';

deskMutation('joinSources', {
  description:
    'Records the judgement that the unnamed sources of two statements are one: from then on both go by the lower number. The reason is for the desk alone.',
  input: builder.inputType('JoinSourcesInput', {
    description: 'Two sources that are one.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'A statement of the one.' }),
      otherStatementId: t.id({ required: true, description: 'A statement of the other, in the same negotiation.' }),
      reason: t.string({ required: true, ...REASON, description: 'To the desk: what the judgement rests on.' }),
    }),
  }),
  returns: {
    field: 'statement',
    type: Statement,
    description: 'The statement whose source goes by another number now.',
  },
  plan: async ({ statementId, otherStatementId, reason }, work) => {
    const one = theStanding(statementId, work);
    const other = theStanding(otherStatementId, work, ['otherStatementId']);
    work.sameNegotiation(one.negotiationId, other, ['otherStatementId']);
    work.settle();
    // Neither is named meanwhile.
    for (const { id } of [one, other]) work.restOn({ type: 'Statement', id });
    const [root, otherRoot] = [await theRoot(one, work, 'statementId'), await theRoot(other, work, 'otherStatementId')];
    if (root.id === otherRoot.id) work.problem(['otherStatementId'], 'has the same source already.');
    const [first, second, changed] = root.number < otherRoot.number ? [root, otherRoot, other] : [otherRoot, root, one];
    const entry = judged(changed, JOINED, work);
    next(second, { joinedToId: first.id }, entry.entry, work);
    judgement(one, { otherStatementId: other.id, reason }, entry.entry, work);
    return entry;
  },
});

deskMutation('splitSource', {
  description:
    'Records the judgement that the unnamed source of a statement is not the one that it was joined to: it goes by its own number again. The reason is for the desk alone.',
  input: builder.inputType('SplitSourceInput', {
    description: 'A source that is another than was judged.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'The statement whose source was joined to another.' }),
      reason: t.string({ required: true, ...REASON, description: 'To the desk: what the judgement rests on.' }),
    }),
  }),
  returns: { field: 'statement', type: Statement, description: 'The statement whose source goes by its own number.' },
  plan: async ({ statementId, reason }, work) => {
    const statement = theStanding(statementId, work);
    const own = await theOwn(statement, work, 'statementId');
    if (own.joinedToId === null) work.problem(['statementId'], 'has a source that was joined to no other.');
    const entry = judged(statement, SPLIT, work);
    next(own, { joinedToId: null }, entry.entry, work);
    judgement(statement, { otherStatementId: null, reason }, entry.entry, work);
    return entry;
  },
});

/** The pseudonym that a statement's source was given, as it stands. */
async function theOwn(statement: StatementModel, work: Work, field: string): Promise<PseudonymModel> {
  const own =
    statement.pseudonymId &&
    (await work.ledger.prisma.pseudonym.findFirst({
      where: { id: statement.pseudonymId },
      orderBy: { fromPosition: 'desc' },
    }));
  if (!own) {
    work.problem([field], 'has no unnamed source.');
    work.settle();
    throw new Error('a problem was noted');
  }
  return own;
}

async function theRoot(statement: StatementModel, work: Work, field: string): Promise<PseudonymModel> {
  const head = await work.ledger.head();
  const own = await theOwn(statement, work, field);
  // Whoever judges in the same talks at the same moment is decided again.
  work.restOnRows({ table: 'pseudonym', key: 'negotiation_id', id: own.negotiationId, since: head });
  return (await rootOf(work.ledger.snapshot(head, work.hidden), own.id)) ?? own;
}

function judged(statement: StatementModel, note: string, work: Work) {
  const { id, negotiationId, revision } = statement;
  return work.change('Statement', id, { revision: revision + 1 }, { negotiationId, action: 'CORRECTED', note });
}

function next(
  { id, negotiationId, number }: PseudonymModel,
  { joinedToId }: Pick<PseudonymModel, 'joinedToId'>,
  entry: PlannedEntry,
  work: Work,
): void {
  work.closeChildren('pseudonym', 'id', id, entry);
  work.child('pseudonym', { id, fromPosition: entry, negotiationId, number, joinedToId });
}

function judgement(
  { id, negotiationId }: StatementModel,
  judged: { otherStatementId: string | null; reason: string },
  position: PlannedEntry,
  work: Work,
): void {
  const made = { accountId: work.author?.accountId ?? null, madeAt: new Date(), position };
  work.child('source_judgement', { id: uuidv7(), negotiationId, statementId: id, ...judged, ...made });
}
