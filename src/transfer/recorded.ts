import { countClaimsOfStatement } from '../captivity/store.ts';
import { legsOfMessage, transitClaimsOfStatement } from '../channel/store.ts';
import { impactsOfStatement } from '../event/store.ts';
import { deskMutations } from '../graphql/desk-mutation.ts';
import type { At, Snapshot, VersionBatch } from '../ledger/snapshot.ts';
import type { Subject, SubjectRows, SubjectType } from '../ledger/subjects.ts';
import { estimatesOfStatement } from '../outlook/store.ts';
import { answerOwed, descriptorsOf } from '../statement/descriptor.ts';
import { appearancesOf, relationsOf, statementById } from '../statement/store.ts';
import { stancesIn } from '../term/store.ts';
import { inputOf, type RowInput } from './row-input.ts';

/** The mutation that brings each kind of subject into the record. */
export const RECORDS: Record<SubjectType, string> = {
  Person: 'recordPerson',
  Organization: 'recordOrganization',
  Post: 'recordPost',
  Negotiation: 'openNegotiation',
  Participation: 'joinNegotiation',
  Report: 'recordReport',
  Statement: 'publishStatement',
  Term: 'addTerm',
  Proposal: 'tableProposal',
  ProposalAnswer: 'answerProposal',
  Channel: 'openChannel',
  Message: 'recordMessage',
  Event: 'recordEvent',
  HeldGroup: 'recordHeldGroup',
  Outcome: 'poseOutcome',
};

/** What belongs to a statement, by the field of its input that lists it. */
const LISTS: Readonly<Record<string, { readonly batch: VersionBatch<At<object>[]>; readonly input: string }>> = {
  appearances: { batch: appearancesOf, input: 'AppearanceInput' },
  relations: { batch: relationsOf, input: 'RelationInput' },
  stances: { batch: stancesIn, input: 'StanceInput' },
  estimates: { batch: estimatesOfStatement, input: 'EstimateInput' },
  impacts: { batch: impactsOfStatement, input: 'ImpactInput' },
  countClaims: { batch: countClaimsOfStatement, input: 'CountClaimInput' },
  transitClaims: { batch: transitClaimsOfStatement, input: 'TransitClaimInput' },
};

export function inputTypeOf(mutation: string): string {
  const known = deskMutations.get(mutation);
  if (known === undefined) throw new Error(`the desk has no mutation ${mutation}`);
  return known.inputType;
}

/**
 * A version of a subject as the input that records it would have it.
 * @param isGone whether a statement is expunged by now: nothing is said of it then
 */
export async function recorded<T extends SubjectType>(
  type: T,
  row: At<SubjectRows[T]>,
  isGone: (statementId: string) => Promise<boolean>,
): Promise<RowInput> {
  const own = inputOf(inputTypeOf(RECORDS[type]), row);
  // An organization's own column is called so, as `kind` tells it from a person.
  if (type === 'Organization') own.kind = (row as At<SubjectRows['Organization']>).organizationKind;
  if (type === 'Statement') return { ...own, ...(await published(row as At<SubjectRows['Statement']>, isGone)) };
  if (type === 'Message') own.legs = await legs(row as At<SubjectRows['Message']>);
  return own;
}

async function published(row: At<SubjectRows['Statement']>, isGone: (id: string) => Promise<boolean>) {
  const lists = new Map<string, At<object>[]>();
  for (const [field, { batch }] of Object.entries(LISTS)) lists.set(field, await row.snapshot.load(batch, row.id));
  const relations = (lists.get('relations') ?? []) as At<{ toId: string }>[];
  const gone = await Promise.all(relations.map(({ toId }) => isGone(toId)));
  lists.set(
    'relations',
    relations.filter((_, index) => !gone[index]),
  );
  const content: RowInput = {
    ...inputOf('StatementInput', row),
    source: { ...inputOf('SourceInput', row), kind: row.sourceKind, personId: row.speakerId },
    aboutIds: (row.about as unknown as Subject[]).map(({ id }) => id),
  };
  for (const [field, rows] of lists) content[field] = rows.map((one) => inputOf(LISTS[field]?.input ?? '', one));
  const children = new Map([['estimate', (lists.get('estimates') ?? []) as never[]]]);
  return { content, descriptorAnswer: await answerOwed(descriptorsOf({ row: row as never, children }), row.snapshot) };
}

async function legs(message: At<SubjectRows['Message']>): Promise<RowInput[]> {
  const rows = await message.snapshot.load(legsOfMessage, message.id);
  return rows.map((row) => inputOf('LegInput', row));
}

/** The leg of a message that became known otherwise at the position that it is read at. */
export async function changedLeg(message: At<SubjectRows['Message']>): Promise<RowInput | undefined> {
  const rows = await message.snapshot.load(legsOfMessage, message.id);
  const row = rows.find(({ fromPosition }) => fromPosition === message.snapshot.position);
  return row && { sent: null, received: null, answered: null, ...defined(inputOf('LegInput', row)) };
}

function defined(input: RowInput): RowInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null));
}

/** Whether a statement is expunged, or not there for the reader, at a snapshot of now. */
export function goneBy(now: Snapshot): (statementId: string) => Promise<boolean> {
  return async (id) => {
    const statement = await now.load(statementById, id);
    return statement === null || statement.state === 'EXPUNGED';
  };
}
