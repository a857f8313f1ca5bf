import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
} from 'graphql';
import type { Reference } from '../ledger/batch.ts';
import type { Problem } from '../ledger/errors.ts';
import { readGlobalId } from '../ledger/subjects.ts';

/** What a text or a list of an input may hold, where the ordinary bounds do not fit. */
export interface InputBounds {
  readonly maxLength?: number;
  readonly maxItems?: number;
}

const TEXT_MOST = 500;
const ITEMS_MOST = 50;
const URL_MOST = 2_000;
const EXTERNAL_ID = /^[\w.:/@-]{1,200}$/;
const HALF_CHARACTER = /\p{Surrogate}/u;

/** Sets the bounds of an input field: `t.string({ ...bounds({ maxLength: 20_000 }), … })`. */
export function bounds(limits: InputBounds) {
  return { extensions: { bounds: limits } };
}

/** What an input refers to, and what is wrong with its texts, lists and addresses. */
export interface Inspection {
  readonly references: Reference[];
  readonly problems: Problem[];
}

/** Walks an input that has the shape of its type already. */
export function inspectInput(type: GraphQLInputObjectType, input: unknown): Inspection {
  const found: Inspection = { references: [], problems: [] };
  walk(type, input, {}, [], found);
  return found;
}

/** `path` is where `value` stands; it is the walk's own, and copied where it is kept. */
function walk(
  given: GraphQLInputType,
  value: unknown,
  limits: InputBounds,
  path: (string | number)[],
  found: Inspection,
): void {
  if (value === null || value === undefined) return;
  const type = getNullableType(given);
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = fields[name];
      if (field === undefined) continue;
      path.push(name);
      walk(field.type, inner, (field.extensions.bounds as InputBounds | undefined) ?? {}, path, found);
      path.pop();
    }
  } else if (isListType(type)) {
    const list = value as unknown[];
    const most = limits.maxItems ?? ITEMS_MOST;
    if (list.length > most) note(found, path, `has ${list.length} entries; at most ${most} are kept.`);
    for (const [index, item] of list.slice(0, most).entries()) {
      path.push(index);
      walk(type.ofType as GraphQLInputType, item, limits, path, found);
      path.pop();
    }
  } else if (isScalarType(type)) {
    if (type.name === 'ID') found.references.push({ path: [...path], id: String(value) });
    note(found, path, scalarProblem(type.name, value, limits, path.at(-1) === 'externalId'));
  }
}

function note(found: Inspection, path: readonly (string | number)[], message: string | null): void {
  if (message !== null) found.problems.push({ path: [...path], message });
}

function scalarProblem(type: string, value: unknown, limits: InputBounds, isExternalId: boolean): string | null {
  if (type === 'URL' && !['http:', 'https:'].includes((value as URL).protocol)) {
    return 'is not an address that begins with http:// or https://.';
  }
  if (type === 'URL' && (value as URL).href.length > URL_MOST) return `is longer than ${URL_MOST} characters.`;
  if (typeof value !== 'string') return null;
  return isExternalId ? externalIdProblem(value) : textProblem(value, limits.maxLength ?? TEXT_MOST);
}

function externalIdProblem(value: string): string | null {
  if (!EXTERNAL_ID.test(value)) return 'may have letters, digits and . _ : / @ - only, and at most 200 of them.';
  return readGlobalId(value) === null ? null : 'reads as an id of the API; choose one that cannot be taken for it.';
}

function textProblem(value: string, most: number): string | null {
  if (value.trim() === '') return 'is empty; leave it out or say something.';
  if (value.includes('\u0000')) return 'holds a NUL character, which cannot be kept.';
  if (HALF_CHARACTER.test(value))
    return 'holds half a character (a surrogate without its other half), which cannot be kept.';
  return value.length > most ? `has ${value.length} characters; at most ${most} are kept.` : null;
}
