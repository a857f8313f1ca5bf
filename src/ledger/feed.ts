import type { EntryFilter, LedgerEntry } from './entry.ts';
import { closable, follow } from './follow.ts';
import type { Hidden } from './hidden.ts';
import type { Ledger } from './ledger.ts';
import type { Snapshot } from './snapshot.ts';

/** An entry, and the record as it stood right after it. */
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
 * Entries of the ledger that a subscription wants: what its resolver gives. Whoever pushes takes batches and pages from
 * it for many subscribers at once; anybody else reads it as the stream of events after `from`.
 */
export class Feed implements AsyncIterable<Followed> {
  readonly #ledger: Ledger;
  readonly #of: FeedOf;
  readonly #from: bigint;

  private constructor(ledger: Ledger, of: FeedOf, from: bigint) {
    this.#ledger = ledger;
    this.#of = of;
    this.#from = from;
  }

  /**
   * @param after a cursor of the record; null for what comes from now on
   * @throws ReadRefusedError for a cursor of another record, or of the future
   */
  static async open(ledger: Ledger, after: string | null, of: FeedOf): Promise<Feed> {
    return new Feed(ledger, of, await ledger.positionAfter(after));
  }

  /** The negotiation that it is about. */
  get negotiationId(): string | null {
    return this.#of.filter.negotiationId ?? null;
  }

  /** Whether the node stops, so that nothing more will come. */
  get isOver(): boolean {
    return this.#ledger.tail.isStopped;
  }

  /** What is wanted after a position, in order, each once, as it comes; until the signal, or the node stops. */
  async *follow(after: bigint, signal: AbortSignal): AsyncGenerator<readonly LedgerEntry[], void> {
    for await (const entries of follow(this.#ledger.tail, after, this.#of.filter, signal)) {
      const wanted = await this.#narrow(entries);
      if (wanted.length > 0) yield wanted;
    }
  }

  /** What is wanted after a position and was recorded by now; `readUpTo` is how far that goes. */
  async page(after: bigint, most: number): Promise<{ entries: readonly LedgerEntry[]; readUpTo: bigint }> {
    const { tail } = this.#ledger;
    const { entries, readUpTo } = await tail.read(after, tail.position, this.#of.filter, most);
    return { entries: await this.#narrow(entries), readUpTo };
  }

  [Symbol.asyncIterator](): AsyncIterator<Followed> {
    return closable((signal) => this.#events(signal));
  }

  async *#events(signal: AbortSignal): AsyncGenerator<Followed, void> {
    for await (const entries of this.follow(this.#from, signal)) {
      // A snapshot of its own for each: nothing that was read for one event is used for another.
      for (const entry of entries) yield { entry, snapshot: this.#ledger.snapshot(entry.position, this.#of.hidden()) };
    }
  }

  async #narrow(entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]> {
    return entries.length === 0 || this.#of.narrow === undefined ? entries : this.#of.narrow(entries);
  }
}
