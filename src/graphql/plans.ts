import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { decidingVariables, type Fragments, OperationPlan, type Variables } from './plan.ts';

/** Of one operation with several @skip and @include, so many plans are kept: those that were used last. */
const PLANS_MOST = 16;

interface Built {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly variableValues: Variables;
}

/** What is known of one operation: what its plans are told apart by, and the plans. */
interface Known {
  readonly deciding: readonly string[];
  readonly plans: LRUCache<string, OperationPlan>;
}

// As long as a document is kept parsed, so long are its plans.
const known = new WeakMap<DocumentNode, Map<OperationDefinitionNode, Known | null>>();

/** The plan of an operation; null for one that is to be executed without. */
export function planFor(document: DocumentNode, { schema, operation, fragments, variableValues }: Built) {
  const operations = known.get(document) ?? new Map<OperationDefinitionNode, Known | null>();
  known.set(document, operations);
  let found = operations.get(operation);
  if (found === undefined) {
    found = hasUnsafeName(document)
      ? null
      : { deciding: decidingVariables(operation, fragments), plans: new LRUCache({ max: PLANS_MOST }) };
    operations.set(operation, found);
  }
  if (found === null) return null;
  const { deciding, plans } = found;
  // That it may not be null is said of the field that it decides on, and a plan also looks below the one above.
  if (deciding.some((name) => variableValues[name] === null)) return null;
  const decided = deciding.map((name) => String(variableValues[name])).join();
  let plan = plans.get(decided);
  if (plan === undefined) {
    const rootType = schema.getRootType(operation.operation) as GraphQLObjectType;
    // The plan is kept, so of the variables only those that it goes by, and not all that its first caller sent.
    const given = deciding.filter((name) => Object.hasOwn(variableValues, name));
    const decisive = Object.fromEntries(given.map((name) => [name, variableValues[name]]));
    plan = new OperationPlan(schema, operation, fragments, decisive, rootType);
    plans.set(decided, plan);
  }
  return plan;
}

/** Whether a field is to be called what no plain object can hold. */
function hasUnsafeName(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ alias }) => {
      found ||= alias?.value === '__proto__';
    },
  });
  return found;
}
