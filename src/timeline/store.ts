import { Prisma } from '../database/connect.ts';
import type { LedgerEntryModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
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
    where: sql`true`,
    among: kinds ? { column: 'subject_type', type: '"SubjectType"', values: [...new Set(kinds)] } : null,
    inForce: (position) => sql`t.position <= ${position}`,
    since: [String(since ?? 0n)],
    narrowing: { kinds },
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
  touches: (touched, { negotiationId }) => touched.negotiation(negotiationId),
  load: (snapshot, keys) =>
    Promise.all(
      keys.map(async ({ negotiationId, most }) =>
        snapshot.hold(
          await snapshot.read<Moment>(sql`
            SELECT m.* FROM (
              -- As a row, so that it is looked for among the entries of these talks alone, however long they were quiet.
              SELECT l.ordinal AS total FROM ledger l
              WHERE (l.negotiation_id, l.position) <= (${negotiationId}::uuid, ${snapshot.position})
              ORDER BY l.negotiation_id DESC, l.position DESC LIMIT 1
            ) last,
            LATERAL (SELECT generate_series(1, total, ceil(total / ${most - 1}::float8)::int) UNION SELECT total) n (ordinal),
            LATERAL (
              SELECT l.position, l.recorded_at AS "recordedAt", l.ordinal AS changes FROM ledger l
              WHERE l.negotiation_id = ${negotiationId}::uuid AND l.ordinal = n.ordinal LIMIT 1
            ) m ORDER BY m.position`),
        ),
      ),
    ),
};
