import type { Context } from '../graphql/context.ts';
import { knownNegotiation } from '../negotiation/known.ts';
import { requireRole, requireRoleSomewhere } from './policy.ts';

/**
 * The row id of a negotiation of which somebody asks for what is the desk's own. Whoever may ask for that nowhere is refused
 * before it is looked whether there is such a one: what they tried is the same whatever they name, and one entry a minute.
 * @throws ForbiddenError, ReadRefusedError
 */
export async function talksOfDesk(context: Context, given: string): Promise<string> {
  requireRoleSomewhere(context.viewer, 'REPORTER');
  const id = await knownNegotiation(context, given);
  requireRole(context, 'REPORTER', id);
  return id;
}
