import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('does so much side by side, and of what waits something of each in turn', async () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const all = [];
  for (const [whose, count] of [
    ['much', 6],
    ['one', 1],
    ['another', 2],
  ] as const) {
    for (let n = 1; n <= count; n += 1) {
      const work = () => {
        begun.push(`${whose} ${n}`);
        return new Promise<void>((end) => ends.push(end));
      };
      all.push(turns.take(whose, work));
    }
  }
  await new Promise(setImmediate);
  expect(begun).toEqual(['much 1', 'much 2']);
  while (ends.length > 0) {
    ends.shift()?.();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  expect(begun).toEqual([
    ...['much 1', 'much 2', 'much 3', 'one 1', 'another 1', 'much 4', 'another 2', 'much 5', 'much 6'],
  ]);
});

it('gives the turn on when what was done failed', async () => {
  const turns = new Turns(1);
  const failed = turns.take('one', () => Promise.reject(new Error('It failed.')));
  const next = turns.take('another', async () => 'done');
  await expect(failed).rejects.toThrow('It failed.');
  expect(await next).toBe('done');
});
