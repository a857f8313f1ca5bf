import {
  type DocumentNode,
  GraphQLError,
  Kind,
  Lexer,
  NoSchemaIntrospectionCustomRule,
  type SelectionSetNode,
  Source,
  TokenKind,
  validate,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { tooMuch } from './limits.ts';

/** What a document may hold, whatever its fields are; no honest one comes near. */
export const DOCUMENT_LIMITS = {
  /** All there is, with spaces and comments, which are no words. */
  characters: 50_000,
  /** Words and signs. */
  tokens: 5_000,
  /** Fields that are asked for under another name, or once more in the same selection. */
  repeats: 100,
  /** Fragments, and where they are spread, in line too: the rules of GraphQL compare each with each. */
  fragments: 100,
  /** Directives, and how many of them at one place. */
  directives: 50,
  directivesAtOnePlace: 5,
  /** Selections and values within each other, which whoever reads a document goes down one by one. */
  nesting: 100,
} as const;

/**
 * Reads no document that is longer or odder than any honest one. It is looked at as it is read, before the rules of
 * GraphQL are applied, some of which compare all fields of a selection with each other.
 */
export function limitDocuments(): Plugin {
  return {
    onParse: ({ params, parseFn, setParseFn }) => {
      // Thrown here it is not kept with its text, as what comes of the reading is.
      if (String(params.source).length > DOCUMENT_LIMITS.characters)
        throw unread(tooMuch(`characters, at most ${DOCUMENT_LIMITS.characters}`));
      setParseFn((source: string, options) => {
        try {
          refuseLong(source);
          const document: DocumentNode = parseFn(source, options);
          refuseOdd(document);
          return document;
        } catch (error) {
          throw error instanceof GraphQLError ? unread(error) : error;
        }
      });
    },
  };
}

/**
 * What keeps a document from being read, as Yoga has it over HTTP. Yoga itself says so only where a request of its own is
 * the first with that document, and keeps the error for all that come later.
 */
function unread({ message, nodes, source, positions, extensions }: GraphQLError): GraphQLError {
  const http = { spec: true, status: 400 };
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    extensions: { code: 'GRAPHQL_PARSE_FAILED', http, ...extensions },
  });
}

/** Whether the schema describes itself. */
export function refuseIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) };
}

/** What is wrong with a document is said without guessing at what was meant, which would tell the schema bit by bit. */
export function hideSuggestions(): Plugin {
  return {
    onValidate: ({ setValidationFn }) =>
      setValidationFn((schema, document, rules) => validate(schema, document, rules, { hideSuggestions: true })),
  };
}

/** @throws GraphQLError TOO_COSTLY, before anything goes down a document as deep as it is nested, or syntax errors */
function refuseLong(source: string): void {
  const lexer = new Lexer(new Source(source));
  let depth = 0;
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    const { kind } = lexer.token;
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) depth += 1;
    else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) depth -= 1;
    if (depth > DOCUMENT_LIMITS.nesting) throw tooMuch(`nesting, at most ${DOCUMENT_LIMITS.nesting}`);
    if (tokens >= DOCUMENT_LIMITS.tokens) throw tooMuch(`words and signs, at most ${DOCUMENT_LIMITS.tokens}`);
  }
}

const FRAGMENTS: ReadonlySet<string> = new Set([Kind.FRAGMENT_DEFINITION, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT]);

/** @throws GraphQLError TOO_COSTLY */
function refuseOdd(document: DocumentNode): void {
  let repeats = 0;
  let fragments = 0;
  let directives = 0;
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.SELECTION_SET) repeats += repeatsIn(node);
      if (FRAGMENTS.has(node.kind)) fragments += 1;
      const here = 'directives' in node ? (node.directives?.length ?? 0) : 0;
      directives += here;
      if (here > DOCUMENT_LIMITS.directivesAtOnePlace)
        throw tooMuch(`directives at one place, at most ${DOCUMENT_LIMITS.directivesAtOnePlace}`);
    },
  });
  if (repeats > DOCUMENT_LIMITS.repeats)
    throw tooMuch(`aliases and repeated fields, at most ${DOCUMENT_LIMITS.repeats}`);
  if (fragments > DOCUMENT_LIMITS.fragments) throw tooMuch(`fragments, at most ${DOCUMENT_LIMITS.fragments}`);
  if (directives > DOCUMENT_LIMITS.directives) throw tooMuch(`directives, at most ${DOCUMENT_LIMITS.directives}`);
}

function repeatsIn({ selections }: SelectionSetNode): number {
  const names = new Set<string>();
  let repeats = 0;
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) continue;
    if (selection.alias !== undefined || names.has(selection.name.value)) repeats += 1;
    names.add(selection.name.value);
  }
  return repeats;
}
