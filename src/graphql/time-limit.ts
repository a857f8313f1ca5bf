import { type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { TimedOutError } from '../ledger/errors.ts';
import type { Context } from './context.ts';

/**
 * Answers a query that takes too long with an error, and lets it read nothing more. It has to be the last plugin, so that
 * it goes around whatever executes. What is being written is not left in the middle, so mutations are held by the limit
 * of each of their statements alone.
 */
export function limitTime(mostMs: number): Plugin {
  return {
    onExecute: ({ executeFn, setExecuteFn }) => {
      setExecuteFn((args) => {
        const isQuery = getOperationAST(args.document, args.operationName)?.operation === 'query';
        const result = executeFn(args);
        return isQuery && result instanceof Promise ? within(mostMs, result, args.contextValue) : result;
      });
    },
  };
}

async function within(
  mostMs: number,
  result: Promise<ExecutionResult>,
  { deadline }: Context,
): Promise<ExecutionResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<ExecutionResult>((settle) => {
    timer = setTimeout(() => {
      deadline.isPast = true;
      const error = new TimedOutError();
      settle({ data: null, errors: [new GraphQLError(error.message, { originalError: error })] });
    }, mostMs).unref();
  });
  try {
    return await Promise.race([result, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
