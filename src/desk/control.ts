import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { PrismaClient } from '../database/connect.ts';
import { Role } from '../database/generated/enums.ts';
import { DomainError, NotFoundError } from '../ledger/errors.ts';
import { issueKey, listKeys, revokeKey } from './keys.ts';

/** What a socket's address holds: 108 bytes on Linux, 104 elsewhere, the last of them a NUL. */
const PATH_MOST_BYTES = process.platform === 'linux' ? 107 : 103;
const BODY_MOST_BYTES = 10_000;

/** What is told of a key: all but its hash. */
export const KeyTold = z.object({
  prefix: z.string(),
  name: z.string(),
  role: z.enum(Role),
  createdAt: z.coerce.date(),
  expiresAt: z.coerce.date().nullable(),
  revokedAt: z.coerce.date().nullable(),
  lastUsedAt: z.coerce.date().nullable(),
});
export type KeyTold = z.infer<typeof KeyTold>;

const KeyAsked = z.object({
  name: z.string(),
  role: z.enum(Role),
  expiresAt: z.coerce.date().nullable(),
  negotiation: z.string().optional(),
});

export function controlPath(dataDir: string): string {
  return join(resolve(dataDir), 'control.sock');
}

/**
 * Lets the key command reach a server that has the data folder open: a socket in that folder, for the
 * server's own user only. Call it while holding the folder's lock. A folder that takes no socket costs the
 * command, not the server, so that is logged and passed over.
 */
export async function serveControl(
  dataDir: string,
  prisma: PrismaClient,
  logger: Pick<Logger, 'warn' | 'error'>,
): Promise<{ stop(): Promise<void> }> {
  const path = controlPath(dataDir);
  const server = createServer((request, response) => {
    answer(request, prisma).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        logger.error({ err: error }, 'the key command could not be answered');
        send(response, 500, { message: 'Something went wrong in the server, and it logged it.' });
      },
    );
  });
  try {
    if (Buffer.byteLength(path) > PATH_MOST_BYTES) throw new Error(`the path ${path} is too long for a socket`);
    // The folder is ours, so a socket in it was left by a process that is gone.
    await rm(path, { force: true });
    await listenForOwner(server, path);
  } catch (error) {
    logger.warn(
      { err: error },
      'keys cannot be managed while the server runs: the data folder takes no control socket',
    );
    return { stop: async () => {} };
  }
  server.on('error', (error) => logger.warn({ err: error }, 'the control socket failed'));
  return {
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The socket is made by `listen` itself, so that nobody else can open it even before its mode is set. */
async function listenForOwner(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await once(server, 'listening');
  await chmod(path, 0o600);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, prisma: PrismaClient): Promise<Answer> {
  const route = `${request.method} ${request.url}`;
  const revoked = /^DELETE \/keys\/([0-9a-z]+)$/.exec(route)?.[1];
  try {
    if (revoked !== undefined) return { status: 200, body: KeyTold.parse(await revokeKey(prisma, revoked)) };
    if (route === 'GET /keys') return { status: 200, body: (await listKeys(prisma)).map((row) => KeyTold.parse(row)) };
    if (route === 'POST /keys') {
      const asked = KeyAsked.safeParse(await readBody(request));
      if (!asked.success) return { status: 400, body: { message: z.prettifyError(asked.error) } };
      const { key, row } = await issueKey(prisma, asked.data);
      return { status: 201, body: { key, ...KeyTold.parse(row) } };
    }
    return { status: 404, body: { message: 'There is nothing here but /keys.' } };
  } catch (error) {
    if (error instanceof DomainError)
      return { status: error instanceof NotFoundError ? 404 : 400, body: { message: error.message } };
    throw error;
  }
}

/** The JSON of a body; null for one that is none, or too long. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > BODY_MOST_BYTES) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
