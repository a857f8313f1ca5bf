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
  /** In the order in which they are served. */
  readonly #due: Carrier[] = [];

  serve(carrier: Carrier): void {
    if (carrier.isDue) return;
    carrier.isDue = true;
    // The first of them has a turn begin.
    if (this.#due.push(carrier) === 1) setImmediate(this.#turn);
  }

  readonly #turn = () => {
    const until = performance.now() + TURN_MS;
    let served = 0;
    for (const carrier of this.#due) {
      // What comes for it from here on is written when it is served once more.
      carrier.isDue = false;
      carrier.cork();
      for (const operation of carrier.operations) operation.advance();
      carrier.uncork();
      served += 1;
      if (served % STRETCH === 0 && performance.now() > until) break;
    }
    this.#due.splice(0, served);
    if (this.#due.length > 0) setImmediate(this.#turn);
  };
}
