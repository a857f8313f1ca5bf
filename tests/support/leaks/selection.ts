import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';

/** Arguments of fields that are not shown without. */
const GIVEN: Readonly<Record<string, string>> = { statistics: '(from: "2026-01-01", to: "2026-12-31")' };

/**
 * All that a type shows, as the schema has it: every field that needs no argument, and below it as deep as asked, lists
 * by their first pages with their cursors.
 */
export function selectionOf(name: string, depth: number): string {
  return `{ ${fieldsShown(name, depth).join(' ')} }`;
}

/** The same, field by field. */
export function fieldsShown(name: string, depth: number): string[] {
  const type = schema.getType(name);
  if (type === undefined) throw new Error(`the schema has no ${name}`);
  return fieldsOf(type, depth);
}

function fieldsOf(type: GraphQLNamedType, depth: number): string[] {
  if (isInterfaceType(type) || isUnionType(type)) {
    // Fields of the same name may be of other types in each, so each has names of its own.
    const each = schema.getPossibleTypes(type).map((possible) => {
      const own = Object.values(possible.getFields()).flatMap((field) =>
        fieldOf(field, depth).map((shown) => `${possible.name}_${field.name}: ${shown}`),
      );
      return `... on ${possible.name} { ${own.join(' ')} }`;
    });
    return ['__typename', ...each];
  }
  if (!isObjectType(type)) throw new Error(`${type.name} has no fields`);
  return Object.values(type.getFields()).flatMap((field) => fieldOf(field, depth));
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string[] {
  const type = getNamedType(field.type);
  const args = GIVEN[field.name] ?? '';
  if (args === '' && field.args.some((arg: GraphQLArgument) => isRequiredArgument(arg))) return [];
  if (isLeafType(type)) return [`${field.name}${args}`];
  if (type.name === 'PageInfo') return [`${field.name} { endCursor startCursor hasNextPage hasPreviousPage }`];
  if (depth === 0) return [];
  if (!type.name.endsWith('Connection')) return [`${field.name}${args} { ${fieldsOf(type, depth - 1).join(' ')} }`];
  const edge = getNamedType((isObjectType(type) && type.getFields().edges?.type) || type);
  const node = getNamedType((isObjectType(edge) && edge.getFields().node?.type) || edge);
  const below = fieldsOf(node, depth - 1).join(' ');
  return [`${field.name}(first: 10) { edges { cursor node { ${below} } } pageInfo { endCursor } }`];
}
