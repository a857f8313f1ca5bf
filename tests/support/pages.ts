import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** The different numbers that a pattern finds in the statements of the stream, by paging through it as far as they go. */
export function numbersInStream(page: Page, pattern: string, most: number): Promise<number[]> {
  return page.evaluate(
    async ([pattern, most]) => {
      const stream = document.querySelector('#stream');
      const numbers = new Set<number>();
      if (stream === null) return [];
      stream.scrollTo(0, 0);
      for (let step = 0; step < 4 * most && numbers.size < most; step++) {
        for (const prose of stream.querySelectorAll('.prose')) {
          const number = new RegExp(pattern).exec(prose.textContent ?? '')?.[1];
          if (number !== undefined) numbers.add(Number(number));
        }
        if (stream.scrollTop + stream.clientHeight >= stream.scrollHeight - 2) stream.scrollTo(0, 0);
        else stream.scrollBy(0, stream.clientHeight / 2);
        await new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)));
      }
      return [...numbers];
    },
    [pattern, most] as const,
  );
}

/** Does something so often, and no faster than so often a second; resolves when all of it is done. */
export async function paced(times: number, aSecond: number, work: (n: number) => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const doing: Promise<unknown>[] = [];
  for (let n = 0; n < times; n++) {
    const early = began + (n * 1_000) / aSecond - performance.now();
    if (early > 0) await delay(early);
    doing.push(work(n));
  }
  await Promise.all(doing);
}

/** What the page's script holds, once what it does not need is collected. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Adds up by how much the pages that are opened from here on move by themselves under a reader. @returns what asks for the sum */
export async function shiftsOf(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => ((globalThis as any).shifts as number[]).reduce((sum, one) => sum + one, 0));
}
