import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ReadRefusedError } from '../ledger/errors.ts';
import type { Context } from './context.ts';
import { areTooNested, costOf, tooCostly, tooNested } from './limits.ts';
import type { RateLimit, Spent } from './rate-limit.ts';

/** An operation that is about to begin, its document valid. */
export interface Arriving {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
}

/** Decides by its cost whether an operation may begin, over whatever it came; whoever runs one asks here first. */
export class Admission {
  readonly #rateLimit: RateLimit;

  constructor(rateLimit: RateLimit) {
    this.#rateLimit = rateLimit;
  }

  /** Asks before anything is executed or subscribed to by Yoga's own functions. */
  get plugin(): Plugin {
    const ask: NonNullable<Plugin['onExecute']> & NonNullable<Plugin['onSubscribe']> = async ({
      args,
      setResultAndStopExecution,
    }) => {
      const refusal = await this.admit({
        schema: args.schema,
        document: args.document,
        operationName: args.operationName,
        variables: (args.variableValues ?? {}) as Record<string, unknown>,
        context: args.contextValue as unknown as Context,
      });
      if (refusal !== null) setResultAndStopExecution({ errors: [refusal] });
    };
    return { onExecute: ask, onSubscribe: ask };
  }

  /** Counts an operation and tells its caller where they stand. @returns why it may not begin */
  async admit({ schema, document, operationName, variables, context }: Arriving): Promise<GraphQLError | null> {
    if (areTooNested(variables)) return tooNested();
    let cost: ReturnType<typeof costOf>;
    try {
      cost = costOf(schema, document, operationName, variables);
    } catch (error) {
      if (error instanceof ReadRefusedError)
        return new GraphQLError(error.message, { extensions: { code: error.code }, originalError: error });
      if (error instanceof GraphQLError) return error;
      throw error;
    }
    // There is nothing to execute, and the execution says why.
    if (cost === null) return null;
    const refusal = tooCostly(cost);
    if (refusal !== null) return refusal;
    const spent = await this.#rateLimit.spend(
      context.viewer,
      context.origin?.address ?? '',
      Math.max(1, cost.complexity),
    );
    if (spent === null) return null;
    context.spent = spent;
    context.origin?.tellSpent?.(spent);
    return spent.isOver ? overLimit(spent) : null;
  }
}

function overLimit({ limit, windowSeconds, resetMs }: Spent): GraphQLError {
  const retryAfter = Math.max(1, Math.ceil(resetMs / 1_000));
  return new GraphQLError(
    `You may ask for ${limit} points of cost in ${windowSeconds} seconds; come back in ${retryAfter}.`,
    { extensions: { code: 'RATE_LIMITED', retryAfter, http: { status: 429 } } },
  );
}
