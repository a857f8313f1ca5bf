import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Looks whether data is what a valid operation asked for: every key one that was asked for and every one that was asked
 * for there, of its type, with nothing missing that is always there.
 * @returns where it is not
 */
export function misfits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  data: unknown,
): string[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const found: string[] = [];
  const root = schema.getRootType(operation.operation);

  const collect = (
    sets: readonly SelectionSetNode[],
    type: GraphQLObjectType,
    fields: Map<string, FieldNode[]>,
  ): void => {
    for (const selection of sets.flatMap(({ selections }) => selections)) {
      if (isLeftOut(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        fields.set(key, [...(fields.get(key) ?? []), selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
      const applies =
        !condition || condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
      if (applies) collect([fragment.selectionSet], type, fields);
    }
  };

  const look = (value: unknown, type: GraphQLOutputType, sets: readonly SelectionSetNode[], path: string): void => {
    if (isNonNullType(type)) {
      if (value === null || value === undefined) found.push(`${path} is null`);
      else look(value, type.ofType, sets, path);
      return;
    }
    if (value === null) return;
    if (isListType(type)) {
      if (!Array.isArray(value)) found.push(`${path} is no list`);
      else for (const [index, item] of value.entries()) look(item, type.ofType, sets, `${path}.${index}`);
      return;
    }
    if (isLeafType(type)) {
      const fits = isEnumType(type)
        ? type.getValue(String(value))
        : (FITS[type.name]?.(value) ?? typeof value === 'string');
      if (!fits) found.push(`${path} is ${JSON.stringify(value)}, no ${type.name}`);
      return;
    }
    const named = isObjectType(type) ? type : schema.getType(String((value as { __typename?: unknown }).__typename));
    if (typeof value !== 'object' || !isObjectType(named)) return void found.push(`${path} is of no type`);
    if (isAbstractType(type) && !schema.isSubType(type, named))
      found.push(`${path} is a ${named.name}, no ${type.name}`);
    object(value as Record<string, unknown>, named, sets, path);
  };

  const object = (
    value: Record<string, unknown>,
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    path: string,
  ): void => {
    const fields = new Map<string, FieldNode[]>();
    collect(sets, type, fields);
    for (const key of fields.keys()) if (!Object.hasOwn(value, key)) found.push(`${path}.${key} is missing`);
    for (const [key, inner] of Object.entries(value)) {
      const [field] = fields.get(key) ?? [];
      if (field === undefined) {
        found.push(`${path}.${key} was not asked for`);
      } else if (field.name.value === '__typename') {
        if (inner !== type.name) found.push(`${path}.${key} is ${inner}, no ${type.name}`);
      } else if (!field.name.value.startsWith('__')) {
        const below = (fields.get(key) ?? []).flatMap(({ selectionSet }) => selectionSet ?? []);
        const { type: of } = type.getFields()[field.name.value] ?? {};
        if (of) look(inner, of, below, `${path}.${key}`);
      }
    }
  };

  if (root) object(data as Record<string, unknown>, root, [operation.selectionSet], 'data');
  return found;
}

/** Whether a directive leaves it out; none that is made here takes a variable. */
function isLeftOut({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    const isOn = condition?.value.kind === Kind.BOOLEAN && condition.value.value;
    return name.value === 'skip' ? isOn : !isOn;
  });
}

const FITS: Record<string, (value: unknown) => boolean> = {
  Int: Number.isSafeInteger,
  Float: Number.isFinite,
  Boolean: (value) => typeof value === 'boolean',
  JSONObject: (value) => typeof value === 'object',
};

/** How many fields an answer has, less those of the schema's own description. */
export function fieldsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + fieldsIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + 1 + fieldsIn(inner), 0);
}
