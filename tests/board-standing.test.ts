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

  it('sees who says how long a message takes, on which leg, within what ends, and that there is more', async () => {
    const { world } = browsing;
    await world.write('openChannel', {
      externalId: 'shuttle',
      negotiationId,
      title: 'Shuttle',
      hops: ['union', 'mediator', 'company'],
    });
    for (const [n, ends] of [
      {},
      {},
      {},
      { highSeconds: 259_200 },
      {},
      { lowSeconds: 3_600, highSeconds: 10_800 },
    ].entries())
      await publish(world, `lag-${n}`, {
        ...(n === 5 && OFFICIAL),
        said: { from: `2026-03-0${n + 1}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
        transitClaims: [{ channelId: 'shuttle', words: `lag ${n}`, ...(n === 5 && { leg: 1 }), ...ends }],
      });
    const { page, faults } = await browsing.open(BOARD);
    const claims = part(page, 'Channels').locator('.claims > li');
    await claims.nth(4).waitFor();
    const [first, , third] = (await claims.allTextContents()).map(plain);
    expect(first).toMatch(/^lag 5.*1 hr – 3 hr.*Dockers’ Union to Mediation Service.*a senior official.*6 Mar 2026$/);
    expect(third).toMatch(/^lag 3.*at most 3 days.*Ada Quay.*general secretary, Dockers’ Union.*4 Mar 2026$/);
    await part(page, 'Channels').getByText('Only the first 5 are shown; there are more.').waitFor();
    expect(faults).toEqual([]);
  });

  it('sees what was corrected or withdrawn of events, outcomes and held groups, when and why', async () => {
    const { world } = browsing;
    const note = 'It was misread.';
    const reason = 'It never was.';
    await world.write('recordEvent', { externalId: 'march', negotiationId, kind: 'OTHER', title: 'A mach' });
    await world.write('correctEvent', { eventId: 'march', note, changes: { title: 'A march' } });
    await world.write('recordEvent', { externalId: 'fire', negotiationId, kind: 'OTHER', title: 'A fire' });
    await world.write('withdrawEvent', { eventId: 'fire', reason });
    await world.write('poseOutcome', { externalId: 'deal', negotiationId, question: 'A del?' });
    await world.write('correctOutcome', { outcomeId: 'deal', note, changes: { question: 'A deal?' } });
    await world.write('resolveOutcome', { outcomeId: 'deal', occurred: true, resolvedOn: '2026-03-11' });
    await world.write('poseOutcome', { externalId: 'walk-out', negotiationId, question: 'A walk-out?' });
    await world.write('withdrawOutcome', { outcomeId: 'walk-out', reason });
    await world.write('recordHeldGroup', { externalId: 'cooks', negotiationId, descriptor: 'the coks' });
    await world.write('correctHeldGroup', { heldGroupId: 'cooks', note, changes: { descriptor: 'the cooks' } });

    const { page, faults } = await browsing.open(BOARD);
    const marked = (name: string, text: string) =>
      part(page, name).locator('article, .outcome').filter({ hasText: text }).locator('.marked');
    await marked('Events', 'A march').waitFor();
    const all = [
      marked('Events', 'A march'),
      marked('Events', 'A fire'),
      marked('Outlook', 'A deal?'),
      marked('Outlook', 'A walk-out?'),
      marked('Held', 'the cooks'),
    ];
    expect(await Promise.all(all.map(async (mark) => plain(await mark.textContent())))).toEqual([
      expect.stringMatching(/^Corrected .*\d:\d\d · It was misread\.$/),
      expect.stringMatching(/^Withdrawn .*\d:\d\d · It never was\.$/),
      expect.stringMatching(/^Corrected .*\d:\d\d · It was misread\.$/),
      expect.stringMatching(/^Withdrawn .*\d:\d\d · It never was\.$/),
      expect.stringMatching(/^Corrected .*\d:\d\d · It was misread\.$/),
    ]);
    expect(faults).toEqual([]);
  });

  it('sees a question on which nobody has put a likelihood, by when it is due, and what came of it', async () => {
    await browsing.world.write('poseOutcome', {
      externalId: 'quiet',
      negotiationId,
      question: 'Will it stay quiet?',
      dueBy: '2026-04-01',
    });
    const { page } = await browsing.open(BOARD);
    const outcome = part(page, 'Outlook').locator('.outcome').filter({ hasText: 'Will it stay quiet?' });
    await outcome.getByText('Nobody has put a likelihood on record.').waitFor();
    expect(plain(await outcome.textContent())).toContain('due by 1 Apr 2026');
  });
});
