import type { SubscribePayload } from 'graphql-ws';
import { goingOnFrom } from './operation.ts';
import { cursorOf, type Result } from './sink.ts';
import type { Subscribe } from './subscribe.ts';

/** How many results wait for a slow consumer. What comes after them waits in the record. */
const MOST_WAITING = 1_000;

/**
 * `iterate` of a graphql-ws client, with the same contract: it begins at once, yields results, and throws what ended
 * it. A consumer that falls behind costs bounded memory: past the bound the subscription is ended, and begun again
 * from the last cursor once the consumer has caught up.
 */
export function iterate(subscribe: Subscribe, payload: SubscribePayload): AsyncIterableIterator<Result> {
  let waiting: Result[] = [];
  let end: { readonly error: unknown } | 'completed' | null = null;
  let paused: string | null = null;
  let wake = () => {};
  let stop = () => {};

  const begin = (asked: SubscribePayload) => {
    const isOver = () => paused !== null || end !== null;
    stop = subscribe(asked, {
      next: (result) => {
        waiting.push(result);
        wake();
        if (waiting.length < MOST_WAITING) return;
        paused = cursorOf(result);
        if (paused !== null) stop();
      },
      error: (error) => {
        if (isOver()) return;
        end = { error };
        wake();
      },
      complete: () => {
        if (isOver()) return;
        end = 'completed';
        wake();
      },
    });
  };

  async function* results(): AsyncGenerator<Result, void, undefined> {
    for (;;) {
      const result = waiting.shift();
      if (result !== undefined) yield result;
      else if (end === 'completed') return;
      else if (end !== null) throw end.error;
      else if (paused !== null) {
        const from = paused;
        paused = null;
        begin(goingOnFrom(payload, from));
      } else {
        await new Promise<void>((settle) => {
          wake = settle;
        });
      }
    }
  }

  begin(payload);
  const iterator = results();
  return {
    next: () => iterator.next(),
    // A generator that waits would hear of it only with the next result.
    return: async () => {
      end = 'completed';
      waiting = [];
      stop();
      wake();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
