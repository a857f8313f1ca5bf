/** What is to be ended with whatever began it: followings, timers. */
export class Endings {
  readonly #all = new Set<() => void>();

  add(...endings: readonly (() => void)[]): void {
    for (const ending of endings) this.#all.add(ending);
  }

  /** Does something in a while, unless it is ended before. */
  later(ms: number, work: () => void): void {
    const ending = () => clearTimeout(timer);
    const timer = setTimeout(() => {
      this.#all.delete(ending);
      work();
    }, ms);
    this.add(ending);
  }

  end(): void {
    for (const ending of this.#all) ending();
    this.#all.clear();
  }
}
