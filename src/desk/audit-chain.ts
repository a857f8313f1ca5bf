import { createHash } from 'node:crypto';
import { Prisma, type Read } from '../database/connect.ts';
import type { AuditEntryModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';

const PAGE = 5_000;

/** A row of the audit, by its position and its hash: whoever kept it somewhere else can tell later whether it stands. */
export interface Link {
  readonly position: bigint;
  /** In hexadecimal digits. */
  readonly hash: string;
}

/** What was found: how many rows there are, and the last of them; or what is wrong. */
export type Verdict =
  | { readonly isWhole: true; readonly rows: bigint; readonly last: Link | null }
  | { readonly isWhole: false; readonly problem: string };

/** As `audit_append` computes it, in the database. */
export function chainHash(before: Uint8Array | null, row: Omit<AuditEntryModel, 'hash'>): Buffer {
  const text = [
    row.position,
    row.recordedAt.getTime(),
    row.accountId,
    row.keyId,
    row.operation,
    row.outcome,
    row.reason,
    row.negotiationId,
    row.subjectType,
    row.subjectId,
    row.recordPosition,
    row.entries,
    row.times,
  ].map((column) => (column === null ? '' : String(column)));
  return createHash('sha256')
    .update(before ?? Buffer.alloc(0))
    .update(text.join('\n'))
    .digest();
}

/**
 * Reads the whole audit and computes its hashes anew, without trusting the database's own function. Each row has to
 * follow from the one before, and its place in the record too: what was written past the audit shows as a gap there.
 * @param expected a row that was noted before; it has to be there as it was
 */
export async function verifyAudit(read: Read, expected: Link | null = null): Promise<Verdict> {
  // In one statement, so that nothing is written between the two looks.
  const [end] = await read<{ last: bigint | null; head: bigint; from: bigint }>(Prisma.sql`
    SELECT (SELECT max(position) FROM audit) AS last, position AS head, audited_from AS "from" FROM ledger_head`);
  if (end === undefined) throw new Error('the ledger has no head');
  let before: AuditEntryModel | null = null;
  let isExpectedThere = expected === null;
  while ((before?.position ?? 0n) < (end.last ?? 0n)) {
    const page: AuditEntryModel[] = await read<AuditEntryModel>(Prisma.sql`
      SELECT ${columns(Prisma.AuditEntryScalarFieldEnum)} FROM audit t
      WHERE t.position > ${before?.position ?? 0n} AND t.position <= ${end.last} ORDER BY t.position LIMIT ${PAGE}`);
    for (const row of page) {
      const problem = problemOf(row, before, end.from);
      if (problem !== null) return { isWhole: false, problem };
      if (row.position === expected?.position) isExpectedThere = hexOf(row) === expected.hash;
      before = row;
    }
    if (page.length === 0) return { isWhole: false, problem: `Rows after ${before?.position ?? 0n} are missing.` };
  }
  if (!isExpectedThere)
    return { isWhole: false, problem: `Row ${expected?.position} is not the one that was expected.` };
  if ((before?.recordPosition ?? end.from) !== end.head) {
    return { isWhole: false, problem: 'The record was written past the last row, or the last rows are missing.' };
  }
  const last = before && { position: before.position, hash: hexOf(before) };
  return { isWhole: true, rows: end.last ?? 0n, last };
}

/** @param from where the record stood when the audit began */
function problemOf(row: AuditEntryModel, before: AuditEntryModel | null, from: bigint): string | null {
  const due = (before?.position ?? 0n) + 1n;
  if (row.position !== due) return `Row ${due} is missing.`;
  if (Buffer.compare(chainHash(before?.hash ?? null, row), row.hash) !== 0)
    return `Row ${row.position} was changed, or a row before it: its hash does not follow.`;
  if (row.recordPosition !== (before?.recordPosition ?? from) + BigInt(row.entries))
    return `The record was written before row ${row.position}, and no row says so.`;
  return null;
}

function hexOf({ hash }: AuditEntryModel): string {
  return Buffer.from(hash).toString('hex');
}
