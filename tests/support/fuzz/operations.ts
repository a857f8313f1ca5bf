import fc from 'fast-check';
import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { ANYTHING, type Known, literalOf, type Values, valuesOf } from './values.ts';

/** Something that a client sends. */
export interface Sent {
  readonly query: string;
  readonly variables: unknown;
  readonly operationName?: string;
}

/** A variable that stands where its type is known, yet to be named. */
interface Placed {
  readonly type: GraphQLArgument['type'];
  readonly given: unknown;
}

/** A spread that stands for its selection, yet to become a fragment. */
const placed = new WeakMap<object, Placed>();

const name = (value: string) => ({ kind: Kind.NAME as const, value });
const TYPENAME: FieldNode = { kind: Kind.FIELD, name: name('__typename') };

/** Operations made from a schema: valid ones, and what else somebody may send. */
export function operationsOf(schema: GraphQLSchema, known: Known): fc.Arbitrary<Sent> {
  const values = valuesOf(known);
  const selections = selectionsOf(schema, values);
  const of = (kind: OperationTypeNode, maxDepth: number) =>
    selections(schema.getRootType(kind)?.name ?? '', maxDepth)
      .map((selection) => (kind === 'subscription' ? onlyOne(selection) : selection))
      .filter(({ selections }) => selections.length > 0)
      .map((selection) => assembled(kind, selection));
  const valid = fc.oneof(
    { weight: 6, arbitrary: of('query' as OperationTypeNode, 2) },
    { weight: 3, arbitrary: of('query' as OperationTypeNode, 4) },
  );
  return fc.oneof(
    { weight: 55, arbitrary: valid },
    { weight: 1, arbitrary: of('query' as OperationTypeNode, 14) },
    { weight: 5, arbitrary: of('mutation' as OperationTypeNode, 3) },
    { weight: 5, arbitrary: of('subscription' as OperationTypeNode, 4) },
    {
      weight: 8,
      arbitrary: fc.tuple(valid, wildVariables()).map(([sent, wild]) => ({ ...sent, variables: wild(sent.variables) })),
    },
    {
      weight: 8,
      arbitrary: fc.tuple(valid, damage()).map(([sent, damaged]) => ({ ...sent, query: damaged(sent.query) })),
    },
    { weight: 3, arbitrary: deep(schema) },
    { weight: 3, arbitrary: wide(schema) },
    { weight: 3, arbitrary: aliased(valid) },
    { weight: 3, arbitrary: fragmentGraphs() },
    { weight: 2, arbitrary: introspection() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map((query) => ({ query, variables: {} })) },
  );
}

/** Types of which little is asked at once: each field of theirs is work of its own. */
const FEW = /^Query$|Connection$/;

type Selections = (typeName: string, maxDepth: number) => fc.Arbitrary<SelectionSetNode>;

