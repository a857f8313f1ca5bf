import { ReadRefusedError } from '../ledger/errors.ts';
import type { AsOf } from '../ledger/ledger.ts';

/** The argument `asOf`, as the ledger takes it. GraphQL holds it to one of the two. */
export function readAsOf(given: { cursor?: string | null; instant?: Date | null } | null | undefined): AsOf | null {
  if (given === null || given === undefined) return null;
  if (given.cursor) return { cursor: given.cursor };
  if (given.instant) return { instant: given.instant };
  throw new ReadRefusedError('BAD_CURSOR', 'asOf needs a cursor or an instant.');
}
