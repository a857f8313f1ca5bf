/**
 * Does so much side by side, and of what waits something of each in turn: whoever asks for much waits behind themselves, and
 * holds up nobody else.
 */
export class Turns {
  readonly #most: number;
  #running = 0;
  /** What waits, by whose it is: in the order in which they take their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param most how much is done side by side */
  constructor(most: number) {
    this.#most = most;
  }

  async take<Done>(whose: string, work: () => Promise<Done>): Promise<Done> {
    if (this.#running < this.#most) this.#running += 1;
    else await this.#wait(whose);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #wait(whose: string): Promise<void> {
    return new Promise((go) => {
      const own = this.#waiting.get(whose);
      if (own === undefined) this.#waiting.set(whose, [go]);
      else own.push(go);
    });
  }

  /** Whoever is next takes the place of what has ended. */
  #next(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [whose, own] = next;
    this.#waiting.delete(whose);
    const go = own.shift();
    if (own.length > 0) this.#waiting.set(whose, own);
    go?.();
  }
}
