import { GraphQLBoolean, GraphQLEnumType, GraphQLError, GraphQLInt } from 'graphql';
import { isPromise } from '../ledger/maybe-promise.ts';
import { globalId } from '../ledger/subjects.ts';
import type { Answer, FieldPlan, Fill, Filler, Path, Shape } from './field-plan.ts';

/** What gives one object of an answer: field by field the first time, as most of what is asked once is never asked again. */
export function fillOf(fields: readonly FieldPlan[]): Fill {
  let written: Fill | null = null;
  return (filler, source, path) => {
    if (written === null && filler.isFirst) return fieldByField(fields, filler, source, path);
    written ??= writeFill(fields);
    return written(filler, source, path);
  };
}

function fieldByField(
  fields: readonly FieldPlan[],
  filler: Filler,
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  const answer: Answer = {};
  let promised: Promise<unknown>[] | null = null;
  try {
    for (const field of fields) {
      const value = filler.field(field, source, path);
      answer[field.key] = value;
      if (isPromise(value)) {
        promised ??= [];
        promised.push(value);
      }
    }
  } catch (error) {
    return failed(error, promised);
  }
  return promised === null ? answer : filled(answer, promised);
}

/**
 * Writes the function that gives one object of an answer, a line a field: V8 makes the object in one piece, and what is a
 * property that can stand in the answer as it is costs no call. Of the document it takes the names alone.
 */
function writeFill(fields: readonly FieldPlan[]): Fill {
  const enums: (ReadonlySet<unknown> | null)[] = fields.map(({ shape }) => namesOf(shape));
  const lines = fields.map((field, index) => lineOf(field, index));
  const names = fields.map((_, index) => `v${index}`);
  const answer = fields.map(({ key }, index) => `${JSON.stringify(key)}: v${index}`);
  const body = `
    return (filler, source, path) => {
      let promised = null${names.map((name) => `, ${name}`).join('')};
      const promise = (value) => { if (isPromise(value)) (promised ??= []).push(value); return value; };
      try { ${lines.join('\n')} } catch (error) { return failed(error, promised); }
      const answer = { ${answer.join(', ')} };
      return promised === null ? answer : filled(answer, promised);
    };`;
  const known = { fields, enums, globalId, isPromise, filled, failed, GraphQLError };
  return new Function(...Object.keys(known), body)(...Object.values(known));
}

function lineOf({ property, shape, idOf, reference, isRowItself }: FieldPlan, index: number): string {
  const value = `v${index}`;
  const field = `fields[${index}]`;
  const slow = (how: string, ...given: string[]) =>
    `promise(filler.${how}(${[field, ...given, 'source', 'path'].join(', ')}))`;
  // Of what cannot be read the field says so.
  const read = (line: string) =>
    `try { ${line} } catch (error) { if (error instanceof GraphQLError) throw error; ${value} = ${slow('field')}; }`;
  if (idOf !== null) {
    const id = `globalId(${JSON.stringify(idOf)}, source.id)`;
    return read(`${value} = typeof source?.id === 'string' ? ${id} : ${slow('field')};`);
  }
  if (reference !== null) return `${value} = ${slow('reference')};`;
  if (isRowItself) return `${value} = ${slow('itself')};`;
  if (property === null || shape.kind !== 'leaf') return `${value} = ${slow('field')};`;
  const leaf = `if (!(${isAsItIs(shape, value, index)})) ${value} = ${slow('leaf', value)};`;
  return read(`${value} = source?.[${JSON.stringify(property)}]; ${leaf}`);
}

/** Whether a value can stand in the answer as it is. */
function isAsItIs(shape: Shape & { kind: 'leaf' }, value: string, index: number): string {
  const is =
    shape.type === GraphQLInt
      ? `typeof ${value} === 'number' && (${value} | 0) === ${value}`
      : shape.type === GraphQLBoolean
        ? `typeof ${value} === 'boolean'`
        : shape.takesText
          ? `typeof ${value} === 'string'`
          : namesOf(shape) !== null
            ? `enums[${index}].has(${value})`
            : 'false';
  return shape.isNonNull ? is : `${value} === null || ${is}`;
}

/** The values of an enum that are their own names. */
function namesOf(shape: Shape): ReadonlySet<unknown> | null {
  if (shape.kind !== 'leaf' || !(shape.type instanceof GraphQLEnumType)) return null;
  return new Set(
    shape.type
      .getValues()
      .filter(({ name, value }) => name === value)
      .map(({ name }) => name),
  );
}

/** Puts what is promised into its place. */
export async function filled<Into extends Answer | unknown[]>(
  into: Into,
  promised: readonly Promise<unknown>[],
): Promise<Into> {
  // In order, as the values are; whatever fails first is what fails.
  const settled = await Promise.all(promised);
  let next = 0;
  if (Array.isArray(into)) {
    for (let index = 0; index < into.length; index += 1) {
      if (isPromise(into[index])) into[index] = settled[next++];
    }
  } else {
    for (const key in into) if (isPromise(into[key])) (into as Answer)[key] = settled[next++];
  }
  return into;
}

/** Throws once all that was promised has ended: nothing is left behind that could fail with nobody to hear of it. */
export function failed(error: unknown, promised: readonly Promise<unknown>[] | null): Promise<never> {
  if (promised === null) throw error;
  return Promise.allSettled(promised).then(() => {
    throw error;
  });
}
