import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Database } from '../database/connect.ts';

const CHANNEL = 'parley_ledger';
const RECONNECT_AFTER_MS = 1_000;

/** Says that there may be something new in the ledger. A hint, at most once: the table is the truth. */
export interface Nudges {
  /** Call after commit. */
  send(): void;
  onNudge(listener: () => void): void;
  stop(): Promise<void>;
}

/** Between nodes by LISTEN/NOTIFY on a connection of its own; embedded, within the process. */
export async function openNudges(database: Database): Promise<Nudges> {
  const local = new EventEmitter();
  const onNudge = (listener: () => void) => void local.on('nudge', listener);
  const { server, prisma } = database;
  if (server === null) return { send: () => local.emit('nudge'), onNudge, stop: async () => {} };

  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const listen = async () => {
    client = new pg.Client(server);
    client.on('notification', () => local.emit('nudge'));
    client.on('error', () => {});
    client.on('end', () => {
      if (!stopped) retry = setTimeout(() => void listen().catch(() => {}), RECONNECT_AFTER_MS);
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    // What was sent while nobody listened is lost, so look.
    local.emit('nudge');
  };
  await listen();
  return {
    send: () => {
      local.emit('nudge');
      prisma.$executeRaw`SELECT pg_notify(${CHANNEL}, '')`.catch(() => {});
    },
    onNudge,
    stop: async () => {
      stopped = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
