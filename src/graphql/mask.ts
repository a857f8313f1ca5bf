import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { BadKeyError, ForbiddenError, TooManyWrongKeysError } from '../desk/policy.ts';
import { ReadRefusedError, TimedOutError } from '../ledger/errors.ts';
import type { Context, Origin } from './context.ts';

/**
 * What a caller sees of an error: our own refusals with their code, and of anything else only that it was logged, and under
 * which id. Where an error came from no request, it has an id of its own.
 */
export type Mask = (error: unknown, requestId?: string) => GraphQLError;

/** @param guesses whether what is wrong comes with a guess at what was meant */
export function createMask(logger: Logger, guesses: boolean): Mask {
  return (error, requestId = randomUUID()) => {
    const masked = mask(error, requestId, (message) => logger.error({ err: error, requestId }, message));
    return guesses ? masked : withoutGuess(masked);
  };
}

/** Masks what a request comes to with the request's own id. Yoga masks once more, and finds nothing to do. */
export function maskWithRequestId(mask: Mask): Plugin<Context & Origin> {
  return {
    onPluginInit: ({ registerContextErrorHandler }) => {
      registerContextErrorHandler(({ error, setError, context }) =>
        setError(mask(error, (context as Partial<Origin>).requestId)),
      );
    },
    onExecute: ({ args }) => ({
      onExecuteDone: ({ result, setResult }) => {
        if (!('errors' in result) || result.errors === undefined) return;
        const { requestId } = args.contextValue as unknown as Origin;
        setResult({ ...result, errors: result.errors.map((error) => mask(error, requestId)) });
      },
    }),
  };
}

function mask(error: unknown, requestId: string, log: (message: string) => void): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error;
  const at =
    error instanceof GraphQLError
      ? { nodes: error.nodes, path: error.path, source: error.source, positions: error.positions }
      : {};
  const refused = (message: string, code: string) => new GraphQLError(message, { ...at, extensions: { code } });
  if (original instanceof ReadRefusedError || original instanceof ForbiddenError || original instanceof BadKeyError) {
    return refused(original.message, original.code);
  }
  if (original instanceof TooManyWrongKeysError) {
    const { message, code, retryAfter } = original;
    const http = { status: 429, headers: { 'retry-after': String(retryAfter) } };
    return new GraphQLError(message, { ...at, extensions: { code, retryAfter, http } });
  }
  if (original instanceof TimedOutError) return refused(original.message, original.code);
  // Outside a field GraphQL itself speaks, of a document or of variables that do not fit.
  if (error instanceof GraphQLError && (error.path === undefined || !original || isOfDocument(original))) {
    return error.extensions.code === undefined
      ? new GraphQLError(error.message, { ...at, extensions: { ...error.extensions, code: 'BAD_USER_INPUT' } })
      : error;
  }
  if (isUnkeepableText(original))
    return refused('A text holds a character that cannot be kept (NUL).', 'BAD_USER_INPUT');
  if (isStoppedStatement(original)) {
    log('a statement took too long');
    const { message, code } = new TimedOutError();
    return refused(message, code);
  }
  log('an operation failed');
  return new GraphQLError('Something went wrong here, and it was logged.', {
    ...at,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}

/** Within a field GraphQL speaks of arguments, where they stand in the document; and of what we gave, which stands nowhere. */
function isOfDocument(original: unknown): boolean {
  return original instanceof GraphQLError && original.nodes !== undefined;
}

/** PostgreSQL's refusal of a NUL in an argument of a query; inputs of mutations are looked through before. */
function isUnkeepableText(error: unknown): boolean {
  return (
    error instanceof Error &&
    /invalid byte sequence for encoding|unsupported Unicode escape sequence/.test(error.message)
  );
}

/** PostgreSQL's `query_canceled`; from Prisma it comes within another error, with its words alone. */
function isStoppedStatement(error: unknown): boolean {
  return (
    error instanceof Error &&
    ((error as { code?: unknown }).code === '57014' ||
      /canceling statement due to statement timeout/.test(error.message))
  );
}

/** GraphQL's guesses stand at the end of what it says of a document or of variables, after what the caller sent. */
function withoutGuess(error: GraphQLError): GraphQLError {
  // A pattern would begin anew at each of those that the caller sent.
  const start = error.message.lastIndexOf(' Did you mean ');
  if (start === -1 || !error.message.endsWith('?')) return error;
  const message = error.message.slice(0, start);
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
