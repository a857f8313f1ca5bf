import type { Some } from './snapshot.ts';

/** How many may be read for in one statement: all of them wait for the last row of it. */
const ASKERS_MOST = 8;

/** What is read in one go, and for how many who asked for it in the same turn. It is emptied as it is read. */
interface Gathering {
  keys: unknown[];
  askers: number;
  found: Promise<ArrayLike<unknown>> | null;
}

/**
 * Reads what several requests ask for in the same turn in one statement: in PostgreSQL most of a short one goes into
 * beginning it. A loader batches what one request asks for; this, what the loaders of all of them ask for.
 */
export class Gatherings {
  readonly #open = new Map<string, Gathering>();

  /**
   * @param of what is the same for all who are read for together: what is read, how, where, and what is hidden from them
   * @param load is given the keys of all of them
   * @returns what was found for these keys, in their order
   */
  async read<Key, Value>(
    of: string,
    keys: Some<Key>,
    load: (keys: Some<Key>) => Promise<ArrayLike<Value>>,
  ): Promise<ArrayLike<Value>> {
    const known = this.#open.get(of);
    const gathering = known !== undefined && known.askers < ASKERS_MOST ? known : this.#begin(of, load);
    const from = gathering.keys.length;
    for (const key of keys) gathering.keys.push(key);
    gathering.askers += 1;
    const found = (await gathering.found) as ArrayLike<Value>;
    return gathering.askers === 1 ? found : Array.from(keys, (_, index) => found[from + index] as Value);
  }

  #begin<Key>(of: string, load: (keys: Some<Key>) => Promise<ArrayLike<unknown>>): Gathering {
    const gathering: Gathering = { keys: [], askers: 0, found: null };
    gathering.found = new Promise<ArrayLike<unknown>>((settle) => {
      // The loaders of this turn have put theirs into the same queue already.
      process.nextTick(() => {
        const { keys } = gathering;
        // A table of a map that was left for another keeps what it had, until all of the heap is collected.
        gathering.keys = [];
        gathering.found = null;
        if (this.#open.get(of) === gathering) this.#open.delete(of);
        settle(load(keys as unknown as Some<Key>));
      });
    });
    this.#open.set(of, gathering);
    return gathering;
  }
}
