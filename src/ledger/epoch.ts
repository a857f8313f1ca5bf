import type { Logger } from 'pino';
import { type Database, Prisma } from '../database/connect.ts';

const { sql } = Prisma;
const LOOK_MS = 1_000;
/** 32 bytes at random, as the first key was made. */
const KEY = sql`decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')`;

/**
 * As long as an epoch lasts, a position means one entry, and cursors are sealed with one key. It is over when the database
 * has lost entries that were told of: a backup was restored, or a standby took over that did not have them yet. Cursors of
 * what was lost would then open at positions that mean something else, so the record gets another key, and every node that
 * has the old one ends.
 */
export class Epoch {
  readonly key: Uint8Array;
  /** Resolves when the epoch is over. */
  readonly over: Promise<void>;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #isLost = false;
  #end = () => {};

  constructor(database: Database, key: Uint8Array, logger: Logger) {
    this.key = key;
    this.#database = database;
    this.#logger = logger;
    this.over = new Promise((end) => {
      this.#end = end;
    });
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  /** Ends it: an entry that was told of is not there any more. */
  async end(): Promise<void> {
    if (this.#isLost) return;
    this.#logger.fatal('the database has lost entries of the ledger that were told of; no cursor given before is good');
    this.#isLost = true;
    await this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { prisma, read } = this.#database;
    try {
      if (this.#isLost)
        await prisma.$executeRaw`UPDATE ledger_head SET cursor_key = ${KEY} WHERE cursor_key = ${this.key}`;
      const [head] = await read<{ same: boolean }>(sql`SELECT cursor_key = ${this.key} AS same FROM ledger_head`, {
        withinMs: LOOK_MS,
      });
      if (head?.same === false) this.#isOver();
    } catch {
      // The database is away; the next look tells.
    }
  }

  #isOver(): void {
    this.stop();
    this.#end();
  }
}
