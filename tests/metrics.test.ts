import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support/world.ts';

const TOKEN = 'what-only-the-scraper-knows';

let world: World;
beforeAll(async () => {
  world = await openWorld({ METRICS_TOKEN: TOKEN });
});
afterAll(() => world.stop());

const metrics = (url: string, headers: Record<string, string> = {}) => fetch(new URL('/metrics', url), { headers });

describe('metrics', () => {
  it('are given to whoever comes with their token', async () => {
    await world.query('{ head }');
    const response = await metrics(world.url, { authorization: `Bearer ${TOKEN}` });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('parley_answers_total{from="executed"} 1');
  });

  it('are refused to everybody else, a key of the desk makes no difference', async () => {
    for (const authorization of ['', `Bearer ${await world.key('ADMIN')}`, `Basic ${TOKEN}`]) {
      const response = await metrics(world.url, authorization === '' ? {} : { authorization });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await response.text()).not.toContain('parley');
    }
  });

  it('are not there where no token is set, as they would tell what is asked and written out of sight', async () => {
    await using plain = await openWorld();
    const response = await metrics(plain.url, { authorization: `Bearer ${TOKEN}` });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('parley');
  });
});
