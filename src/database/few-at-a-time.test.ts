import { describe, expect, it } from 'vitest';
import { fewAtATime } from './few-at-a-time.ts';

describe('work of which there is little at a time', () => {
  it('begins in the order in which it came, and never more of it than may be', async () => {
    const inTurn = fewAtATime(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const works = [0, 1, 2, 3].map((nth) =>
      inTurn(async () => {
        begun.push(nth);
        await new Promise<void>((end) => {
          ends[nth] = end;
        });
        return nth;
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    expect(await works[1]).toBe(1);
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    await works[0];
    ends[2]?.();
    ends[3]?.();
    expect(await Promise.all(works)).toEqual([0, 1, 2, 3]);
  });

  it('goes on after what failed', async () => {
    const inTurn = fewAtATime(1);
    const outcomes = await Promise.allSettled([
      inTurn(() => Promise.reject(new Error('no'))),
      inTurn(async () => 'yes'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await inTurn(async () => 'again')).toBe('again');
  });
});
