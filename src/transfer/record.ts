import { isUtf8 } from 'node:buffer';
import { coerceInputValue, type GraphQLInputObjectType } from 'graphql';
import { type DeskMutation, deskMutations, readGiven } from '../graphql/desk-mutation.ts';
import { schema } from '../graphql/schema.ts';
import type { Given } from '../ledger/batch.ts';
import { InvalidInputError, type Problem } from '../ledger/errors.ts';
import { type Line, LONGEST_LINE } from './lines.ts';

/** What a line asks the desk to do. */
export interface Asked {
  readonly mutation: DeskMutation;
  readonly input: object;
  readonly given: Given;
}

/** One line of an import, read: what it asks for, or all that is wrong with it. */
export interface ImportRecord {
  readonly line: number;
  readonly problems: readonly Problem[];
  /** Null for a line with problems. */
  readonly asked: Asked | null;
  /** The line's own id, also of a line with problems, where it can be read. */
  readonly externalId: string | null;
}

/** Reads `{"<mutation>": {<its input>}}`, the input in the shape that the API takes. Null for an empty line. */
export function readRecord({ number, bytes }: Line): ImportRecord | null {
  const refuse = (message: string): ImportRecord => ({
    line: number,
    problems: [{ path: [], message }],
    asked: null,
    externalId: null,
  });

  if (bytes === null) return refuse(`is longer than ${LONGEST_LINE} bytes.`);
  if (!isUtf8(bytes)) return refuse('is not text in UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON: ${(error as SyntaxError).message}.`);
  }
  const [[name, given] = ['', null], ...more] = isObject(value) ? Object.entries(value) : [];
  if (!isObject(given) || more.length > 0)
    return refuse('is not one record, as in {"recordPerson": {"externalId": "…", "name": "…"}}.');
  const mutation = deskMutations.get(name);
  if (mutation === undefined) return refuse(`has “${name}”, which the desk has no mutation for.`);

  const externalId = typeof given.externalId === 'string' ? given.externalId : null;
  const problems: Problem[] = [];
  if (given.externalId === undefined || given.externalId === null) {
    problems.push({ path: ['externalId'], message: 'is missing; an import that is run again knows its lines by it.' });
  }
  // The mutation's own argument is of this type.
  const type = schema.getType(mutation.inputType) as GraphQLInputObjectType;
  const input = coerceInputValue(given, type, (path, _value, { message }) =>
    problems.push({ path, message }),
  ) as object;
  const known = readBounded(name, input, type, problems);
  const asked = known !== null && problems.length === 0 ? { mutation, input, given: known } : null;
  return { line: number, problems, asked, externalId };
}

/** What the input gives; what of it is out of bounds is added to the problems. */
function readBounded(name: string, input: object, type: GraphQLInputObjectType, problems: Problem[]): Given | null {
  try {
    return readGiven(name, input, type);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
