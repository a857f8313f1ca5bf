import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ReadRefusedError } from '../ledger/errors.ts';
import { PAGE_DEFAULT } from '../ledger/page.ts';
import type { Context } from './context.ts';

/** What one operation may ask: deeper, wider or more than this is refused before anything is read. */
export const LIMITS = { depth: 15, breadth: 1_000, complexity: 30_000 } as const;

/** A document has at most this many words and signs. */
const TOKENS_MOST = 5_000;
/** How long an ordinary list is taken to be, for want of an argument that says so. */
const LIST_LENGTH = 5;

/** A field costs 1, and what is below it as often as it may come: for a page, as often as was asked for. */
export function fieldComplexity(
  args: Record<string, unknown>,
  _context: Context,
  field: GraphQLField<unknown, Context>,
): { field: number; multiplier: number } {
  if (getNamedType(field.type).name.endsWith('Connection')) {
    return { field: 1, multiplier: Math.max(1, Number(args.first ?? args.last ?? PAGE_DEFAULT)) };
  }
  const isPage = field.name === 'nodes' || field.name === 'edges';
  return { field: 1, multiplier: isListType(getNullableType(field.type)) && !isPage ? LIST_LENGTH : 1 };
}

/**
 * Looks at what a subscription costs before it begins: the builder's own look is at each event.
 * @throws ReadRefusedError TOO_COSTLY
 */
export function refuseCostly(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  context: Context,
): void {
  const definitions = document.definitions.filter(
    (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const cost = complexityFromQuery({ ...document, definitions }, { schema, ctx: context, variables });
  for (const [kind, most] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][]) {
    if (cost[kind] > most) throw tooCostly(kind);
  }
}

/** The refusal of an operation that is past one of the limits. */
export function tooCostly(kind: string): ReadRefusedError {
  return new ReadRefusedError(
    'TOO_COSTLY',
    `The operation asks for too much at once (${kind.toLowerCase()}); ask for less, or in several.`,
  );
}

/** What an operation is held to; an event of a subscription to nothing, as that was looked at when it began. */
export function limitsOf({ isEvent }: Context): Partial<typeof LIMITS> {
  return isEvent ? {} : LIMITS;
}

/** Reads no document that is longer than any honest one, over HTTP and WebSocket alike. */
export function limitTokens(): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) => {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: TOKENS_MOST }));
    },
  };
}
