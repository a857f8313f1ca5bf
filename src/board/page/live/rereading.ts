import type { Endings } from './endings.ts';

/** What is followed is read again at most so often, however much is published. */
const REREAD_MS = 1_000;

/** @returns what has it read: at once, and then as often as it may */
export function rereading(read: () => Promise<void>, endings: Endings): () => void {
  let state: 'quiet' | 'busy' | 'again' = 'quiet';
  let isEnded = false;
  endings.add(() => {
    isEnded = true;
  });
  const work = async () => {
    state = 'busy';
    try {
      await read();
    } catch {
      // The connection’s state says so already.
      state = 'again';
    }
    if (isEnded) return;
    endings.later(REREAD_MS, () => {
      if (state === 'again') void work();
      else state = 'quiet';
    });
  };
  return () => {
    if (state === 'quiet') void work();
    else state = 'again';
  };
}
