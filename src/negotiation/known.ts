import type { Context } from '../graphql/context.ts';
import { readId } from '../graphql/ids.ts';
import { ReadRefusedError } from '../ledger/errors.ts';
import { negotiationById } from './store.ts';

/**
 * The row id of a negotiation that is to be followed: an id that the record does not know would be silent for ever.
 * @throws ReadRefusedError BAD_ID, NOT_FOUND
 */
export async function knownNegotiation(context: Context, given: string): Promise<string> {
  const id = readId('Negotiation', given);
  const now = await context.now();
  if ((await now.load(negotiationById, id)) === null) {
    throw new ReadRefusedError('NOT_FOUND', `The record has no negotiation with the id “${given}”.`);
  }
  return id;
}
