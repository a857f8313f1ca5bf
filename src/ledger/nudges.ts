import { EventEmitter } from 'node:events';
import pg, { type PoolConfig } from 'pg';
import type { Logger } from 'pino';
import type { Database } from '../database/connect.ts';

const CHANNEL = 'parley_ledger';
const RECONNECT_AFTER_MS = 1_000;
/** How often the connection is tried, and how long it may take to answer: a network may swallow one in silence. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 5_000;

/** What was written: entries of the record, or also what the desk keeps beside it. */
export type Written = 'record' | 'desk';

/** Says that there may be something new to read. A hint, at most once: the tables are the truth. */
export interface Nudges {
  /** Call after commit. */
  send(written: Written): void;
  /** @param written what of it to be told of */
  onNudge(written: Written, listener: () => void): void;
  stop(): Promise<void>;
}

/** Between nodes by LISTEN/NOTIFY on a connection of its own; embedded, within the process. */
export async function openNudges({ server }: Database, logger: Logger): Promise<Nudges> {
  if (server !== null) return ServerNudges.open(server, logger);
  const local = new EventEmitter();
  return {
    send: (written) => emit(local, written),
    onNudge: (written, listener) => void local.on(written, listener),
    stop: async () => {},
  };
}

/** Whatever the desk writes may end in the record. */
function emit(local: EventEmitter, written: Written): void {
  local.emit('record');
  if (written === 'desk') local.emit('desk');
}

class ServerNudges implements Nudges {
  readonly #server: PoolConfig;
  readonly #logger: Logger;
  readonly #local = new EventEmitter();
  #connection: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #wanted: Written | null = null;
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

  send(written: Written): void {
    emit(this.#local, written);
    void this.#notify(written);
  }

  onNudge(written: Written, listener: () => void): void {
    this.#local.on(written, listener);
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
      client.on('notification', ({ processId, payload }) => {
        if (processId !== rows[0]?.own) emit(this.#local, payload === 'record' ? 'record' : 'desk');
      });
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
    emit(this.#local, 'desk');
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
    this.#logger.warn('nudges from other nodes are lost; the ledger is looked at twice a second until they are back');
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
  async #notify(written: Written): Promise<void> {
    if (this.#wanted !== 'desk') this.#wanted = written;
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#wanted !== null && this.#connection !== null) {
      const told = this.#wanted;
      this.#wanted = null;
      // Without it, the other nodes look by themselves within a second.
      await this.#connection.query(`NOTIFY ${CHANNEL}, '${told}'`).catch(() => {});
    }
    this.#isSending = false;
  }
}
