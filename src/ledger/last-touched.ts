import type { LedgerEntry } from './entry.ts';
import { type Tag, tagsOf } from './touched.ts';

/** How many tags are remembered with the last entry that bore them. */
const TAGS_MOST = 200_000;

/** Something that was read, and how far it is known to be untouched. */
interface WasRead {
  readonly position: bigint;
  readonly tags: readonly Tag[];
  readonly checkedTo: bigint;
}

/** What some entries of the ledger touched last. */
export class LastTouched {
  /** The last entry that bore each tag, the tag that was borne longest ago first. */
  readonly #at = new Map<Tag, bigint>();
  /** What was touched before is forgotten. */
  #rememberedFrom: bigint;
  #last = 0n;

  constructor(from: bigint) {
    this.#rememberedFrom = from;
  }

  /** The last of these entries; 0 for none so far. */
  get last(): bigint {
    return this.#last;
  }

  note(entry: LedgerEntry): void {
    this.#last = entry.position;
    for (const tag of tagsOf(entry)) {
      this.#at.delete(tag);
      this.#at.set(tag, entry.position);
    }
    for (const [tag, position] of this.#at) {
      if (this.#at.size <= TAGS_MOST) break;
      this.#at.delete(tag);
      this.#rememberedFrom = position;
    }
  }

  /** Whether one of these entries has touched it since it was read; of what was touched long ago nobody knows any more. */
  mayHave({ position, tags, checkedTo }: WasRead): boolean {
    return checkedTo < this.#rememberedFrom || tags.some((tag) => (this.#at.get(tag) ?? 0n) > position);
  }
}
