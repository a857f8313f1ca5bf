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

/** What to read of many claims about something. */
export interface Reading {
  /** What else to select of claims `t`. */
  readonly also: Sql;
  /** What else must hold of them. */
  readonly where: Sql;
  /** How many at most, those said last. */
  readonly most: number;
}

/** The claims about each of many things, the one said last first, in one statement for all of them. */
export function readClaims<Row extends Claim, Also>(
  snapshot: Snapshot,
  claims: Claims<Row>,
  ids: readonly string[],
  { also, where, most }: Reading,
): Promise<At<Row & Also>[][]> {
  const { table, columns } = claims;
  return readAbout<Row & Also>(
    snapshot,
    claims,
    ids,
    sql`
      SELECT ${columns} ${also} FROM ${raw(table)} t WHERE ${inForce(claims, snapshot)} AND ${where}
      ORDER BY ${SAID_LAST_FIRST} LIMIT ${most}`,
  );
}

/**
 * The claim that each source said last about something, the one said last first, of tables that have `whose`. It jumps from
 * source to source in an index, to the last claim of each, so that a long history costs no more than a short one. A statement
 * of unknown origin stands for itself.
 */
export function latestClaims<Row extends Claim>(claims: Claims<Row>, most: number): Batch<string, At<Row>[]> {
  const table = raw(claims.table);
  const isAbout = sql`t.${raw(snake(claims.about))} = k.id`;
  return {
    touches: (touched, id) => touched.within(id, ['Statement']),
    load: (snapshot, ids) =>
      readAbout(
        snapshot,
        claims,
        ids,
        sql`
        WITH RECURSIVE source (whose) AS (
          SELECT (SELECT t.whose FROM ${table} t WHERE ${isAbout} ORDER BY t.whose LIMIT 1)
          UNION ALL
          SELECT (SELECT t.whose FROM ${table} t WHERE ${isAbout} AND t.whose > source.whose ORDER BY t.whose LIMIT 1)
          FROM source WHERE source.whose IS NOT NULL
        )
        SELECT * FROM (
          SELECT last.* FROM source CROSS JOIN LATERAL (
            SELECT ${claims.columns} FROM ${table} t
            WHERE ${inForce(claims, snapshot)} AND t.whose = source.whose ORDER BY ${SAID_LAST_FIRST} LIMIT 1
          ) AS last
          UNION ALL (
            SELECT DISTINCT ON (t.whose, t.said_latest, t.said_earliest, t.first_position) ${claims.columns} FROM ${table} t
            WHERE ${inForce(claims, snapshot)} AND t.whose IS NULL ORDER BY t.whose DESC, ${SAID_LAST_FIRST} LIMIT ${most}
          )
        ) AS e
        ORDER BY ${SELECTED_LAST_FIRST} LIMIT ${most}`,
      ),
  };
}

/** Of claims `t`: they are about `k.id`, and stand. */
function inForce<Row extends Claim>({ about }: Claims<Row>, { position }: Snapshot): Sql {
  return sql`t.${raw(snake(about))} = k.id AND t.from_position <= ${position} AND t.until_position > ${position}`;
}

/** What is selected for each `k.id`, the one said last first. */
async function readAbout<Row extends Claim>(
  snapshot: Snapshot,
  { about }: Pick<Claims<Row>, 'about'>,
  ids: readonly string[],
  selected: Sql,
): Promise<At<Row>[][]> {
  const rows = await snapshot.read<Row>(sql`
    SELECT v.* FROM unnest(${[...ids]}::uuid[]) AS k(id) CROSS JOIN LATERAL (${selected}) AS v
    ORDER BY ${SELECTED_LAST_FIRST}`);
  const lists = new Map<string, At<Row>[]>(ids.map((id) => [id, []]));
  for (const row of snapshot.hold(rows)) lists.get(String(row[about]))?.push(row);
  return ids.map((id) => lists.get(id) ?? []);
}
