import { expect } from 'vitest';
import type { World } from './world.ts';

/** With which a world is to be opened, for its answers to be counted. */
export const METRICS_TOKEN = 'what-only-the-scraper-knows';

/** How many requests a world has answered in a way. */
export async function answered({ url }: World, from: 'kept' | 'shared'): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await (await fetch(new URL('/metrics', url), { headers })).text();
  return Number(new RegExp(`parley_answers_total\\{from="${from}"\\} (\\d+)`).exec(text)?.[1]);
}

/** Whether a question is answered with what was kept. */
export async function isKeptIn(
  world: World,
  query: string,
  variables: object = {},
  key: string | null = null,
): Promise<boolean> {
  const before = await answered(world, 'kept');
  expect((await world.as(key, query, variables)).errors).toBeUndefined();
  return (await answered(world, 'kept')) > before;
}
