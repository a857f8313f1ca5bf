import {
  coerceInputValue,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLResolveInfo,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
} from 'graphql';
import type { Problem } from '../ledger/errors.ts';

/** An input type of the schema that a request runs on. */
export function inputType({ schema }: GraphQLResolveInfo, name: string): GraphQLInputObjectType {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`${name} is no input type`);
  return type;
}

/** An input that was coerced already, as JSON that its type can coerce again: dates and enums as they are written. */
export function asWritten(type: GraphQLInputType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const given = getNullableType(type);
  if (isListType(given)) return (value as unknown[]).map((item) => asWritten(given.ofType, item));
  if (isLeafType(given)) return given.serialize(value);
  const fields = Object.values(given.getFields()).map(({ name, type: inner }) => [
    name,
    asWritten(inner, (value as Record<string, unknown>)[name]),
  ]);
  return Object.fromEntries(fields.filter(([, inner]) => inner !== undefined));
}

/** The input again, and what of it does not fit its type any more. */
export function reread<Input>(type: GraphQLInputObjectType, written: unknown): { input: Input; problems: Problem[] } {
  const problems: Problem[] = [];
  const input = coerceInputValue(written, type, (path, _value, error) =>
    problems.push({ path, message: error.message }),
  );
  return { input: input as Input, problems };
}
