import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection, type ConnectionServices, GOODBYE_MS, TRY_AGAIN_LATER } from './connection.ts';
import { SILENCE_MS } from './liveness.ts';
import type { Places, Refusal } from './places.ts';
import type { Leaver } from './send-away.ts';

const TICK_MS = 250;
/** How often each connection is looked after. */
const TURN_MS = SILENCE_MS / 4;

export interface SocketLimits {
  readonly messageBytes: number;
  readonly initMs: number;
}

/** Takes upgrades, within limits, and looks after the connections that they become. */
export class WebSockets {
  readonly #limits: SocketLimits;
  readonly #services: ConnectionServices;
  readonly #server: WebSocketServer;
  readonly #places: Places;
  readonly #connections = new Set<Connection>();
  readonly #opening = new Set<Connection>();
  readonly #timer: NodeJS.Timeout;
  readonly #turns = this.#inTurn();
  /** How many are due to be looked after, in parts of one too. */
  #due = 0;
  #isDraining = false;
  #emptied = () => {};

  constructor(limits: SocketLimits, places: Places, services: ConnectionServices) {
    this.#limits = limits;
    this.#places = places;
    this.#services = services;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.messageBytes,
      perMessageDeflate: false,
      handleProtocols,
    });
    this.#timer = setInterval(() => this.#look(), TICK_MS).unref();
  }

  /** @param address of the client, as far as is known */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    if (this.#isDraining) refuse(socket, '503 Service Unavailable', 'This node is about to stop.');
    else this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket, address));
  }

  /** Takes no new sockets from here on. @returns those that are there */
  stopTaking(): Leaver[] {
    this.#isDraining = true;
    clearInterval(this.#timer);
    return [...this.#connections];
  }

  /** Resolves when there is nobody any more; whoever was sent away and does not go soon is cut off. */
  async empty(): Promise<void> {
    if (this.#connections.size === 0) return;
    const emptied = new Promise<void>((settle) => {
      this.#emptied = settle;
    });
    const impatient = setTimeout(() => {
      for (const connection of this.#connections) connection.terminate();
    }, GOODBYE_MS);
    await emptied;
    clearTimeout(impatient);
  }

  #open(ws: WebSocket, socket: Duplex, address: string): void {
    // HTTP/1.1 is upgraded on a socket of TCP; Node's types leave it open.
    const connection = new Connection(ws, socket as Socket, address, this.#services);
    ws.on('message', (data, isBinary) => connection.receive(data, isBinary));
    // What is malformed or too large: ws itself closes with the code for it.
    ws.on('error', () => {});
    const refusal = ws.protocol === '' ? 'no subprotocol' : this.#places.take(address);
    if (refusal === null) this.#keep(connection, ws, address);
    else connection.close(...REFUSALS[refusal]);
  }

  #keep(connection: Connection, ws: WebSocket, address: string): void {
    this.#connections.add(connection);
    this.#opening.add(connection);
    ws.on('close', () => {
      this.#connections.delete(connection);
      this.#opening.delete(connection);
      this.#places.leave(address);
      connection.closed();
      if (this.#connections.size === 0) this.#emptied();
    });
  }

  #look(): void {
    const now = Date.now();
    for (const connection of this.#opening) {
      if (connection.isGreeted) this.#opening.delete(connection);
      else if (now - connection.idleSince > this.#limits.initMs)
        connection.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    }
    // A part of them at a time, so that pinging all is never one long turn.
    this.#due += (this.#connections.size * TICK_MS) / TURN_MS;
    for (; this.#due >= 1 && this.#connections.size > 0; this.#due -= 1) this.#turns.next().value.lookAfter(now);
  }

  /** All of them, again and again; there has to be one. */
  *#inTurn(): Generator<Connection, never> {
    for (;;) yield* this.#connections;
  }
}

/** Both pass, and the official client comes back; after 4429 it would not, and a hotel behind one address stay cut off. */
const REFUSALS: Record<Refusal | 'no subprotocol', [number, string]> = {
  'no subprotocol': [CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable'],
  'node is full': [TRY_AGAIN_LATER, 'This node has as many connections as it takes: try again later'],
  'address is full': [TRY_AGAIN_LATER, 'Too many connections from this address: try again later'],
};

/** Ends an upgrade with an answer of HTTP. */
export function refuse(socket: Duplex, status: string, reason: string): void {
  // From the upgrade on nobody else listens, and a client that breaks it off would end the process.
  socket.on('error', () => {});
  // Nor would anybody else end it for a client that leaves its end open.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n${reason}\n`);
}
