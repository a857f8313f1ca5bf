import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Endings } from './endings.ts';
import { rereading } from './rereading.ts';

describe('what is followed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is read again once more however often it changes meanwhile, and again after a failure', async () => {
    const read = vi.fn(async () => {});
    read.mockRejectedValueOnce(new Error('nobody answers'));
    const reread = rereading(read, new Endings());
    for (let n = 0; n < 3; n += 1) reread();
    await vi.runAllTimersAsync();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it.each(['answered', 'refused'] as const)('is not read again when it is left before it is %s', async (outcome) => {
    let settle = () => {};
    const read = vi.fn(
      () =>
        new Promise<void>((answer, refuse) => {
          settle = outcome === 'answered' ? answer : () => refuse(new Error('nobody answers'));
        }),
    );
    const endings = new Endings();
    const reread = rereading(read, endings);
    reread();
    reread();
    endings.end();
    settle();
    await vi.runAllTimersAsync();
    expect(read).toHaveBeenCalledTimes(1);
  });
});
