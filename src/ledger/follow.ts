import { type EntryFilter, type LedgerEntry, matches } from './entry.ts';
import type { Tail } from './tail.ts';

/** Entries that may wait for a slow reader; past it the reader goes back to the table. */
const BUFFER = 1_024;

/**
 * The entries after a position, in order, each once, in the batches in which they come: first from the table,
 * then live, for as long as the reader wants. Knows nothing of GraphQL or sockets.
 * @param signal aborts when the reader leaves; a node that stops ends it too
 */
export async function* follow(
  tail: Tail,
  after: bigint,
  filter: EntryFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly LedgerEntry[], void> {
  let position = after;
  while (!signal.aborted && !tail.isStopped) {
    // 1. Backfill: pages from the table, up to what the tail has told.
    while (position < tail.position && !signal.aborted) {
      const { entries, readUpTo } = await tail.read(position, tail.position, filter);
      if (entries.length > 0) yield entries;
      position = readUpTo;
    }

    // 2. Cut over. Between this look at the tail and listening to it nothing is awaited, so nothing is missed.
    if (position < tail.position || tail.isStopped) continue;
    const live = new Live(tail, filter, signal);

    // 3. Stream, until the reader lags past the buffer; then from the table again.
    try {
      for await (const entries of live) {
        // The reader may have begun ahead of what the tail had told.
        const wanted = entries.filter((entry) => entry.position > position && matches(entry, filter));
        const last = entries.at(-1)?.position ?? position;
        if (last > position) position = last;
        if (wanted.length > 0) yield wanted;
      }
    } finally {
      live.stop();
    }
  }
}

/**
 * An iterator that can be ended while it waits: a generator's own `return` would wait for the next entry first.
 */
export function closable<T>(make: (signal: AbortSignal) => AsyncGenerator<T, void>): AsyncIterableIterator<T> {
  const controller = new AbortController();
  const generator = make(controller.signal);
  const iterator: AsyncIterableIterator<T> = {
    next: () => generator.next(),
    return: () => {
      controller.abort();
      return generator.return();
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

class Live implements AsyncIterable<readonly LedgerEntry[]> {
  #waiting: LedgerEntry[] = [];
  #ended = false;
  #wake: () => void = () => {};
  readonly #unlisten: () => void;
  readonly #signal: AbortSignal;
  readonly #end = () => {
    this.#ended = true;
    this.#wake();
  };

  constructor(tail: Tail, filter: EntryFilter, signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#end);
    this.#unlisten = tail.listen(filter, {
      tell: (entries) => {
        // What is told past the end the reader takes from the table.
        if (this.#ended) return;
        if (this.#waiting.length + entries.length > BUFFER) return this.#end();
        this.#waiting.push(...entries);
        this.#wake();
      },
      stop: this.#end,
    });
  }

  stop(): void {
    this.#signal.removeEventListener('abort', this.#end);
    this.#unlisten();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly LedgerEntry[], void> {
    for (;;) {
      const ready = this.#waiting;
      this.#waiting = [];
      if (ready.length > 0) yield ready;
      if (this.#waiting.length > 0) continue;
      if (this.#ended || this.#signal.aborted) return;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }
}
