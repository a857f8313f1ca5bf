import { Prisma, type Read } from '../database/connect.ts';

const { sql, empty } = Prisma;

/** Negotiations, by row id, that are not there for a reader: neither they nor what belongs to them. */
export type Hidden = ReadonlySet<string>;

export const NOTHING_HIDDEN: Hidden = new Set();

/** ` AND …`: what else must hold of a row for a reader; `negotiation` says which talks it belongs to, or null for none. */
export function isThere(hidden: Hidden, negotiation: Prisma.Sql): Prisma.Sql {
  return hidden.size === 0 ? empty : sql`AND (${negotiation} <> ALL(${[...hidden]}::uuid[])) IS NOT FALSE`;
}

/**
 * The last entry, at or before a position, that is there for a reader. The record at it is for them the record at that
 * position, and the cursor of it tells nothing of what they do not see.
 */
export async function lastThere(read: Read, position: bigint, hidden: Hidden): Promise<bigint> {
  if (hidden.size === 0) return position;
  const [row] = await read<{ position: bigint | null }>(sql`
    SELECT max(t.position) AS position FROM ledger t WHERE t.position <= ${position} ${isThere(hidden, sql`t.negotiation_id`)}`);
  return row?.position ?? 0n;
}
