import type { DraftModel } from '../database/generated/models.ts';
import type { Problem } from '../ledger/errors.ts';

export type DraftState = DraftModel['state'];

/** What is done to a draft. */
export type Deed = 'edit' | 'submit' | 'return' | 'publish' | 'embargo' | 'lift' | 'kill';

const MAY: Record<Deed, readonly DraftState[]> = {
  edit: ['DRAFT', 'SUBMITTED', 'FAILED'],
  submit: ['DRAFT', 'FAILED'],
  return: ['SUBMITTED'],
  publish: ['DRAFT', 'SUBMITTED', 'FAILED'],
  embargo: ['DRAFT', 'SUBMITTED', 'FAILED', 'EMBARGOED'],
  lift: ['EMBARGOED'],
  kill: ['EMBARGOED'],
};

const STANDS: Record<DraftState, string> = {
  DRAFT: 'is being written',
  SUBMITTED: 'is submitted already',
  EMBARGOED: 'is under embargo',
  FAILED: 'could not be published when its embargo ended',
  PUBLISHED: 'is published',
  DISCARDED: 'is discarded',
};

/** Why something cannot be done to a draft as it stands, or null. */
export function deedProblem(deed: Deed, state: DraftState): string | null {
  if (MAY[deed].includes(state)) return null;
  const instead = state === 'EMBARGOED' ? '; lift the embargo to publish it now, or kill it to go on writing' : '';
  return `${STANDS[state]}${instead}.`;
}

/** Why an embargo cannot end at an instant, or null. */
export function embargoProblem(until: Date, now: Date): string | null {
  return now < until ? null : 'is not in the future.';
}

/**
 * What keeps somebody from letting a draft be published where that takes four eyes: whoever wrote any of it does not
 * decide, and whoever decides says which revision they read.
 */
export function fourEyesProblems(
  { writers, revision }: { readonly writers: readonly string[]; readonly revision: number | null },
  editor: string | null,
): Problem[] {
  const problems: Problem[] = [];
  if (editor === null || writers.includes(editor))
    problems.push({ path: ['draftId'], message: 'was written by you, so another editor has to decide on it.' });
  if (revision === null) problems.push({ path: ['revision'], message: 'is missing; say which revision you read.' });
  return problems;
}
