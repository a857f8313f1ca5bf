import { type GraphQLField, getNamedType, getNullableType, isListType } from 'graphql';
import type { Plugin } from 'graphql-yoga';
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

/** Reads no document that is longer than any honest one, over HTTP and WebSocket alike. */
export function limitTokens(): Plugin {
  return {
    onParse: ({ parseFn, setParseFn }) => {
      setParseFn((source, options) => parseFn(source, { ...options, maxTokens: TOKENS_MOST }));
    },
  };
}
