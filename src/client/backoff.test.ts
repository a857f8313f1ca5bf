import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Backoff, createBackoff } from './backoff.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How long a wait takes, in milliseconds. */
async function waited({ wait }: Backoff): Promise<number> {
  const from = Date.now();
  const over = wait();
  await vi.runAllTimersAsync();
  await over;
  return Date.now() - from;
}

describe('the wait before another attempt', () => {
  it('is anywhere within a bound that doubles from a second to half a minute, and stays there', async () => {
    const longest = createBackoff(() => 1);
    const half = createBackoff(() => 0.5);
    const bounds: number[][] = [];
    for (let attempt = 0; attempt < 7; attempt++) bounds.push([await waited(half), await waited(longest)]);
    expect(bounds).toEqual([
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [8_000, 16_000],
      [15_000, 30_000],
      [15_000, 30_000],
    ]);
  });

  it('begins from a second again once a connection held', async () => {
    const backoff = createBackoff(() => 1);
    await waited(backoff);
    await waited(backoff);
    backoff.held();
    expect(await waited(backoff)).toBe(1_000);
  });

  it('is cut to a second when the network comes back, and to nothing when it is ended', async () => {
    const backoff = createBackoff(() => 1);
    for (let attempt = 0; attempt < 5; attempt++) await waited(backoff);
    let isOver = false;
    const first = backoff.wait().then(() => {
      isOver = true;
    });
    backoff.hurry();
    await vi.advanceTimersByTimeAsync(999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    const second = backoff.wait();
    backoff.end();
    await second;
    expect(vi.getTimerCount()).toBe(0);
  });
});
