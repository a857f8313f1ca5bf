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
  getNamedType,
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
import type { Ahead, Lead } from '../ledger/snapshot.ts';
import type { Planned } from './reference.ts';

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
  /** What will be asked of what it gives, or of what is of one type of that, as far as anybody wanted to know. */
  readonly ahead: Map<string | null, Ahead>;
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
  #asked: ReadonlyMap<GraphQLObjectType, ReadonlySet<string> | null> | null = null;

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

  /**
   * What the operation asks of the rows that a field gives: what is to be read with them.
   * @param type where it may give rows of several tables, of which
   */
  aheadOf(field: FieldPlan, type: string | null = null): Ahead {
    const known = field.ahead.get(type);
    if (known !== undefined) return known;
    const rows = this.#rowsOf(field).filter((row) => type === null || row.type.name === type);
    this.#asked ??= this.#whatIsAsked();
    const sets = rows.map((row) => this.#asked?.get(row.type));
    const properties = sets.includes(null) ? null : new Set(sets.flatMap((set) => [...(set ?? [])]));
    for (const { takes } of (field.definition.extensions as Planned).leads ?? [])
      for (const property of takes ?? []) properties?.add(property);
    count += 1;
    const leads = rows.flatMap(({ fields }) => this.#leadsOf(fields));
    const ahead = { id: count, operation: this, properties, leads };
    field.ahead.set(type, ahead);
    return ahead;
  }

  #leadsOf(fields: ObjectPlan): Lead[] {
    return fields.flatMap((field) => {
      const { leads = [], isRowItself } = field.definition.extensions as Planned;
      if (isRowItself) return this.#typesOf(field).flatMap((type) => this.#leadsOf(this.below(field, type)));
      // Of many kinds that it may be, those of which more is asked than which one it is.
      const asked = leads.filter(({ type }) => type === undefined || this.#isAsked(field, type));
      return asked.map(({ type = null, takes: _, ...way }) => ({ ...way, ahead: this.aheadOf(field, type) }));
    });
  }

  #isAsked(field: FieldPlan, type: string): boolean {
    return this.#rowsOf(field).some((row) => row.type.name === type && row.fields.some(isOfRow));
  }

  /** The rows that a field gives, by their types, those of a page among them. */
  #rowsOf(field: FieldPlan): Selected[] {
    return this.#typesOf(field).flatMap((type) => {
      const fields = this.below(field, type);
      return isPage(type) ? fields.flatMap((part) => this.#rowsOf(part)) : [{ type, fields }];
    });
  }

  /** Which properties of rows the operation asks for, by type, wherever it asks; null for any. */
  #whatIsAsked(): ReadonlyMap<GraphQLObjectType, ReadonlySet<string> | null> {
    const asked = new Map<GraphQLObjectType, Set<string> | null>();
    const collect = (field: FieldPlan): void => {
      for (const type of this.#typesOf(field)) {
        const fields = this.below(field, type);
        const properties = this.#propertiesOf(fields);
        const known = asked.get(type);
        if (properties === null || known === null) asked.set(type, null);
        else asked.set(type, new Set([...(known ?? []), ...properties]));
        for (const below of fields) collect(below);
      }
    };
    for (const field of this.root) collect(field);
    return asked;
  }

  #propertiesOf(fields: ObjectPlan): readonly string[] | null {
    const all: string[] = [];
    for (const field of fields) {
      const { leads, reads, isRowItself } = field.definition.extensions as Planned;
      if (isRowItself) {
        const below = this.#typesOf(field).map((type) => this.#propertiesOf(this.below(field, type)));
        if (below.includes(null)) return null;
        all.push(...below.flatMap((properties) => properties ?? []));
      } else if (field.property !== null) all.push(field.property);
      else if (leads !== undefined || reads !== undefined) {
        all.push(...(reads ?? []));
        for (const { from, at, when } of leads ?? []) {
          all.push(from, ...(at === undefined ? [] : [at]), ...(when === undefined ? [] : [when.property]));
        }
      } else if (isOfRow(field) && !this.#typesOf(field).some(isPage)) return null;
    }
    return all;
  }

  /** The types of what a field may give. */
  #typesOf({ definition }: FieldPlan): readonly GraphQLObjectType[] {
    const type = getNamedType(definition.type);
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.schema.getPossibleTypes(type) : [];
  }

  #plan(parentType: GraphQLObjectType, fields: ReadonlyMap<string, readonly FieldNode[]>): ObjectPlan {
    const plans: FieldPlan[] = [];
    for (const [key, nodes] of fields) {
      const [first] = nodes;
      const definition = first && getFieldDef(this.schema, parentType, first);
      // What no type has, an answer has not either; validation refuses it before.
      if (!definition) continue;
      const property = propertyOf(definition);
      plans.push({
        key,
        nodes,
        definition,
        parentType,
        shape: shapeOf(definition.type),
        property,
        below: new Map(),
        ahead: new Map(),
      });
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

/** Rows of one type, and what is asked of them. */
interface Selected {
  readonly type: GraphQLObjectType;
  readonly fields: ObjectPlan;
}

let count = 0;

/** Whether it is what pages are made of, and no row. A list is found by the id of what it belongs to. */
function isPage({ name }: GraphQLObjectType): boolean {
  return name.endsWith('Connection') || name.endsWith('Edge') || name === 'PageInfo';
}

/** Whether a field needs more of a row than its id and its type. */
function isOfRow({ definition: { name } }: FieldPlan): boolean {
  return name !== 'id' && !name.startsWith('__');
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
