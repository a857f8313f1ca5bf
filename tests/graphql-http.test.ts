import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());

/** As any client that asks by GET does: with a header that makes a browser ask first. */
const fetchFn: typeof fetch = (address, init) => {
  const headers = new Headers(init?.headers);
  headers.set('x-graphql-yoga-csrf', '1');
  return fetch(address, { ...init, headers });
};

describe('the audits of GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => world.url, fetchFn });

  it('are all there', () => expect(audits.length).toBeGreaterThan(60));

  it.each(audits.map(({ name, fn }) => [name, fn] as const))('%s', async (_, audit) => {
    const result = await audit();
    expect('reason' in result ? result.reason : null).toBeNull();
    expect(result.status).toBe('ok');
  });
});
