// The limit: what a request costs with `node:http`, `pg`, and one statement, prepared once a connection, that builds the
// whole answer in PostgreSQL.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { OPERATIONS, type OperationName, type Subject } from './operations.ts';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: '-c TimeZone=UTC -c jit=off',
  max: Number(process.env.DATABASE_POOL ?? 10),
});

const server = createServer((request, response) => {
  const name = (request.url ?? '').slice(1) as OperationName;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { limit, values } = OPERATIONS[name];
    const subject = JSON.parse(Buffer.concat(chunks).toString()) as Subject;
    pool.query<{ json: string }>({ name, text: limit, values: [...values(subject)] }).then(
      ({ rows }) => {
        const body = Buffer.from(rows[0]?.json ?? 'null');
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`serving http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
