import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** How much memory the documents of a node may take together, and what is wrong with others. */
const DOCUMENTS_BYTES = 64_000_000;
const ERRORS_BYTES = 4_000_000;
/** What a word or sign takes once it is read: itself, the nodes that it is in, and its part of a plan. */
const TOKEN_BYTES = 1_000;
/** What an entry takes beside its text. */
const ENTRY_BYTES = 1_000;

/**
 * What was read is kept for whoever sends the same, those that came last, and by what it takes: Yoga itself counts how
 * many, and a document may be a thousand times as large as another.
 */
export function keptDocuments({ documentBytes = DOCUMENTS_BYTES, errorBytes = ERRORS_BYTES } = {}) {
  return {
    documentCache: new LRUCache<string, DocumentNode>({
      maxSize: documentBytes,
      sizeCalculation: (document, text) => ENTRY_BYTES + 2 * text.length + TOKEN_BYTES * tokensOf(document),
    }),
    errorCache: new LRUCache<string, Error>({
      maxSize: errorBytes,
      sizeCalculation: ({ message }, text) => ENTRY_BYTES + 2 * (text.length + message.length),
    }),
  };
}

function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return tokens;
}
