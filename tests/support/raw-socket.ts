import { once } from 'node:events';
import type { Socket } from 'node:net';
import WebSocket, { type ClientOptions } from 'ws';
import { openInbox } from './inbox.ts';

/** A message of graphql-transport-ws, as it came. */
export interface Received {
  readonly id?: string;
  readonly type: string;
  readonly payload?: any;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that says whatever a test wants, rightly or wrongly, and keeps what comes back. */
export interface RawSocket {
  /** All that came, in order. */
  readonly received: readonly Received[];
  readonly closed: Promise<Closed>;
  readonly isOpen: boolean;
  /** A text is sent as text and bytes as bytes, but for what `binary` says. */
  send(data: string | Buffer, options?: { binary: boolean }): void;
  say(message: object): void;
  subscribe(id: string, query: string, variables?: object, operationName?: string): void;
  /** The first message that fits and was not given before. @throws when the socket closes without it */
  next(fits?: (message: Received) => boolean): Promise<Received>;
  /** The payloads of the next events of an operation. */
  events(id: string, count: number): Promise<any[]>;
  /** Sends an operation, and gives all that comes for it, to its end. */
  ask(id: string, query: string, variables?: object, operationName?: string): Promise<Received[]>;
  /** Reads nothing, not even from the network, until it is to read on. */
  pause(): void;
  resume(): void;
  close(): void;
  /** Is gone without a word. */
  cut(): void;
}

export interface RawOptions extends ClientOptions {
  /** The subprotocols to ask for; graphql-transport-ws when left out. */
  readonly protocols?: string[];
}

const opened = new Set<WebSocket>();

/** Ends all that were opened; for after the tests. */
export function cutSockets(): void {
  for (const socket of opened) socket.terminate();
}

/** @throws when the upgrade is refused, with its status in the message */
export async function openSocket(url: string, options: RawOptions = {}): Promise<RawSocket> {
  const { protocols = ['graphql-transport-ws'], ...rest } = options;
  const socket = new WebSocket(url.replace('http', 'ws'), protocols, rest);
  opened.add(socket);
  const inbox = openInbox<Received>();
  socket.on('message', (data) => inbox.put(JSON.parse(String(data))));
  const closed = new Promise<Closed>((settle) => {
    socket.on('close', (code, reason) => {
      opened.delete(socket);
      settle({ code, reason: String(reason) });
      inbox.end(new Error(`the socket closed: ${code} ${reason}`));
    });
  });
  await once(socket, 'open');
  socket.on('error', () => {});
  const raw: RawSocket = {
    received: inbox.all,
    closed,
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    send: (data, how = { binary: typeof data !== 'string' }) => socket.send(data, how),
    say: (message) => socket.send(JSON.stringify(message)),
    subscribe: (id, query, variables, operationName) =>
      raw.say({ id, type: 'subscribe', payload: { query, variables, operationName } }),
    next: inbox.next,
    events: async (id, count) => {
      const events = [];
      while (events.length < count) {
        const { type, payload } = await inbox.next((message) => message.id === id);
        if (type !== 'next') throw new Error(`${type} instead of an event: ${JSON.stringify(payload)}`);
        events.push(payload);
      }
      return events;
    },
    ask: async (id, query, variables, operationName) => {
      raw.subscribe(id, query, variables, operationName);
      const answers: Received[] = [];
      do answers.push(await inbox.next((message) => message.id === id));
      while (answers.at(-1)?.type === 'next');
      return answers;
    },
    pause: () => underneath(socket).pause(),
    resume: () => underneath(socket).resume(),
    close: () => socket.close(),
    cut: () => socket.terminate(),
  };
  return raw;
}

/** One that was greeted, with a key of the desk or as a reader. */
export async function greetedSocket(url: string, options: RawOptions & { key?: string } = {}): Promise<RawSocket> {
  const { key, ...rest } = options;
  const socket = await openSocket(url, rest);
  socket.say({ type: 'connection_init', ...(key && { payload: { authorization: `Bearer ${key}` } }) });
  await socket.next(({ type }) => type === 'connection_ack');
  return socket;
}

/** ws has no public name for it; its own `pause` still lets the network fill a buffer. */
function underneath(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}
