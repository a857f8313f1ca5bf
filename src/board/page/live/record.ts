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
const ANSWER_WITHIN_MS = 40_000;

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
  // What is under way when the socket breaks, as a laptop sleeps, would most often never be answered, and says nothing of it.
  let broken = new AbortController();
  const fetchWithin =
    (ms: number): typeof fetch =>
    (input, init) => {
      const ends = [broken.signal, AbortSignal.timeout(ms), ...(init?.signal ? [init.signal] : [])];
      return fetch(input, { ...init, signal: AbortSignal.any(ends) });
    };
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
    fetch: fetchWithin(ANSWER_WITHIN_MS),
    fetchOptions: { headers },
  });
  const parley = createClient({
    url: url.href.replace(/^http/, 'ws'),
    ...(key !== null && { connectionParams: headers }),
  });
  let wasLive = false;
  parley.onState((state) => {
    if (state.status === 'offline' && state.code === KEY_ENDED) tellRefused();
    if (state.status === 'offline' && wasLive) {
      broken.abort();
      broken = new AbortController();
    }
    wasLive = state.status === 'live';
  });
  return {
    urql,
    parley,
    ask: async (document, variables, within = ANSWER_WITHIN_MS) => {
      const { data, error } = await urql.query(document, variables, { fetch: fetchWithin(within) }).toPromise();
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
