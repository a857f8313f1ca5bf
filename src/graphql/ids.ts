import { ReadRefusedError } from '../ledger/errors.ts';
import { readGlobalId, type SubjectType } from '../ledger/subjects.ts';

/**
 * The row id in a global id that an argument gives.
 * @throws ReadRefusedError BAD_ID for what is no id of one of the kinds
 */
export function readId(types: SubjectType | readonly SubjectType[], given: string): string;
export function readId(types: SubjectType | readonly SubjectType[], given: string | null | undefined): string | null;
export function readId(types: SubjectType | readonly SubjectType[], given: string | null | undefined): string | null {
  if (given === null || given === undefined) return null;
  const read = readGlobalId(given);
  if (read === null || !([types].flat() as string[]).includes(read.type)) {
    throw new ReadRefusedError('BAD_ID', `“${given}” is not the id of ${[types].flat().join(' or ')}.`);
  }
  return read.id;
}
