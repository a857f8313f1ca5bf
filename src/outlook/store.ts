import { Prisma } from '../database/connect.ts';
import type { EstimateModel, OutcomeModel } from '../database/generated/models.ts';
import { columns, type List, type Sql, sql } from '../ledger/page.ts';
import { type At, type Batch, byId, listBy, type Snapshot } from '../ledger/snapshot.ts';
import { type HolderScore, scoreHolders, scoreOf } from './rules.ts';

export const outcomeById = byId<OutcomeModel>((at, ids) =>
  at.prisma.outcome.findMany({ where: { id: { in: ids }, ...at.inForce } }),
);

/** The likelihoods that a statement gives, in its own order. */
export const estimatesOfStatement = listBy<EstimateModel>('statementId', (at, ids) =>
  at.prisma.estimate.findMany({ where: { statementId: { in: ids }, ...at.inForce }, orderBy: { ordinal: 'asc' } }),
);

/** A negotiation's outcomes, the one posed last first. */
export function outcomesIn(): List<OutcomeModel> {
  return {
    name: 'outcomes',
    table: 'outcome',
    columns: columns(Prisma.OutcomeScalarFieldEnum),
    parent: 'negotiation_id',
    order: [['firstPosition', 'bigint']],
    direction: 'DESC',
    where: sql`true`,
    narrowing: null,
  };
}

const ESTIMATE_COLUMNS = columns(Prisma.EstimateScalarFieldEnum);

/** The estimates of an outcome, the one said last first. */
export function estimatesOf(): List<EstimateModel> {
  return {
    name: 'estimates',
    table: 'estimate',
    columns: ESTIMATE_COLUMNS,
    parent: 'outcome_id',
    order: [
      ['saidLatest', 'timestamptz'],
      ['saidEarliest', 'timestamptz'],
      ['firstPosition', 'bigint'],
      ['ordinal', 'int'],
    ],
    direction: 'DESC',
    where: sql`true`,
    narrowing: null,
  };
}

/**
 * What tells the source of one statement `s` from that of another: whose view it is, else the speaker, else
 * whoever is described together with the organization spoken for. One of unknown origin stands for itself.
 */
export const SOURCE_KEY = sql`coalesce(s.view_of_id::text, s.speaker_id::text,
  lower(s.descriptor) || ' ' || coalesce(s.on_behalf_of_id::text, ''), s.on_behalf_of_id::text, s.id::text)`;

/** The same for an estimate `t`, whose holder may be somebody else than the source; as `holderOf` reads it. */
const HOLDER_KEY = sql`coalesce(t.holder_id::text, lower(t.holder), ${SOURCE_KEY})`;

/** Holders whose estimates are given together. */
export const HOLDERS_MOST = 100;
/** Estimates of one outcome that are scored. */
export const SCORED_MOST = 1_000;

/** The estimate that each holder gave last of an outcome, the one said last first. */
export const latestEstimates: Batch<string, At<EstimateModel>[]> = {
  load: async (snapshot, ids) => {
    const each = sql`SELECT DISTINCT ON (${HOLDER_KEY}) ${ESTIMATE_COLUMNS} ${estimatesOfOutcome(snapshot)}
      ORDER BY ${HOLDER_KEY}, t.said_latest DESC, t.said_earliest DESC, t.first_position DESC, t.ordinal DESC`;
    const rows = await lastSaid<EstimateModel>(snapshot, ids, each, HOLDERS_MOST);
    return grouped(ids, snapshot.hold(rows));
  },
};

/** A holder's score, and one of the estimates that it is of, which says whose it is. */
export type Scored = At<HolderScore & { readonly estimate: EstimateModel }>;

/** Each holder's score on an outcome, the best first; none while it is open. */
export const scoresOf: Batch<string, Scored[]> = {
  load: async (snapshot, ids) => {
    const each = sql`SELECT ${ESTIMATE_COLUMNS}, ${HOLDER_KEY} AS "holderKey" ${estimatesOfOutcome(snapshot)}
      AND t.low IS NOT NULL AND t.high IS NOT NULL`;
    const rows = grouped(ids, await lastSaid<EstimateModel & { holderKey: string }>(snapshot, ids, each, SCORED_MOST));
    const outcomes = await Promise.all(ids.map((id) => snapshot.load(outcomeById, id)));
    return outcomes.map((outcome, index) => {
      if (outcome === null) return [];
      const scored = (rows[index] ?? []).filter((row) => scoreOf(row, outcome) !== null);
      const estimates = new Map(scored.map((row) => [row.holderKey, row]));
      const scores = scoreHolders(scored, outcome.resolution === 'OCCURRED').slice(0, HOLDERS_MOST);
      return snapshot.hold(
        scores.flatMap((score) => {
          const estimate = estimates.get(score.holderKey);
          return estimate ? [{ ...score, estimate }] : [];
        }),
      );
    });
  },
};

/** The estimates `t` in force of the outcome `k`, with their statements `s`. */
function estimatesOfOutcome({ position }: Snapshot): Sql {
  return sql`FROM estimate t
    JOIN statement s ON s.id = t.statement_id AND s.from_position <= ${position} AND s.until_position > ${position}
    WHERE t.outcome_id = k.id AND t.from_position <= ${position} AND t.until_position > ${position}`;
}

/** Those of `each` outcome that were said last, in one statement for all the outcomes. */
function lastSaid<Row>(snapshot: Snapshot, ids: readonly string[], each: Sql, most: number): Promise<Row[]> {
  const newestFirst = sql`"saidLatest" DESC, "saidEarliest" DESC, "firstPosition" DESC, ordinal DESC`;
  return snapshot.prisma.$queryRaw<Row[]>`
    SELECT v.* FROM unnest(${[...ids]}::uuid[]) AS k(id)
    CROSS JOIN LATERAL (SELECT * FROM (${each}) AS e ORDER BY ${newestFirst} LIMIT ${most}) AS v
    ORDER BY ${newestFirst}`;
}

function grouped<Row extends EstimateModel>(ids: readonly string[], rows: readonly Row[]): Row[][] {
  const lists = new Map<string, Row[]>(ids.map((id) => [id, []]));
  for (const row of rows) lists.get(row.outcomeId)?.push(row);
  return ids.map((id) => lists.get(id) ?? []);
}
