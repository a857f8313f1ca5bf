import { type DocumentNode, print } from '@0no-co/graphql.web';

/**
 * An operation: a `TypedDocumentNode`, a code generator's `TypedDocumentString`, or plain text. The types of its data
 * and of its variables travel in the document; for plain text they are given as type arguments, or are unknown.
 */
export type Document<Data, Variables> = Typed<Data, Variables> | string;

/** What both kinds of typed documents share, so that neither package is needed here. */
interface Typed<Data, Variables> {
  __apiType?: (variables: Variables) => Data;
}

/** The variables of an operation, which may be left out where none is required. */
export type VariablesOf<Variables> =
  Record<string, never> extends Variables ? { readonly variables?: Variables } : { readonly variables: Variables };

export function textOf(document: object | string): string {
  // A syntax tree names its kind; a `TypedDocumentString` is a String.
  return typeof document === 'object' && 'kind' in document ? print(document as DocumentNode) : String(document);
}
