import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  GraphQLID,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
// What `graphql` itself collects fields with; its main module does not export it.
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
export type Variables = Readonly<Record<string, unknown>>;

/** What a type comes to, looked into once. */
export type Shape = { readonly isNonNull: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType; readonly takesText: boolean }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
);

/** One field of a selection, with all of the document that it stands for. */
export interface FieldPlan {
  /** Its name in the answer. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly shape: Shape;
  /** The property that it is read from without a resolver. */
  readonly property: string | null;
  /** The selection below it, by the type of what is found there. */
  readonly below: Map<GraphQLObjectType, ObjectPlan>;
}

/** The fields of one type that a selection gives, in order. */
export type ObjectPlan = readonly FieldPlan[];

/**
 * An operation, ready to be executed again and again: the fields of each type are collected when they are first needed.
 * It holds for variables that decide every @skip and @include the same way.
 */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly root: ObjectPlan;
  readonly #variables: Variables;

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Fragments,
    variables: Variables,
    rootType: GraphQLObjectType,
  ) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#variables = variables;
    this.root = this.#plan(
      rootType,
      collectFields(schema, fragments as never, variables as never, rootType, operation.selectionSet),
    );
  }

  below(field: FieldPlan, type: GraphQLObjectType): ObjectPlan {
    const known = field.below.get(type);
    if (known !== undefined) return known;
    const { schema, fragments } = this;
    const plan = this.#plan(
      type,
      collectSubfields(schema, fragments as never, this.#variables as never, type, field.nodes),
    );
    field.below.set(type, plan);
    return plan;
  }

  #plan(parentType: GraphQLObjectType, fields: ReadonlyMap<string, readonly FieldNode[]>): ObjectPlan {
    const plans: FieldPlan[] = [];
    for (const [key, nodes] of fields) {
      const [first] = nodes;
      const definition = first && getFieldDef(this.schema, parentType, first);
      // What no type has, an answer has not either; validation refuses it before.
      if (!definition) continue;
      const property = propertyOf(definition);
      plans.push({ key, nodes, definition, parentType, shape: shapeOf(definition.type), property, below: new Map() });
    }
    return plans;
  }
}

function shapeOf(type: GraphQLOutputType): Shape {
  const isNonNull = isNonNullType(type);
  const inner = isNonNull ? type.ofType : type;
  if (isListType(inner)) return { isNonNull, kind: 'list', item: shapeOf(inner.ofType) };
  if (isAbstractType(inner)) return { isNonNull, kind: 'abstract', type: inner };
  if (isObjectType(inner)) return { isNonNull, kind: 'object', type: inner };
  // The two most common scalars take a string as it is.
  const takesText = inner === GraphQLString || inner === GraphQLID;
  return { isNonNull, kind: 'leaf', type: inner as GraphQLLeafType, takesText };
}

/** The property that a field does no more than expose; null when a resolver does more. */
function propertyOf({ name, resolve, extensions }: GraphQLField<unknown, unknown>): string | null {
  if (resolve === undefined || resolve === defaultFieldResolver) return name;
  const { pothosExposedField: exposed, pothosOriginalResolve: original } = extensions;
  // One that a plugin has wrapped is called.
  return typeof exposed === 'string' && resolve === original ? exposed : null;
}

/** The variables that decide whether something of an operation is left out. */
export function decidingVariables(operation: OperationDefinitionNode, fragments: Fragments): string[] {
  const names = new Set<string>();
  for (const part of [operation, ...Object.values(fragments)]) {
    visit(part, {
      Directive: ({ name, arguments: given }) => {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}
