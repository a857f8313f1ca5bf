import { builder } from './builder.ts';

/** An enum of the schema from one of Prisma's, each value with what it means; a value left out does not compile. */
export function enumOf<Value extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Value, string>>,
) {
  const described = Object.fromEntries(
    (Object.entries(values) as [Value, string][]).map(([value, meaning]) => [value, { value, description: meaning }]),
  ) as Record<Value, { value: Value; description: string }>;
  return builder.enumType(name, { description, values: described });
}
