import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'graphql';
import {
  CloseCode,
  type ID,
  type Message,
  MessageType,
  parseMessage,
  type SubscribeMessage,
  stringifyMessage,
} from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { type Identify, TooManyWrongKeysError } from '../desk/policy.ts';
import { areTooNested } from '../graphql/limits.ts';
import { type Answer, firstFrame } from './answer.ts';
import { type Asked, hasCode, isOurFault, NoRoomError, NotSubscribedError, retryAfterMs } from './asked.ts';
import type { Carrier, Operation } from './carrier.ts';
import type { Groups } from './groups.ts';
import type { WatchKey } from './key-watch.ts';
import { Liveness } from './liveness.ts';
import type { Leaver } from './send-away.ts';

/** Close codes of RFC 6455, beside those of the protocol. The official client comes back after each of the two. */
const GOING_AWAY = 1001;
export const TRY_AGAIN_LATER = 1013;

/** How often an operation is begun that fails for a fault of ours, as when the database is away, and how soon. */
const ATTEMPTS = 10;
const RETRY_MS = 500;
/** How often one more subscription of a socket that has others is begun that finds no room, or no database. */
const ROOM_MS = 2_000;
/** The room that RFC 6455 leaves for a reason beside its code. */
const REASON_BYTES = 123;
/** How long a client that is sent away has to take the message that says why. */
export const GOODBYE_MS = 1_000;

export interface ConnectionLimits {
  readonly operations: number;
  readonly operationIdLength: number;
  /** How long a client may be without an operation. */
  readonly idleMs: number;
  /** Bytes that may wait for a client before it is no longer read from. */
  readonly lagBytes: number;
  /** How long a client may take nothing of what waits for it. */
  readonly lagCloseMs: number;
}

/** What the connections of a node share. */
export interface ConnectionServices {
  readonly groups: Groups;
  readonly limits: ConnectionLimits;
  /** Who holds a key. @throws when it is none of ours */
  readonly identify: Identify;
  /** A subscription ready to be joined, or the result of a query or mutation. @throws NotSubscribedError */
  run(
    payload: SubscribeMessage['payload'],
    from: { authorization: string | null; address: string },
  ): Promise<Asked | ExecutionResult>;
  /** Whether the database answers. */
  isReachable(): Promise<boolean>;
  readonly watchKey: WatchKey;
  failed(error: unknown): void;
}

/**
 * One WebSocket speaking graphql-transport-ws. Messages and codes are graphql-ws's; the rest is ours, as its server keeps
 * 3 kB more for each subscriber and sends each answer by itself.
 */
export class Connection implements Carrier, Leaver {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #address: string;
  readonly #services: ConnectionServices;
  isDue = false;
  readonly #operations = new Map<ID, Operation>();
  #phase: 'opened' | 'greeting' | 'ready' = 'opened';
  #authorization: string | null = null;
  #unwatchKey: (() => void) | null = null;
  #idleSince = Date.now();
  readonly #liveness: Liveness;
  #running = 0;
  #drained: (() => void)[] = [];

