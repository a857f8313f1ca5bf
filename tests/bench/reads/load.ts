// Asks a server over so many connections, each its next question as soon as it has its answer. It reads no more of an
// answer than where it ends, so that what it costs itself is little.
import { connect, type Socket } from 'node:net';
import { percentile } from '../push/accounting.ts';
import { stay, whenAsked } from '../push/asked.ts';

export interface Asking {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly ms: number;
}

export interface Answered {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Of an answer, in the middle. */
  readonly bytes: number;
}

whenAsked('load', async ({ host, port, path, bodies, connections, ms }: Asking): Promise<Answered> => {
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
  const latencies: number[] = [];
  let bytes = 0;
  let next = 0;
  const began = performance.now();
  const until = began + ms;
  const one = () =>
    new Promise<void>((settle, fail) => {
      const socket = connect(port, host);
      socket.setNoDelay(true);
      let askedAt = 0;
      const ask = () => {
        askedAt = performance.now();
        if (askedAt >= until) {
          socket.destroy();
          return settle();
        }
        socket.write(requests[next % requests.length] as Buffer);
        next += 1;
      };
      eachAnswer(socket, (length, status) => {
        if (status !== '200') return fail(new Error(`${path} answered ${status}`));
        latencies.push(performance.now() - askedAt);
        bytes += length;
        ask();
      });
      socket.on('error', fail);
      socket.once('connect', ask);
    });
  await Promise.all(Array.from({ length: connections }, one));
  return {
    requests: latencies.length,
    seconds: (performance.now() - began) / 1_000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    bytes: bytes / latencies.length,
  };
});

stay();
process.stdout.write('ready\n');

/** Finds where one answer ends; nothing is asked before that. */
function eachAnswer(socket: Socket, answered: (bytes: number, status: string) => void): void {
  let head = '';
  let status = '';
  let left = -1;
  let bytes = 0;
  let tail = '';
  socket.on('data', (chunk: Buffer) => {
    let body = chunk;
    if (left === -1) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      status = head.slice(9, 12);
      const length = /content-length: (\d+)/i.exec(head.slice(0, end))?.[1];
      // Without a length it comes in chunks, of which the last is empty.
      left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
      body = Buffer.from(head.slice(end + 4), 'latin1');
      bytes = 0;
    }
    bytes += body.length;
    tail = (tail + body.toString('latin1', Math.max(0, body.length - 5))).slice(-5);
    if (left === Number.POSITIVE_INFINITY ? tail !== '0\r\n\r\n' : bytes < left) return;
    head = '';
    tail = '';
    left = -1;
    answered(bytes, status);
  });
}
