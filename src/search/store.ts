import { ALONE, Prisma } from '../database/connect.ts';
import type { ActorModel, StatementModel } from '../database/generated/models.ts';
import { columns } from '../ledger/columns.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { empty, type List, sql } from '../ledger/page.ts';
import type { Batch, Snapshot } from '../ledger/snapshot.ts';
import { type StatementFilter, statementsWhere } from '../statement/store.ts';
import { armsOf, isOnlyExclusion, mayBeName, type ReadQuery, type Sought, soughtIn } from './rules.ts';

/** How many of the statements that match are ranked: those recorded last. What is common is not worth ranking whole. */
export const RANKED_MOST = 500;
/** How many actors whose names are alike are looked for with the words. */
const ALIKE_MOST = 20;

export type SearchOrder = 'RELEVANCE' | 'NEWEST_RECORDED';

/** Which statements to look in. */
export interface SearchScope {
  readonly filter: StatementFilter;
  readonly negotiationId: string | null;
}

/** A statement that was found, and how well it fits. */
export interface Found extends Pick<StatementModel, 'id' | 'firstPosition'> {
  readonly score: number;
}

/**
 * What a search looks for at a position; null when it can find nothing.
 * @throws ReadRefusedError BAD_QUERY when it only says what is not to be there
 */
export const soughtBy: Batch<string, Sought | null> = {
  load: (snapshot, queries) => Promise.all(queries.map((query) => read(snapshot, query))),
};

async function read(snapshot: Snapshot, query: string): Promise<Sought | null> {
  const [readings, alike] = await Promise.all([
    snapshot.read<ReadQuery>(
      sql`
      SELECT DISTINCT a.arm::int, l.language, q.query::text
      FROM search_language l
      CROSS JOIN unnest(${armsOf(query)}::text[]) WITH ORDINALITY AS a(words, arm)
      CROSS JOIN LATERAL (
        SELECT websearch_to_tsquery(('parley_' || l.language)::regconfig, a.words)
        -- Some stemmers go by the accents: what they stem is kept both ways, and looked for both ways.
        UNION ALL
        SELECT websearch_to_tsquery(l.language::regconfig, a.words) WHERE l.language NOT IN ('simple', 'english')
      ) AS q(query)
      WHERE ${occurring(snapshot)}
      ORDER BY 1, 2, 3`,
      ALONE,
    ),
    mayBeName(query)
      ? snapshot.read<{ id: string }>(
          sql`
          SELECT l.id FROM search_names_like(${query}, ${snapshot.position}) l ${thereAmong(snapshot)}
          ORDER BY l.score DESC, l.id LIMIT ${ALIKE_MOST}`,
          ALONE,
        )
      : [],
  ]);
  if (alike.length === 0 && isOnlyExclusion(readings)) {
    throw new ReadRefusedError('BAD_QUERY', 'A search needs something to look for, beside what is not to be there.');
  }
  return soughtIn(
    readings,
    alike.map(({ id }) => id),
  );
}

/**
 * Of the languages `l` those that occurred by then, so that what is recorded later changes nothing of what was; and in
 * what is there for the reader: another would tell of what is not.
 */
function occurring(snapshot: Snapshot) {
  const { hidden, position } = snapshot;
  if (hidden.size === 0) return sql`l.first_position <= ${position}`;
  return sql`EXISTS (
    SELECT FROM search_statement s WHERE s.words @@ format('%L', '@' || l.language)::tsquery
      AND s.from_position <= ${position} ${snapshot.isThere(sql`s.negotiation_id`)})`;
}

/** Of actors `l` those that are there for the reader. */
function thereAmong(snapshot: Snapshot) {
  if (snapshot.hidden.size === 0) return empty;
  return sql`JOIN actor a ON a.id = l.id AND a.from_position <= ${snapshot.position} AND a.until_position > ${snapshot.position}
    ${snapshot.isThere(sql`a.negotiation_id`)}`;
}

/** The statements that a search finds, in an order. */
export function statementsFound(query: string, scope: SearchScope, order: SearchOrder): List<Found> {
  return {
    name: `search ${order}`,
    table: async (snapshot) => {
      const sought = await snapshot.load(soughtBy, query);
      if (sought === null) return sql`(SELECT NULL::uuid AS id, 0 AS score, 0::bigint AS first_position WHERE false)`;
      const matching = matches(sought, scope, snapshot);
      if (order === 'NEWEST_RECORDED') {
        return sql`(SELECT s.statement_id AS id, 0 AS score, s.first_position ${matching})`;
      }
      const score = sql`(ts_rank_cd(m.words, ${sought.words ?? ''}::tsquery, 32) * 1000000)::int`;
      return sql`(
        SELECT m.statement_id AS id, ${sought.words === null ? sql`0` : score} AS score, m.first_position
        FROM (SELECT s.* ${matching} ORDER BY s.first_position DESC LIMIT ${RANKED_MOST}) m)`;
    },
    columns: sql`t.id, t.score, t.first_position AS "firstPosition"`,
    parent: null,
    order: order === 'RELEVANCE' ? [['score', 'int'], BY_FIRST_POSITION] : [BY_FIRST_POSITION],
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: [query, scope],
  };
}

const BY_FIRST_POSITION = ['firstPosition', 'bigint'] as const;

/** `FROM` and `WHERE` of the versions `s` that match. With a filter each is joined to its statement `t`. */
function matches(sought: Sought, { filter, negotiationId }: SearchScope, snapshot: Snapshot) {
  const { position } = snapshot;
  const { found, unordered } = sought;
  const isFiltered = Object.values(filter).some((value) => value !== null && value !== undefined);
  return sql`
    FROM search_statement s
    ${isFiltered ? sql`JOIN statement t ON t.id = s.statement_id AND t.from_position = s.from_position` : empty}
    WHERE s.words @@ ${found}::tsquery
      ${unordered === found ? empty : sql`AND s.words @@ ${unordered}::tsquery`}
      AND s.from_position <= ${position} AND s.until_position > ${position} AND s.first_position <= ${position}
      ${snapshot.isThere(sql`s.negotiation_id`)}
      ${negotiationId === null ? empty : sql`AND s.negotiation_id = ${negotiationId}::uuid`}
      ${isFiltered ? sql`AND ${statementsWhere(filter, sql`${position}`)}` : empty}`;
}

/** Actors by how like a name is to one of theirs, the likest first. */
export function actorsLike(name: string): List<ActorModel & { score: number }> {
  return {
    name: 'actors like',
    table: async (snapshot) => {
      const { position } = snapshot;
      return sql`(
        SELECT a.*, l.score FROM search_names_like(${name}, ${position}) l
        JOIN actor a ON a.id = l.id AND a.from_position <= ${position} AND a.until_position > ${position}
          ${snapshot.isThere(sql`a.negotiation_id`)})`;
    },
    columns: sql`${columns(Prisma.ActorScalarFieldEnum)}, t.score`,
    parent: null,
    order: [
      ['score', 'int'],
      ['id', 'uuid'],
    ],
    direction: 'DESC',
    where: sql`true`,
    inForce: () => sql`true`,
    narrowing: name,
  };
}
