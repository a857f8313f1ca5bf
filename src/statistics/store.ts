import { ALONE } from '../database/connect.ts';
import type { StatementModel } from '../database/generated/models.ts';
import { raw, type Sql, sql } from '../ledger/page.ts';
import type { Batch, Snapshot } from '../ledger/snapshot.ts';
import type { Touched } from '../ledger/touched.ts';
import { type Count, type Days, type Series, seriesOf } from './rules.ts';

/** Some days of a negotiation. */
export interface Period extends Days {
  readonly negotiationId: string;
}

/**
 * The middle of when something was; of a day somewhat later, so that wherever it was reckoned, from ten hours behind UTC to
 * thirteen ahead, that lies on the same calendar day in UTC.
 */
const SAID = sql`(t.said_earliest + (t.said_latest - t.said_earliest) / 2
  + CASE t.said_precision WHEN 'DAY' THEN interval '90 minutes' ELSE interval '0' END)`;
const PUBLISHED = sql`r.published_earliest + (r.published_latest - r.published_earliest) / 2`;

/**
 * The statements `t` that stand at a position and were said in a period `k`, as far as the day is known. The last
 * instant of such a day, which the index goes by, is at most half of the longest day (25 hours) past its middle.
 */
function saidIn(position: bigint): Sql {
  return sql`
    t.negotiation_id = k.negotiation_id AND t.state = 'PUBLISHED'
    AND t.from_position <= ${position} AND t.until_position > ${position}
    AND t.said_precision NOT IN ('YEAR', 'MONTH')
    AND t.said_latest >= k.first_day AND t.said_latest < k.last_day + interval '37 hours'
    AND ${SAID} >= k.first_day AND ${SAID} < k.last_day + interval '24 hours'`;
}

/** Something of many periods in one query: `each` selects from a period `k`. */
async function ofEach<Row extends object>(snapshot: Snapshot, periods: readonly Period[], each: Sql): Promise<Row[][]> {
  const days = (name: 'from' | 'to') => periods.map((period) => period[name].toISOString());
  const rows = await snapshot.read<Row & { nth: number }>(
    sql`
    SELECT k.nth::int, v.*
    FROM unnest(${periods.map(({ negotiationId }) => negotiationId)}::uuid[], ${days('from')}::timestamptz[],
                ${days('to')}::timestamptz[]) WITH ORDINALITY AS k(negotiation_id, first_day, last_day, nth)
    CROSS JOIN LATERAL (${each}) v`,
    ALONE,
  );
  const found = periods.map((): Row[] => []);
  for (const { nth, ...row } of rows) found[nth - 1]?.push(row as unknown as Row);
  return found;
}

const cacheKey = ({ negotiationId, from, to }: Period) => `${negotiationId} ${from.getTime()} ${to.getTime()}`;

/** Parties are worked out by what is part of what, lags by when reports came out. */
function touches(touched: Touched, { negotiationId }: Period): void {
  touched.negotiation(negotiationId);
  touched.kind('Organization', 'Report');
}

/** Counts of each day, by a value of each statement. */
function perDay<Value>(value: Sql, join = sql``): Batch<Period, Series<Value>[]> {
  return {
    cacheKey,
    touches,
    load: async (snapshot, periods) => {
      const counts = await ofEach<Count<Value>>(
        snapshot,
        periods,
        sql`
          SELECT ${value} AS value, (${SAID})::date AS day, count(*)::int AS statements
          FROM statement t ${join} WHERE ${saidIn(snapshot.position)} GROUP BY 1, 2`,
      );
      return counts.map(seriesOf);
    },
  };
}

/** All of them, in one series where there are any. */
export const all = perDay<null>(sql`null::text`);

/**
 * The first and the last day on which anything was said; null when nothing was, as far as the day is known. Looked for from
 * either end: whatever was said on that day ends at most as much later as a day is long, wherever it was reckoned.
 */
export const daysSaid: Batch<string, Days | null> = {
  touches: (touched, negotiationId) => touched.negotiation(negotiationId),
  load: async (snapshot, negotiationIds) => {
    const standing = sql`
      t.negotiation_id = k.id AND t.state = 'PUBLISHED' AND t.said_precision NOT IN ('YEAR', 'MONTH')
      AND t.from_position <= ${snapshot.position} AND t.until_position > ${snapshot.position}`;
    const end = (direction: 'ASC' | 'DESC') => sql`
      SELECT t.said_latest FROM statement t WHERE ${standing}
      ORDER BY t.said_latest ${raw(direction)}, t.said_earliest ${raw(direction)}, t.first_position ${raw(direction)} LIMIT 1`;
    const day = (value: Sql, within: Sql) =>
      sql`(SELECT ${value}::date FROM statement t WHERE ${standing} AND ${within})::timestamptz`;
    const rows = await snapshot.read<Days & { negotiationId: string }>(
      sql`
      SELECT k.id AS "negotiationId",
             ${day(sql`min(${SAID})`, sql`t.said_latest <= first.said_latest + interval '37 hours'`)} AS "from",
             ${day(sql`max(${SAID})`, sql`t.said_latest >= last.said_latest - interval '37 hours'`)} AS "to"
      FROM unnest(${[...negotiationIds]}::uuid[]) AS k(id)
      CROSS JOIN LATERAL (${end('ASC')}) first
      CROSS JOIN LATERAL (${end('DESC')}) last`,
      ALONE,
    );
    const found = new Map(rows.map(({ negotiationId, from, to }) => [negotiationId, { from, to }]));
    return negotiationIds.map((id) => found.get(id) ?? null);
  },
};

