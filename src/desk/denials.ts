import { GraphQLError, Kind } from 'graphql';
import type { Attempts } from '../ledger/attempts.ts';
import type { Authenticate } from './keys.ts';
import { BadKeyError, ForbiddenError } from './policy.ts';

/** Notes in the audit that somebody asked for what they may not, when that is what an operation was refused for. */
export function noteDenial(error: unknown, attempts: Attempts): void {
  const [denied, node] = error instanceof GraphQLError ? [error.originalError, error.nodes?.[0]] : [error, undefined];
  if (!(denied instanceof ForbiddenError)) return;
  const { accountId, keyId } = denied.viewer;
  void attempts.note({
    accountId,
    keyId,
    // By its own name: an alias is the caller's word.
    operation: node?.kind === Kind.FIELD ? node.name.value : 'operation',
    outcome: 'DENIED',
    reason: denied.code,
  });
}

/** Notes in the audit when somebody shows what opens nothing here. */
export function auditing(authenticate: Authenticate, attempts: Attempts): Authenticate {
  return async (given) => {
    try {
      return await authenticate(given);
    } catch (error) {
      if (error instanceof BadKeyError) {
        const reason = error.code;
        await attempts.note({ accountId: null, keyId: null, operation: 'authenticate', outcome: 'DENIED', reason });
      }
      throw error;
    }
  };
}
