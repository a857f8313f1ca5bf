import type { ClientConfig } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pipelines } from './pipelines.ts';

const config: ClientConfig = { connectionString: process.env.DATABASE_URL };

describe.skipIf(!process.env.DATABASE_URL)('connections that take a query before the last is answered', () => {
  let pipelines: Pipelines;
  beforeEach(() => {
    pipelines = new Pipelines(config, 2);
  });
  afterEach(() => pipelines.end());

  const backend = async () => (await pipelines.query({ text: 'SELECT pg_backend_pid() AS pid' })).rows[0].pid as number;

  it('give each of many at once its own answer, and open no more than they may', async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, async (_, number) => {
        // Some in one turn, some in later ones.
        if (number % 3 === 0) await new Promise(setImmediate);
        const name = number % 2 === 0 ? 'twice' : undefined;
        const text = name
          ? 'SELECT $1::int * 2 AS n, pg_backend_pid() AS pid'
          : 'SELECT $1::int AS n, pg_backend_pid() AS pid';
        const { rows } = await pipelines.query({ name, text, values: [number] });
        return rows[0] as { n: number; pid: number };
      }),
    );
    expect(all.map(({ n }) => n)).toEqual(all.map((_, number) => (number % 2 === 0 ? number * 2 : number)));
    expect(new Set(all.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
  });

  it('let one that fails fail alone', async () => {
    const outcomes = await Promise.allSettled([
      pipelines.query({ text: 'SELECT 1 AS n' }),
      pipelines.query({ text: 'SELECT 1 / $1::int AS n', values: [0] }),
      pipelines.query({ text: 'SELECT 3 AS n' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('have nobody wait behind what is slow while another is free', async () => {
    const slow = pipelines.query({ text: 'SELECT pg_sleep(2)' });
    await new Promise(setImmediate);
    const first = await Promise.race([slow.then(() => 'slow'), backend().then(() => 'quick')]);
    expect(first).toBe('quick');
    await slow;
  });

  it('tell whoever waits that a connection broke, and open another', async () => {
    const before = await backend();
    const told = expect(pipelines.query({ text: 'SELECT pg_sleep(20)' })).rejects.toThrow(/terminat/);
    await new Promise(setImmediate);
    await pipelines.query({ text: 'SELECT pg_terminate_backend($1)', values: [before] });
    await told;
    expect(await backend()).not.toBe(before);
  });

  it('give up one that says nothing in its time, and open another', async () => {
    await pipelines.end();
    pipelines = new Pipelines(config, 1, 400);
    const before = await backend();
    await expect(pipelines.query({ text: 'SELECT pg_sleep(5)' })).rejects.toThrow(/timeout/);
    expect(await backend()).not.toBe(before);
  });

  it('end, when one of them says nothing, once its time is over', async () => {
    pipelines = new Pipelines(config, 1, 400);
    // Once there is a connection, what is asked for is sent at once.
    await backend();
    const told = expect(pipelines.query({ text: 'SELECT pg_sleep(20)' })).rejects.toThrow(/timeout/);
    await pipelines.end();
    await told;
  });

  it('have others take their places, once they have answered', async () => {
    const before = await backend();
    const slow = pipelines.query({ text: 'SELECT pg_sleep(0.3), pg_backend_pid() AS pid' });
    await new Promise(setImmediate);
    pipelines.renew();
    expect(await backend()).not.toBe(before);
    expect((await slow).rows[0].pid).toBe(before);
    const still = async () =>
      (await pipelines.query({ text: 'SELECT 1 FROM pg_stat_activity WHERE pid = $1', values: [before] })).rowCount;
    await vi.waitFor(async () => expect(await still()).toBe(0), 5_000);
  });

  it('say that there is no server, each time', async () => {
    const nowhere = new Pipelines({ host: '127.0.0.1', port: 1 }, 1);
    await expect(nowhere.query({ text: 'SELECT 1' })).rejects.toThrow(/ECONNREFUSED/);
    await expect(nowhere.query({ text: 'SELECT 1' })).rejects.toThrow(/ECONNREFUSED/);
    await nowhere.end();
  });
});
