import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { warmUp } from '../src/board/warm-up.ts';
import { seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const METRICS_TOKEN = 'what-only-the-scraper-knows';

/** How many answers a server has executed. */
async function executed({ url }: World): Promise<number> {
  const response = await fetch(new URL('/metrics', url), { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  return Number(/from="executed"} (\d+)/.exec(await response.text())?.[1] ?? 0);
}

describe('a server that has just started', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ METRICS_TOKEN });
  });
  afterAll(() => world.stop());

  it('is asked for the list alone where there are no talks', async () => {
    await warmUp(world.url);
    expect(await executed(world)).toBe(1);
  });

  it('is asked what the board asks first, of talks that there are', async () => {
    await seedTalks(world);
    const before = await executed(world);
    await warmUp(world.url);
    expect(await executed(world)).toBe(before + 2);
  });

  it('is asked in vain, and nothing comes of it, where readers need a key, or when it is gone', async () => {
    await using closed = await openWorld({ METRICS_TOKEN, PUBLIC_READING: 'false' });
    await warmUp(closed.url);
    expect(await executed(closed)).toBeLessThanOrEqual(1);
    await warmUp('http://127.0.0.1:9/graphql');
  });
});
