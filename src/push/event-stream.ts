import { randomInt } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type DocumentNode, type ExecutionResult, GraphQLError, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../desk/policy.ts';
import type { Answer } from './answer.ts';
import { type Asked, isOfOurs, isOurFault, NoRoomError, NotSubscribedError } from './asked.ts';
import type { Carrier, Operation } from './carrier.ts';
import type { Groups } from './groups.ts';
import type { WatchKey } from './key-watch.ts';
import { type SubscriptionOperation, subscriptionOf } from './operation.ts';
import type { Places, Refusal } from './places.ts';
import type { From } from './run-operation.ts';
import type { Leaver } from './send-away.ts';
import type { Subscriber } from './subscriber.ts';

/** How often a comment is sent, so that proxies keep the connection and a dead one is noticed. */
const KEEP_ALIVE_MS = 12_000;
const COMMENT = Buffer.from(':\n\n');

/** A stream of server-sent events, as graphql-sse has them: each `next` with its cursor as the id to resume from. */
class EventStream extends Readable implements Carrier, Leaver {
  isDue = false;
  readonly #response: ServerResponse;
  readonly #ended: () => void;
  readonly #keepAlive: NodeJS.Timeout;
  #subscriber: Subscriber | null = null;
  #drained: (() => void) | null = null;
  #unwatchKey: (() => void) | null = null;

  /** @param response through which Yoga will send it, to a client that may leave before */
  constructor(response: ServerResponse, ended: () => void) {
    super();
    this.#response = response;
    this.#ended = ended;
    response.once('close', () => this.destroy());
    this.push(COMMENT);
    this.#keepAlive = setInterval(() => this.backlog === 0 && this.push(COMMENT), KEEP_ALIVE_MS).unref();
  }

  get isOpen(): boolean {
    return !this.destroyed;
  }

  get backlog(): number {
    return this.readableLength;
  }

  get operations(): Iterable<Operation> {
    return this.#subscriber === null ? [] : [this.#subscriber];
  }

  /** @throws NotSubscribedError */
  async follow(groups: Groups, asked: Asked, watchKey: WatchKey): Promise<void> {
    this.#unwatchKey = watchKey(asked.viewer, () => this.goAway());
    const subscriber = await groups.join(asked, this, null);
    if (this.destroyed) return subscriber.leave();
    this.#subscriber = subscriber;
    // What it follows went in this very moment.
    if (subscriber.group.isClosed) this.goAway();
  }

  cork(): void {}

  uncork(): void {}

  write(answer: Answer): void {
    this.push(answer.serverSentEvent);
  }

  onceDrained(listener: () => void): void {
    this.#drained = listener;
  }

  tooFarBehind(): void {
    this.goAway();
  }

  /** Whoever comes back is told why. */
  refuse(): void {
    this.goAway();
  }

  /** Ends, cut rather than completed, so that the client comes back with the last id that it had. */
  goAway(): void {
    this.destroy();
    // Nothing tells a response that what is piped into it was destroyed.
    this.#response.destroy();
  }

  override _read(): void {
    const drained = this.#drained;
    this.#drained = null;
    drained?.();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#keepAlive);
    this.#subscriber?.leave();
    this.#unwatchKey?.();
    this.#ended();
    done(error);
  }
}

/** The second way in, for networks that block WebSockets: the same groups, as server-sent events over HTTP. */
export class EventStreams {
  readonly #groups: Groups;
  readonly #places: Places;
  readonly #watchKey: WatchKey;
  readonly #open = new Set<EventStream>();
  readonly #asked = new WeakMap<Request, Asked>();
  readonly #batches = new WeakSet<Request>();
  #isDraining = false;

  constructor(groups: Groups, places: Places, watchKey: WatchKey) {
    this.#groups = groups;
    this.#places = places;
    this.#watchKey = watchKey;
  }

