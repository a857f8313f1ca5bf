import { type DocumentNode, type GraphQLError, type GraphQLSchema, getVariableValues, Kind } from 'graphql';
import { rightsOf, type Viewer } from '../desk/policy.ts';
import type { SubscriptionOperation } from './operation.ts';
import type { Refusal } from './places.ts';

/** A subscription that somebody asks for. Its document is valid. */
export interface Asked {
  readonly document: DocumentNode;
  readonly operation: SubscriptionOperation;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  /** The network address that it comes from. */
  readonly address: string;
  /** A cursor to go on from that did not come in the variables; it goes before the one that did. */
  readonly resumeFrom?: string | null;
}

/** The subscription cannot begin: errors that say why, as a query gets them. */
export class NotSubscribedError extends Error {
  readonly errors: readonly GraphQLError[];
  /** Whether it was seen before anything was executed. */
  readonly isOfDocument: boolean;

  constructor(errors: readonly GraphQLError[], isOfDocument = false) {
    super(errors.map(({ message }) => message).join('; '));
    this.errors = errors;
    this.isOfDocument = isOfDocument;
  }
}

/** It differs from all that are followed, and there is no room for one more, now: on this node, or for its address. */
export class NoRoomError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(NO_ROOM[refusal]);
    this.refusal = refusal;
  }
}

const NO_ROOM: Record<Refusal, string> = {
  'node is full': 'This node follows as many different subscriptions as it takes: try again later',
  'address is full': 'Too many different subscriptions from this address: try again later',
};

export function hasCode({ errors }: NotSubscribedError, code: string): boolean {
  return errors.some(({ extensions }) => extensions.code === code);
}

/** How long until its caller may ask again, in milliseconds; null when it was not for its rate that it is refused. */
export function retryAfterMs({ errors }: NotSubscribedError): number | null {
  const limited = errors.find(({ extensions }) => extensions.code === 'RATE_LIMITED');
  return limited === undefined ? null : Number(limited.extensions.retryAfter) * 1_000;
}

/** Whether it failed for no fault of the caller. */
export function isOurFault({ errors }: NotSubscribedError): boolean {
  return errors.some(isOfOurs);
}

/** Whether the same may well go right another time: something failed here, or the database took too long. */
export function isOfOurs({ extensions }: GraphQLError): boolean {
  return extensions.code === 'INTERNAL_SERVER_ERROR' || extensions.code === 'TIMED_OUT';
}

/** Same document, operation, variables less the cursor, and rights: same bytes. */
export function groupKeyOf({ document, operation, operationName, variables, viewer }: Asked): string {
  // One that is left out takes its default, one that is null does not.
  const given = operation.variables.flatMap((name) =>
    Object.hasOwn(variables, name) ? [[name, variables[name]]] : [],
  );
  return JSON.stringify([document.loc?.source.body, operationName ?? null, given, rightsOf(viewer)]);
}

/**
 * The cursor after which somebody wants to follow; null for now.
 * @throws NotSubscribedError when the variables do not fit the document
 */
export function cursorOf(
  { operation, variables, resumeFrom }: Asked,
  schema: GraphQLSchema,
  mask: (error: unknown) => GraphQLError,
): string | null {
  const { coerced, errors } = getVariableValues(schema, operation.node.variableDefinitions ?? [], variables);
  if (errors !== undefined) throw new NotSubscribedError(errors.map((error) => mask(error)));
  if (resumeFrom) return resumeFrom;
  const { after } = operation;
  // A Cursor is a string, as its scalar has seen to.
  if (after?.kind === Kind.VARIABLE) return (coerced[after.name.value] as string | null | undefined) ?? null;
  return after?.kind === Kind.STRING ? after.value : null;
}
