// One subscriber: a socket, the handshake, and one subscription over it.
import { connect, type Socket } from 'node:net';
import { FrameReader, pongFrame, textFrame } from './frames.ts';

const GREETING = textFrame('{"type":"connection_init"}');
const PONG = textFrame('{"type":"pong"}');

/** All sockets read into this one: what has come is dealt with before anything else is read. */
const RECEIVED = Buffer.allocUnsafe(256 * 1_024);

/** Who is told what a subscriber gets. */
export interface Counter {
  event(follower: Follower): void;
  /** The same, for one whose messages are read. */
  eventRead(follower: Follower, text: string): void;
  /** Of a subscription or a socket that ended without being asked to. */
  ended(follower: Follower, why: string): void;
}

export class Follower {
  readonly index: number;
  /** Events since the counter began anew. */
  seen = 0;
  /** The number of the last statement, where messages are read. */
  last: number | null = null;
  #isClosing = false;
  readonly #socket: Socket;
  readonly #counter: Counter;
  readonly #reader: FrameReader;
  readonly #readsAll: boolean;
  #acknowledge: () => void = () => {};
  /** What has come of the server's answer to the upgrade; null once that was read. */
  #upgrade: string | null = '';

  /** @param readsAll whether every message is read, rather than the first */
  constructor(index: number, url: URL, counter: Counter, readsAll: boolean) {
    this.index = index;
    this.#counter = counter;
    this.#readsAll = readsAll;
    this.#reader = new FrameReader({
      counted: () => counter.event(this),
      read: (text) => this.#read(text),
      pinged: (payload) => this.#socket.write(pongFrame(payload)),
      closed: (code) => this.#end(`closed with ${code}`),
    });
    this.#socket = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      onread: {
        buffer: RECEIVED,
        callback: (length: number) => {
          this.#take(RECEIVED.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.once('connect', () => this.#socket.write(upgradeRequest(url)));
    this.#socket.on('error', ({ message }) => this.#end(message));
    this.#socket.on('close', () => this.#end('the connection was closed'));
  }

  /** Resolves when the server has acknowledged the connection. */
  acknowledged(): Promise<void> {
    return new Promise((settle) => {
      this.#acknowledge = settle;
    });
  }

  /** @param frame of the subscribe message */
  subscribe(frame: Buffer): void {
    this.#socket.write(frame);
  }

  /** Reads no more: what the server sends fills the buffers between, and then the server's own. */
  stall(): void {
    this.#isClosing = true;
    this.#socket.pause();
  }

  close(): void {
    this.#isClosing = true;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#upgrade !== null) this.#finishUpgrade(this.#upgrade + chunk.toString('latin1'));
    else this.#reader.take(chunk);
  }

  #finishUpgrade(answer: string): void {
    const end = answer.indexOf('\r\n\r\n');
    this.#upgrade = end === -1 ? answer : null;
    if (end === -1) return;
    if (!answer.startsWith('HTTP/1.1 101')) this.#end(answer.slice(0, end));
    else this.#socket.write(GREETING);
    const rest = answer.slice(end + 4);
    if (rest !== '') this.#reader.take(Buffer.from(rest, 'latin1'));
  }

  #read(text: string): void {
    // A server that keeps the order of the protocol's own client begins with the id.
    if (text.startsWith('{"id":"1","type":"next"')) {
      this.#reader.reads = this.#readsAll;
      this.#counter.eventRead(this, text);
    } else if (text.startsWith('{"type":"connection_ack"')) {
      this.#acknowledge();
    } else if (text.startsWith('{"type":"ping"')) {
      this.#socket.write(PONG);
    } else {
      this.#end(text.slice(0, 300));
    }
  }

  #end(why: string): void {
    if (this.#isClosing) return;
    this.close();
    this.#acknowledge();
    this.#counter.ended(this, why);
  }
}

function upgradeRequest({ host, pathname }: URL): string {
  return [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    // The example of RFC 6455. Whether the server hashed it right is not what is measured.
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
}
