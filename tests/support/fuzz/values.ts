import fc from 'fast-check';
import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';

/** What of a record may be asked for by name. */
export interface Known {
  readonly ids: readonly string[];
  readonly slugs: readonly string[];
  readonly cursors: readonly string[];
}

/** A value of an input as JSON has it, or one that does not quite fit. */
export type Values = (type: GraphQLInputType) => fc.Arbitrary<unknown>;

const TEXTS = ['said', 'the talks', '"a ceasefire', '-x OR', 'ق', '%_\\', '\u0000', '\ud800', '', ' ', "'; --", '🕊'];
const DATES = ['2023-10-30', '2023-10-30T14:00:00Z', '0000-00-00', '9999-12-31', '+275760-09-13', 'Monday', 'PT6H30M'];
const NUMBERS = [0, 1, 2, 3, 5, 20, 100, 101, -1, 2_147_483_647, -2_147_483_648, 2_147_483_648, 0.5, 1e308];

/** Values made from the types of inputs: mostly what is asked for, now and then what is not. */
export function valuesOf(known: Known): Values {
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.slugs, ...known.ids, ...TEXTS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  );
  const scalars: Record<string, fc.Arbitrary<unknown>> = {
    Int: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
      { weight: 1, arbitrary: fc.constantFrom(...NUMBERS) },
    ),
    Float: fc.oneof(fc.double(), fc.constantFrom(...NUMBERS)),
    Boolean: fc.boolean(),
    ID: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known.ids) }, { weight: 1, arbitrary: text }),
    Cursor: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known.cursors) }, { weight: 1, arbitrary: text }),
    String: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(...known.cursors) }),
    Date: fc.constantFrom(...DATES),
    DateTime: fc.constantFrom(...DATES),
    Duration: fc.constantFrom(...DATES),
    Locale: fc.constantFrom('en', 'ar', 'fr-CA', 'x', ''),
    URL: fc.constantFrom('https://news.example/a', 'javascript:alert(1)', 'http://', 'x'),
  };
  const made = new Map<string, fc.Arbitrary<unknown>>();

  const fitting: Values = (type) => {
    if (isNonNullType(type)) return fitting(type.ofType);
    const key = String(type);
    const before = made.get(key);
    if (before !== undefined) return before;
    const value = make(type);
    made.set(key, value);
    return value;
  };
  const make: Values = (type) => {
    if (isListType(type)) return fc.array(valued(type.ofType), { maxLength: 3 });
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    if (!isInputObjectType(type)) return scalars[String(type)] ?? text;
    const fields = Object.values(type.getFields());
    if (type.isOneOf) {
      return fc.oneof(
        ...fields.map(({ name, type }) => lazily(() => valued(type)).map((value) => ({ [name]: value }))),
      );
    }
    const required = fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name);
    const model = Object.fromEntries(fields.map(({ name, type }) => [name, lazily(() => valued(type))]));
    return fc.record(model, { requiredKeys: required });
  };
  /** What a list or an object holds: what fits, nothing, also where that may not be, and rarely anything. */
  const valued: Values = (type) =>
    fc.oneof(
      { weight: 40, arbitrary: fitting(type) },
      { weight: 2, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: ANYTHING },
    );
  return valued;
}

/** For types that hold each other. */
function lazily(make: () => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.constant(null).chain(make);
}

/** Whatever JSON can say. */
export const ANYTHING: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(...NUMBERS, ...TEXTS),
  fc.integer({ min: 1, max: 400 }).map((depth) => {
    let value: unknown = 'x';
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  }),
);

/** A value as it stands in a document; enums are those texts that their type knows. */
export function literalOf(value: unknown, type: GraphQLInputType): ValueNode {
  const named = isNonNullType(type) ? type.ofType : type;
  if (value === null || value === undefined) return { kind: Kind.NULL };
  if (Array.isArray(value)) {
    const of = isListType(named) ? named.ofType : named;
    return { kind: Kind.LIST, values: value.map((item) => literalOf(item, of)) };
  }
  if (typeof value === 'object') return objectOf(value, named);
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value };
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < 1e15
      ? { kind: Kind.INT, value: String(value) }
      : { kind: Kind.FLOAT, value: Number.isFinite(value) ? value.toExponential() : '0.0' };
  }
  const text = String(value);
  return isEnumType(named) && named.getValue(text)
    ? { kind: Kind.ENUM, value: text }
    : { kind: Kind.STRING, value: text };
}

function objectOf(value: object, type: GraphQLInputType): ObjectValueNode {
  const fields = isInputObjectType(type) ? type.getFields() : {};
  return {
    kind: Kind.OBJECT,
    fields: Object.entries(value)
      .filter(([name]) => /^[_A-Za-z]\w*$/.test(name))
      .map(([name, inner]) => ({
        kind: Kind.OBJECT_FIELD,
        name: { kind: Kind.NAME, value: name },
        value: fields[name] === undefined ? literalOf(inner, type) : literalOf(inner, fields[name].type),
      })),
  };
}
