import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { said } from './support/board-desk.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';

const BOARD = '/negotiations/dockers-2026';
const MANY = 40;

const live = (page: Page) => page.locator('.connection[data-status="live"]').waitFor();

describeInBrowser('what is opened on a live board', () => {
  const browsing = useBrowser();
  const publish = async (text: string, more: object = {}): Promise<string> => {
    const input = { negotiationId: 'dockers-2026', content: said(text, more) };
    return (await browsing.world.write('publishStatement', input, 'statement { id }')).statement.id;
  };
  const correct = (statementId: string, changes: object) =>
    browsing.world.write('correctStatement', { statementId, revision: 1, note: 'The desk misheard.', changes });
  /** So many that what was there before is not among those that a board reads at first. */
  const publishMany = async () => {
    for (let n = 1; n <= MANY; n++) await publish(`On top of it, number ${n}`);
  };

  it('is a statement further down than was read, and is corrected and withdrawn where it stands', async () => {
    const id = await publish('There were 40 at the gate.');
    await publishMany();
    const { page } = await browsing.open(`${BOARD}?statement=${id}`);
    const panel = page.locator('.panel');
    await panel.getByText('There were 40 at the gate.').waitFor();
    await live(page);
    await correct(id, { text: 'There were 14 at the gate.' });
    await panel.locator('.marked[data-action="CORRECTED"]').waitFor();
    await browsing.world.write('withdrawStatement', { statementId: id, revision: 2, reason: 'Nobody was there.' });
    await panel.locator('.marked[data-action="WITHDRAWN"]').waitFor();
  });

  it('is a party’s line, which grows by the stances that it takes', async () => {
    const { page } = await browsing.open(BOARD);
    await live(page);
    await page
      .getByRole('row', { name: /Rise of the basic hourly rate/ })
      .locator('.line-link')
      .first()
      .click();
    const line = page.locator('.line li');
    await line.first().waitFor();
    const [termId, partyId] = (new URL(page.url()).searchParams.get('line') ?? '').split('~');
    await publish('They would rather have none of it.', { stances: [{ partyId, termId, kind: 'REJECTS' }] });
    await line.filter({ hasText: 'rather have none of it' }).waitFor();
  });

  it('is what was searched for, and what is published grows it', async () => {
    const { page } = await browsing.open(`${BOARD}?q=quayside`);
    await page.getByText('Nothing on record').waitFor();
    await live(page);
    await publish('They will meet at the quayside.');
    await page.getByRole('article').filter({ hasText: 'quayside' }).waitFor();
  });

  it('is a filter, into which a correction brings a statement, where it belongs', async () => {
    const ids = [];
    for (const n of [1, 2, 3]) ids.push(await publish(`Under a filter, number ${n}`, { speechActs: ['CONCEDE'] }));
    const [, id] = ids;
    await correct(String(id), { speechActs: ['COMMENT'] });
    const { page } = await browsing.open(`${BOARD}?act=CONCEDE`);
    const shown = page.getByRole('article').filter({ hasText: 'Under a filter' }).locator('.prose');
    await shown.first().waitFor();
    await live(page);
    expect(await shown.allTextContents()).toEqual([3, 1].map((n) => `Under a filter, number ${n}`));
    await browsing.world.write('correctStatement', {
      statementId: id,
      revision: 2,
      note: 'It was a concession.',
      changes: { speechActs: ['CONCEDE'] },
    });
    await shown.filter({ hasText: 'number 2' }).waitFor();
    expect(await shown.allTextContents()).toEqual([3, 2, 1].map((n) => `Under a filter, number ${n}`));
  });

  it('is the stream down to its oldest, which says what became of it before it was read', async () => {
    const id = await publish('There were 50 at the gate.');
    await publishMany();
    const { page } = await browsing.open(BOARD);
    await live(page);
    await correct(id, { text: 'There were 15 at the gate.' });
    await publish('What comes after the correction.');
    await page.getByRole('article').filter({ hasText: 'after the correction' }).waitFor();
    const old = page
      .getByRole('article')
      .filter({ hasText: /There were (50|15) at the gate/ })
      .first();
    const stream = page.getByRole('region', { name: 'What was said' });
    while ((await old.count()) === 0) {
      await stream.evaluate(async (element) => {
        element.scrollBy(0, element.clientHeight / 2);
        await new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)));
      });
    }
    expect(await old.locator('.prose').textContent()).toBe('There were 15 at the gate.');
    await old.locator('.marked[data-action="CORRECTED"]').waitFor();
  });
});
