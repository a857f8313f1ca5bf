import { EventEmitter } from 'node:events';
import pg, { type PoolConfig } from 'pg';
import type { Logger } from 'pino';
import type { Database } from '../database/connect.ts';

const CHANNEL = 'parley_ledger';
const RECONNECT_AFTER_MS = 1_000;
/** How often the connection is tried, and how long it may take to answer: a network may swallow one in silence. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 5_000;

/** Says that there may be something new in the ledger. A hint, at most once: the table is the truth. */
export interface Nudges {
  /** Call after commit. */
  send(): void;
  onNudge(listener: () => void): void;
  stop(): Promise<void>;
}

/** Between nodes by LISTEN/NOTIFY on a connection of its own; embedded, within the process. */
export async function openNudges({ server }: Database, logger: Logger): Promise<Nudges> {
  if (server !== null) return ServerNudges.open(server, logger);
  const local = new EventEmitter();
  return {
    send: () => local.emit('nudge'),
    onNudge: (listener) => void local.on('nudge', listener),
    stop: async () => {},
  };
}

class ServerNudges implements Nudges {
  readonly #server: PoolConfig;
  readonly #logger: Logger;
  readonly #local = new EventEmitter();
  #connection: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #isWanted = false;
  #isStopped = false;

  private constructor(server: PoolConfig, logger: Logger) {
    this.#server = server;
    this.#logger = logger;
  }

  static async open(server: PoolConfig, logger: Logger): Promise<Nudges> {
    const nudges = new ServerNudges(server, logger);
    await nudges.#connect();
    return nudges;
  }

  send(): void {
    this.#local.emit('nudge');
    void this.#notify();
  }

  onNudge(listener: () => void): void {
    this.#local.on('nudge', listener);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#connection?.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...this.#server, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS });
    client.on('error', () => {});
    await client.connect();
    try {
      const { rows } = await client.query<{ own: number }>('SELECT pg_backend_pid() AS own');
      // What this node itself sends it has looked at already.
      client.on('notification', ({ processId }) => processId !== rows[0]?.own && this.#local.emit('nudge'));
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    if (this.#isStopped) return client.end();
    this.#connection = client;
    client.once('end', () => this.#lost());
    this.#beatLater(client);
    // What was sent while nobody listened is lost, so look.
    this.#local.emit('nudge');
  }

  #beatLater(client: pg.Client): void {
    const beat = async () => {
      try {
        // Listening once more changes nothing, and is answered.
        await client.query(`LISTEN ${CHANNEL}`);
        if (this.#connection === client) this.#beatLater(client);
      } catch {
        // With a query unanswered, this ends it without the farewell that nobody would hear.
        await client.end();
      }
    };
    this.#timer = setTimeout(() => void beat(), HEARTBEAT_MS).unref();
  }

  #lost(): void {
    this.#connection = null;
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#logger.warn('nudges from other nodes are lost; the ledger is looked at every second until they are back');
    this.#reconnect();
  }

  #reconnect(): void {
    this.#timer = setTimeout(() => {
      this.#connect().then(
        () => this.#logger.info('nudges from other nodes are back'),
        () => this.#isStopped || this.#reconnect(),
      );
    }, RECONNECT_AFTER_MS).unref();
  }

  /** One at a time: all that is written while one is under way is told by the next. */
  async #notify(): Promise<void> {
    this.#isWanted = true;
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#isWanted && this.#connection !== null) {
      this.#isWanted = false;
      // Without it, the other nodes look by themselves within a second.
      await this.#connection.query(`NOTIFY ${CHANNEL}`).catch(() => {});
    }
    this.#isSending = false;
  }
}