  /**
   * @param socket what `ws` writes to; between its messages so do we
   * @param address of the client
   */
  constructor(ws: WebSocket, socket: Socket, address: string, services: ConnectionServices) {
    this.#address = address;
    this.#ws = ws;
    this.#socket = socket;
    this.#services = services;
    this.#liveness = new Liveness(socket);
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  get isGreeted(): boolean {
    return this.#phase !== 'opened';
  }

  /** When it was opened, or its last operation ended; in milliseconds of the clock. */
  get idleSince(): number {
    return this.#idleSince;
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  get operations(): Iterable<Operation> {
    return this.#operations.values();
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  write({ lastFrame }: Answer, head: Buffer | null): void {
    // Two writes to a corked socket cost less than a copy of both.
    if (head !== null) this.#socket.write(head);
    this.#socket.write(lastFrame);
  }

  onceDrained(listener: () => void): void {
    this.#drained.push(listener);
    // One for all subscriptions that wait for the same socket.
    if (this.#drained.length > 1) return;
    this.#socket.once('drain', () => {
      const waiting = this.#drained;
      this.#drained = [];
      for (const drained of waiting) drained();
    });
  }

  goAway(): void {
    this.close(GOING_AWAY, 'Going away: come back, and go on from the last cursor');
  }

  tooFarBehind(): void {
    this.close(TRY_AGAIN_LATER, 'Too far behind: come back, and go on from the last cursor');
  }

  refuse(operation: Operation, error: GraphQLError): void {
    // What waits for the client cannot be taken back, but by cutting it off.
    if (this.backlog > 0) this.terminate();
    for (const [id, own] of this.#operations) if (own === operation) this.#refuse(id, [error]);
  }

  /** Says why, and does not wait long for somebody who takes nothing. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#ws.close(code, atMost(reason, REASON_BYTES));
    this.#leave();
    setTimeout(() => this.#ws.terminate(), GOODBYE_MS).unref();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Ends a connection that nobody uses, one whose client takes nothing, and one whose other end is gone. */
  lookAfter(now: number): void {
    const { idleMs, lagCloseMs } = this.#services.limits;
    const isIdle = this.#phase === 'ready' && this.#operations.size === 0 && now - this.#idleSince > idleMs;
    if (isIdle) this.close(CloseCode.ConnectionInitialisationTimeout, 'Idle: no operation for too long');
    const found = isIdle ? null : this.#liveness.look(now, lagCloseMs);
    if (found === 'takes nothing') this.tooFarBehind();
    else if (found === 'silent') this.#ws.ping();
    else if (found === 'gone') this.terminate();
  }

  closed(): void {
    this.#leave();
    this.#unwatchKey?.();
    this.#unwatchKey = null;
  }

  receive(data: RawData, isBinary: boolean): void {
    if (!this.isOpen) return;
    // Whoever asks without reading the answers is read from no further until they are taken.
    if (this.backlog > this.#services.limits.lagBytes && !this.#ws.isPaused) {
      this.#ws.pause();
      this.onceDrained(() => this.#ws.resume());
    }
    const message = isBinary ? null : readMessage(String(data));
    if (message === null) this.close(CloseCode.BadRequest, 'Invalid message received');
    else this.#handle(message).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#services.failed(error);
    this.close(CloseCode.InternalServerError, 'Internal server error');
  }

  async #handle(message: Message): Promise<void> {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.#greet(message.payload);
      case MessageType.Ping:
        // It goes back as it came, and what is so deep cannot be written.
        if (areTooNested(message.payload ?? {})) return this.close(CloseCode.BadRequest, 'Invalid message received');
        return this.#send({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#start(message);
      case MessageType.Complete:
        return this.#end(message.id);
      default:
        return this.close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  async #greet(params: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    if (this.#phase !== 'opened')
      return this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    this.#phase = 'greeting';
    const given = params?.authorization ?? params?.Authorization;
    this.#authorization = typeof given === 'string' ? given : null;
    if (this.#authorization !== null && !(await this.#isKeyGood())) return;
    this.#phase = 'ready';
    this.#send({ type: MessageType.ConnectionAck });
  }

  async #isKeyGood(): Promise<boolean> {
    try {
      const viewer = await this.#services.identify(this.#authorization, this.#address);
      if (this.isOpen) this.#unwatchKey = this.#services.watchKey(viewer, () => this.#keyEnded());
      return true;
    } catch (error) {
      if (error instanceof TooManyWrongKeysError) this.close(TRY_AGAIN_LATER, error.message);
      else if (await this.#services.isReachable()) this.#keyEnded();
      else this.#databaseIsAway();
      return false;
    }
  }

  #keyEnded(): void {
    // As above: what its key no longer opens is not to come, even late.
    if (this.backlog > 0) this.terminate();
    this.close(CloseCode.Forbidden, 'Forbidden: this key is not, or no longer, valid here');
  }

  #databaseIsAway(): void {
    this.close(TRY_AGAIN_LATER, 'The database does not answer: come back in a moment');
  }

  async #start({ id, payload }: SubscribeMessage): Promise<void> {
    const { operations, operationIdLength } = this.#services.limits;
    if (this.#phase !== 'ready') return this.close(CloseCode.Unauthorized, 'Unauthorized');
    if (id.length > operationIdLength)
      return this.close(CloseCode.BadRequest, `The operation id is longer than ${operationIdLength} characters`);
    if (this.#operations.has(id))
      return this.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    // Those that were completed may still run for a moment: as many again, so that nobody runs any number by completing them.
    if (this.#operations.size >= operations || this.#running >= 2 * operations)
      return this.#refuse(id, [
        new GraphQLError(`At most ${operations} operations at a time over one socket.`, {
          extensions: { code: 'TOO_COSTLY' },
        }),
      ]);
    const starting: Operation = { advance: () => {}, leave: () => {} };
    this.#operations.set(id, starting);
    // The client may complete it before it has begun, and use its id again.
    const isWanted = () => this.isOpen && this.#operations.get(id) === starting;
    this.#running += 1;
    try {
      await this.#run(id, payload, isWanted);
    } catch (error) {
      if (!(error instanceof NotSubscribedError || error instanceof NoRoomError)) throw error;
      if (!isWanted()) return;
      // To an error of this one alone no client would come back, and maybe to a node that has room.
      if (error instanceof NoRoomError) return this.close(TRY_AGAIN_LATER, error.message);
      // Nor with another key: this one ended, and nobody has looked at it since.
      if (this.#authorization !== null && hasCode(error, 'UNAUTHENTICATED')) return this.#keyEnded();
      if (retryAfterMs(error) !== null) return this.close(TRY_AGAIN_LATER, error.message);
      if (isOurFault(error)) return this.close(TRY_AGAIN_LATER, 'It could not be begun: come back in a moment');
      // As graphql-ws has it: what is wrong with the document is an error, what its field refuses is an answer.
      if (error.isOfDocument) this.#refuse(id, error.errors);
      else this.#answer(id, { errors: error.errors });
    } finally {
      this.#running -= 1;
    }
  }

  /** Begins an operation, and again when that failed for what may pass: nothing of it has been done by then. */
  async #run(id: ID, payload: SubscribeMessage['payload'], isWanted: () => boolean): Promise<void> {
    let asked: Asked | null = null;
    for (let attempt = 1; ; attempt += 1) {
      try {
        // Counted against its caller's limit once, however long it waits from there on.
        if (asked === null) {
          const from = { authorization: this.#authorization, address: this.#address };
          const begun = await this.#services.run(payload, from);
          if (!isWanted()) return;
          if (!('operation' in begun)) return this.#answer(id, begun);
          asked = begun;
        }
        const subscriber = await this.#services.groups.join(asked, this, firstFrame(id));
        if (!isWanted()) return subscriber.leave();
        this.#operations.set(id, subscriber);
        // Unless what it follows went in this very moment: then it is told as at a new beginning.
        if (!subscriber.group.isClosed) return;
        subscriber.leave();
        if (attempt === ATTEMPTS) return this.close(TRY_AGAIN_LATER, 'It could not be begun: come back in a moment');
      } catch (error) {
        const wait = this.#waitAfter(error, attempt);
        if (wait === null || !isWanted()) throw error;
        await waitWhile(isWanted, wait);
        if (!isWanted()) return;
      }
    }
  }

  /** How long to wait until an operation is begun again, in milliseconds; null when it is not. */
  #waitAfter(error: unknown, attempt: number): number | null {
    const isOurs = error instanceof NotSubscribedError && isOurFault(error);
    if (isOurs && attempt < ATTEMPTS) return RETRY_MS;
    // Those that are followed already are not to come back for it.
    if (this.#operations.size === 1) return null;
    if (isOurs || error instanceof NoRoomError) return ROOM_MS;
    return error instanceof NotSubscribedError ? retryAfterMs(error) : null;
  }

  #answer(id: ID, result: ExecutionResult): void {
    this.#send({ id, type: MessageType.Next, payload: result as never });
    this.#send({ id, type: MessageType.Complete });
    this.#end(id);
  }

  #refuse(id: ID, errors: readonly GraphQLError[]): void {
    this.#send({ id, type: MessageType.Error, payload: errors.map((error) => error.toJSON()) });
    this.#end(id);
  }

  #end(id: ID): void {
    this.#operations.get(id)?.leave();
    this.#operations.delete(id);
    this.#idleSince = Date.now();
  }

  #leave(): void {
    for (const operation of this.#operations.values()) operation.leave();
    this.#operations.clear();
  }

  #send(message: Message): void {
    if (this.isOpen) this.#ws.send(stringifyMessage(message));
  }
}

/** @param ms after which it ends in any case */
async function waitWhile(isWanted: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0 && isWanted(); left = end - performance.now())
    await delay(Math.min(left, ROOM_MS), undefined, { ref: false });
}

/** The beginning of a text, in whole characters. */
function atMost(text: string, bytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
}

function readMessage(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}