/** Selections of a type, down to a depth; each says what it is of. */
function selectionsOf(schema: GraphQLSchema, values: Values): Selections {
  const made = new Map<string, fc.Arbitrary<SelectionSetNode>>();
  const selections: Selections = (typeName, depth) => {
    const key = `${typeName} ${depth}`;
    const before = made.get(key);
    if (before !== undefined) return before;
    const type = schema.getType(typeName) as GraphQLCompositeType;
    const arbitrary = fc
      .array(selectionOf(type, depth), { minLength: 1, maxLength: FEW.test(typeName) ? 2 : 3 })
      .map((chosen) => ({ kind: Kind.SELECTION_SET as const, selections: [TYPENAME, ...apart(chosen)] }));
    made.set(key, arbitrary);
    return arbitrary;
  };

  const selectionOf = (type: GraphQLCompositeType, depth: number): fc.Arbitrary<SelectionNode> => {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const isLeaf = (field: GraphQLField<unknown, unknown>) => !isCompositeType(getNamedType(field.type));
    const leaves = fields.filter(isLeaf).map(fieldOf(0));
    const deeper = depth > 0 ? fields.filter((field) => !isLeaf(field)).map(fieldOf(depth - 1)) : [];
    const kinds = depth > 0 ? [type, ...schema.getPossibleTypes(isObjectType(type) ? NOTHING : type)] : [];
    const within = kinds.map((kind) =>
      lazily(() => selections(kind.name, depth - 1)).chain((set) => spread(kind.name, set)),
    );
    return fc.oneof(
      { weight: 2, arbitrary: leaves.length === 0 ? fc.constant(TYPENAME) : fc.oneof(...leaves) },
      ...(deeper.length > 0 ? [{ weight: 4, arbitrary: fc.oneof(...deeper) }] : []),
      ...(within.length > 0 ? [{ weight: fields.length === 0 ? 6 : 1, arbitrary: fc.oneof(...within) }] : []),
    );
  };

  const fieldOf =
    (depth: number) =>
    (field: GraphQLField<unknown, unknown>): fc.Arbitrary<SelectionNode> => {
      const below = getNamedType(field.type);
      return fc
        .tuple(
          fc.oneof(
            { weight: 20, arbitrary: fc.constant(undefined) },
            { weight: 1, arbitrary: fc.constantFrom('a', 'b', '_', 'toString') },
          ),
          directives(),
          fc.tuple(...field.args.map((argument) => argumentOf(argument, values))),
          isCompositeType(below) ? lazily(() => selections(below.name, depth)) : fc.constant(undefined),
        )
        .map(([alias, directives, given, selectionSet]) => ({
          kind: Kind.FIELD,
          name: name(field.name),
          ...(alias !== undefined && { alias: name(alias) }),
          directives,
          arguments: given.filter((argument) => argument !== null),
          ...(selectionSet !== undefined && { selectionSet }),
        }));
    };
  return selections;
}

/** For a type that has no others. */
const NOTHING = { name: '' } as never;

function lazily<Made>(make: () => fc.Arbitrary<Made>): fc.Arbitrary<Made> {
  return fc.constant(null).chain(make);
}

function argumentOf(argument: GraphQLArgument, values: Values): fc.Arbitrary<ArgumentNode | null> {
  const { type } = argument;
  const value = lazily(() => values(type));
  const given = fc.tuple(value, fc.integer({ min: 0, max: 2 })).map(([given, asVariable]): ArgumentNode => {
    const node = asVariable === 0 ? { kind: Kind.VARIABLE as const, name: name('v') } : literalOf(given, type);
    if (asVariable === 0) placed.set(node, { type, given });
    return { kind: Kind.ARGUMENT, name: name(argument.name), value: node };
  });
  if (isRequiredArgument(argument)) return given;
  const likely = ['first', 'slug'].includes(argument.name) ? 4 : 1;
  return fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: likely, arbitrary: given });
}

function directives(): fc.Arbitrary<DirectiveNode[]> {
  const one = fc.tuple(fc.constantFrom('skip', 'include'), fc.boolean()).map(
    ([which, value]): DirectiveNode => ({
      kind: Kind.DIRECTIVE,
      name: name(which),
      arguments: [{ kind: Kind.ARGUMENT, name: name('if'), value: { kind: Kind.BOOLEAN, value } }],
    }),
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant<DirectiveNode[]>([]) },
    { weight: 1, arbitrary: one.map((directive) => [directive]) },
  );
}

/** A selection of a type within another, written there or as a fragment of its own. */
function spread(typeName: string, selectionSet: SelectionSetNode): fc.Arbitrary<SelectionNode> {
  const typeCondition = { kind: Kind.NAMED_TYPE as const, name: name(typeName) };
  return fc.constantFrom(
    { kind: Kind.INLINE_FRAGMENT as const, typeCondition, selectionSet },
    { kind: Kind.INLINE_FRAGMENT as const, typeCondition, selectionSet, directives: [OWN] },
  );
}

/** Marks a selection that is to become a fragment. */
const OWN: DirectiveNode = { kind: Kind.DIRECTIVE, name: name('own') };

/** Fields of one name that differ are told apart, most of the time, so that they may stand beside each other. */
function apart(selections: readonly SelectionNode[]): SelectionNode[] {
  let number = 0;
  return selections.map((selection) => {
    if (selection.kind !== Kind.FIELD || !selection.arguments?.length) return selection;
    number += 1;
    return { ...selection, alias: name(`${selection.name.value}${number}`) };
  });
}