export const bySpeechAct = perDay<StatementModel['speechActs'][number]>(
  sql`a.act`,
  sql`CROSS JOIN unnest(t.speech_acts::text[]) AS a(act)`,
);

export const byAttributionLevel = perDay<StatementModel['attributionLevel']>(sql`t.attribution_level::text`);

/** By the party on whose behalf it was said, itself or whatever is part of it; null for nobody's, or another's. */
export const byParty: Batch<Period, Series<string | null>[]> = {
  cacheKey,
  touches,
  load: async (snapshot, periods) => {
    const inForce = (alias: string) =>
      sql`${raw(alias)}.from_position <= ${snapshot.position} AND ${raw(alias)}.until_position > ${snapshot.position}`;
    const counts = await ofEach<Count<string | null>>(
      snapshot,
      periods,
      sql`
        WITH RECURSIVE body(id, party_id, depth) AS (
          SELECT p.actor_id, p.actor_id, 0 FROM participation p
          WHERE p.negotiation_id = k.negotiation_id AND ${inForce('p')}
          UNION
          SELECT a.id, body.party_id, body.depth + 1 FROM actor a JOIN body ON a.parent_id = body.id WHERE ${inForce('a')}
        ), nearest AS (
          SELECT DISTINCT ON (id) id, party_id FROM body ORDER BY id, depth
        )
        SELECT n.party_id AS value, (${SAID})::date AS day, count(*)::int AS statements
        FROM statement t LEFT JOIN nearest n ON n.id = t.on_behalf_of_id
        WHERE ${saidIn(snapshot.position)} GROUP BY 1, 2`,
    );
    return counts.map(seriesOf);
  },
};

/** How many statements were said in a period. */
export const total: Batch<Period, number> = counting(
  (position) => sql`SELECT count(*)::int AS statements FROM statement t WHERE ${saidIn(position)}`,
);

/**
 * How many statements may have been said in a period, of which only the month or the year is known. The last instant of
 * such a year is at most a year past the period.
 */
export const dayUnknown: Batch<Period, number> = counting(
  (position) => sql`
    SELECT count(*)::int AS statements FROM statement t
    WHERE t.negotiation_id = k.negotiation_id AND t.state = 'PUBLISHED' AND k.first_day <= k.last_day
      AND t.from_position <= ${position} AND t.until_position > ${position}
      AND t.said_precision IN ('YEAR', 'MONTH') AND t.said_earliest < k.last_day + interval '24 hours'
      AND t.said_latest >= k.first_day AND t.said_latest < k.last_day + interval '368 days'`,
);

function counting(counted: (position: bigint) => Sql): Batch<Period, number> {
  return {
    cacheKey,
    touches,
    load: async (snapshot, periods) => {
      const found = await ofEach<{ statements: number }>(snapshot, periods, counted(snapshot.position));
      return found.map(([row]) => row?.statements ?? 0);
    },
  };
}

/** How many corrections entered the record on each day, out of the part of it that was recorded on these days. */
export const corrections: Batch<Period, Series<'CORRECTED'>> = {
  cacheKey,
  touches,
  load: async (snapshot, periods) => {
    const counts = await ofEach<Count<'CORRECTED'>>(
      snapshot,
      periods,
      sql`
        SELECT 'CORRECTED' AS value, l.recorded_at::date AS day, count(*)::int AS statements
        FROM ledger l
        WHERE l.negotiation_id = k.negotiation_id AND l.action = 'CORRECTED' AND l.subject_type = 'Statement' AND l.position <= ${snapshot.position}
          AND l.position >= (SELECT position FROM ledger WHERE recorded_at >= k.first_day
                             ORDER BY recorded_at, position LIMIT 1)
          AND l.position <= (SELECT position FROM ledger WHERE recorded_at < k.last_day + interval '24 hours'
                             ORDER BY recorded_at DESC, position DESC LIMIT 1)
        GROUP BY 2`,
    );
    return counts.map((found) => seriesOf(found)[0] ?? { value: 'CORRECTED', statements: 0, days: [] });
  },
};

/** A lag in the middle of many: half are shorter, half longer. */
export interface Lag {
  readonly seconds: number | null;
  readonly statements: number;
}

/** How long it took from when something was said until an instant, where it is known to the hour when that was. */
function lagUntil(instant: Sql, join: (position: bigint) => Sql): Batch<Period, Lag> {
  return {
    cacheKey,
    touches,
    load: async (snapshot, periods) => {
      const found = await ofEach<Lag>(
        snapshot,
        periods,
        sql`
          SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM ${instant} - (${SAID}))::float8))
                   AS seconds, count(*)::int AS statements
          FROM statement t ${join(snapshot.position)}
          WHERE ${saidIn(snapshot.position)} AND t.said_precision <> 'DAY' AND ${instant} IS NOT NULL`,
      );
      return found.map(([row]) => row ?? { seconds: null, statements: 0 });
    },
  };
}

/** Until it entered the record. */
export const lagToRecord = lagUntil(sql`l.recorded_at`, () => sql`JOIN ledger l ON l.position = t.first_position`);

/** Until the first report of it came out. */
export const lagToReport = lagUntil(
  sql`e.published`,
  (position) => sql`
    CROSS JOIN LATERAL (
      SELECT min(${PUBLISHED}) AS published FROM appearance p JOIN report r ON r.id = p.report_id
      WHERE p.statement_id = t.id AND p.from_position <= ${position} AND p.until_position > ${position}
        AND r.from_position <= ${position} AND r.until_position > ${position}
        AND r.published_precision IN ('HOUR', 'MINUTE', 'EXACT')
    ) e`,
);
