import type { LedgerEntryModel } from '../database/generated/models.ts';

export type LedgerEntry = LedgerEntryModel;

/** Which entries a reader wants; what is left out is not narrowed. */
export interface EntryFilter {
  readonly negotiationId?: string;
  readonly subjectTypes?: readonly LedgerEntry['subjectType'][];
  /** Spares a listener most of what it does not want; decides nothing. */
  readonly marks?: MarkFilter;
}

/**
 * What cheap filters go by: what each of some entries is about, as short words, such as who speaks. One query for all
 * of them. An entry that is left out is for whoever listens.
 */
export type ReadMarks = (entries: readonly LedgerEntry[]) => Promise<ReadonlyMap<bigint, ReadonlySet<string>>>;

/** Wants entries that bear at least one mark of every list. What is told may be more than that, never less. */
export interface MarkFilter {
  readonly read: ReadMarks;
  readonly wanted: readonly [readonly string[], ...(readonly string[])[]];
}

export function matches(entry: LedgerEntry, filter: EntryFilter): boolean {
  return (
    (filter.negotiationId === undefined || entry.negotiationId === filter.negotiationId) &&
    (filter.subjectTypes === undefined || filter.subjectTypes.includes(entry.subjectType))
  );
}
