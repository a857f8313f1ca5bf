import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { MediaType } from './ordinary.ts';

export function jsonOf({ data, errors, extensions }: ExecutionResult): Buffer {
  return Buffer.from(
    JSON.stringify({ ...(errors && { errors: errors.map(shown) }), data, ...(extensions && { extensions }) }),
  );
}

export function write(
  response: ServerResponse,
  status: number,
  type: MediaType,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': body.length, ...headers })
    .end(body);
}

/**
 * Who else may keep an answer: everybody one that everybody gets, for so long as it may be out of date there; of what was
 * asked with a key only who asked.
 */
export function cacheHeaders(isPrivate: boolean, maxAge: number): Record<string, string> {
  const control = isPrivate ? 'private, no-cache' : `public, max-age=${maxAge}, must-revalidate`;
  return { 'cache-control': control, vary: 'accept, authorization, origin' };
}

/** Whether whoever asks has this answer already. Only a GET can be told so. */
export function isStillGood({ method, headers }: IncomingMessage, etag: string): boolean {
  const known = headers['if-none-match'];
  if (method !== 'GET' || known === undefined) return false;
  return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** As Yoga has it: what the errors ask for, the highest; what is asked for by the protocol's letter only where that is spoken. */
export function statusOf({ errors = [] }: ExecutionResult, type: MediaType): number {
  const statuses = errors.flatMap(({ extensions }) => {
    const http = extensions.http as { status?: number; spec?: boolean } | undefined;
    return http?.status === undefined || (http.spec && type === 'application/json') ? [] : [http.status];
  });
  return Math.max(200, ...statuses);
}

/** What Yoga notes in an error for itself is no part of what is answered. */
function shown(error: GraphQLError): object {
  const { extensions = {}, ...rest } = error.toJSON();
  const { http: _, unexpected: __, ...own } = extensions as Record<string, unknown>;
  return Object.keys(own).length === 0 ? rest : { ...rest, extensions: own };
}
