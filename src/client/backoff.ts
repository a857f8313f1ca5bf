const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/** How long to wait before the next attempt to connect. */
export interface Backoff {
  /** Waits, longer from time to time; graphql-ws calls it before each attempt but the very first. */
  readonly wait: () => Promise<void>;
  /** The connection held: the next break begins from the shortest wait. */
  readonly held: () => void;
  /** The network is back: a wait under way begins again from the shortest. */
  readonly hurry: () => void;
  /** Ends a wait under way. */
  readonly end: () => void;
}

/**
 * Exponential back-off with full jitter (“Exponential Backoff And Jitter”, AWS Architecture Blog, 2015): anywhere
 * between nothing and a bound that doubles, so that ten thousand clients of a node that went down are spread over a
 * second at first, and over half a minute when it stays down.
 * @param random between 0 and 1
 */
export function createBackoff(random: () => number = Math.random): Backoff {
  let attempts = 0;
  let restart = () => {};
  let end = () => {};
  return {
    wait: () =>
      new Promise((settle) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        end = () => {
          clearTimeout(timer);
          restart = () => {};
          settle();
        };
        restart = () => {
          clearTimeout(timer);
          timer = setTimeout(end, random() * Math.min(MOST_MS, FIRST_MS * 2 ** attempts));
          attempts += 1;
        };
        restart();
      }),
    held: () => {
      attempts = 0;
    },
    hurry: () => {
      attempts = 0;
      restart();
    },
    end: () => end(),
  };
}
