// Loaded into every server before its own program: answers what the bench asks about the process. Not a line of it
// runs between two questions, but for the watch on the event loop while one is kept.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { whenAsked } from './asked.ts';

/** Bytes of a process: all that is resident, and of that V8's heap and what lies beside it. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
}

const LOOK_MS = 800;
const LOOKS_MOST = 15;
const STEADY_BYTES = 500_000;

/** Microseconds of CPU since the process began, of all its threads, in the operating system's accounting. */
whenAsked('cpu', () => {
  const { user, system } = process.cpuUsage();
  return user + system;
});

whenAsked('resident', () => process.memoryUsage.rss());

/**
 * Memory when the garbage is gone, and what is resident stays as it is. That takes a while: V8 gives pages back in its own
 * time.
 */
whenAsked('memory', async (): Promise<Memory> => {
  let before = Number.NaN;
  for (let look = 0; look < LOOKS_MOST; look += 1) {
    globalThis.gc?.();
    await sleep(LOOK_MS);
    const { rss, heapUsed, external } = process.memoryUsage();
    if (Math.abs(rss - before) < STEADY_BYTES) return { resident: rss, heap: heapUsed, external };
    before = rss;
  }
  const { heapUsed, external } = process.memoryUsage();
  return { resident: before, heap: heapUsed, external };
});

let watch: IntervalHistogram | undefined;

whenAsked('watch the loop', () => {
  watch = monitorEventLoopDelay({ resolution: 1 });
  watch.enable();
});

/** Milliseconds of the longest time that passed between two looks at the loop, a millisecond apart when it is free. */
whenAsked('longest stall', () => {
  watch?.disable();
  return (watch?.max ?? 0) / 1e6;
});
