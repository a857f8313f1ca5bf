/**
 * What the tests know of a write by themselves: they wrote it and were told so; it was refused or taken back; or
 * whoever was to tell went away first, and it may stand in the ledger or not.
 */
export type Outcome = 'acknowledged' | 'rolled back' | 'unknown';

export interface Write {
  /** No other write has these: a statement’s text, an event’s title, the note of a correction or withdrawal. */
  readonly words: string;
  outcome: Outcome;
}

/** All writes of a scenario, kept apart from the record. */
export class Journal {
  readonly #writes = new Map<string, Write>();
  readonly #erased = new Map<string, string>();
  /** Positions that the database gave to transactions which then were rolled back. */
  readonly takenBack: bigint[] = [];

  /** Call before the write is sent: until it is known what became of it, nobody knows. */
  begin(words: string): Write {
    if (this.#writes.has(words)) throw new Error(`“${words}” was written already`);
    const write: Write = { words, outcome: 'unknown' };
    this.#writes.set(words, write);
    return write;
  }

  /** Call before an expunction is sent: from then on what is expunged may have lost its words, or not yet. */
  erase(id: string, words: string): void {
    this.#erased.set(id, words);
  }

  /** The words that were published under the global id of a statement which was to be expunged. */
  erased(id: string): string | undefined {
    return this.#erased.get(id);
  }

  of(words: string): Write | undefined {
    return this.#writes.get(words);
  }

  all(): readonly Write[] {
    return [...this.#writes.values()];
  }

  count(outcome: Outcome): number {
    return this.all().filter((write) => write.outcome === outcome).length;
  }
}
