import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLError } from 'graphql';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { Feed } from '../ledger/feed.ts';
import type { Answer } from './answer.ts';
import { AnswerLog, type Answers } from './answer-log.ts';
import type { Carrier, Operation } from './carrier.ts';
import type { Executable } from './execution.ts';
import type { FanOut } from './fan-out.ts';
import { PAGE } from './pages.ts';

/** What a page may weigh in bytes, but for its last answer, and how many answers are executed to see what they weigh. */
const PAGE_BYTES = 1_000_000;
const FIRST = 8;
/** How soon what failed is tried again; the database may be away for a while. */
const RETRY_MS = 500;

/** How far subscribers may lag; settings of the process. */
export interface LagLimits {
  /** Bytes that wait for a client before it is no longer written to. */
  readonly lagBytes: number;
  /** How much a client may have missed, and how long it may take nothing, before it is sent away. */
  readonly lagCloseBytes: number;
  readonly lagCloseMs: number;
}

/** Who is in a group. */
export interface Member extends Operation {
  readonly carrier: Carrier;
}

/** A member that is not up to date. */
export interface Laggard extends Member {
  isTooFarBehind(now: number): boolean;
  /** Drops what it was about to give: something was erased, and it is to be read again. */
  forget(): void;
}

/** What the groups of a node share. */
export interface GroupServices {
  readonly fanOut: FanOut;
  readonly limits: LagLimits;
  readonly lagging: Set<Laggard>;
  /** How much of its answers a group may keep now: nothing of what the desk does, as no entry tells when a draft ends. */
  keptBytes(group: Group): number;
  /** Rises when something was erased: what was executed before is not to be sent. */
  erasures(): number;
  /** An entry that was read a while ago, less what was erased of it since. */
  asItStands(entry: LedgerEntry): LedgerEntry;
  /** A page of a group's answers, read once for all that need it; for each anew, where nothing is kept. */
  page(group: Group, after: bigint): Promise<Answers>;
  /** Has whoever's key has ended leave their groups. @throws when that cannot be found out */
  lookAtKeys(): Promise<void>;
  failed(error: unknown): void;
}

/**
 * Subscriptions that get the same bytes: one execution and one serialisation an event. It follows the ledger by itself;
 * each member takes from its log at a pace of its own.
 */
export class Group {
  readonly log: AnswerLog;
  readonly services: GroupServices;
  readonly #executable: Executable;
  readonly #members = new Set<Member>();
  readonly #closing = new AbortController();
  #emptySince = Date.now();

  /** @param position what comes after it is what the group follows */
  constructor(executable: Executable, position: bigint, services: GroupServices) {
    this.log = new AnswerLog(position);
    this.#executable = executable;
    this.services = services;
    void this.#run();
  }

  get feed(): Feed {
    return this.#executable.feed;
  }

  /** The network of whoever began it. */
  get begunBy(): string {
    return this.#executable.begunBy;
  }

  /** Since when nobody is in it, in milliseconds of the clock; null while somebody is. */
  get emptySince(): number | null {
    return this.#members.size === 0 ? this.#emptySince : null;
  }

  add(subscriber: Member): void {
    this.#members.add(subscriber);
  }

  remove(subscriber: Member): void {
    if (this.#members.delete(subscriber) && this.#members.size === 0) this.#emptySince = Date.now();
  }

  /** The answers after a position that the log no longer has. */
  page(after: bigint): Promise<Answers> {
    return this.services.page(this, after);
  }

  /** @returns answers after a position, some, in order; tries until the database gives them, or the group ends */
  async readPage(after: bigint): Promise<Answers> {
    for (;;) {
      try {
        const erasures = this.services.erasures();
        const { entries, readUpTo } = await this.#executable.feed.page(after, PAGE);
        const { answers, upTo } = await this.#answerSome(entries);
        if (this.isClosed) return { answers: [], end: after };
        if (erasures !== this.services.erasures()) continue;
        return upTo === null ? { answers, end: readUpTo } : { answers, end: upTo, isCut: true };
      } catch (error) {
        if (this.isClosed) return { answers: [], end: after };
        this.services.failed(error);
        await delay(RETRY_MS);
      }
    }
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  close(): void {
    this.#closing.abort();
  }

  /** Ends for all its members when what it is about is not there for them any more. @returns whether it did */
  endIfGone(error: GraphQLError): boolean {
    if (this.#executable.isThere()) return false;
    this.close();
    this.log.forget();
    for (const member of [...this.#members]) member.carrier.refuse(member, error);
    return true;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && !this.#executable.feed.isOver) {
      try {
        for await (const entries of this.#executable.feed.follow(this.log.end, signal)) await this.#take(entries);
      } catch (error) {
        // Nothing is passed over: it goes on from where the log ends.
        this.services.failed(error);
        await delay(RETRY_MS);
      }
    }
  }

  async #take(entries: readonly LedgerEntry[]): Promise<void> {
    for (let first = 0; first < entries.length; first += PAGE) {
      const batch = entries.slice(first, first + PAGE);
      const answers = await this.#answer(batch);
      if (this.isClosed) return;
      this.log.append(answers, (batch.at(-1) as LedgerEntry).position, this.services.keptBytes(this));
      for (const { carrier } of this.#members) this.services.fanOut.serve(carrier);
    }
  }

  /** Answers as many of the first as a page may weigh, and says up to which that is; null for all. */
  async #answerSome(entries: readonly LedgerEntry[]): Promise<{ answers: Answer[]; upTo: bigint | null }> {
    const answers: Answer[] = [];
    let bytes = 0;
    let done = 0;
    let next = FIRST;
    while (done < entries.length && bytes < PAGE_BYTES) {
      const batch = entries.slice(done, done + next);
      const made = await this.#answer(batch);
      answers.push(...made);
      done += batch.length;
      bytes += made.reduce((sum, answer) => sum + answer.bytes, 0);
      // As many as there is room for, if the others weigh what these did.
      next = Math.max(1, Math.floor((PAGE_BYTES / Math.max(1, bytes) - 1) * done));
    }
    return { answers, upTo: done < entries.length ? (entries[done - 1] as LedgerEntry).position : null };
  }

  async #answer(entries: readonly LedgerEntry[]): Promise<Answer[]> {
    for (;;) {
      const erasures = this.services.erasures();
      const answers = await this.#executable.execute(entries.map(this.services.asItStands));
      // What came after a key had ended is not for who had it, though they be told of that a moment later.
      if (!this.#executable.isForAll) await this.services.lookAtKeys();
      // Something was erased meanwhile, and may have been read before: once more.
      if (erasures === this.services.erasures()) return answers;
    }
  }
}
