import {
  type DocumentNode,
  defaultTypeResolver,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
  locatedError,
  OperationTypeNode,
} from 'graphql';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { isPromise, type MaybePromise } from '../ledger/maybe-promise.ts';
import type { At } from '../ledger/snapshot.ts';
import type { Answer, FieldPlan, Filler, ObjectPlan, Path, Shape } from './field-plan.ts';
import { failed, filled } from './fill.ts';
import type { OperationPlan, Variables } from './plan.ts';
import { planFor } from './plans.ts';
import { follow, type Reference } from './reference.ts';

/**
 * Executes an operation as `graphql` does, by a plan that is made of the document once. What only `graphql` itself does
 * right, the order of mutations above all, is left to it.
 */
export function executePlanned(args: ExecutionArgs): MaybePromise<ExecutionResult> {
  const built = buildExecutionContext(args);
  // Variables that do not fit, or no such operation.
  if (!('schema' in built)) return { errors: built };
  const plan = built.operation.operation === OperationTypeNode.MUTATION ? null : planOf(args.document, built);
  if (plan === null) return execute(args);
  const execution = new Execution(plan, built.rootValue, built.contextValue, built.variableValues);
  return execution.run();
}

/** Null where `graphql` itself is to say what is wrong, as with a @skip that is given null. */
function planOf(document: DocumentNode, built: Parameters<typeof planFor>[1]): OperationPlan | null {
  try {
    return planFor(document, built);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

class Execution implements Filler {
  readonly plan: OperationPlan;
  readonly isFirst: boolean;
  readonly rootValue: unknown;
  readonly variables: Variables;
  readonly #context: unknown;
  readonly #errors: GraphQLError[] = [];
  readonly #arguments = new Map<FieldPlan, Record<string, unknown>>();

  constructor(plan: OperationPlan, rootValue: unknown, context: unknown, variables: Variables) {
    this.plan = plan;
    this.isFirst = !plan.isExecuted;
    plan.isExecuted = true;
    this.rootValue = rootValue;
    this.#context = context;
    this.variables = variables;
  }

  run(): MaybePromise<ExecutionResult> {
    try {
      const data = this.plan.root.fill(this, this.rootValue, undefined);
      if (!isPromise(data)) return this.#result(data);
      return data.then(
        (given) => this.#result(given),
        (error: GraphQLError) => this.#failed(error),
      );
    } catch (error) {
      // Located where it was thrown.
      return this.#failed(error as GraphQLError);
    }
  }

  #result(data: Answer | null): ExecutionResult {
    return this.#errors.length === 0 ? { data } : { errors: this.#errors, data };
  }

  #failed(error: GraphQLError): ExecutionResult {
    this.#errors.push(error);
    return this.#result(null);
  }

  field(field: FieldPlan, source: unknown, parent: Path | undefined): unknown {
    const { definition, property } = field;
    const path = { prev: parent, key: field.key, typename: field.parentType.name };
    try {
      const value =
        property === null
          ? definition.resolve?.(source, this.#argumentsOf(field), this.#context, new Info(this, field, path))
          : this.#read(field, property, source, path);
      return this.#given(field, value, path);
    } catch (error) {
      return this.#miss(field, path, error);
    }
  }

  leaf(field: FieldPlan, value: unknown, source: unknown, parent: Path | undefined): unknown {
    if (isPromise(value) || typeof value === 'function') return this.field(field, source, parent);
    try {
      return this.#complete(field, field.shape, value, undefined);
    } catch (error) {
      return this.#miss(field, { prev: parent, key: field.key, typename: undefined }, error);
    }
  }

  reference(field: FieldPlan, source: unknown, parent: Path | undefined): unknown {
    const path = { prev: parent, key: field.key, typename: field.parentType.name };
    try {
      const value = follow(field.reference as Reference, source as At<object>, this.plan.aheadOf(field));
      return this.#given(field, value, path);
    } catch (error) {
      return this.#miss(field, path, error);
    }
  }

  itself(field: FieldPlan, source: unknown, parent: Path | undefined): unknown {
    const path = { prev: parent, key: field.key, typename: field.parentType.name };
    try {
      return this.#given(field, source, path);
    } catch (error) {
      return this.#miss(field, path, error);
    }
  }

  #given(field: FieldPlan, value: unknown, path: Path): unknown {
    if (isPromise(value)) return this.#settled(field, value, path);
    const completed = this.#complete(field, field.shape, value, path);
    return isPromise(completed) ? completed.then(undefined, (error) => this.#miss(field, path, error)) : completed;
  }

  #read(field: FieldPlan, property: string, source: unknown, path: Path): unknown {
    if (typeof source !== 'object' || source === null) return undefined;
    const value = (source as Record<string, unknown>)[property];
    if (typeof value !== 'function') return value;
    return value.call(source, this.#argumentsOf(field), this.#context, new Info(this, field, path));
  }

  async #settled(field: FieldPlan, promise: Promise<unknown>, path: Path): Promise<unknown> {
    try {
      const completed = this.#complete(field, field.shape, await promise, path);
      // Awaited here, so that what fails is missed here.
      return isPromise(completed) ? await completed : completed;
    } catch (error) {
      return this.#miss(field, path, error);
    }
  }

  /** Null instead of what could not be had; where there may be no null, its parent is what could not be had. */
  #miss({ nodes, shape }: FieldPlan, path: Path, raw: unknown): null {
    return this.#noted(locatedError(raw, nodes, keysOf(path)), shape);
  }

  #noted(error: GraphQLError, { isNonNull }: Shape): null {
    if (isNonNull) throw error;
    this.#errors.push(error);
    return null;
  }

  /** The same for every parent that the field is asked of. */
  #argumentsOf(field: FieldPlan): Record<string, unknown> {
    if (field.definition.args.length === 0) return NONE;
    const known = this.#arguments.get(field);
    if (known !== undefined) return known;
    const [node] = field.nodes;
    const given = node === undefined ? NONE : getArgumentValues(field.definition, node, this.variables);
    this.#arguments.set(field, given);
    return given;
  }

  /** @param path where it is; what is a leaf asks for none */
  #complete(field: FieldPlan, shape: Shape, value: unknown, path: Path | undefined): unknown {
    if (value instanceof Error) throw value;
    const completed = value === null || value === undefined ? null : this.#shaped(field, shape, value, path);
    if (!shape.isNonNull) return completed;
    if (completed === null) throw nullFor(field);
    return completed;
  }

  #shaped(field: FieldPlan, shape: Shape, value: unknown, path: Path | undefined): unknown {
    switch (shape.kind) {
      case 'leaf':
        return serialise(shape.type, value);
      case 'list':
        return this.#list(field, shape.item, value, path);
      case 'object':
        return this.#object(field, shape.type, value, path);
      case 'abstract':
        return this.#abstract(field, shape.type, value, path);
    }
  }

  #list(field: FieldPlan, item: Shape, list: unknown, path: Path | undefined): MaybePromise<unknown[]> {
    if (typeof list !== 'object' || list === null || !(Symbol.iterator in list)) {
      throw new Error(`Expected Iterable, but did not find one for field "${nameOf(field)}".`);
    }
    const answer: unknown[] = [];
    let promised: Promise<unknown>[] | null = null;
    try {
      for (const value of list as Iterable<unknown>) {
        if (item.kind === 'leaf' && !isPromise(value)) {
          answer.push(this.#leafItem(field, item, value, path, answer.length));
          continue;
        }
        const completed = this.#item(field, item, value, { prev: path, key: answer.length, typename: undefined });
        answer.push(completed);
        if (isPromise(completed)) {
          promised ??= [];
          promised.push(completed);
        }
      }
    } catch (error) {
      return failed(error, promised);
    }
    return promised === null ? answer : filled(answer, promised);
  }

  #leafItem(field: FieldPlan, item: Shape, value: unknown, list: Path | undefined, key: number): unknown {
    try {
      return this.#complete(field, item, value, undefined);
    } catch (error) {
      return this.#noted(locatedError(error, field.nodes, keysOf({ prev: list, key, typename: undefined })), item);
    }
  }

  #item(field: FieldPlan, item: Shape, value: unknown, path: Path): unknown {
    try {
      if (isPromise(value)) return this.#settledItem(field, item, value, path);
      const completed = this.#complete(field, item, value, path);
      return isPromise(completed) ? this.#settledItem(field, null, completed, path, item) : completed;
    } catch (error) {
      return this.#noted(locatedError(error, field.nodes, keysOf(path)), item);
    }
  }

  /** @param incomplete the shape of what is promised; null when it is completed already */
  async #settledItem(
    field: FieldPlan,
    incomplete: Shape | null,
    promise: Promise<unknown>,
    path: Path,
    item: Shape = incomplete as Shape,
  ): Promise<unknown> {
    try {
      const value = await promise;
      return incomplete === null ? value : await this.#complete(field, incomplete, value, path);
    } catch (error) {
      return this.#noted(locatedError(error, field.nodes, keysOf(path)), item);
    }
  }

  #abstract(field: FieldPlan, type: GraphQLAbstractType, value: unknown, path: Path | undefined): MaybePromise<Answer> {
    const resolve = type.resolveType ?? defaultTypeResolver;
    const named = resolve(value, this.#context, new Info(this, field, path as Path), type);
    if (!isPromise(named)) return this.#object(field, this.#runtimeType(field, type, named), value, path);
    return named.then((name) => this.#object(field, this.#runtimeType(field, type, name), value, path));
  }

  #runtimeType(field: FieldPlan, abstract: GraphQLAbstractType, name: unknown): GraphQLObjectType {
    const type = typeof name === 'string' ? this.plan.schema.getType(name) : undefined;
    if (isObjectType(type) && this.plan.schema.isSubType(abstract, type)) return type;
    throw new Error(
      `Abstract type "${abstract.name}" cannot be resolved to "${String(name)}" for field "${nameOf(field)}".`,
    );
  }

  #object(field: FieldPlan, type: GraphQLObjectType, value: unknown, path: Path | undefined): MaybePromise<Answer> {
    const plan = this.plan.below(field, type);
    if (!type.isTypeOf) return plan.fill(this, value, path);
    const isOfType = type.isTypeOf(value, this.#context, new Info(this, field, path as Path));
    if (isPromise(isOfType)) return isOfType.then((is) => this.#fieldsIf(is, plan, type, value, path));
    return this.#fieldsIf(isOfType, plan, type, value, path);
  }

  #fieldsIf(
    isOfType: boolean,
    plan: ObjectPlan,
    type: GraphQLObjectType,
    value: unknown,
    path: Path | undefined,
  ): MaybePromise<Answer> {
    if (isOfType) return plan.fill(this, value, path);
    throw new Error(`Expected value of type "${type.name}" but got something else.`);
  }
}

