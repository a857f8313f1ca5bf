import { type AnyVariables, Client, type CombinedError, fetchExchange, type TypedDocumentNode } from 'urql';
import { createClient, type ParleyClient } from '../../../client/index.ts';

/** The two ways to the record: questions over HTTP, and what comes next over a WebSocket. */
export interface RecordClient {
  readonly urql: Client;
  readonly parley: ParleyClient;
  /** Asks once. @throws ReadProblem */
  ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  close(): void;
}

/** Why the record could not be read: nobody answered, the moment is none of this record's, or something else. */
export class ReadProblem extends Error {
  readonly kind: 'unreachable' | 'moment' | 'key' | 'refused';

  constructor(kind: ReadProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export function problemOf({ networkError, graphQLErrors, message, response }: CombinedError): ReadProblem {
  const [error] = graphQLErrors;
  const code = String(error?.extensions?.code ?? '');
  if (NO_SUCH_MOMENT.includes(code)) return new ReadProblem('moment', error?.message ?? message);
  if (code === 'UNAUTHENTICATED' || (response as Response | undefined)?.status === 401) {
    return new ReadProblem('key', error?.message ?? message);
  }
  // A fault of the server’s own passes, as a database does that is away for a moment.
  const passes = networkError !== undefined || code === '' || code === 'INTERNAL_SERVER_ERROR';
  return new ReadProblem(passes ? 'unreachable' : 'refused', error?.message ?? message);
}

/** The codes that a cursor or an instant of an address can meet; one that is none at all is bad input. */
const NO_SUCH_MOMENT = ['BAD_CURSOR', 'CURSOR_IN_FUTURE', 'AS_OF_BEFORE_RECORD', 'AS_OF_IN_FUTURE', 'BAD_USER_INPUT'];

/** @param key the desk's key; a reader has none */
export function openRecord(key: string | null): RecordClient {
  const url = new URL('/graphql', location.href);
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const urql = new Client({
    url: url.href,
    preferGetMethod: false,
    // No cache of answers: the page keeps what it shows, and the server is near.
    exchanges: [fetchExchange],
    fetchOptions: { headers },
  });
  const parley = createClient({
    url: url.href.replace(/^http/, 'ws'),
    ...(key !== null && { connectionParams: headers }),
  });
  return {
    urql,
    parley,
    ask: async (document, variables) => {
      const { data, error } = await urql.query(document, variables).toPromise();
      if (error || data === undefined) {
        throw error ? problemOf(error) : new ReadProblem('refused', 'There was no answer.');
      }
      return data;
    },
    close: () => void parley.dispose(),
  };
}