  /** Takes the subscriptions that come to Yoga over HTTP. */
  get plugin(): Plugin {
    return {
      onRequestParse: ({ request }) => ({
        onRequestParseDone: ({ requestParserResult }) => {
          if (Array.isArray(requestParserResult)) this.#batches.add(request);
        },
      }),
      onSubscribe: ({ args, setSubscribeFn, setResultAndStopExecution }) => {
        const { request, viewer, address } = args.contextValue as unknown as From & {
          request: Request;
          viewer: Viewer;
        };
        if (this.#batches.has(request)) return setResultAndStopExecution({ errors: [IN_A_BATCH] });
        const { schema, operationName } = args;
        const document: DocumentNode = args.document;
        const operation = subscriptionOf(schema, document, operationName);
        if (operation === null) return;
        const resumeFrom = request.headers.get('last-event-id');
        const variables = resumed(operation, (args.variableValues ?? {}) as Record<string, unknown>, resumeFrom);
        this.#asked.set(request, { document, operation, operationName, variables, viewer, address, resumeFrom });
        // Nothing begins before it is known that the client takes a stream.
        setSubscribeFn(async function* nothing() {});
      },
      onResultProcess: async ({ request, result, serverContext, setResult, setResultProcessor }) => {
        const sendBack = (status: number, reason: string) =>
          setResultProcessor((_, { Response }) => new Response(...comeBack(request, status, reason)), 'text/plain');
        const asked = this.#asked.get(request);
        // Refused before it was asked for here; over POST that has a status of its own.
        if (asked === undefined && isEventSource(request) && mayPass(result as ExecutionResult))
          return sendBack(...AWAY);
        if (asked === undefined || !/text\/event-stream|\*\/\*/.test(request.headers.get('accept') ?? '*/*')) return;
        // Yoga's own context of a request of Node.
        const { address, res } = serverContext as unknown as From & { res: ServerResponse };
        if (res.closed) return;
        const refusal = this.#isDraining ? 'node is full' : this.#places.take(address);
        if (refusal !== null) return sendBack(STATUS[refusal], REASON[refusal]);
        const stream = new EventStream(res, () => {
          this.#open.delete(stream);
          this.#places.leave(address);
        });
        this.#open.add(stream);
        try {
          await stream.follow(this.#groups, asked, this.#watchKey);
          setResultProcessor((_, { Response }) => new Response(stream as never, { headers: HEADERS }), EVENT_STREAM);
        } catch (error) {
          stream.destroy();
          if (error instanceof NoRoomError) return sendBack(STATUS[error.refusal], error.message);
          if (!(error instanceof NotSubscribedError)) throw error;
          // A stream that completes is not come back to, so there is none while the database is away.
          if (isOurFault(error)) sendBack(...AWAY);
          else setResult({ errors: [...error.errors] });
        }
      },
    };
  }

  /** Takes no new streams from here on. @returns those that are there */
  stopTaking(): Leaver[] {
    this.#isDraining = true;
    return [...this.#open];
  }
}

/** A stream would be the answer to the whole batch. */
const IN_A_BATCH = new GraphQLError('Send a subscription by itself.', { extensions: { code: 'BAD_REQUEST' } });

/** Whoever resumes goes on from there alone, whatever the cursor was that it first came with. */
function resumed(
  { after }: SubscriptionOperation,
  variables: Readonly<Record<string, unknown>>,
  resumeFrom: string | null,
): Readonly<Record<string, unknown>> {
  if (!resumeFrom || after?.kind !== Kind.VARIABLE) return variables;
  return { ...variables, [after.name.value]: resumeFrom };
}

/** Whether it may be of a browser, whose EventSource can send no header of its own. */
export function mayBeEventSource({ method, headers }: Request): boolean {
  return method === 'GET' && (headers.get('accept') ?? '').includes('text/event-stream');
}

/** Whether it asks as the EventSource of a browser does, which takes nothing else. */
function isEventSource({ method, headers }: Request): boolean {
  return method === 'GET' && (headers.get('accept') ?? '').trimStart().startsWith('text/event-stream');
}

function mayPass({ data, errors }: ExecutionResult): boolean {
  return !data && (errors ?? []).some((error) => isOfOurs(error) || error.extensions.code === 'RATE_LIMITED');
}

/** What a client is answered that is to ask again. An EventSource does so after 200 alone, and then when it is told to. */
function comeBack(request: Request, status: number, reason: string): [string, ResponseInit] {
  return isEventSource(request)
    ? // A copy, as Yoga's Response notes the length of its body in what it is given.
      [`retry: ${randomInt(...RETRY_MS)}\n\n`, { headers: { ...HEADERS } }]
    : [`${reason}\n`, { status, headers: { 'retry-after': '1' } }];
}

/** At random, so that those that were sent away together do not come back together. */
const RETRY_MS = [1_000, 5_001] as const;

const AWAY = [503, 'Try again in a moment.'] as const;

const EVENT_STREAM = 'text/event-stream';
const HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store',
  // Some proxies collect what comes before they hand it on.
  'x-accel-buffering': 'no',
};

const STATUS: Record<Refusal, number> = { 'node is full': 503, 'address is full': 429 };
const REASON: Record<Refusal, string> = {
  'node is full': 'This node takes no more connections: try again later.',
  'address is full': 'Too many connections from this address.',
};
