import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, PrismaClient } from '../../../src/database/connect.ts';

/** So many turns of the event loop without a question to the database, and nothing is under way. */
const QUIET_TURNS = 6;

/**
 * A way to the database on which answers can be held back and given in any order. Questions reach the database at once
 * and in their order, when it is opened with one connection; so the same steps always make the same interleaving.
 */
export class HeldAnswers {
  readonly database: Database;
  isHolding = false;
  #asked = 0;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #held: (() => void)[] = [];

  constructor(database: Database) {
    const prisma = database.prisma.$extends({
      query: { $allOperations: ({ args, query }) => this.#ask(() => query(args)) },
    });
    this.database = {
      ...database,
      // The same client; Prisma types one that is extended as something else.
      prisma: prisma as unknown as PrismaClient,
      read: (statement) => this.#ask(() => database.read(statement)),
    };
  }

  /** Gives one of the answers that are held, counted round. */
  give(which: number): void {
    const [give] = this.#held.splice(which % Math.max(1, this.#held.length), 1);
    give?.();
  }

  /** Does something whose answers are not held. */
  async freely(work: () => Promise<void>): Promise<void> {
    const { isHolding } = this;
    this.isHolding = false;
    await work();
    this.isHolding = isHolding;
  }

  /** Holds nothing any more; what was held is given in its order, an answer a turn of the event loop. */
  async letGo(): Promise<void> {
    this.isHolding = false;
    for (const give of this.#held.splice(0)) {
      give();
      await nextTurn();
    }
    await this.quiet();
  }

  /** Resolves when nothing goes on any more but for what is held. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      const asked = this.#asked;
      await nextTurn();
      while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
      if (asked !== this.#asked) turn = 0;
    }
  }

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    this.#asked += 1;
    const answer = question();
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
      if (this.isHolding) await new Promise<void>((give) => this.#held.push(give));
    }
  }
}
