import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
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
import type { FieldPlan, ObjectPlan, Shape } from './field-plan.ts';
import { fillOf } from './fill.ts';
import type { Planned, Reference } from './reference.ts';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
export type Variables = Readonly<Record<string, unknown>>;

/**
 * An operation, ready to be executed again and again: the fields of each type are collected when they are first needed.
 * It holds for variables that decide every @skip and @include the same way.
 */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly root: ObjectPlan;
  isExecuted = false;
  readonly #variables: Variables;
  #asked: ReadonlyMap<string, ReadonlySet<string> | null> | null = null;

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
    const asked = this.#asked;
    const sets = (type === null ? rows.map((row) => row.type.name) : [type]).map((name) => asked.get(name));
    const properties = sets.includes(null) ? null : new Set(sets.flatMap((set) => [...(set ?? [])]));
    count += 1;
    const leads = rows.flatMap(({ plan }) => this.#leadsOf(plan));
    const ahead = { id: count, properties, leads };
    field.ahead.set(type, ahead);
    return ahead;
  }

  #leadsOf({ fields }: ObjectPlan): Lead[] {
    return fields.flatMap((field) => {
      const { leads = [], takes = {}, isRowItself } = field.definition.extensions as Planned;
      if (isRowItself) return this.#typesOf(field).flatMap((type) => this.#leadsOf(this.below(field, type)));
      // Of many kinds that it may be, those of which more is asked than which one it is.
      const asked = leads.filter(({ type }) => type === undefined || type in takes || this.#isAsked(field, type));
      return asked.map(({ type = null, ...way }) => ({ ...way, ahead: this.aheadOf(field, type) }));
    });
  }

  #isAsked(field: FieldPlan, type: string): boolean {
    return this.#rowsOf(field).some((row) => row.type.name === type && row.plan.fields.some(isOfRow));
  }

  /** The rows that a field gives, by their types, those of a page among them. */
  #rowsOf(field: FieldPlan): Selected[] {
    return this.#typesOf(field).flatMap((type) => {
      const plan = this.below(field, type);
      return isPage(type) ? plan.fields.flatMap((part) => this.#rowsOf(part)) : [{ type, plan }];
    });
  }

  /** Which properties of rows the operation asks for, by type, wherever it asks; null for any. */
  #whatIsAsked(): ReadonlyMap<string, ReadonlySet<string> | null> {
    const asked = new Map<string, Set<string> | null>();
    const ask = (type: string, properties: readonly string[] | null) => {
      const known = asked.get(type);
      if (properties === null || known === null) asked.set(type, null);
      else asked.set(type, new Set([...(known ?? []), ...properties]));
    };
    const collect = (field: FieldPlan): void => {
      const { takes = {} } = field.definition.extensions as Planned;
      for (const [type, properties] of Object.entries(takes)) ask(type, properties);
      for (const type of this.#typesOf(field)) {
        const plan = this.below(field, type);
        ask(type.name, this.#propertiesOf(plan));
        for (const below of plan.fields) collect(below);
      }
    };
    for (const field of this.root.fields) collect(field);
    return asked;
  }

  #propertiesOf({ fields }: ObjectPlan): readonly string[] | null {
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
      const { idOf = null, isRowItself = false } = definition.extensions as Planned;
      plans.push({
        key,
        nodes,
        definition,
        parentType,
        shape: shapeOf(definition.type),
        property: propertyOf(definition),
        idOf,
        reference: referenceOf(definition),
        isRowItself: isRowItself && isUnwrapped(definition),
        below: new Map(),
        ahead: new Map(),
      });
    }
    return { fields: plans, fill: fillOf(plans) };
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
  readonly plan: ObjectPlan;
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
  const { pothosExposedField: exposed } = extensions;
  return typeof exposed === 'string' && isUnwrapped({ resolve, extensions }) ? exposed : null;
}

/** What a field leads to; null when a resolver does more. */
function referenceOf(definition: GraphQLField<unknown, unknown>): Reference | null {
  const { reference } = definition.extensions as Planned;
  return reference !== undefined && isUnwrapped(definition) ? reference : null;
}

/** Whether no plugin has wrapped the resolver, which would have to be called. */
function isUnwrapped({ resolve, extensions }: Pick<GraphQLField<unknown, unknown>, 'resolve' | 'extensions'>): boolean {
  return resolve === extensions.pothosOriginalResolve;
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
