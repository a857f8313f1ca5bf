import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';

interface Described {
  readonly name: string;
  readonly description?: string | null;
}

describe('the schema', () => {
  it('says of every type, field, argument, input field and enum value what it means', () => {
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
    );
    const undescribed = types
      .flatMap((type) => [[type.name, type] as const, ...members(type)])
      .filter(([, described]) => !described.description?.trim())
      .map(([path]) => path);

    expect(types.length).toBeGreaterThan(50);
    expect(undescribed).toEqual([]);
  });
});

/** What a type is made of, each with where it stands. */
function members(type: GraphQLNamedType): (readonly [path: string, described: Described])[] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    [`${type.name}.${field.name}`, field] as const,
    ...field.args.map((arg) => [`${type.name}.${field.name}(${arg.name}:)`, arg] as const),
  ]);
}
