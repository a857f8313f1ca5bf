import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { PrismaClient } from '../database/connect.ts';
import type { AuditOutcome } from '../database/generated/enums.ts';
import { snake } from './subjects.ts';

/** Something that was tried and not done. */
export interface Attempt {
  readonly accountId: string | null;
  readonly keyId: string | null;
  /** The talks that it was about, by row id, where they are there for whoever tried. */
  readonly negotiationId: string | null;
  /** The field of the API that was asked for. */
  readonly operation: string;
  readonly outcome: Exclude<AuditOutcome, 'DONE'>;
  /** The type or code of the error that it was answered with. */
  readonly reason: string;
}

/** For how long attempts that are like one that was written are gathered. */
const GATHER_MS = 60_000;
/** Of how many it is remembered that they were. */
const RECENT_MOST = 10_000;

type Gathered = Map<string, Attempt & { times: number }>;

/**
 * Brings attempts into the audit, in the order in which they came. While some are being written others wait, and go
 * together; those that are alike count as one row a minute, so that nobody fills the audit, or holds the head's lock, by
 * asking again and again. The first of them is written at once; a node that is killed loses how often it was after that.
 */
export class Attempts {
  readonly #prisma: PrismaClient;
  readonly #logger: Logger;
  readonly #waiting: Gathered = new Map();
  readonly #gathered: Gathered = new Map();
  /** Those that were written less than that ago. */
  readonly #recent = new LRUCache<string, true>({ max: RECENT_MOST, ttl: GATHER_MS });
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;

  constructor(prisma: PrismaClient, logger: Logger) {
    this.#prisma = prisma;
    this.#logger = logger;
  }

  /**
   * Resolves when it is in the audit, or counted beside one like it; also when it cannot be brought there, which is
   * logged: a refusal stays one.
   */
  async note(attempt: Attempt): Promise<void> {
    const name = JSON.stringify(attempt);
    if (this.#recent.has(name)) {
      add(this.#gathered, name, attempt, 1);
      this.#timer ??= setTimeout(() => void this.settled(), GATHER_MS).unref();
    } else {
      this.#recent.set(name, true);
      add(this.#waiting, name, attempt, 1);
      await this.#written();
    }
  }

  /** Resolves when all that was noted before is in the audit. */
  settled(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [name, { times, ...attempt }] of this.#gathered) {
      this.#recent.set(name, true);
      add(this.#waiting, name, attempt, times);
    }
    this.#gathered.clear();
    return this.#written();
  }

  async #written(): Promise<void> {
    if (this.#writing !== null) await this.#writing;
    // Whoever waited for the same write may have begun the next.
    if (this.#waiting.size > 0) this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const attempts = [...this.#waiting.values()].map((attempt) =>
      Object.fromEntries(Object.entries(attempt).map(([name, value]) => [snake(name), value])),
    );
    this.#waiting.clear();
    try {
      await this.#prisma.$executeRaw`SELECT audit_attempts(${JSON.stringify(attempts)}::jsonb)`;
    } catch (error) {
      this.#logger.error({ err: error, attempts }, 'attempts could not be brought into the audit');
    } finally {
      this.#writing = null;
    }
  }
}

function add(to: Gathered, name: string, attempt: Attempt, times: number): void {
  const alike = to.get(name);
  if (alike !== undefined) alike.times += times;
  else to.set(name, { ...attempt, times });
}
