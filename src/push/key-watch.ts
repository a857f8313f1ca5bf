import type { Viewer } from '../desk/policy.ts';

const LOOK_MS = 500;

/** Which of these keys open something now. */
export type StandingKeys = (keyIds: readonly string[]) => Promise<ReadonlySet<string>>;

/** Calls back once, when a viewer's key has expired or was revoked. Gives what ends the watch. */
export type WatchKey = (viewer: Viewer, ended: () => void) => () => void;

/** Looks, twice a second and in one query, whether the keys that came with open connections are still good. */
export class KeyWatch {
  readonly #standing: StandingKeys;
  readonly #watched = new Map<string, Set<() => void>>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(standing: StandingKeys) {
    this.#standing = standing;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  readonly watch: WatchKey = ({ keyId }, ended) => {
    if (keyId === null) return () => {};
    const watchers = this.#watched.get(keyId) ?? new Set();
    this.#watched.set(keyId, watchers);
    watchers.add(ended);
    return () => {
      watchers.delete(ended);
      if (watchers.size === 0 && this.#watched.get(keyId) === watchers) this.#watched.delete(keyId);
    };
  };

  stop(): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  async #look(): Promise<void> {
    if (this.#watched.size === 0 || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const keyIds = [...this.#watched.keys()];
      const standing = await this.#standing(keyIds);
      for (const keyId of keyIds) if (!standing.has(keyId)) this.#end(keyId);
    } catch {
      // The database does not answer: nothing is published either. The next look tells.
    } finally {
      this.#isLooking = false;
    }
  }

  #end(keyId: string): void {
    const watchers = this.#watched.get(keyId) ?? [];
    this.#watched.delete(keyId);
    for (const ended of watchers) ended();
  }
}
