import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { publish, seedTalks } from './support/talks.ts';

const BOARD = '/negotiations/talks';
const negotiationId = 'talks';
const OFFICIAL = {
  source: { kind: 'UNNAMED_PERSON', descriptor: 'a senior official' },
  attributionLevel: 'BACKGROUND',
};

describeInBrowser('a reader of where things stand', () => {
  const browsing = useBrowser({ samples: false });
  const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const plain = (text: string | null) => text?.replace(/[\u2068\u2069]/g, '').replace(/\s+/g, ' ') ?? '';

  beforeAll(() => seedTalks(browsing.world));

  it('sees whose number of people held it is, and no end of a range that nobody gave', async () => {
    const { world } = browsing;
    const held = (externalId: string) =>
      world.write('recordHeldGroup', { externalId, negotiationId, descriptor: externalId });
    const count = (externalId: string, heldGroupId: string, range: object, more: object = {}) =>
      publish(world, externalId, { countClaims: [{ heldGroupId, ...range }], ...more });
    await held('crew');
    await count('crew-ada', 'crew', { high: 50 });
    await count('crew-view', 'crew', { high: 60 }, { viewOfId: 'company' });
    await held('pilots');
    await count('pilots-one', 'pilots', { low: 100 }, OFFICIAL);
    await count('pilots-ada', 'pilots', { low: 10, high: 20 });

    const { page, faults } = await browsing.open(BOARD);
    const group = (name: string) => part(page, 'Held').locator('.held-group').filter({ hasText: name });
    await group('pilots').waitFor();
    const claims = await group('crew').locator('.claims li').allTextContents();
    expect(claims.map(plain).sort()).toEqual([
      expect.stringMatching(/^at most 50.*Ada Quay.*general secretary, Dockers’ Union/),
      expect.stringMatching(/^at most 60.*Ada Quay.*reporting the view of Harbour Company/),
    ]);
    expect(plain(await group('crew').textContent())).toContain('All claims allow at most 50');
    expect(plain(await group('pilots').textContent())).toContain(
      'Claims do not agree; between them they allow at least 10',
    );
    expect(plain(await group('pilots').textContent())).toContain('a senior official #1');
    await group('pilots').getByRole('link', { name: 'a senior official' }).click();
    expect(plain(await page.locator('.whole > .who').textContent())).toContain('a senior official #1');
    expect(faults).toEqual([]);
  });
});
