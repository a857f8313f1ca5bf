import {
  type AnyVariables,
  Client,
  type CombinedError,
  fetchExchange,
  mapExchange,
  type TypedDocumentNode,
} from 'urql';
import { createClient, type ParleyClient } from '../../../client/index.ts';

/** The two ways to the record: questions over HTTP, and what comes next over a WebSocket. */
export interface RecordClient {
  readonly urql: Client;
  readonly parley: ParleyClient;
  /**
   * Asks once.
   * @param within how long the answer may take, in milliseconds
   * @throws ReadProblem
   */
  ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    within?: number,
  ): Promise<Data>;
  close(): void;
}

/**
 * Why there is no answer: nobody gave one, not so soon again, the moment is none of this record's, the key is not good,
 * it was too long, or something else.
 */
export class ReadProblem extends Error {
  readonly kind: 'unreachable' | 'limited' | 'moment' | 'key' | 'length' | 'refused';

  constructor(kind: ReadProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }

  /** Whether the same may be answered in a while, and so is asked again by itself. */
  get isPassing(): boolean {
    return this.kind === 'unreachable' || this.kind === 'limited';
  }
}

export function problemOf({ networkError, graphQLErrors, message, response }: CombinedError): ReadProblem {
  const [error] = graphQLErrors;
  const code = String(error?.extensions?.code ?? '');
  if (NO_SUCH_MOMENT.includes(code)) return new ReadProblem('moment', error?.message ?? message);
  const status = (response as Response | undefined)?.status;
  if (code === 'UNAUTHENTICATED' || status === 401) return new ReadProblem('key', error?.message ?? message);
  if (status === 413) return new ReadProblem('length', error?.message ?? message);
  if (code === 'RATE_LIMITED') return new ReadProblem('limited', error?.message ?? message);
  // A fault of the server’s own passes, as a database does that is away for a moment.
  const isOfServer = networkError !== undefined || ['', 'INTERNAL_SERVER_ERROR', 'TIMED_OUT'].includes(code);
  return new ReadProblem(isOfServer ? 'unreachable' : 'refused', error?.message ?? message);
}

/** The codes that a cursor or an instant of an address can meet; one that is none at all is bad input. */
const NO_SUCH_MOMENT = ['BAD_CURSOR', 'CURSOR_IN_FUTURE', 'AS_OF_BEFORE_RECORD', 'AS_OF_IN_FUTURE', 'BAD_USER_INPUT'];

/** Longer than the server works on anything, as it is set when nothing is (`TIME_LIMIT_SECONDS`). */
const ANSWER_WITHIN_MS = 120_000;

/** The close code of a socket whose key is no longer good. */
const KEY_ENDED = 4403;

/**
 * @param key the desk's key; a reader has none
 * @param refused is told when the server says that the key is not good, whatever it was asked
 */
export function openRecord(key: string | null, refused: () => void): RecordClient {
  const url = new URL('/graphql', location.href);
  let isClosed = false;
  // What comes late says nothing of the key that was given since.
  const tellRefused = () => {
    if (!isClosed) refused();
  };
  // What is read when the socket breaks without a word, as a laptop sleeps, would most often never be answered, and says
  // nothing of it. What is done is waited for: it may be done, and answered, all the same.
  const reading = new Set<AbortController>();
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const urql = new Client({
    url: url.href,
    preferGetMethod: false,
    // No cache of answers: the page keeps what it shows, and the server is near.
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (problemOf(error).kind === 'key') tellRefused();
        },
      }),
      fetchExchange,
    ],
    fetch: fetchWithin(ANSWER_WITHIN_MS, reading),
    fetchOptions: { headers },
  });
  const parley = createClient({
    url: url.href.replace(/^http/, 'ws'),
    ...(key !== null && { connectionParams: headers }),
  });
  let wasLive = false;
  parley.onState((state) => {
    if (state.status === 'offline' && state.code === KEY_ENDED) tellRefused();
    if (state.status === 'offline' && wasLive && isBroken(state.code)) for (const ending of reading) ending.abort();
    wasLive = state.status === 'live';
  });
  return {
    urql,
    parley,
    ask: async (document, variables, within = ANSWER_WITHIN_MS) => {
      const fetch = fetchWithin(within, isMutation(document) ? null : reading);
      const { data, error } = await urql.query(document, variables, { fetch }).toPromise();
      if (error || data === undefined) {
        throw error ? problemOf(error) : new ReadProblem('refused', 'There was no answer.');
      }
      return data;
    },
    close: () => {
      isClosed = true;
      void parley.dispose();
    },
  };
}

/** Whether a socket that closed so was not closed in order, by the server as it stops or for a reason of its own. */
function isBroken(code: number | undefined): boolean {
  return code === undefined || code === 1006 || code === TERMINATED;
}

/** The close code that graphql-ws has for a connection that it gives up. */
const TERMINATED = 4499;

function isMutation({ definitions }: { readonly definitions: readonly object[] }): boolean {
  return definitions.some((part) => 'operation' in part && part.operation === 'mutation');
}

/**
 * As `fetch`, for an answer that comes whole within so many milliseconds.
 * @param under where it is noted while it is under way, to be ended with others; null for what is not
 */
function fetchWithin(ms: number, under: Set<AbortController> | null): typeof fetch {
  return async (input, init) => {
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, ms);
    if (init?.signal?.aborted) end();
    init?.signal?.addEventListener('abort', end);
    under?.add(ending);
    try {
      const response = await fetch(input, { ...init, signal: ending.signal });
      return new Response(await response.blob(), response);
    } finally {
      clearTimeout(timer);
      init?.signal?.removeEventListener('abort', end);
      under?.delete(ending);
    }
  };
}
