/** One at least. */
export type Some<Item> = readonly [Item, ...Item[]];

/** For how many who ask one statement may read, and for how many keys: all of them wait for the last row of it. */
const ASKERS_MOST = 8;
const KEYS_MOST = 32;

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
    const gathering = known !== undefined && hasRoom(known, keys) ? known : this.#begin(of, load);
    const from = gathering.keys.length;
    for (const key of keys) gathering.keys.push(key);
    gathering.askers += 1;
    let found: ArrayLike<Value>;
    try {
      found = (await gathering.found) as ArrayLike<Value>;
    } catch (error) {
      // What one of them asks for may be what cannot be.
      if (gathering.askers > 1 && isOfValue(error)) return load(keys);
      throw error;
    }
    return gathering.askers === 1 ? found : Array.from(keys, (_, index) => found[from + index] as Value);
  }

  #begin<Key>(of: string, load: (keys: Some<Key>) => Promise<ArrayLike<unknown>>): Gathering {
    const gathering: Gathering = { keys: [], askers: 0, found: null };
    gathering.found = new Promise<ArrayLike<unknown>>((settle, fail) => {
      // The loaders of this turn have put theirs into the same queue already.
      process.nextTick(() => {
        const { keys } = gathering;
        // A table that a map has left for another one keeps what it had, until all of the heap is collected.
        gathering.keys = [];
        gathering.found = null;
        if (this.#open.get(of) === gathering) this.#open.delete(of);
        load(keys as unknown as Some<Key>).then(settle, fail);
      });
    });
    this.#open.set(of, gathering);
    return gathering;
  }
}

/** PostgreSQL's class 22: a value that its type cannot have. */
function isOfValue(error: unknown): boolean {
  return String((error as { code?: unknown } | null)?.code).startsWith('22');
}

function hasRoom({ askers, keys }: Gathering, others: Some<unknown>): boolean {
  return askers < ASKERS_MOST && keys.length + others.length <= KEYS_MOST;
}
