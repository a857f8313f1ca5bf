import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { publish, seedTalks } from './support/talks.ts';

describeInBrowser('a reader of what was corrected', () => {
  const browsing = useBrowser({ samples: false });

  it('sees who it was credited to and what it was said to claim, and that it was changed before', async () => {
    const { world } = browsing;
    await seedTalks(world);
    const statementId = await publish(world, 'first', {
      text: 'The union takes the offer.',
      source: { kind: 'UNNAMED_PERSON', descriptor: 'an official briefed on the talks' },
      attributionLevel: 'BACKGROUND',
      stances: [{ partyId: 'union', termId: 'pay', kind: 'ACCEPTS' }],
    });
    const correct = (revision: number, note: string, changes: object) =>
      world.write('correctStatement', { statementId, revision, note, changes });
    await correct(1, 'It was somebody else.', {
      source: { kind: 'UNNAMED_PERSON', descriptor: 'an opposition lawmaker' },
      attributionLevel: 'DEEP_BACKGROUND',
      said: { from: '2026-03-03T00:00:00Z', precision: 'DAY', basis: 'STATED' },
    });
    await correct(2, 'It was the other way round.', {
      speechActs: ['REJECT'],
      stances: [{ partyId: 'union', termId: 'pay', kind: 'REJECTS', note: 'at this price' }],
    });
    await correct(3, 'It takes no stance.', { stances: [] });
    await correct(4, 'It was carried elsewhere.', { appearances: [] });

    const { page, faults } = await browsing.open('/negotiations/talks');
    const line = page.getByRole('article').filter({ hasText: 'The union takes the offer.' }).first();
    await line.getByText('It was carried elsewhere.').waitFor();
    expect(await line.textContent()).toContain('changed 3 times before');
    await line.locator('.open').click();
    const history = page.locator('.history > li');
    await history.nth(4).waitFor();
    const changes = async (index: number) =>
      (await history.nth(index).locator('.corrected > li').allTextContents()).map((text) =>
        text.replace(/[\u2068\u2069]/g, ''),
      );
    expect(await changes(1)).toEqual([
      'Source: an official briefed on the talks (Unnamed person) → an opposition lawmaker (Unnamed person)',
      'Attribution: On background → On deep background',
      'Said: 2 Mar 2026 → 3 Mar 2026',
    ]);
    expect(await changes(2)).toEqual([
      'Speech act: demands → rejects',
      'Stance, Dockers’ Union on Pay: accepts → rejects: at this price',
    ]);
    expect(await changes(3)).toEqual(['Stance, Dockers’ Union on Pay: rejects: at this price → none']);
    expect(await changes(4)).toEqual([]);
    expect(await history.nth(1).textContent()).not.toContain('The wording did not change');
    expect(await history.nth(4).textContent()).toContain('The wording did not change');
    expect(faults).toEqual([]);
  });
});
