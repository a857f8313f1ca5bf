import { randomUUID } from 'node:crypto';
import { type DocumentNode, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { YogaServerInstance } from 'graphql-yoga';
import type { Admission } from '../graphql/admission.ts';
import type { Context, Origin } from '../graphql/context.ts';
import type { Mask } from '../graphql/mask.ts';
import type { TrustedDocuments } from '../graphql/trusted-documents.ts';
import { type Asked, NotSubscribedError } from './asked.ts';
import { subscriptionOf } from './operation.ts';

/** What the server's context needs of a request, over HTTP or a socket. */
export interface From extends Origin {
  readonly authorization: string | null;
}

/** What stands between a socket and Yoga. */
export interface OperationServices {
  /** What a caller sees of an error that came before execution. */
  readonly mask: Mask;
  readonly admission: Admission;
  /** The only documents that are run; null when any is. */
  readonly trusted: TrustedDocuments | null;
}

/**
 * Runs what came over a socket with Yoga's own parsing, validation, context and masking, as over HTTP.
 * @returns a subscription, yet to be joined, or the result of anything else
 * @throws NotSubscribedError with what is wrong with the operation
 */
export async function runOperation(
  yoga: YogaServerInstance<From, object>,
  { mask: maskWith, admission, trusted }: OperationServices,
  payload: SubscribePayload,
  from: Omit<From, 'requestId'>,
): Promise<Asked | ExecutionResult> {
  const requestId = randomUUID();
  const mask = (error: unknown) => maskWith(error, requestId);
  const { operationName, variables } = payload;
  const query = trusted?.lookUp(payload) ?? payload.query;
  // Yoga's types want what only HTTP has; none of it is asked for.
  const enveloped = yoga.getEnveloped({ ...from, requestId } as never);
  const variableValues = variables ?? {};
  const { document, operation, contextValue } = await prepare(async () => {
    const document: DocumentNode = enveloped.parse(query);
    if (!getOperationAST(document, operationName)) throw new NotSubscribedError([UNKNOWN_OPERATION], true);
    const problems: readonly GraphQLError[] = enveloped.validate(enveloped.schema, document);
    if (problems.length > 0) throw new NotSubscribedError(problems.map(mask).map(withoutHttp), true);
    const operation = subscriptionOf(enveloped.schema, document, operationName);
    return { document, operation, contextValue: (await enveloped.contextFactory()) as unknown as Context };
  }, mask);
  if (operation !== null) {
    // Yoga's own way to subscribe is not taken, and what it would have asked before is asked here.
    const arriving = { schema: enveloped.schema, document, operationName, variables: variableValues };
    const refusal = await admission.admit({ ...arriving, context: contextValue });
    if (refusal !== null) throw new NotSubscribedError([withoutHttp(refusal)]);
    const { viewer } = contextValue;
    return { document, operation, operationName, variables: variableValues, viewer, address: from.address };
  }
  // Past this point something may have been done, so what is thrown here is no reason to begin once more.
  const result: ExecutionResult = await enveloped.execute({
    schema: enveloped.schema,
    document,
    operationName,
    variableValues,
    contextValue,
  });
  return result.errors === undefined ? result : { ...result, errors: result.errors.map(withoutHttp) };
}

async function prepare<Prepared>(
  work: () => Promise<Prepared>,
  mask: (error: unknown) => GraphQLError,
): Promise<Prepared> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NotSubscribedError ? error : new NotSubscribedError([withoutHttp(mask(error))], true);
  }
}

/** As Yoga has it over HTTP. */
const UNKNOWN_OPERATION = new GraphQLError('Could not determine what operation to execute.', {
  extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
});

/** What Yoga notes in an error for the status line is no part of what is answered. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, path, originalError } = error;
  const { http, ...extensions } = error.extensions;
  return http === undefined
    ? error
    : new GraphQLError(message, { nodes, source, positions, path, originalError, extensions });
}
