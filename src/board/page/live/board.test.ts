import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOTHING_READ, openBoard } from './board.ts';
import { ReadProblem, type RecordClient } from './record.ts';

describe('a board', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const read = { slug: 'talks', at: null, filter: { party: 'union' }, order: 'recorded' } as const;

  it.each(['unreachable', 'refused'] as const)(
    'asks nothing more once it is closed, when the answer then is %s',
    async (kind) => {
      let refuse = (_: Error) => {};
      const ask = vi.fn(
        () =>
          new Promise<never>((_, reject) => {
            refuse = reject;
          }),
      );
      const board = openBoard({ ask } as unknown as RecordClient, read, NOTHING_READ);
      board.close();
      refuse(new ReadProblem(kind, 'nobody answers'));
      await vi.runAllTimersAsync();
      expect(ask).toHaveBeenCalledTimes(1);
    },
  );
});
