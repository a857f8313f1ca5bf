import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at something, or two tries. */
export const breath = () => pause(20);

/**
 * Waits until something holds.
 * @param what said when it does not: “all nodes are ready”
 * @throws after `withinMs`, which is a bound for what hangs, and no measure of anything
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came about that ${what}.`);
    await breath();
  }
}

/** Settles like the promise, or throws when that takes too long. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const impatience = new AbortController();
  const late = pause(ms, undefined, { signal: impatience.signal }).then(() => {
    throw new Error(`${what} took longer than ${ms} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    impatience.abort();
    late.catch(() => {});
  }
}
