import type { StatementModel } from '../database/generated/models.ts';
import type { Work } from '../ledger/work.ts';

/** Notes a problem when a statement that is cited as evidence was said in other talks, or does not stand. */
export function checkCited(
  statement: Pick<StatementModel, 'id' | 'negotiationId' | 'state'> | null,
  negotiationId: string,
  work: Work,
  path: readonly string[] = ['statementId'],
): void {
  if (statement === null) return;
  work.sameNegotiation(negotiationId, statement, path);
  if (statement.state !== 'PUBLISHED') {
    work.problem(path, `is ${statement.state.toLowerCase()}; cite a statement that stands.`);
  }
  work.restOn({ type: 'Statement', id: statement.id });
}
