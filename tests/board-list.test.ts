import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';

const named = (n: number) => `Talks ${String(n).padStart(3, '0')}`;

describeInBrowser('a record of more negotiations than one page has', () => {
  const browsing = useBrowser({ samples: false });

  async function open(from: number, until: number): Promise<void> {
    const lines = Array.from({ length: until - from }, (_, index) => {
      const n = from + index;
      const slug = `talks-${n}`;
      return JSON.stringify({ openNegotiation: { externalId: slug, slug, title: named(n), status: 'ACTIVE' } });
    });
    await importRecords(browsing.world.server.ledger, Readable.from([Buffer.from(`${lines.join('\n')}\n`)]));
  }
  const titles = (page: Page) => page.locator('.talks h2').allTextContents();
  const newestFirst = (from: number, until: number) =>
    Array.from({ length: until - from }, (_, n) => named(until - 1 - n));
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

  it('goes on to the last of them by keyboard, each from where the one before ended', async () => {
    await open(0, 120);
    const { page, faults } = await browsing.open('/');
    await page.locator('.connection[data-status="live"]').waitFor();
    expect(await titles(page)).toEqual(newestFirst(70, 120));
    const more = page.getByRole('button', { name: 'More negotiations' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: named(20) }).waitFor();
    // Who goes on by keyboard stands at the first that came, not at the button behind the last.
    expect(await focused(page)).toBe(named(69));

    // What is opened meanwhile comes on top, and as many are shown as before.
    await page.getByRole('link', { name: named(30) }).focus();
    await open(120, 121);
    await page.getByRole('link', { name: named(120) }).waitFor();
    expect(await titles(page)).toEqual(newestFirst(21, 121));
    expect(await focused(page)).toBe(named(30));

    await more.click();
    await page.getByRole('link', { name: named(0) }).waitFor();
    await more.waitFor({ state: 'detached' });
    expect(await titles(page)).toEqual(newestFirst(0, 121));
    expect(await focused(page)).toBe(named(20));
    expect(faults).toEqual([]);
  });

  it('says how long ago each last changed, and goes on saying so while nothing comes', async () => {
    await open(200, 201);
    const { page } = await browsing.open('/');
    await page.clock.install();
    await page.reload();
    const changed = page
      .locator('.talks')
      .filter({ hasText: named(200) })
      .getByText('Record changed');
    await changed.waitFor();
    await page.clock.runFor('10:00');
    await expect.poll(() => changed.textContent()).toMatch(/Record changed 1[01] min/);
  });
});
