import { Prisma } from '../database/connect.ts';
import type { LedgerEntryModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { empty, type List, sql } from '../ledger/page.ts';
import type { At, Batch } from '../ledger/snapshot.ts';
import type { SubjectType } from '../ledger/subjects.ts';

/** Which entries of the ledger; what is left out is not narrowed. */
export interface ChangeFilter {
  readonly kinds?: readonly SubjectType[] | null | undefined;
  /** Only what came after this position. */
  readonly since?: bigint | null | undefined;
}

/** What changed, in order: in a negotiation, of a subject or, with no parent, in the whole record. */
export function changes(
  { kinds, since }: ChangeFilter,
  direction: 'ASC' | 'DESC',
  parent: 'negotiation_id' | 'subject_id' | null,
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

/** A moment of a negotiation: a change, and how many there were up to it. */
export interface Moment {
  readonly position: bigint;
  readonly recordedAt: Date;
  readonly changes: number;
}

/** Up to so many moments of a negotiation, as many changes apart from each other, the first and the last among them. */
export const momentsOf: Batch<{ readonly negotiationId: string; readonly most: number }, At<Moment>[]> = {
  cacheKey: ({ negotiationId, most }) => `${negotiationId} ${most}`,
  load: (snapshot, keys) =>
    Promise.all(
      keys.map(async ({ negotiationId, most }) =>
        snapshot.hold(
          await snapshot.read<Moment>(sql`
            SELECT position, recorded_at AS "recordedAt", changes::int FROM (
              SELECT l.position, l.recorded_at, row_number() OVER (ORDER BY l.position) AS changes, count(*) OVER () AS total
              FROM ledger l WHERE l.negotiation_id = ${negotiationId}::uuid AND l.position <= ${snapshot.position}
            ) m
            WHERE changes = total OR (changes - 1) % ceil(total / ${most - 1}::float8)::bigint = 0
            ORDER BY position`),
        ),
      ),
    ),
};
