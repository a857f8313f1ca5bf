import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { z } from 'zod';
import { controlPath, KeyTold } from './control.ts';
import type { KeyRequest } from './rules.ts';

/** The running server refused, with a sentence. */
export class ControlRefusedError extends Error {}

const Refusal = z.object({ message: z.string() });
const Issued = KeyTold.extend({ key: z.string() });

/** The keys of a record, wherever it is open. */
export interface KeyDesk {
  issue(wanted: KeyRequest): Promise<z.infer<typeof Issued>>;
  list(): Promise<KeyTold[]>;
  revoke(prefix: string): Promise<KeyTold>;
}

/**
 * The keys of the server that has a data folder open.
 * Each call throws ControlRefusedError, or a system error (ENOENT, ECONNREFUSED) when no server listens there.
 */
export function controlled(dataDir: string): KeyDesk {
  const socketPath = controlPath(dataDir);
  return {
    issue: async (wanted) => Issued.parse(await ask(socketPath, 'POST', '/keys', wanted)),
    list: async () => z.array(KeyTold).parse(await ask(socketPath, 'GET', '/keys')),
    revoke: async (prefix) => KeyTold.parse(await ask(socketPath, 'DELETE', `/keys/${encodeURIComponent(prefix)}`)),
  };
}

async function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const asked = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  const given: unknown = JSON.parse(text);
  if ((response.statusCode ?? 500) >= 400) throw new ControlRefusedError(Refusal.parse(given).message);
  return given;
}
