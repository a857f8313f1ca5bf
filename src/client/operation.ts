import { type DocumentNode, parse, type SelectionSetNode } from '@0no-co/graphql.web';
import type { SubscribePayload } from 'graphql-ws';
import { UnresumableError } from './errors.ts';

/** The argument by which every subscription of Parley takes a cursor. */
const ARGUMENT = 'after';

/** What has to be known of an operation to keep it through breaks of the connection. */
export type Operation =
  | { readonly kind: 'query' | 'mutation' }
  | {
      readonly kind: 'subscription';
      /** The variable that it passes to `after`. */
      readonly variable: string;
      /** The cursor that stands in the document for when the variable is not given. */
      readonly fallback: string | null;
    };

/**
 * Reads the operation that is meant.
 * @param name which of several; may be left out where there is one
 * @throws UnresumableError for a subscription that takes no cursor, and a GraphQLError for text that is no GraphQL
 */
export function readOperation(text: string, name?: string | null): Operation {
  const document = parse(text, { noLocation: true });
  const operation = document.definitions.find(
    (definition) => definition.kind === 'OperationDefinition' && (!name || definition.name?.value === name),
  );
  if (operation?.kind !== 'OperationDefinition') throw new Error(`The document has no operation ${name ?? ''}`.trim());
  const kind = operation.operation;
  if (kind !== 'subscription') return { kind };
  const variable = cursorVariable(document, operation.selectionSet);
  if (variable === null) {
    throw new UnresumableError(
      `The subscription ${operation.name?.value ?? ''} has to pass a variable to the argument “${ARGUMENT}” of its field, by which it is resumed after a break: subscription (…, $${ARGUMENT}: Cursor) { …(…, ${ARGUMENT}: $${ARGUMENT}) { … } }`,
    );
  }
  const declared = operation.variableDefinitions?.find((definition) => definition.variable.name.value === variable);
  const fallback = declared?.defaultValue;
  return { kind, variable, fallback: fallback?.kind === 'StringValue' ? fallback.value : null };
}

function cursorVariable(document: DocumentNode, { selections }: SelectionSetNode): string | null {
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const value = selection.arguments?.find((argument) => argument.name.value === ARGUMENT)?.value;
      if (value?.kind === 'Variable') return value.name.value;
    } else {
      const fragment = selection.kind === 'InlineFragment' ? selection : fragmentOf(document, selection.name.value);
      const found = fragment ? cursorVariable(document, fragment.selectionSet) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function fragmentOf(document: DocumentNode, name: string) {
  const fragments = document.definitions.filter((definition) => definition.kind === 'FragmentDefinition');
  return fragments.find((fragment) => fragment.name.value === name);
}

/** The same subscription from another cursor on. */
export function goingOnFrom(payload: SubscribePayload, cursor: string): SubscribePayload {
  const operation = readOperation(payload.query, payload.operationName);
  return operation.kind === 'subscription'
    ? { ...payload, variables: { ...payload.variables, [operation.variable]: cursor } }
    : payload;
}
