import { type List, raw, type Sql, sql } from '../ledger/page.ts';
import type { At, Batch, Snapshot } from '../ledger/snapshot.ts';
import { snake } from '../ledger/subjects.ts';

/** What every claim has, and what orders them. */
interface Claim {
  readonly saidLatest: Date;
  readonly saidEarliest: Date;
  readonly firstPosition: bigint;
  readonly ordinal: number;
}

/** The claims of one kind about something: their table, and which of its columns says what they are about. */
export interface Claims<Row extends Claim> {
  readonly table: string;
  readonly columns: Sql;
  readonly about: keyof Row & string;
}

/** The order of claims `t`, the one said last first, as their indexes have it. */
export const SAID_LAST_FIRST = sql`t.said_latest DESC, t.said_earliest DESC, t.first_position DESC, t.ordinal DESC`;
/** The same of rows that have the names of properties. */
const SELECTED_LAST_FIRST = sql`"saidLatest" DESC, "saidEarliest" DESC, "firstPosition" DESC, ordinal DESC`;

/**
 * The claims about something, the one said last first.
 * @param where what else must hold of a claim `t`
 * @param narrowing what that rests on
 */
export function claimsAbout<Row extends Claim>(
  { table, columns, about }: Claims<Row>,
  where: Sql = sql`true`,
  narrowing: unknown = null,
): List<Row> {
  return {
    name: table,
    table,
    columns,
    parent: snake(about),
    order: [
      ['saidLatest', 'timestamptz'],
      ['saidEarliest', 'timestamptz'],
      ['firstPosition', 'bigint'],
      ['ordinal', 'int'],
    ],
    direction: 'DESC',
    where,
    narrowing,
  };
}

/**
 * What tells the source of one statement `s` from that of another: whose view it is, else the speaker, else
 * whoever is described together with the organization spoken for. One of unknown origin stands for itself.
 */
export const SOURCE_KEY = sql`coalesce(s.view_of_id::text, s.speaker_id::text,
  lower(s.descriptor) || ' ' || coalesce(s.on_behalf_of_id::text, ''), s.on_behalf_of_id::text, s.id::text)`;

/** What to read of many claims about something, with their statements. */
export interface Reading {
  /** Of claims `t` and their statements `s` with the same key, only the one that was said last. */
  readonly latestBy?: Sql;
  /** What else to select, of `t` and `s`. */
  readonly also?: Sql;
  /** What else must hold. */
  readonly where?: Sql;
  /** How many at most, those said last. */
  readonly most: number;
}

/** The claims about each of many things, the one said last first, in one statement for all of them. */
export async function readClaims<Row extends Claim, Also = unknown>(
  snapshot: Snapshot,
  { table, columns, about }: Claims<Row>,
  ids: readonly string[],
  { latestBy, also = sql``, where = sql`true`, most }: Reading,
): Promise<At<Row & Also>[][]> {
  const { position } = snapshot;
  const rows = await snapshot.read<Row & Also>(sql`
    SELECT v.* FROM unnest(${[...ids]}::uuid[]) AS k(id)
    CROSS JOIN LATERAL (
      SELECT * FROM (
        SELECT ${latestBy ? sql`DISTINCT ON (${latestBy})` : sql``} ${columns} ${also}
        FROM ${raw(table)} t
        JOIN statement s ON s.id = t.statement_id AND s.from_position <= ${position} AND s.until_position > ${position}
        WHERE t.${raw(snake(about))} = k.id AND t.from_position <= ${position} AND t.until_position > ${position} AND ${where}
        ${latestBy ? sql`ORDER BY ${latestBy}, ${SAID_LAST_FIRST}` : sql``}
      ) AS e
      ORDER BY ${SELECTED_LAST_FIRST} LIMIT ${most}
    ) AS v
    ORDER BY ${SELECTED_LAST_FIRST}`);
  const lists = new Map<string, At<Row & Also>[]>(ids.map((id) => [id, []]));
  for (const row of snapshot.hold(rows)) lists.get(String(row[about]))?.push(row);
  return ids.map((id) => lists.get(id) ?? []);
}

/** The claim that each source, as told apart by a key, said last about something, the one said last first. */
export function latestClaims<Row extends Claim>(
  claims: Claims<Row>,
  latestBy: Sql,
  most: number,
): Batch<string, At<Row>[]> {
  return {
    touches: (touched, id) => touched.within(id, ['Statement']),
    load: (snapshot, ids) => readClaims(snapshot, claims, ids, { latestBy, most }),
  };
}
