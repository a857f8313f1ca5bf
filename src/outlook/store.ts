import { Prisma } from '../database/connect.ts';
import type { EstimateModel, OutcomeModel } from '../database/generated/models.ts';
import { columns, table } from '../ledger/columns.ts';
import { type List, sql } from '../ledger/page.ts';
import type { At, Batch } from '../ledger/snapshot.ts';
import { byId, listBy } from '../ledger/versions.ts';
import { type Claims, claimsAbout, latestClaims, readClaims } from '../statement/claim-list.ts';
import { type HolderScore, scoreHolders, scoreOf } from './rules.ts';

export const outcomeById = byId<OutcomeModel>(table('outcome', Prisma.OutcomeScalarFieldEnum));

/** The likelihoods that a statement gives, in its own order. */
export const estimatesOfStatement = listBy<EstimateModel>(
  table('estimate', Prisma.EstimateScalarFieldEnum),
  'statementId',
  sql`t.ordinal`,
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

const ESTIMATES: Claims<EstimateModel> = {
  table: 'estimate',
  columns: columns(Prisma.EstimateScalarFieldEnum),
  about: 'outcomeId',
};

/** The estimates of an outcome, the one said last first. */
export function estimatesOf(): List<EstimateModel> {
  return claimsAbout(ESTIMATES);
}

/** Holders whose estimates are given together. */
export const HOLDERS_MOST = 100;
/** Estimates of one outcome that are scored. */
export const SCORED_MOST = 1_000;

/** The estimate that each holder gave last of an outcome, the one said last first. */
export const latestEstimates = latestClaims(ESTIMATES, HOLDERS_MOST);

/** A holder's score, and one of the estimates that it is of, which says whose it is. */
export type Scored = At<HolderScore & { readonly estimate: EstimateModel }>;

/** Each holder's score on an outcome, the best first; none while it is open. */
export const scoresOf: Batch<string, Scored[]> = {
  touches: (touched, id) => touched.within(id, ['Statement', 'Outcome']),
  load: async (snapshot, ids) => {
    const rows = await readClaims<EstimateModel, { holderKey: string }>(snapshot, ESTIMATES, ids, {
      // As `holderOf` reads it, who may be somebody else than the source; one of unknown origin stands for itself.
      also: sql`, coalesce(t.whose, t.statement_id) AS "holderKey"`,
      where: sql`t.low IS NOT NULL AND t.high IS NOT NULL`,
      most: SCORED_MOST,
    });
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
