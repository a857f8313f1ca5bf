import type { IncomingMessage } from 'node:http';
import { areTooNested } from '../graphql/limits.ts';

/** An operation as most clients send it. */
export interface Question {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** What an ordinary body has. Whatever else is in one may change what is asked. */
const KNOWN = new Set(['query', 'operationName', 'variables', 'extensions']);

/**
 * The type in which an ordinary request takes its answer; null for a request that is not one: of another method or type,
 * of a page of another origin, of a browser that may be shown a page. As Yoga, it goes by the first type alone that can be
 * had, whatever the others weigh; one with parameters is not ordinary.
 */
export function answerType({ method, headers }: IncomingMessage): MediaType | null {
  const { origin, host, accept = '*/*' } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return null;
  if (method === 'POST') {
    if (!/^application\/json(;\s*charset=utf-8)?$/i.test(headers['content-type'] ?? '')) return null;
    if (headers['content-encoding'] !== undefined) return null;
  } else if (method !== 'GET' || accept.includes('text/html')) return null;
  const first = accept.split(',', 1)[0]?.trim();
  if (first === 'application/graphql-response+json') return first;
  return first === 'application/json' || first === '*/*' ? 'application/json' : null;
}

/** The operation in a body; null when there is more in it than that, or less. */
export function readBody(body: Buffer): Question | null {
  let read: unknown;
  try {
    read = JSON.parse(body.toString());
  } catch {
    return null;
  }
  return isRecord(read) ? readQuestion(read) : null;
}

/** The operation in the query of an address; null when there is more in it than that, or less. */
export function readAddress(search: URLSearchParams): Question | null {
  const given: Record<string, unknown> = Object.fromEntries(search);
  if (new Set(search.keys()).size !== [...search.keys()].length) return null;
  try {
    for (const name of ['variables', 'extensions']) {
      const text = given[name];
      if (typeof text === 'string') given[name] = JSON.parse(text);
    }
  } catch {
    return null;
  }
  return readQuestion(given);
}

function readQuestion(given: Record<string, unknown>): Question | null {
  for (const key in given) if (!KNOWN.has(key)) return null;
  const { query, operationName = null, variables = null, extensions = null } = given;
  if (typeof query !== 'string' || query === '') return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  // What is too deep to be admitted is too deep to be written down as a name of its answer, too.
  if (variables !== null && (!isRecord(variables) || areTooNested(variables) || !isWritable(variables))) return null;
  // Who asks by the hash of a document asks something else.
  if (extensions !== null && (!isRecord(extensions) || 'persistedQuery' in extensions)) return null;
  return { query, operationName, variables };
}

/** Whether all of its numbers can be written down again: JSON reads 1e999 as infinite, and writes that as null. */
function isWritable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isWritable);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
