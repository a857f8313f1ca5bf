import { Prisma, type Read } from '../database/connect.ts';

const { sql, empty } = Prisma;

/** Negotiations, by row id, that are not there for a reader: neither they nor what belongs to them. */
export type Hidden = ReadonlySet<string>;

export const NOTHING_HIDDEN: Hidden = new Set();

const names = new WeakMap<Hidden, number>();
let named = 0;

/** Tells what is hidden from what else may be. */
export function nameOf(hidden: Hidden): number {
  let name = names.get(hidden);
  if (name === undefined) {
    named += 1;
    name = named;
    names.set(hidden, name);
  }
  return name;
}

/** ` AND …`: what else must hold of a row for a reader; `negotiation` says which talks it belongs to, or null for none. */
export function isThere(hidden: Hidden, negotiation: Prisma.Sql): Prisma.Sql {
  return hidden.size === 0 ? empty : sql`AND (${negotiation} <> ALL(${[...hidden]}::uuid[])) IS NOT FALSE`;
}

/** Up to where it was looked, by what is hidden, and what was found: talks that nobody sees may be the only ones that go on. */
const looked = new WeakMap<Hidden, { readonly upTo: bigint; readonly last: bigint }>();

/**
 * The last entry, at or before a position, that is there for a reader. The record at it is for them the record at that
 * position, and the cursor of it tells nothing of what they do not see.
 */
export async function lastThere(read: Read, position: bigint, hidden: Hidden): Promise<bigint> {
  if (hidden.size === 0) return position;
  const known = looked.get(hidden);
  const since = known !== undefined && known.upTo <= position ? known : { upTo: 0n, last: 0n };
  const [row] = await read<{ position: bigint | null }>(sql`
    SELECT max(t.position) AS position FROM ledger t WHERE t.position > ${since.upTo} AND t.position <= ${position}
      ${isThere(hidden, sql`t.negotiation_id`)}`);
  const last = row?.position ?? since.last;
  if (position >= (looked.get(hidden)?.upTo ?? 0n)) looked.set(hidden, { upTo: position, last });
  return last;
}
