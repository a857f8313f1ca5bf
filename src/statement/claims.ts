import type { InputRef } from '@pothos/core';
import type { StatementModel } from '../database/generated/models.ts';
import type { PlannedRow } from '../ledger/plan.ts';
import type { Work } from '../ledger/work.ts';

export type ClaimModel = 'stance' | 'estimate' | 'impact' | 'countClaim' | 'transitClaim';

/** The statement that a claim is made in, as it is about to be written. */
export type Claiming = Pick<StatementModel, 'negotiationId' | 'speakerId' | 'descriptor' | 'onBehalfOfId' | 'viewOfId'>;

/**
 * A kind of thing that a statement can say about something else of the record: a stance on a term, an
 * estimate of an outcome. The concept that it is about adds it here, so that statements know none of them.
 */
export interface ClaimKind {
  /** The field of a statement's input that lists them. */
  readonly field: string;
  /** Prisma's name of the table. Its rows have `statementId`, `ordinal` and the dates of the statement. */
  readonly model: ClaimModel;
  readonly input: InputRef<unknown>;
  readonly description: string;
  /** One claim's own columns; what is wrong with it is noted at `path`. */
  readonly plan: (claim: never, statement: Claiming, work: Work, path: readonly (string | number)[]) => PlannedRow;
}

export const claimKinds: ClaimKind[] = [];

export function claimKind<Ref extends InputRef<unknown>>(
  kind: Omit<ClaimKind, 'plan' | 'input'> & {
    readonly input: Ref;
    readonly plan: (
      claim: Ref extends InputRef<infer Claim> ? Claim : never,
      statement: Claiming,
      work: Work,
      path: readonly (string | number)[],
    ) => PlannedRow;
  },
): void {
  claimKinds.push(kind as unknown as ClaimKind);
}
