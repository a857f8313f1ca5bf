import { greetedSocket } from './raw-socket.ts';
import type { Answer, World } from './world.ts';

/** The ways in to an operation; what holds on one holds on the other. */
export const WAYS = ['HTTP', 'a WebSocket'] as const;
export type Way = (typeof WAYS)[number];

/** What is sent beside, or in place of, a document. */
export interface Sent {
  readonly query?: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly extensions?: object;
  readonly documentId?: string;
}

/** Asks one operation, and gives its answer, or the errors for which there is none. */
export async function askBy(
  way: Way,
  world: Pick<World, 'url'>,
  sent: Sent | string,
  key?: string,
): Promise<Answer<any>> {
  const payload = typeof sent === 'string' ? { query: sent } : sent;
  if (way === 'HTTP') return overHttp(world.url, payload, key);
  const socket = await greetedSocket(world.url, key === undefined ? {} : { key });
  try {
    // The protocol wants a document, if only an empty one.
    socket.say({ id: 'asked', type: 'subscribe', payload: { query: '', ...payload } });
    const { type, payload: answer } = await socket.next(({ id }) => id === 'asked');
    return type === 'error' ? { data: undefined, errors: answer } : answer;
  } finally {
    socket.close();
  }
}

async function overHttp(url: string, payload: Sent, key?: string): Promise<Answer<any>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(payload),
  });
  return (await response.json()) as Answer<any>;
}

/** The codes of an answer's errors, each once. */
export function codesOf({ errors = [] }: Answer<unknown>): (string | undefined)[] {
  return [...new Set(errors.map(({ extensions }) => extensions?.code))];
}
