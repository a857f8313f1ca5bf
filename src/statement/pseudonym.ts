import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../database/connect.ts';
import type { PseudonymModel, StatementModel } from '../database/generated/models.ts';
import { table } from '../ledger/columns.ts';
import type { At, Snapshot } from '../ledger/snapshot.ts';
import type { Touched } from '../ledger/touched.ts';
import { byId } from '../ledger/versions.ts';

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

/** What a source is called: its own descriptor, and the number that it has in these talks. */
export function pseudonymOf(descriptor: string, { number }: Pick<PseudonymModel, 'number'>): string {
  return `${descriptor.replace(/^(an?|the)\s+/i, '')} #${number}`;
}

/** The pseudonym of a version that comes after another: an unnamed source keeps the one that it has. */
export function nextPseudonym(isUnnamed: boolean, before: Pick<StatementModel, 'pseudonymId'> | null): string | null {
  return isUnnamed ? (before?.pseudonymId ?? uuidv7()) : null;
}