const NONE: Record<string, unknown> = {};

function nullFor(field: FieldPlan): Error {
  return new Error(`Cannot return null for non-nullable field ${nameOf(field)}.`);
}

function nameOf({ parentType, definition }: FieldPlan): string {
  return `${parentType.name}.${definition.name}`;
}

/** What resolvers are told of where they are. Most ask for none of it. */
class Info implements GraphQLResolveInfo {
  readonly #execution: Execution;
  readonly #field: FieldPlan;
  readonly path: Path;

  constructor(execution: Execution, field: FieldPlan, path: Path) {
    this.#execution = execution;
    this.#field = field;
    this.path = path;
  }

  get fieldName() {
    return this.#field.definition.name;
  }
  get fieldNodes() {
    return this.#field.nodes;
  }
  get returnType() {
    return this.#field.definition.type;
  }
  get parentType() {
    return this.#field.parentType;
  }
  get schema() {
    return this.#execution.plan.schema;
  }
  get fragments() {
    return this.#execution.plan.fragments;
  }
  get rootValue() {
    return this.#execution.rootValue;
  }
  get operation() {
    return this.#execution.plan.operation;
  }
  get variableValues() {
    return this.#execution.variables;
  }
  /** For `aheadOf`. */
  aheadOf(type: string | undefined) {
    return this.#execution.plan.aheadOf(this.#field, type);
  }
}

function serialise(type: GraphQLLeafType, value: unknown): unknown {
  const serialised = type.serialize(value);
  if (serialised === null || serialised === undefined) {
    throw new Error(
      `Expected \`${type.name}.serialize(${String(value)})\` to return non-nullable value, returned: ${String(serialised)}`,
    );
  }
  return serialised;
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}
