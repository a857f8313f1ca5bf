import { rightsOf, type Viewer } from '../desk/policy.ts';

const LOOK_MS = 300;

/** Who came with a key, and what it was good for then. */
interface Watcher {
  readonly rights: string;
  readonly ended: () => void;
}

/** Which of these keys open something now, and for whom. */
export type StandingKeys = (keyIds: readonly string[]) => Promise<ReadonlyMap<string, Viewer>>;

/** Calls back once, when a viewer's key has expired or was revoked, or its rights are others. Gives what ends the watch. */
export type WatchKey = (viewer: Viewer, ended: () => void) => () => void;

/** Looks, a few times a second and in one query, whether the keys that came with open connections are still good. */
export class KeyWatch {
  readonly #standing: StandingKeys;
  readonly #watched = new Map<string, Set<Watcher>>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(standing: StandingKeys) {
    this.#standing = standing;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  readonly watch: WatchKey = (viewer, ended) => {
    const { keyId } = viewer;
    if (keyId === null) return () => {};
    const watcher = { rights: rightsOf(viewer), ended };
    const watchers = this.#watched.get(keyId) ?? new Set();
    this.#watched.set(keyId, watchers);
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
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
      for (const keyId of keyIds) this.#compare(keyId, standing.get(keyId));
    } catch {
      // The database does not answer: nothing is published either. The next look tells.
    } finally {
      this.#isLooking = false;
    }
  }

  /** Whoever came with other rights than the key has now comes back with these. */
  #compare(keyId: string, viewer: Viewer | undefined): void {
    const rights = viewer && rightsOf(viewer);
    for (const watcher of [...(this.#watched.get(keyId) ?? [])]) if (watcher.rights !== rights) watcher.ended();
    if (viewer === undefined) this.#watched.delete(keyId);
  }
}
