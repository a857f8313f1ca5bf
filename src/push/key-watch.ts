import { setTimeout as delay } from 'node:timers/promises';
import { rightsOf, type Viewer } from '../desk/policy.ts';
import { SharedLook } from '../ledger/shared-look.ts';

const LOOK_MS = 300;
/** How long a look may take before the next one begins, over another connection: of one that is silent nothing is heard. */
const ANSWER_MS = 1_000;

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

/** Looks, a few times a second and when asked, whether what came with open connections is still good. */
export class KeyWatch {
  readonly #standing: Standing;
  readonly #watched = new Set<Watcher>();
  readonly #looks = new SharedLook(() => this.#look());
  readonly #timer: NodeJS.Timeout;

  constructor(standing: Standing) {
    this.#standing = standing;
    this.#timer = setInterval(() => {
      this.#endExpired(new Date());
      // Without an answer of the database, the next look tells.
      this.look().catch(() => {});
    }, LOOK_MS).unref();
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

  /**
   * Resolves when all whose key or token had ended before the call have been told.
   * @throws when the database does not answer
   */
  async look(): Promise<void> {
    if (this.#watched.size > 0) await this.#looks.take();
  }

  /** For that nobody has to be asked. */
  #endExpired(now: Date): void {
    for (const watcher of this.#watched) {
      const { until } = watcher.viewer;
      if (until !== null && until <= now) this.#end(watcher);
    }
  }

  async #look(): Promise<void> {
    const watched = [...this.#watched];
    const standing = await inTime(this.#standing(watched.map(({ viewer }) => viewer)));
    for (const [index, watcher] of watched.entries()) this.#compare(watcher, standing[index] ?? null);
  }

  /** Whoever came with other rights than they have now comes back with these. */
  #compare(watcher: Watcher, now: Viewer | null): void {
    const isSame = now !== null && rightsOf(now) === watcher.rights;
    if (!isSame) this.#end(watcher);
  }

  #end(watcher: Watcher): void {
    if (this.#watched.delete(watcher)) watcher.ended();
  }
}

async function inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
  const over = new AbortController();
  const late = delay(ANSWER_MS, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`keys could not be looked at within ${ANSWER_MS} ms`);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
