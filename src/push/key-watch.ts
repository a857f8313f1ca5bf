import { rightsOf, type Viewer } from '../desk/policy.ts';

const LOOK_MS = 300;

/** Who came with a key or token, and what it was good for then. */
interface Watcher {
  readonly viewer: Viewer;
  readonly rights: string;
  readonly ended: () => void;
}

/** These viewers as they are now, each in its place; null for one whose key or token opens nothing any more. */
export type Standing = (viewers: readonly Viewer[]) => Promise<readonly (Viewer | null)[]>;

/** Calls back once, when a viewer's key or token has ended, or their rights are others. Gives what ends the watch. */
export type WatchKey = (viewer: Viewer, ended: () => void) => () => void;

/** Looks, a few times a second and together, whether what came with open connections is still good. */
export class KeyWatch {
  readonly #standing: Standing;
  readonly #watched = new Set<Watcher>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(standing: Standing) {
    this.#standing = standing;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
  }

  readonly watch: WatchKey = (viewer, ended) => {
    if (viewer.accountId === null) return () => {};
    const watcher = { viewer, rights: rightsOf(viewer), ended };
    this.#watched.add(watcher);
    return () => void this.#watched.delete(watcher);
  };

  stop(): void {
    clearInterval(this.#timer);
    this.#watched.clear();
  }

  async #look(): Promise<void> {
    if (this.#watched.size === 0 || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const watched = [...this.#watched];
      const standing = await this.#standing(watched.map(({ viewer }) => viewer));
      for (const [index, watcher] of watched.entries()) this.#compare(watcher, standing[index] ?? null);
    } catch {
      // The database does not answer: nothing is published either. The next look tells.
    } finally {
      this.#isLooking = false;
    }
  }

  /** Whoever came with other rights than they have now comes back with these. */
  #compare(watcher: Watcher, now: Viewer | null): void {
    const isSame = now !== null && rightsOf(now) === watcher.rights;
    if (!isSame && this.#watched.delete(watcher)) watcher.ended();
  }
}
