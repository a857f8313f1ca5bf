import type { Logger } from 'pino';
import type { PrismaClient } from '../database/connect.ts';
import type { AuditOutcome } from '../database/generated/enums.ts';
import { snake } from './subjects.ts';

/** Something that was tried and not done. */
export interface Attempt {
  readonly accountId: string | null;
  readonly keyId: string | null;
  /** The field of the API that was asked for. */
  readonly operation: string;
  readonly outcome: Exclude<AuditOutcome, 'DONE'>;
  /** The type or code of the error that it was answered with. */
  readonly reason: string;
}

/**
 * Brings attempts into the audit, in the order in which they came. While some are being written others wait, and go
 * together; those that are alike count as one row, so that nobody fills the audit, or holds the head's lock, by asking
 * again and again.
 */
export class Attempts {
  readonly #prisma: PrismaClient;
  readonly #logger: Logger;
  readonly #waiting = new Map<string, Attempt & { times: number }>();
  #writing: Promise<void> | null = null;

  constructor(prisma: PrismaClient, logger: Logger) {
    this.#prisma = prisma;
    this.#logger = logger;
  }

  /** Resolves when it is in the audit; also when it cannot be brought there, which is logged: a refusal stays one. */
  note(attempt: Attempt): Promise<void> {
    const name = JSON.stringify(attempt);
    const alike = this.#waiting.get(name);
    if (alike !== undefined) alike.times += 1;
    else this.#waiting.set(name, { ...attempt, times: 1 });
    return this.settled();
  }

  /** Resolves when all that was noted before is in the audit. */
  async settled(): Promise<void> {
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
