import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';

/**
 * The fields of a query whose answers hold as long as nothing of the record changes that they were read from. Others are of
 * the desk's own, of who asks, or of this very moment.
 */
const KEEPABLE = new Set([
  '__typename',
  'head',
  'negotiation',
  'negotiations',
  'statement',
  'node',
  'nodes',
  'actors',
  'changes',
  'search',
  'searchActors',
]);

const known = new WeakMap<DocumentNode, Map<string, boolean>>();

/** Whether answers of an operation may be kept. */
export function isKeepable(document: DocumentNode, operationName: string | null): boolean {
  const operations = known.get(document) ?? new Map<string, boolean>();
  known.set(document, operations);
  const name = operationName ?? '';
  let found = operations.get(name);
  if (found === undefined) {
    const operation = getOperationAST(document, operationName);
    found = operation?.operation === 'query' && hasOnlyKeepable(operation.selectionSet, document);
    operations.set(name, found);
  }
  return found;
}

/** @param seen the fragments that were looked at: each once, as they may spread each other any number of times */
function hasOnlyKeepable({ selections }: SelectionSetNode, document: DocumentNode, seen = new Set<string>()): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return KEEPABLE.has(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return hasOnlyKeepable(selection.selectionSet, document, seen);
    const name = selection.name.value;
    if (seen.has(name)) return true;
    seen.add(name);
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION && hasOnlyKeepable(fragment.selectionSet, document, seen);
  });
}