/** Names what was only placed, and makes a document of it. */
function assembled(kind: OperationTypeNode, given: SelectionSetNode): Sent {
  const variables: Record<string, unknown> = {};
  const definitions: VariableDefinitionNode[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  const selectionSet = visit(given, {
    InlineFragment: {
      leave: (node) => {
        if (node.directives?.[0] !== OWN) return undefined;
        const fragment = name(`F${fragments.length}`);
        const typeCondition = node.typeCondition;
        if (typeCondition === undefined) return undefined;
        fragments.push({
          kind: Kind.FRAGMENT_DEFINITION,
          name: fragment,
          typeCondition,
          selectionSet: node.selectionSet,
        });
        return { kind: Kind.FRAGMENT_SPREAD, name: fragment };
      },
    },
    Variable: (node) => {
      const found = placed.get(node);
      if (found === undefined) return undefined;
      const variable = { kind: Kind.VARIABLE as const, name: name(`v${definitions.length}`) };
      variables[variable.name.value] = found.given;
      definitions.push({
        kind: Kind.VARIABLE_DEFINITION,
        variable,
        type: typeNode(String(found.type)),
      });
      return variable;
    },
  });
  const operation = { kind: Kind.OPERATION_DEFINITION as const, operation: kind, variableDefinitions: definitions };
  return {
    query: print({
      kind: Kind.DOCUMENT,
      definitions: [{ ...operation, name: name('Q'), selectionSet }, ...fragments],
    }),
    variables,
  };
}

/** A subscription has one field. */
function onlyOne(set: SelectionSetNode): SelectionSetNode {
  const fields = set.selections.filter((node) => node.kind === Kind.FIELD && node.name.value !== '__typename');
  return { ...set, selections: fields.slice(0, 1) };
}

/** A type as it is written; it is only printed. */
function typeNode(text: string): VariableDefinitionNode['type'] {
  return { kind: Kind.NAMED_TYPE, name: name(text) };
}

function wildVariables(): fc.Arbitrary<(variables: unknown) => unknown> {
  return fc.oneof(
    fc
      .dictionary(fc.constantFrom('v0', 'v1', 'v2', 'x', '__proto__', 'constructor'), ANYTHING)
      .map((wild) => (variables: unknown) => ({
        ...(variables as object),
        ...wild,
      })),
    fc.constant(() => ({})),
    ANYTHING.map((wild) => () => wild),
  );
}

/** What a slip, or a hostile hand, makes of a document. */
function damage(): fc.Arbitrary<(text: string) => string> {
  const noise = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '[',
    '"',
    '"""',
    '...',
    '@',
    '$',
    '!',
    ':',
    '#',
    '\u0000',
    '\ufeff',
    'a',
    '99999999999999999999',
    'fragment ',
    '@skip(if: $x)',
    'on ',
  );
  return fc
    .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 12 }), noise), {
      minLength: 1,
      maxLength: 4,
    })
    .map(
      (slips) => (text) =>
        slips.reduce((damaged, [at, cut, put]) => {
          const place = Math.floor(at * damaged.length);
          return damaged.slice(0, place) + put + damaged.slice(place + cut);
        }, text),
    );
}

