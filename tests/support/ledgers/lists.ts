import fc from 'fast-check';
import { getNamedType, isObjectType, isRequiredArgument } from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';
import { isSubjectType } from '../../../src/ledger/subjects.ts';
import { selectionOf } from '../leaks/selection.ts';
import { fitting } from './commands.ts';

/** A list of the record: a field of a subject’s type, or of the record as a whole. */
export interface List {
  readonly of: string;
  readonly field: string;
}

/** Lists of the desk’s own are of now, and at no position of the record. */
const OF_THE_DESK = ['accounts', 'audit', 'drafts', 'sourceJudgements'];
const PAGE = ['first', 'last', 'after', 'before'];

/** Every list of the record that the schema has. */
export const LISTS: readonly List[] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => isSubjectType(type.name) || type === schema.getQueryType())
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection') && !OF_THE_DESK.includes(field.name))
      .map((field) => ({ of: type.name, field: field.name })),
  );

function argumentsOf({ of, field }: List) {
  const type = schema.getType(of);
  const { args = [] } = (isObjectType(type) && type.getFields()[field]) || {};
  // From a moment the pages of a list go on by their cursors; from where `changes` begin is a position, not a narrowing.
  return args.filter(({ name }) => ![...PAGE, 'asOf', 'since'].includes(name));
}

/** Any filters and orders of a list. */
export function anyArguments(list: List): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const args = argumentsOf(list);
  const requiredKeys = args.filter(isRequiredArgument).map(({ name }) => name);
  return fc.record(Object.fromEntries(args.map(({ name, type }) => [name, fitting(type, name)])), { requiredKeys });
}

/** The operation that asks for a page of a list, of each thing of `ids` that has it, where it is not the record’s own. */
export function pageOf(list: List): string {
  const node = belowOf(belowOf(belowOf(list.of, list.field), 'edges'), 'node');
  const own = argumentsOf(list);
  const variables = [
    '$first: Int, $last: Int, $after: String, $before: String',
    ...own.map(({ name, type }) => `$${name}: ${type}`),
  ];
  const args = [...PAGE, ...own.map(({ name }) => name)].map((name) => `${name}: $${name}`).join(', ');
  const field = `list: ${list.field}(${args}) { edges { cursor node ${selectionOf(node, 0)} } nodes ${selectionOf(node, 0)}
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }`;
  if (list.of === 'Query') return `query Page(${variables.join(', ')}) { ${field} }`;
  return `query Page($ids: [ID!]!, ${variables.join(', ')}) { nodes(ids: $ids) { ... on ${list.of} { ${field} } } }`;
}

function belowOf(of: string, field: string): string {
  const type = schema.getType(of);
  const found = isObjectType(type) ? type.getFields()[field] : undefined;
  if (found === undefined) throw new Error(`${of} has no ${field}`);
  return getNamedType(found.type).name;
}
