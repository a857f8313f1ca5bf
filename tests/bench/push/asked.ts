// What every process of the bench does when the bench asks it something over IPC.
import { inspect } from 'node:util';

/** A question, and the answer to it or why there is none. */
export interface Question {
  readonly id: number;
  readonly ask: string;
  readonly given: object;
}
export type Reply = { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: string };

const handlers = new Map<string, (given: never) => unknown>();

/** Answers one kind of question; what the handler throws is the bench's answer too. */
export function whenAsked<Given extends object>(ask: string, handler: (given: Given) => unknown): void {
  if (handlers.size === 0) begin();
  handlers.set(ask, handler);
}

function begin(): void {
  process.on('message', ({ id, ask, given }: Question) => {
    void answer(ask, given)
      .then((answer): Reply => ({ id, answer }))
      .catch((error: unknown): Reply => ({ id, error: inspect(error) }))
      .then((reply) => process.send?.(reply, undefined, undefined, () => {}));
  });
  // The bench is gone, however it ended: so is what it started.
  process.on('disconnect', () => process.exit(1));
  // A server ends when it has nothing left to serve, although it can still be asked.
  process.channel?.unref();
}

/** For a process that has nothing to wait for but questions. */
export function stay(): void {
  process.channel?.ref();
}

async function answer(ask: string, given: object): Promise<unknown> {
  const handler = handlers.get(ask);
  if (handler === undefined) throw new Error(`nobody here answers “${ask}”`);
  return handler(given as never);
}