/** A field within a field within a field: of a real type as far as it goes round, or of none. */
function deep(schema: GraphQLSchema): fc.Arbitrary<Sent> {
  const round = ['statements(first: 1) { nodes { negotiation { ', ' } } }'];
  const depth = fc.integer({ min: 1, max: 600 });
  const anything = Object.keys(schema.getQueryType()?.getFields() ?? {});
  return fc
    .oneof(
      depth.map(
        (levels) =>
          `{ negotiations(first: 1) { nodes { ${round[0]?.repeat(levels)} slug ${round[1]?.repeat(levels)} } } }`,
      ),
      fc
        .tuple(fc.constantFrom(...anything), depth)
        .map(([field, levels]) => `{ ${`${field} { `.repeat(levels)} id ${'} '.repeat(levels + 1)}`),
      fc
        .tuple(fc.constantFrom('[', '{ x: '), depth)
        .map(
          ([open, levels]) =>
            `{ node(id: ${open.repeat(levels)} 1 ${(open === '[' ? ']' : '}').repeat(levels)}) { id } }`,
        ),
      depth.map((levels) => `{ ${'... { '.repeat(levels)} head ${'} '.repeat(levels)} }`),
      depth.map((levels) => `query ($x: ${'['.repeat(levels)}Int${']'.repeat(levels)}) { head }`),
    )
    .map((query) => ({ query, variables: {} }));
}

function wide(schema: GraphQLSchema): fc.Arbitrary<Sent> {
  const leaves = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => name === 'Statement' || name === 'Negotiation')
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(
          ({ args, type }) =>
            args.length === 0 && !isCompositeType(getNamedType(isNonNullType(type) ? type.ofType : type)),
        )
        .map(({ name }) => [type.name, name] as const),
    );
  return fc
    .tuple(fc.constantFrom(...leaves), fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 100 }))
    .map(([[type, field], times, first]) => ({
      query: `{ negotiations(first: ${first}) { nodes { ${type === 'Negotiation' ? `${field} `.repeat(times) : `statements(first: ${first}) { nodes { ${`${field} `.repeat(times)} } }`} } } }`,
      variables: {},
    }));
}

/** One operation's selection many times over, under names of their own. */
function aliased(valid: fc.Arbitrary<Sent>): fc.Arbitrary<Sent> {
  return fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          'head',
          '__typename',
          'negotiations(first: 2) { nodes { title } }',
          'search(query: "said") { nodes { __typename } }',
        ),
        fc.integer({ min: 1, max: 200 }),
      )
      .map(([field, times]) => ({
        query: `{ ${Array.from({ length: times }, (_, nth) => `a${nth}: ${field}`).join(' ')} }`,
        variables: {},
      })),
    fc
      .tuple(valid, valid)
      .map(([{ query, variables }, other]) => ({ query: `${query} ${other.query}`, variables, operationName: 'Q' })),
    fc.tuple(valid, valid).map(([{ query, variables }, other]) => ({
      query: `${query} ${other.query.replaceAll(/\bF(\d)/g, 'G$1').replace(' Q', ' R')}`,
      variables,
      operationName: 'Q',
    })),
  );
}

/** Fragments that spread each other: trees, towers of two by two, and circles. */
function fragmentGraphs(): fc.Arbitrary<Sent> {
  const on = fc.constantFrom('Query', 'Negotiation');
  const towers = fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 4 }))
    .map(
      ([height, times]) =>
        `{ ...F0 } ${Array.from({ length: height }, (_, n) => `fragment F${n} on Query { head ${`...F${n + 1} `.repeat(times)} }`).join(' ')} fragment F${height} on Query { head }`,
    );
  const graphs = fc
    .array(fc.tuple(on, fc.array(fc.nat(7), { maxLength: 5 })), { minLength: 1, maxLength: 8 })
    .map(
      (fragments) =>
        `{ head ...F0 negotiation(slug: "x") { ...F1 } } ${fragments
          .map(
            ([type, spreads], n) =>
              `fragment F${n} on ${type} { __typename ${spreads.map((to) => `...F${to}`).join(' ')} }`,
          )
          .join(' ')}`,
    );
  return fc.oneof(towers, graphs).map((query) => ({ query, variables: {} }));
}

function introspection(): fc.Arbitrary<Sent> {
  const type = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 4 },
      fc.constant('kind name'),
      tie('type').map((below) => `ofType { ${below} }`),
      tie('type').map((below) => `fields { name type { ${below} } }`),
      tie('type').map((below) => `inputFields { name type { ${below} } }`),
      tie('type').map((below) => `possibleTypes { ${below} }`),
    ),
  })).type;
  return type
    .chain((below) =>
      fc.constantFrom(
        `{ __schema { types { ${below} } } }`,
        `{ __type(name: "Statement") { ${below} } }`,
        `{ a: __schema { queryType { ${below} } } b: __schema { directives { name } } }`,
      ),
    )
    .map((query) => ({ query, variables: {} }));
}
