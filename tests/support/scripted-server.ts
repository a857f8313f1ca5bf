import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Subscribed {
  readonly id: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** One connection, of which the test decides what the server says. */
export interface ScriptedConnection {
  readonly socket: WebSocket;
  /** What came with `connection_init`. */
  readonly params: Record<string, unknown> | undefined;
  /** The next operation that is asked for, or the next one that is ended. */
  subscribed(): Promise<Subscribed>;
  completed(): Promise<string>;
  send(message: object): void;
  /** An event of an operation, with its cursor. */
  event(id: string, cursor: string): void;
  /** The end of an operation that is answered with an error. */
  refuse(id: string, code: string): void;
  /** From now on nothing is answered, and nothing is said. */
  fallSilent(): void;
}

/** A server that speaks graphql-transport-ws and does what a test tells it, for what a real one does only when it fails. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** The next connection that is acknowledged. */
  connection(): Promise<ScriptedConnection>;
}

/** @param refuses a close code for a `connection_init`, instead of an acknowledgement */
export async function openScriptedServer(
  refuses: (params: Record<string, unknown> | undefined) => number | null = () => null,
): Promise<ScriptedServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
  await once(server, 'listening');
  const connections = queue<ScriptedConnection>();
  server.on('connection', (socket) => {
    const subscribed = queue<Subscribed>();
    const completed = queue<string>();
    let isSilent = false;
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.on('message', (data) => {
      if (isSilent) return;
      const message = JSON.parse(String(data));
      if (message.type === 'ping') send({ type: 'pong' });
      if (message.type === 'subscribe') subscribed.put({ id: message.id, ...message.payload });
      if (message.type === 'complete') completed.put(message.id);
      if (message.type !== 'connection_init') return;
      const code = refuses(message.payload);
      if (code !== null) return socket.close(code);
      send({ type: 'connection_ack' });
      connections.put({
        socket,
        params: message.payload,
        subscribed: subscribed.take,
        completed: completed.take,
        send,
        event: (id, cursor) => send({ id, type: 'next', payload: { data: { event: cursor }, extensions: { cursor } } }),
        refuse: (id, code) => {
          send({ id, type: 'next', payload: { data: null, errors: [{ message: 'Not now.', extensions: { code } }] } });
          send({ id, type: 'complete' });
        },
        fallSilent: () => {
          isSilent = true;
        },
      });
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connection: connections.take,
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** What is put in is taken out in the same order, by whoever waits for it. */
function queue<Item>(): { put: (item: Item) => void; take: () => Promise<Item> } {
  const items: Item[] = [];
  const waiting: ((item: Item) => void)[] = [];
  return {
    put: (item) => {
      const first = waiting.shift();
      if (first) first(item);
      else items.push(item);
    },
    take: async () => items.shift() ?? new Promise<Item>((settle) => waiting.push(settle)),
  };
}
