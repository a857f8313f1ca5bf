import { v7 as uuidv7 } from 'uuid';
import type { StatementModel } from '../database/generated/models.ts';
import { builder } from '../graphql/builder.ts';
import { deskMutation } from '../graphql/desk-mutation.ts';
import { externalId } from '../graphql/fields.ts';
import { bounds } from '../graphql/input.ts';
import type { PlannedEntry } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';
import { Statement } from './schema.ts';
import { theStanding } from './standing.ts';
import {
  comesBefore,
  judgeSource,
  restOnSources,
  rootOfSource,
  sourceOf,
  type UnnamedSource,
} from './unnamed-sources.ts';

const REASON = bounds({ maxLength: 2_000 });

/**
 * What readers are told: that it was judged, and not why. A source may be split off only so that the one that it was joined
 * to can be named, so nothing is said of whose it is not.
 */
const JOINED = 'The desk judges that its source is the one of another statement.';
const SPLIT = 'The number that its source goes by has changed. Two numbers do not say that there are two sources.';

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
    await restOnSources(one.negotiationId, work);
    const root = await rootOfSource(await theSource(one, work, 'statementId'), work);
    const otherRoot = await rootOfSource(await theSource(other, work, 'otherStatementId'), work);
    if (root.id === otherRoot.id) work.problem(['otherStatementId'], 'has the same source already.');
    const [first, second, changed] = comesBefore(root, otherRoot) ? [root, otherRoot, other] : [otherRoot, root, one];
    const entry = judged(changed, JOINED, work);
    judgeSource(second, first.id, entry.entry, work);
    judgement(one, { otherStatementId: other.id, reason }, entry.entry, work);
    return entry;
  },
});

deskMutation('splitSource', {
  description:
    'Takes back the judgement that joined the unnamed source of a statement to another: it goes by its own number again. Why is for the desk alone.',
  input: builder.inputType('SplitSourceInput', {
    description: 'A source that is not to go by the number of another.',
    fields: (t) => ({
      externalId: externalId(t),
      statementId: t.id({ required: true, description: 'The statement whose source was joined to another.' }),
      reason: t.string({ required: true, ...REASON, description: 'To the desk: what the judgement rests on.' }),
    }),
  }),
  returns: { field: 'statement', type: Statement, description: 'The statement whose source goes by its own number.' },
  plan: async ({ statementId, reason }, work) => {
    const statement = theStanding(statementId, work);
    const own = await theSource(statement, work, 'statementId');
    if (own.joinedToId === null) work.problem(['statementId'], 'has a source that was joined to no other.');
    const entry = judged(statement, SPLIT, work);
    judgeSource(own, null, entry.entry, work);
    judgement(statement, { otherStatementId: null, reason }, entry.entry, work);
    return entry;
  },
});

/** The unnamed source of a statement. @throws InvalidInputError when it has none */
async function theSource(statement: StatementModel, work: Work, field: string): Promise<UnnamedSource> {
  const source = await sourceOf(statement, work);
  if (source === null) {
    work.problem([field], 'has no unnamed source.');
    work.settle();
    throw new Error('a problem was noted');
  }
  return source;
}

function judged(statement: StatementModel, note: string, work: Work) {
  const { id, negotiationId, revision } = statement;
  return work.change('Statement', id, { revision: revision + 1 }, { negotiationId, action: 'CORRECTED', note });
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
