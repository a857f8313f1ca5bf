import { createHash } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { LedgerEntry } from '../ledger/entry.ts';
import { LastTouched } from '../ledger/last-touched.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tag, Touched } from '../ledger/touched.ts';

/** An answer as bytes, and what it was read from. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly etag: string;
  readonly position: bigint;
  readonly tags: readonly Tag[];
  /** Restricted negotiations, by row id, whose entries may touch it. */
  readonly letInto: readonly string[];
  /** The position up to which no entry is known to have touched it. */
  checkedTo: bigint;
}

/** What an execution gave, and whether it may be kept. */
export interface Made {
  readonly result: ExecutionResult;
  readonly body: Buffer;
  readonly touched: Touched;
  /** Whether nothing of it failed. */
  readonly isWhole: boolean;
}

/** What an answer takes beside its bytes and its question. */
const OVERHEAD = 400;
const TAG_BYTES = 60;

/**
 * Answers that hold until the ledger has an entry that touches what they were read from. The node sees every entry, in
 * order, so that is known exactly, and nothing ends by time.
 */
export class KeptAnswers {
  readonly #ledger: Ledger;
  readonly #answers: LRUCache<string, KeptAnswer>;
  readonly #underWay = new Map<string, { readonly made: Promise<Made>; readonly toldUpTo: bigint }>();
  readonly #listenedFrom: bigint;
  /** By what everybody reads. */
  readonly #touched: LastTouched;
  /** By what is read by those alone who were let into restricted negotiations, by their row ids. */
  readonly #touchedWithin = new Map<string, LastTouched>();
  #forgotten = 0;
  readonly #unlisten: () => void;

  /** @param mostBytes how much they may take together */
  constructor(ledger: Ledger, mostBytes: number) {
    this.#ledger = ledger;
    this.#answers = new LRUCache({ maxSize: mostBytes, maxEntrySize: Math.ceil(mostBytes / 8) });
    this.#listenedFrom = ledger.tail.position;
    this.#touched = new LastTouched(this.#listenedFrom);
    this.#unlisten = ledger.tail.listen({}, { tell: (entries) => this.#tell(entries), stop: () => {} });
    // Who may read what is part of no question. Of talks that are closed from their beginning no answer can tell.
    ledger.restrictions.onChange((change) => change === 'CHANGED' && this.#forget());
  }

  get bytes(): number {
    return this.#answers.calculatedSize;
  }

  get count(): number {
    return this.#answers.size;
  }

  /** The answer to a question, unless something has touched it, or may have. What this node has seen written it knows. */
  async get(question: string): Promise<KeptAnswer | null> {
    if (!this.#answers.has(question)) return null;
    await this.#catchUp();
    if (this.#ledger.tail.isStale) return null;
    const answer = this.#answers.get(question);
    if (answer === undefined) return null;
    if (this.#isCurrent(answer)) return answer;
    this.#answers.delete(question);
    return null;
  }

  /**
   * Makes an answer and keeps it, once for all who ask the same meanwhile. Whoever asks after something was written that
   * is there for them, and that this node knows of, does not join one that began before. What failed for one who asked may
   * be well for the next, and is made again, once for all who waited for it; what fails again is the question's own, as is
   * what takes too long. That somebody may ask no more is nobody else's.
   * @param letInto negotiations, by row id, that whoever asks was given a role in
   * @param isAgain whether it failed before for somebody else
   * @returns whether it was made for somebody else
   */
  async make(
    question: string,
    letInto: readonly string[],
    make: () => Promise<Made>,
    isAgain = false,
  ): Promise<{ made: Made; isShared: boolean; kept: KeptAnswer | null }> {
    // Without the database there is nothing to be read either, which the execution says.
    await this.#catchUp().catch(() => {});
    const toldUpTo = this.#lastTold(letInto);
    const before = this.#underWay.get(question);
    if (before !== undefined && before.toldUpTo === toldUpTo) {
      const made = await (isAgain ? before.made : before.made.catch(() => null));
      const isOfCaller = made !== null && failedFor(made, 'RATE_LIMITED');
      if (made !== null && !isOfCaller && (made.isWhole || isAgain || failedFor(made, 'TIMED_OUT'))) {
        const kept = this.#answers.get(question);
        return { made, isShared: true, kept: kept?.body === made.body ? kept : null };
      }
      return this.make(question, letInto, make, isAgain || !isOfCaller);
    }
    const forgotten = this.#forgotten;
    const making = make();
    const own = { made: making, toldUpTo };
    this.#underWay.set(question, own);
    try {
      const made = await making;
      return { made, isShared: false, kept: forgotten === this.#forgotten ? this.#keep(question, made) : null };
    } finally {
      if (this.#underWay.get(question) === own) this.#underWay.delete(question);
    }
  }

  stop(): void {
    this.#unlisten();
  }

  /** Knows of all that this node has seen written. */
  async #catchUp(): Promise<void> {
    const { tail, seen } = this.#ledger;
    if (seen > tail.position) await tail.catchUp();
  }

  /** The last entry that is there for somebody. */
  #lastTold(letInto: readonly string[]): bigint {
    let last = this.#touched.last;
    for (const id of letInto) {
      const within = this.#touchedWithin.get(id)?.last ?? 0n;
      if (within > last) last = within;
    }
    return last;
  }

  #keep(question: string, { body, touched, isWhole }: Made): KeptAnswer | null {
    const { position, letInto, isOfViewer, isOfMoment } = touched;
    if (!isWhole || isOfViewer || isOfMoment || position === null) return null;
    // Copies, as those that were made of a row's values hold on to all of the text that it was read from.
    const tags = [...touched.tags].map((tag) => Buffer.from(tag).toString());
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    const answer: KeptAnswer = { body, etag, position, tags, letInto, checkedTo: position };
    if (!this.#isCurrent(answer)) return null;
    const size = body.length + 2 * question.length + TAG_BYTES * tags.length + OVERHEAD;
    this.#answers.set(question, answer, { size });
    return answer;
  }

  #isCurrent(answer: KeptAnswer): boolean {
    const { position: now } = this.#ledger.tail;
    if (answer.checkedTo >= now) return true;
    if (this.#touched.mayHave(answer)) return false;
    if (answer.letInto.some((id) => this.#touchedWithin.get(id)?.mayHave(answer))) return false;
    answer.checkedTo = now;
    return true;
  }

  #tell(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) this.#touchedBy(entry).note(entry);
    // Words that were erased do not wait in memory until somebody asks for them.
    if (entries.some(({ action }) => action === 'EXPUNGED')) {
      for (const [question, answer] of this.#answers.entries())
        if (!this.#isCurrent(answer)) this.#answers.delete(question);
    }
  }

  /** Nobody who may not read an entry is to tell from what is kept that it was written. */
  #touchedBy({ negotiationId }: LedgerEntry): LastTouched {
    if (negotiationId === null || !this.#ledger.restrictions.negotiations.has(negotiationId)) return this.#touched;
    const within = this.#touchedWithin.get(negotiationId) ?? new LastTouched(this.#listenedFrom);
    this.#touchedWithin.set(negotiationId, within);
    return within;
  }

  /** Whatever is kept, or is being made, may hold what is not to be seen by everybody any more, or lack what is. */
  #forget(): void {
    this.#forgotten += 1;
    this.#answers.clear();
    // Nobody who asks from now on is given what is being made for those who asked before.
    this.#underWay.clear();
  }
}

function failedFor({ result }: Made, code: string): boolean {
  return result.errors?.some(({ extensions }) => extensions.code === code) ?? false;
}
