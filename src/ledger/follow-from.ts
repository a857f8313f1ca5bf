import { ReadRefusedError } from './errors.ts';
import { closable, follow } from './follow.ts';
import type { Ledger } from './ledger.ts';
import type { Snapshot } from './snapshot.ts';
import type { EntryFilter, LedgerEntry } from './tail.ts';

/** An entry, with a snapshot of its own: nothing that was read for one event is used for another. */
export interface Followed {
  readonly entry: LedgerEntry;
  readonly snapshot: Snapshot;
}

/**
 * What comes after a cursor, as a subscription gives it.
 * @param after null for what comes from now on
 * @param narrow which entries of a batch are wanted, where that takes a query
 * @throws ReadRefusedError for a cursor of another record, or of the future
 */
export async function followFrom(
  ledger: Ledger,
  after: string | null,
  filter: EntryFilter,
  narrow: (entries: readonly LedgerEntry[]) => Promise<readonly LedgerEntry[]> = async (entries) => entries,
): Promise<AsyncIterable<Followed>> {
  const head = await ledger.head();
  const from = after === null ? head : ledger.cursors.open(after);
  if (from > head) throw new ReadRefusedError('CURSOR_IN_FUTURE', 'This cursor is ahead of the record.');
  return closable(async function* (signal) {
    for await (const entries of follow(ledger.tail, from, filter, signal)) {
      for (const entry of await narrow(entries)) yield { entry, snapshot: ledger.snapshot(entry.position) };
    }
  });
}
