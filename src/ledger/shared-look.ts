import { setImmediate as afterThisTurn } from 'node:timers/promises';

/**
 * Looks at something for all who ask at the same moment. Who asks while a look is under way waits for the next one, with
 * all others who do: nobody is given what was so before they asked, and many who ask at once cost one look.
 */
export class SharedLook<Seen> {
  readonly #look: () => Promise<Seen>;
  #next: Promise<Seen> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(look: () => Promise<Seen>) {
    this.#look = look;
  }

  take(): Promise<Seen> {
    if (this.#next === null) {
      this.#next = this.#after(this.#last);
      this.#last = this.#next.catch(() => {});
    }
    return this.#next;
  }

  async #after(last: Promise<unknown>): Promise<Seen> {
    await last;
    // Requests that have come together are read one after the other in this turn.
    await afterThisTurn();
    this.#next = null;
    return this.#look();
  }
}
