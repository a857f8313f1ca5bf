import type { EntryFilter, LedgerEntry } from './entry.ts';
import { closable, follow } from './follow.ts';
import type { Hidden } from './hidden.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import type { Snapshot } from './snapshot.ts';

/** An entry, and the record as it stood right after it; for what the desk does, as it stands. */
export interface Followed {
  readonly entry: LedgerEntry;
  readonly snapshot: Snapshot;
}

/** What a subscription is about, said once for all that ask the same. */
export interface FeedOf {
  readonly filter: EntryFilter;
  /** What is not there for whoever asks, decided again for each event. */
  readonly hidden: () => Hidden;
  /** Which entries that fit the filter are wanted, where that takes a query. */
  readonly narrow?: (entries: readonly LedgerEntry[]) => Promise<readonly LedgerEntry[]>;
}

/**
 * Entries of a log that a subscription wants: what its resolver gives. Whoever pushes takes batches and pages from
 * it for many subscribers at once; anybody else reads it as the stream of events after `from`.
 */
export class Feed implements AsyncIterable<Followed> {
  readonly #ledger: Ledger;
  readonly #log: Log;
  readonly #of: FeedOf;
  readonly #from: bigint;

  private constructor(ledger: Ledger, log: Log, of: FeedOf, from: bigint) {
    this.#ledger = ledger;
    this.#log = log;
    this.#of = of;
    this.#from = from;
  }

  /**
   * @param after a cursor of the record; null for what comes from now on
   * @throws ReadRefusedError for a cursor of another record, or of the future
   */
  static async open(ledger: Ledger, after: string | null, of: FeedOf): Promise<Feed> {
    return new Feed(ledger, ledger, of, await ledger.positionAfter(after));
  }

  /** The same of what the desk does with its drafts. */
  static async ofDrafts(ledger: Ledger, after: string | null, of: FeedOf): Promise<Feed> {
    return new Feed(ledger, ledger.drafts, of, await ledger.drafts.positionAfter(after));
  }

  /** Whether its positions are those of the record: what the desk does moves while the record stands still. */
  get isOfRecord(): boolean {
    return this.#log === this.#ledger;
  }

  /** The negotiation that it is about. */
  get negotiationId(): string | null {
    return this.#of.filter.negotiationId ?? null;
  }

  /** Whether the node stops, so that nothing more will come. */
  get isOver(): boolean {
    return this.#log.tail.isStopped;
  }

  /** The position up to which the node has told what there is. */
  get position(): bigint {
    return this.#log.tail.position;
  }

  /** As `positionAfter` of its log. */
  positionAfter(cursor: string | null): Promise<bigint> {
    return this.#log.positionAfter(cursor);
  }

  cursorOf({ position }: LedgerEntry): string {
    return this.#log.cursors.seal(position);
  }

  /** What is wanted after a position, in order, each once, as it comes; until the signal, or the node stops. */
  async *follow(after: bigint, signal: AbortSignal): AsyncGenerator<readonly LedgerEntry[], void> {
    for await (const entries of follow(this.#log.tail, after, this.#of.filter, signal)) {
      const wanted = await this.#narrow(entries);
      if (wanted.length > 0) yield wanted;
    }
  }

  /** What is wanted after a position and was recorded by now; `readUpTo` is how far that goes. */
  async page(after: bigint, most: number): Promise<{ entries: readonly LedgerEntry[]; readUpTo: bigint }> {
    const { tail } = this.#log;
    const { entries, readUpTo } = await tail.read(after, tail.position, this.#of.filter, most);
    return { entries: await this.#narrow(entries), readUpTo };
  }

  /** The record that an event is read from. */
  async snapshotAfter({ position }: LedgerEntry, hidden = this.#of.hidden()): Promise<Snapshot> {
    return this.#ledger.snapshot(this.isOfRecord ? position : await this.#ledger.head(), hidden);
  }

  /** Of entries those that are there for whoever asks, now: what they are of may have been closed since they were read. */
  there(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
    const hidden = this.#of.hidden();
    return entries.filter(({ negotiationId }) => negotiationId === null || !hidden.has(negotiationId));
  }

  [Symbol.asyncIterator](): AsyncIterator<Followed> {
    return closable((signal) => this.#events(signal));
  }

  async *#events(signal: AbortSignal): AsyncGenerator<Followed, void> {
    for await (const entries of this.follow(this.#from, signal)) {
      // A snapshot of its own for each: nothing that was read for one event is used for another.
      for (const entry of this.there(entries)) yield { entry, snapshot: await this.snapshotAfter(entry) };
    }
  }

  async #narrow(entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]> {
    return entries.length === 0 || this.#of.narrow === undefined ? entries : this.#of.narrow(entries);
  }
}
