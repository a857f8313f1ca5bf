import { Prisma } from '../database/connect.ts';
import type { LedgerEntryModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { empty, type List, sql } from '../ledger/page.ts';
import type { SubjectType } from '../ledger/subjects.ts';

/** Which entries of the ledger; what is left out is not narrowed. */
export interface ChangeFilter {
  readonly kinds?: readonly SubjectType[] | null | undefined;
  /** Only what came after this position. */
  readonly since?: bigint | null | undefined;
}

/** What changed, in order: in a negotiation or, with no parent, in the whole record. */
export function changes(
  { kinds, since }: ChangeFilter,
  direction: 'ASC' | 'DESC',
  parent: 'negotiation_id' | null,
): List<LedgerEntryModel> {
  return {
    name: `changes by ${parent} ${direction}`,
    table: 'ledger',
    columns: columns(Prisma.LedgerEntryScalarFieldEnum),
    parent,
    order: [['position', 'bigint']],
    direction,
    where: sql`t.position > ${since ?? 0n} ${kinds ? sql`AND t.subject_type::text = ANY(${[...kinds]})` : empty}`,
    inForce: (position) => sql`t.position <= ${position}`,
    narrowing: { kinds, since: String(since ?? 0n) },
  };
}
