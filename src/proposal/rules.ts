import { compareForReading, type Interval } from '../date/rules.ts';

export type ProposalStatus = 'TABLED' | 'COUNTERED' | 'ACCEPTED' | 'REJECTED' | 'LAPSED';
export type AnswerKind = 'ACCEPT' | 'REJECT' | 'COUNTER';

/** What a proposal's status rests on. `toIds` are the parties whose acceptance it needs. */
export interface Tabled {
  readonly byId: string;
  readonly toIds: readonly string[];
  readonly lapsed: boolean;
}

export interface Answer {
  readonly byId: string;
  readonly kind: AnswerKind;
}

/** How many answers a proposal takes: where it stands is read from all of them. */
export const ANSWERS_MOST = 100;

/** An answer as it is kept: who gave it and what it was are gone once its statement is expunged. */
interface Kept {
  readonly byId: string | null;
  readonly kind: AnswerKind | null;
  readonly statementId: string;
}

function isLegible<A extends Kept>(answer: A): answer is A & Answer {
  return answer.byId !== null && answer.kind !== null;
}

/** What an answer's weight and place rest on: the statement that it was given in. */
export interface GivenIn {
  readonly stands: boolean;
  readonly said: Interval;
}

/**
 * The answers that count, oldest first: those whose statement stands, by when it was said, whatever order they
 * were recorded in. Said at the same time, they keep the order in which they come, which is that of the record.
 */
export function answersThatCount<A extends Kept>(
  answers: readonly A[],
  statements: ReadonlyMap<string, GivenIn>,
): (A & Answer)[] {
  return answers
    .flatMap((answer) => {
      const given = statements.get(answer.statementId);
      return given?.stands && isLegible(answer) ? [{ answer, said: given.said }] : [];
    })
    .sort((a, b) => compareForReading(a.said, b.said))
    .map(({ answer }) => answer);
}

/**
 * Where a proposal stands, given what is in force of the answers to it, oldest first:
 * - LAPSED when marked so, and it stays that, whatever was answered before or after;
 * - ACCEPTED from the moment when every party in `toIds` accepts at once; a later change of heart
 *   is a breakdown (an event), not an answer;
 * - otherwise by each party's latest answer: REJECTED if one rejects, else COUNTERED if one
 *   counters, else TABLED, which is also where a half-accepted proposal stands.
 * Answers by anyone else (a mediator, an observer) change nothing. With nobody to answer it, it
 * stays TABLED.
 */
export function statusOf(
  answers: readonly Answer[],
  { toIds, lapsed }: Pick<Tabled, 'toIds' | 'lapsed'>,
): ProposalStatus {
  if (lapsed) return 'LAPSED';
  const latest = new Map<string, AnswerKind>();
  for (const { byId, kind } of answers) {
    if (!toIds.includes(byId)) continue;
    latest.set(byId, kind);
    if (toIds.every((id) => latest.get(id) === 'ACCEPT')) return 'ACCEPTED';
  }
  const kinds = [...latest.values()];
  if (kinds.includes('REJECT')) return 'REJECTED';
  return kinds.includes('COUNTER') ? 'COUNTERED' : 'TABLED';
}

/** Why `byId` cannot answer the proposal now, in a sentence, or null. `answers` as in `statusOf`. */
export function answerProblem(proposal: Tabled, answers: readonly Answer[], byId: string): string | null {
  if (byId === proposal.byId) return 'The party that tabled the proposal cannot answer it.';
  if (!proposal.toIds.includes(byId)) return 'Only a party whose acceptance the proposal needs can answer it.';
  switch (statusOf(answers, proposal)) {
    case 'LAPSED':
      return 'The proposal has lapsed; table a new one instead.';
    case 'ACCEPTED':
      return 'Every party has accepted the proposal; record a change of heart as an event.';
    case 'TABLED':
    case 'COUNTERED':
    case 'REJECTED':
      return null;
  }
}

/** Why a proposal cannot be made by one actor to others, or null. */
export function partiesProblem(byId: string, toIds: readonly string[]): string | null {
  if (toIds.length === 0) return 'is empty; a proposal is made to somebody.';
  if (toIds.includes(byId)) return 'names the party that tables the proposal; it need not accept its own.';
  return new Set(toIds).size < toIds.length ? 'names a party twice.' : null;
}

/** Why an answer of a kind cannot come with a counter-proposal (null when it comes with none), or null. */
export function counterProblem(kind: AnswerKind, proposalId: string, counterProposalId: string | null): string | null {
  if (counterProposalId === null) return null;
  if (kind !== 'COUNTER') return 'goes with the answer COUNTER only.';
  return counterProposalId === proposalId ? 'is the proposal itself.' : null;
}
