import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  separateOperations,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** A subscription as its document has it. */
export interface SubscriptionOperation {
  readonly node: OperationDefinitionNode;
  /** Its one field. */
  readonly field: FieldNode;
  /** What the document gives as the cursor to follow from. */
  readonly after: ValueNode | null;
  /** The variables that its answers depend on: all but the one that holds the cursor. */
  readonly variables: readonly string[];
}

const known = new WeakMap<DocumentNode, Map<string, SubscriptionOperation | null>>();

/**
 * The subscription among a valid document's operations that is asked for; null when it is of another kind, or not there.
 * Looked into once a document, as documents are parsed once for all.
 */
export function subscriptionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): SubscriptionOperation | null {
  const name = operationName ?? '';
  const operations = known.get(document) ?? new Map<string, SubscriptionOperation | null>();
  known.set(document, operations);
  const found = operations.get(name) ?? look(schema, document, operationName);
  operations.set(name, found);
  return found;
}

function look(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): SubscriptionOperation | null {
  const node = getOperationAST(document, operationName);
  if (node?.operation !== 'subscription') return null;
  const { field, after, uses } = rootOf(schema, separateOperations(document)[node.name?.value ?? ''] ?? document);
  if (field === null) return null;
  const declared = (node.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  // A variable that is also used elsewhere changes what is answered, so it stays among the others.
  const cursor = after?.kind === Kind.VARIABLE && uses.get(after.name.value) === 1 ? after.name.value : null;
  return { node, field, after, variables: declared.filter((variable) => variable !== cursor) };
}

/** A subscription's one field, its argument `after`, and how often each variable is used in the document. */
function rootOf(
  schema: GraphQLSchema,
  document: DocumentNode,
): { field: FieldNode | null; after: ValueNode | null; uses: Map<string, number> } {
  const types = new TypeInfo(schema);
  const uses = new Map<string, number>();
  const fields: FieldNode[] = [];
  visit(
    document,
    visitWithTypeInfo(types, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
      Field: (field) => {
        if (types.getParentType() === schema.getSubscriptionType()) fields.push(field);
      },
    }),
  );
  const [field] = fields;
  const after = field?.arguments?.find(({ name }) => name.value === 'after')?.value;
  return { field: field ?? null, after: after ?? null, uses };
}
