import { ConflictError, WithdrawnError } from '../ledger/errors.ts';
import type { SubjectRows } from '../ledger/subjects.ts';
import type { Work } from '../ledger/work.ts';

/** A statement that takes changes. @throws WithdrawnError */
export function theStanding(
  statementId: string,
  work: Work,
  path: readonly string[] = ['statementId'],
): SubjectRows['Statement'] {
  const statement = work.the('Statement', statementId, path);
  if (statement.state !== 'PUBLISHED') {
    throw new WithdrawnError(`This statement is ${statement.state.toLowerCase()} and takes no more changes.`);
  }
  return statement;
}

/** @throws ConflictError when it was changed since the caller read it */
export function checkRevision(statement: SubjectRows['Statement'], revision: number): void {
  if (statement.revision !== revision) {
    throw new ConflictError(
      `This was written against revision ${revision}; the one in force is ${statement.revision}. Read it, then decide again.`,
      statement.revision,
    );
  }
}
