import { expect, it } from 'vitest';
import { READER } from '../desk/policy.ts';
import { KeyWatch, type Standing } from './key-watch.ts';

it('ends who is shut out within two seconds, also when a look before was never answered', async () => {
  let looks = 0;
  const standing: Standing = async (viewers) => {
    looks += 1;
    return looks === 1 ? new Promise(() => {}) : viewers.map(() => null);
  };
  const watch = new KeyWatch(standing);
  const began = performance.now();
  await new Promise<void>((ended) => watch.watch({ ...READER, accountId: 'somebody', keyId: 'a key' }, ended));
  watch.stop();
  expect(looks).toBe(2);
  expect(performance.now() - began).toBeLessThan(2_000);
});

it('tells whoever asks when it could not be found out', async () => {
  const watch = new KeyWatch(() => Promise.reject(new Error('The database is away.')));
  watch.watch({ ...READER, accountId: 'somebody', keyId: 'a key' }, () => {});
  await expect(watch.look()).rejects.toThrow('The database is away.');
  watch.stop();
});

it('ends who came with what has expired since, also while the database is away', async () => {
  const watch = new KeyWatch(() => Promise.reject(new Error('The database is away.')));
  const until = new Date(Date.now() + 200);
  await new Promise<void>((ended) => watch.watch({ ...READER, accountId: 'somebody', keyId: 'a key', until }, ended));
  watch.stop();
  expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
});
