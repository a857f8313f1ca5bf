import { expect, it } from 'vitest';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';

describeInBrowser('the board at any moment of the record', () => {
  const browsing = useBrowser();
  const slider = { name: 'Moment of the record' };

  it('is taken back by the slider, has an address that another browser opens, and comes back to now', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    const input = page.getByRole('slider', slider);
    await input.waitFor();
    const row = page.getByRole('row', { name: /Rise of the basic hourly rate/ });
    await row
      .getByRole('link', { name: /Accepts/ })
      .first()
      .waitFor();
    const most = Number(await input.getAttribute('max'));
    await input.fill(String(Math.round(most * 0.45)));
    await page.getByText('As recorded by').first().waitFor();
    await row
      .getByRole('link', { name: /Demands|Rejects/ })
      .first()
      .waitFor();
    expect(await page.locator('.status').textContent()).toBe('Active');
    expect(await page.locator('.connection').textContent()).toBe('Not live');
    const then = await page.locator('.matrix').textContent();
    await picture(page, 'past');

    const other = await browsing.open(new URL(page.url()).pathname + new URL(page.url()).search);
    await other.page.getByText('As recorded by').first().waitFor();
    await other.page
      .getByRole('row', { name: /Rise of the basic/ })
      .getByRole('link', { name: /Demands|Rejects/ })
      .first()
      .waitFor();
    expect(await other.page.locator('.matrix').textContent()).toBe(then);

    await page.keyboard.press('End');
    await input.press('End');
    await page.locator('.connection[data-status="live"]').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await row
      .getByRole('link', { name: /Accepts/ })
      .first()
      .waitFor();
    await page.goBack();
    await page.getByText('As recorded by').first().waitFor();
  });

  it('is named by an instant too', async () => {
    // An import writes many changes at one instant, so two are made here.
    const note = (text: string) =>
      browsing.world.write('changeNegotiationStatus', { negotiationId: 'gaza-hostages-2023', status: text });
    const { recordedAt } = await note('SUSPENDED');
    await note('COLLAPSED');
    const { page } = await browsing.open(`/negotiations/gaza-hostages-2023?at=${recordedAt}`);
    await page.locator('.status', { hasText: 'Suspended' }).waitFor();
    await page.getByText('As recorded by').first().waitFor();
  });

  it('tells a reader who returns what changed, and marks it', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.goto(new URL('/', page.url()).href);
    const { world } = browsing;
    await world.write('changeNegotiationStatus', { negotiationId: 'dockers-2026', status: 'IMPLEMENTED' });
    await world.write('publishStatement', {
      negotiationId: 'dockers-2026',
      content: {
        text: 'The union no longer accepts the committee.',
        quotationType: 'INDIRECT',
        speechActs: ['REJECT'],
        source: { kind: 'COLLECTIVE', onBehalfOfId: 'dockers-union' },
        attributionLevel: 'ON_THE_RECORD',
        said: { from: '2026-03-25T00:00:00Z', precision: 'DAY', basis: 'STATED' },
        stances: [{ partyId: 'dockers-union', termId: 'crane-automation', kind: 'REJECTS' }],
      },
    });
    await page.goto(new URL('/negotiations/dockers-2026', page.url()).href);
    const since = page.getByRole('region', { name: 'What changed' });
    await since.getByText('1 statement and 1 other change').waitFor();
    await since.getByRole('button', { name: 'Mark what changed' }).click();
    const cell = page.locator('td[data-changed="true"]');
    await cell.waitFor();
    expect(await cell.textContent()).toMatch(/Rejects.*was: Accepts/);
    expect(page.url()).toContain('since=');
    await since.getByRole('link', { name: /no longer accepts/ }).waitFor();
    const marked = page.locator('.statement-line[data-new="true"]');
    expect(await marked.count()).toBe(1);
  });

  it('says what there is to say of addresses that lead nowhere', async () => {
    for (const [path, words] of [
      ['/negotiations/none', 'No such negotiation'],
      ['/negotiations/dockers-2026?at=0kcXW-2mUL8gV9Zkq3Ww', 'No such moment'],
      ['/negotiations/dockers-2026?at=2999-01-01T00:00:00Z', 'No such moment'],
      ['/negotiations/dockers-2026?at=rubbish:', 'No such moment'],
      ['/negotiations/dockers-2026?statement=U3RhdGVtZW50Om5vbmU', 'There is no such statement'],
      ['/negotiations/dockers-2026?statement=%3Cscript%3E', 'There is no such statement'],
      ['/negotiations/%2e%2e%2f?at=x', 'No such moment'],
    ] as const) {
      const { page } = await browsing.open(path);
      await page.getByRole('heading', { name: words }).waitFor();
      await page.context().close();
    }
  });
});
