import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isListType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { PAGE_DEFAULT } from '../ledger/page.ts';
import type { Context } from './context.ts';

/** What one operation may ask: deeper, wider or more than this is refused before anything is read. */
export const LIMITS = { depth: 15, breadth: 1_000, complexity: 30_000 } as const;

/** How deep the lists and objects of variables may be nested, which whoever reads them goes down one by one. */
const VARIABLES_NESTING = 100;
/** How long an ordinary list is taken to be, for want of an argument that says so. */
const LIST_LENGTH = 5;
/**
 * What it costs to describe a type, or the whole schema: its fields are none of the builder's and count as nothing. That
 * holds as long as each comes but once, so none of them may be asked for under another name.
 */
const INTROSPECTION: Readonly<Record<string, number>> = { __type: 500, __schema: 10_000 };
/** The arguments that say how many there are of what is below. */
const COUNTS = ['first', 'last', 'most', 'ids'];
/** How many costs of one operation are kept, by the numbers that were asked for. */
const KEPT = 100;

/** How many levels an operation has, how many fields, and fields times how often each may come. */
export interface Cost {
  readonly depth: number;
  readonly breadth: number;
  readonly complexity: number;
}

/** A field costs 1, and what is below it as often as it may come: for a page, as often as was asked for. */
export function fieldComplexity(
  args: Record<string, unknown>,
  _context: object,
  field: GraphQLField<unknown, Context>,
): { field: number; multiplier: number } {
  if (getNamedType(field.type).name.endsWith('Connection')) {
    return { field: 1, multiplier: Math.max(1, Number(args.first ?? args.last ?? PAGE_DEFAULT)) };
  }
  if (typeof args.most === 'number') return { field: 1, multiplier: Math.max(1, args.most) };
  if (Array.isArray(args.ids)) return { field: 1, multiplier: Math.max(1, args.ids.length) };
  const isPage = field.name === 'nodes' || field.name === 'edges';
  return { field: 1, multiplier: isListType(getNullableType(field.type)) && !isPage ? LIST_LENGTH : 1 };
}

/** What is known of an operation: the variables that its cost depends on, and what it cost with some of them. */
interface Known {
  readonly operation: OperationDefinitionNode;
  readonly alone: DocumentNode;
  readonly counts: readonly string[];
  readonly introspection: number;
  readonly costs: Map<string, Cost>;
}

const known = new WeakMap<DocumentNode, Map<string, Known | null>>();

/**
 * What an operation of a valid document costs with these variables; counted once for all who ask the same.
 * @returns null when there is no such operation, or the variables do not fit: the execution says so
 * @throws ReadRefusedError when one of its arguments is an id of something else
 * @throws GraphQLError when the arguments of a field are none: without it the rest could not be counted; TOO_COSTLY when
 * something of the schema is asked for under another name
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>>,
): Cost | null {
  const asked = operationOf(schema, document, operationName);
  if (asked === null) return null;
  const key = JSON.stringify(asked.counts.map((name) => countOf(variables[name])));
  const before = asked.costs.get(key);
  if (before !== undefined) return before;
  try {
    const { depth, breadth, complexity } = complexityFromQuery(asked.alone, { schema, ctx: {}, variables });
    const cost = { depth, breadth, complexity: complexity + asked.introspection };
    if (asked.costs.size >= KEPT) asked.costs.clear();
    asked.costs.set(key, cost);
    return cost;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // When the variables do not fit, nothing is executed; else only the field fails whose arguments do not, and all the
    // rest would be executed uncounted.
    const { errors } = getVariableValues(schema, asked.operation.variableDefinitions ?? [], variables);
    if (errors !== undefined) return null;
    const { message, nodes } = error;
    throw new GraphQLError(message, { nodes, extensions: { code: 'BAD_USER_INPUT' } });
  }
}

/** Whether variables are nested deeper than anybody may send them; looked at level by level, however deep they are. */
export function areTooNested(variables: object): boolean {
  let level: object[] = [variables];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > VARIABLES_NESTING) return true;
    level = level.flatMap((holder) => Object.values(holder).filter(isHolder));
  }
  return false;
}

/** The refusal of variables that are nested too deep. */
export function tooNested(): GraphQLError {
  return tooMuch(`nesting of variables, at most ${VARIABLES_NESTING}`);
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The limit that a cost is past, and by how much. */
export function tooCostly(cost: Cost): GraphQLError | null {
  for (const [kind, most] of Object.entries(LIMITS) as [keyof Cost, number][]) {
    if (cost[kind] > most) return tooMuch(`${kind} ${cost[kind]}, and at most ${most}`);
  }
  return null;
}

/** The refusal of an operation that asks for more than anybody may. */
export function tooMuch(what: string): GraphQLError {
  return new GraphQLError(`The operation asks for too much at once (${what}); ask for less, or in several.`, {
    // The status is for clients that know GraphQL's own media type.
    extensions: { code: 'TOO_COSTLY', http: { spec: true, status: 400 } },
  });
}

function operationOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): Known | null {
  const name = operationName ?? '';
  const operations = known.get(document) ?? new Map<string, Known | null>();
  known.set(document, operations);
  const found = operations.get(name);
  if (found !== undefined) return found;
  const operation = getOperationAST(document, operationName);
  const looked = operation && look(schema, document, operation);
  operations.set(name, looked ?? null);
  return looked ?? null;
}

function look(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Known {
  const counts = new Set<string>();
  let introspection = 0;
  const definitions = document.definitions.filter(
    (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const alone = { ...document, definitions };
  const types = new TypeInfo(schema);
  visit(
    alone,
    visitWithTypeInfo(types, {
      Field: ({ name, alias }) => {
        introspection += INTROSPECTION[name.value] ?? 0;
        if (alias !== undefined && types.getParentType()?.name.startsWith('__'))
          throw tooMuch('something of the schema under another name');
      },
      Argument: ({ name, value }) => {
        if (!COUNTS.includes(name.value)) return;
        visit(value, { Variable: (variable) => void counts.add(variable.name.value) });
      },
    }),
  );
  return { operation, alone, counts: [...counts], introspection, costs: new Map() };
}

/** What of a variable the cost depends on; null and left out differ by the default. */
function countOf(value: unknown): unknown {
  if (Array.isArray(value)) return [value.length];
  return typeof value === 'number' ? value : value === undefined ? 'left out' : value === null ? null : 'other';
}
