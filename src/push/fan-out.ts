import type { Carrier } from './carrier.ts';

/** How long one turn of the event loop may go on writing. */
const TURN_MS = 8;
/** How many carriers are served between two looks at the clock. */
const STRETCH = 32;

/**
 * Serves the carriers for which there is something: each once a turn, whatever has come for it meanwhile, and only as many
 * a turn as leave room for everything else that the process has to do.
 */
export class FanOut {
  readonly #due = new Set<Carrier>();
  #isScheduled = false;

  serve(carrier: Carrier): void {
    this.#due.add(carrier);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = () => {
    const until = performance.now() + TURN_MS;
    let served = 0;
    for (const carrier of this.#due) {
      this.#due.delete(carrier);
      carrier.cork();
      for (const operation of carrier.operations) operation.advance();
      carrier.uncork();
      served += 1;
      if (served % STRETCH === 0 && performance.now() > until) break;
    }
    this.#isScheduled = this.#due.size > 0;
    if (this.#isScheduled) setImmediate(this.#turn);
  };
}
