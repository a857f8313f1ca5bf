import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type DocumentNode, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../desk/policy.ts';
import type { Answer } from './answer.ts';
import { type Asked, isOurFault, NoRoomError, NotSubscribedError } from './asked.ts';
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
  #isDraining = false;

  constructor(groups: Groups, places: Places, watchKey: WatchKey) {
    this.#groups = groups;
    this.#places = places;
    this.#watchKey = watchKey;
  }

  /** Takes the subscriptions that come to Yoga over HTTP. */
  get plugin(): Plugin {
    return {
      onSubscribe: ({ args, setSubscribeFn }) => {
        const { request, viewer, address } = args.contextValue as unknown as From & {
          request: Request;
          viewer: Viewer;
        };
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
      onResultProcess: async ({ request, serverContext, setResult, setResultProcessor }) => {
        const asked = this.#asked.get(request);
        if (asked === undefined || !/text\/event-stream|\*\/\*/.test(request.headers.get('accept') ?? '*/*')) return;
        // Yoga's own context of a request of Node.
        const { address, res } = serverContext as unknown as From & { res: ServerResponse };
        if (res.closed) return;
        const refusal = this.#isDraining ? 'node is full' : this.#places.take(address);
        if (refusal !== null) {
          const answer = comeBack(STATUS[refusal], REASON[refusal]);
          return setResultProcessor((_, { Response }) => new Response(...answer), 'text/plain');
        }
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
          if (error instanceof NoRoomError) {
            const answer = comeBack(STATUS[error.refusal], error.message);
            return setResultProcessor((_, { Response }) => new Response(...answer), 'text/plain');
          }
          if (!(error instanceof NotSubscribedError)) throw error;
          // A stream that completes is not come back to, so there is none while the database is away.
          if (isOurFault(error)) setResultProcessor((_, { Response }) => new Response(...AWAY), 'text/plain');
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

/** Whoever resumes goes on from there alone, whatever the cursor was that it first came with. */
function resumed(
  { after }: SubscriptionOperation,
  variables: Readonly<Record<string, unknown>>,
  resumeFrom: string | null,
): Readonly<Record<string, unknown>> {
  if (!resumeFrom || after?.kind !== Kind.VARIABLE) return variables;
  return { ...variables, [after.name.value]: resumeFrom };
}

/** What a client is answered that is to ask again. */
function comeBack(status: number, reason: string): [string, ResponseInit] {
  return [`${reason}\n`, { status, headers: { 'retry-after': '1' } }];
}

const AWAY = comeBack(503, 'Try again in a moment.');

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
