import { GraphQLError, Kind } from 'graphql';
import type { Attempt, Attempts } from '../ledger/attempts.ts';
import { BadKeyError, ForbiddenError, type Identify, NotPublicError, TooManyWrongKeysError } from './policy.ts';

/** Notes in the audit that somebody asked for what they may not, when that is what an operation was refused for. */
export function noteDenial(error: unknown, attempts: Attempts): void {
  const [denied, node] = error instanceof GraphQLError ? [error.originalError, error.nodes?.[0]] : [error, undefined];
  if (denied instanceof NotPublicError) void attempts.note(byNobody('read', denied));
  if (!(denied instanceof ForbiddenError)) return;
  const { viewer, negotiationId } = denied;
  void attempts.note({
    accountId: viewer.accountId,
    keyId: viewer.keyId,
    negotiationId,
    // By its own name: an alias is the caller's word.
    operation: node?.kind === Kind.FIELD ? node.name.value : 'operation',
    outcome: 'DENIED',
    reason: denied.code,
  });
}

/** Notes in the audit when somebody shows what opens nothing here. */
export function auditing(identify: Identify, attempts: Attempts): Identify {
  return async (given, address) => {
    try {
      return await identify(given, address);
    } catch (error) {
      if (error instanceof BadKeyError || error instanceof TooManyWrongKeysError)
        await attempts.note(byNobody('authenticate', error));
      throw error;
    }
  };
}

/** What somebody tried of whom nothing is known: not even their address is kept. */
function byNobody(operation: string, { code: reason }: BadKeyError | TooManyWrongKeysError): Attempt {
  return { accountId: null, keyId: null, negotiationId: null, operation, outcome: 'DENIED', reason };
}
