import { type Client, createClient as createGraphqlWsClient, type ClientOptions as GraphqlWsOptions } from 'graphql-ws';
import { createBackoff } from './backoff.ts';
import { type Events, type FollowOptions, follow, type ReadAndFollowOptions, readAndFollow } from './follow.ts';
import { giveUpWhenSilent } from './heartbeat.ts';
import { iterate } from './iterate.ts';
import { onlyTheNewest } from './sockets.ts';
import { type ConnectionState, watchState } from './state.ts';
import { subscribeThroughBreaks } from './subscribe.ts';

export interface ClientOptions {
  /** Where the server listens, as `wss://parley.example/graphql`. */
  readonly url: string;
  /**
   * The key: `{ authorization: 'Bearer …' }`. A function is asked again at each connect, so that a key which expired or
   * was revoked can be followed by a fresh one.
   */
  readonly connectionParams?: GraphqlWsOptions['connectionParams'];
  /** The WebSocket class; the global one when left out, which Node has from 22 on. Before, give that of `ws`. */
  readonly webSocketImpl?: unknown;
  /** How often a quiet connection is asked whether it still stands, in milliseconds; 10,000 when left out. */
  readonly keepAlive?: number;
  /** How long it may take to answer, or to come up, in milliseconds; 10,000 when left out. */
  readonly answerWithin?: number;
  /** How long it is kept for the next operation once there is none, in milliseconds; 1,000 when left out. */
  readonly lazyCloseTimeout?: number;
  /** Waits before an attempt, to connect or to read where to follow from; exponential back-off with jitter when left out. */
  readonly retryWait?: GraphqlWsOptions['retryWait'];
}

/**
 * A graphql-ws client, to be used wherever one is: its `subscribe` and `iterate` keep their contracts, and resume. So
 * Apollo Client, urql and others take it as it is.
 */
export interface ParleyClient extends Client {
  /**
   * Follows a subscription, from the cursor in its variables or from now.
   *
   * @throws UnresumableError at once, when the subscription has no variable for its `after`
   * @example
   * for await (const { data, cursor } of client.follow({ subscription: StatementsDocument, variables: { negotiationId, after } })) {
   *   show(data.statements);
   *   localStorage.setItem('cursor', cursor);
   * }
   */
  follow<Data = Record<string, unknown>, Variables = Record<string, unknown>>(
    options: FollowOptions<Data, Variables>,
  ): Events<Data>;
  /**
   * Asks a query, and follows from where in the record its answer was read: what is recorded while the answer is under
   * way, or while the app draws it, comes as the first events. The subscription begins at once.
   *
   * @throws RefusedError when the query is answered with errors, even beside data, which it then holds; but the query is
   *   asked again, with growing waits, for as long as their code is INTERNAL_SERVER_ERROR, TIMED_OUT or RATE_LIMITED
   * @throws UnresumableError before anything is asked, when the subscription has no variable for its `after`
   * @example
   * const { answer, events } = await client.readAndFollow({
   *   query: BoardDocument,
   *   variables: { slug: 'gaza-hostages-2023' },
   *   subscription: StatementsDocument,
   *   from: ({ negotiation }) => negotiation && { negotiationId: negotiation.id, after: negotiation.cursor },
   * });
   */
  readAndFollow<
    Answer = Record<string, unknown>,
    AnswerVariables = Record<string, unknown>,
    Data = Record<string, unknown>,
    Variables = Record<string, unknown>,
  >(
    options: ReadAndFollowOptions<Answer, AnswerVariables, Data, Variables>,
  ): Promise<{ readonly answer: Answer; readonly events: Events<Data> }>;
  /** How things stand with the connection. */
  readonly state: ConnectionState;
  /** Calls whenever that changes. @returns what ends it */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Ends all operations and the connection, also one that is being waited for. */
  dispose(): Promise<void>;
}

/**
 * Creates a client that connects with its first operation, and comes back after every break until it is disposed of:
 * when the network went away, a node was killed or drains (1001), the server is full or the client too slow (1013), or
 * the key is no longer good (4403). A proxy's 1000 or 1011 is a break too. These stay fatal: 1009 (a message is longer
 * than is taken), 4400, 4401, 4004, 4005, 4406, 4409, 4429, 4500. A connection without operations is not kept up, so one
 * closed as idle (4408) comes back with the next.
 *
 * @throws when the address is no WebSocket address, or there is no WebSocket class
 */
export function createClient(options: ClientOptions): ParleyClient {
  const backoff = createBackoff();
  const client = createGraphqlWsClient({
    url: webSocketAddress(options.url),
    connectionParams: options.connectionParams,
    webSocketImpl: onlyTheNewest(options.webSocketImpl),
    keepAlive: options.keepAlive ?? 10_000,
    lazyCloseTimeout: options.lazyCloseTimeout ?? 1_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: options.retryWait ?? backoff.wait,
  });
  giveUpWhenSilent(client, options.answerWithin ?? 10_000);
  const state = watchState(client);
  // One that only came up proves nothing: a server that is full accepts a socket in order to close it.
  client.on('message', ({ type }) => {
    if (type === 'next' || type === 'pong') backoff.held();
  });
  const page = globalThis as { addEventListener?: Listening; removeEventListener?: Listening };
  page.addEventListener?.('online', backoff.hurry);

  const { subscribe, ask, stopAll } = subscribeThroughBreaks(client, options.retryWait);
  // graphql-ws lets a caller name the types of what comes; here they are those of any result.
  const resuming = {
    subscribe: subscribe as Client['subscribe'],
    iterate: ((payload) => iterate(subscribe, payload)) as Client['iterate'],
  };
  const asking = { iterate: ((payload) => iterate(ask, payload)) as Client['iterate'] };
  return {
    ...resuming,
    on: client.on,
    terminate: client.terminate,
    follow: (options) => follow(resuming, options),
    readAndFollow: (options) => readAndFollow(resuming, asking, options),
    get state() {
      return state.now();
    },
    onState: state.listen,
    dispose: async () => {
      page.removeEventListener?.('online', backoff.hurry);
      stopAll();
      backoff.end();
      if (state.now().status !== 'live') client.terminate();
      // It waits for an attempt under way, which then fails for want of operations.
      await Promise.resolve(client.dispose()).catch(() => {});
    },
  };
}

type Listening = (event: 'online', listener: () => void) => void;

/** What a WebSocket class says of a wrong address would come too late for graphql-ws to pass it on. */
function webSocketAddress(url: string): string {
  if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol)) {
    throw new TypeError(`The url has to be a WebSocket address, as wss://parley.example/graphql (it is “${url}”).`);
  }
  return url;
}
