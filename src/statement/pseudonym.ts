import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../database/connect.ts';
import type { PseudonymModel, StatementModel } from '../database/generated/models.ts';
import { table } from '../ledger/columns.ts';
import { FOREVER, type PlannedEntry } from '../ledger/plan.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import { globalId } from '../ledger/subjects.ts';
import type { Touched } from '../ledger/touched.ts';
import { byId } from '../ledger/versions.ts';
import type { Work } from '../ledger/work.ts';

const { sql } = Prisma;

export const pseudonymById = {
  ...byId<PseudonymModel>(table('pseudonym', Prisma.PseudonymScalarFieldEnum)),
  // A judgement is an entry of one statement, and changes what the source of another is called.
  touches: (touched: Touched) => touched.kind('Statement'),
};

/** Joining is one judgement after the other, so this is how long a chain of them may be; it ends where it began. */
const JOINED_MOST = 100;

/** The pseudonym that one is joined to, if it is to any. */
export async function rootOf(snapshot: Snapshot, id: string): Promise<At<PseudonymModel> | null> {
  let pseudonym = await snapshot.load(pseudonymById, id);
  for (let n = 0; n < JOINED_MOST && pseudonym !== null && pseudonym.joinedToId !== null; n += 1)
    pseudonym = await snapshot.load(pseudonymById, pseudonym.joinedToId);
  return pseudonym;
}

/**
 * Why the source of a statement may not be named, or said to be none of the unnamed, after which it could be named, or
 * null: whoever was judged to be one with it would be named too, as the two go by one number.
 */
export async function namingProblem({ id, pseudonymId }: StatementModel, work: Work): Promise<string | null> {
  if (pseudonymId === null) return null;
  const { ledger } = work;
  const head = await ledger.head();
  const own = await ledger.snapshot(head, work.hidden).load(pseudonymById, pseudonymId);
  if (own === null) return null;
  // Whoever judges in the same talks at the same moment is decided again.
  work.restOnRows({ table: 'pseudonym', key: 'negotiation_id', id: own.negotiationId, since: head });
  const split = [...(own.joinedToId === null ? [] : [id]), ...(await joinedTo(pseudonymId, work))];
  if (split.length === 0) return null;
  const ids = split.map((one) => globalId('Statement', one)).join(', ');
  return `is judged to be the source of another statement too, and would be given away there. Split ${ids} first (splitSource), with a reason.`;
}

/** The statements whose sources were joined to one directly, or through such as have no statement any more. */
async function joinedTo(pseudonymId: string, { ledger }: Work): Promise<string[]> {
  const found = await ledger.read<{ id: string }>(sql`
    WITH RECURSIVE joined(id, statement_id) AS (
      SELECT ${pseudonymId}::uuid, NULL::uuid
      UNION
      SELECT p.id, s.id FROM joined j
      JOIN pseudonym p ON p.joined_to_id = j.id AND p.until_position = ${FOREVER}
      LEFT JOIN statement s ON s.negotiation_id = p.negotiation_id AND s.pseudonym_id = p.id AND s.until_position = ${FOREVER}
      WHERE j.statement_id IS NULL
    )
    SELECT statement_id AS id FROM joined WHERE statement_id IS NOT NULL ORDER BY statement_id`);
  return found.map(({ id }) => id);
}

/** What a source is called: its own descriptor, and the number that it has in these talks. */
export function pseudonymOf(descriptor: string, { number }: Pick<PseudonymModel, 'number'>): string {
  return `${descriptor.replace(/^(an?|the)\s+/i, '')} #${number}`;
}

/** The pseudonym of a version that comes after another: an unnamed source keeps the one that it has. */
export function nextPseudonym(isUnnamed: boolean, before: Pick<StatementModel, 'pseudonymId'> | null): string | null {
  return isUnnamed ? (before?.pseudonymId ?? uuidv7()) : null;
}

/** Plans the pseudonym of a source that had none; it gets its number when it is written. */
export function openPseudonym(id: string, negotiationId: string, entry: PlannedEntry, work: Work): void {
  work.child('pseudonym', { id, fromPosition: entry, negotiationId, number: null, joinedToId: null });
}
