// Baseline: the cheapest honest broadcast there is with `ws`. One buffer, made ready before, to every client. It
// speaks as much of graphql-transport-ws as the load client needs to take it for a server.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { whenAsked } from './asked.ts';
import { now } from './clock.ts';

const ACKNOWLEDGED = '{"type":"connection_ack"}';
let bytes = Buffer.alloc(0);

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  handleProtocols: () => 'graphql-transport-ws',
});
server.on('connection', (socket) => {
  socket.on('message', greet);
  socket.on('error', ignore);
});
server.on('listening', () =>
  process.stdout.write(`serving ws://127.0.0.1:${(server.address() as AddressInfo).port}/\n`),
);

whenAsked('take', ({ message }: { message: string }) => {
  bytes = Buffer.from(message);
});

/** Sends the bytes to everybody, and says when it was handed them. */
whenAsked('publish', ({ count }: { count: number }) => {
  const at = now();
  for (let event = 0; event < count; event += 1) {
    for (const socket of server.clients) socket.send(bytes, { binary: false });
  }
  return at;
});

function greet(this: WebSocket, data: Buffer): void {
  if (data.includes('"connection_init"')) this.send(ACKNOWLEDGED);
}

function ignore(): void {}
