import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';
import { publish, seedTalks } from './support/talks.ts';

describeInBrowser('a reader of the board', () => {
  const browsing = useBrowser();

  it('sees all negotiations, where they stand, who takes part and what was said last, and goes to one', async () => {
    const { page, faults, requests } = await browsing.open('/');
    const dockers = page.getByRole('article').filter({ hasText: 'Dockers’ wages' });
    await dockers.getByText('Agreed').waitFor();
    expect(await dockers.textContent()).toContain('Union of Port Callune Dockers');
    expect(await dockers.getByRole('img').getAttribute('aria-label')).toMatch(/^\d+ statements, .* to /);
    await picture(page, 'negotiations');
    await dockers.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Dockers’ wages at Port Callune, 2026' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/negotiations/dockers-2026');
    expect(faults).toEqual([]);
    const origin = new URL(browsing.world.url).host;
    expect(requests.filter((url) => new URL(url).host !== origin)).toEqual([]);
  });

  it('sees the stance of each party on each term, its age, and silence, and is one click from the statement', async () => {
    const { page } = await browsing.open('/negotiations/gaza-hostages-2023');
    const row = page.getByRole('row', { name: /Humanitarian pauses/ });
    await row.waitFor();
    const cells = await row.getByRole('cell').allTextContents();
    expect(cells.map((cell) => cell.replace(/\s+/g, ' '))).toEqual([
      expect.stringContaining('Silent'),
      expect.stringContaining('Silent'),
      expect.stringMatching(/Demands.*ago/),
    ]);
    await row.getByRole('link', { name: /Demands/ }).click();
    const panel = page.getByRole('region', { name: 'Statement', exact: true });
    await panel.getByText('Carried by', { exact: true }).waitFor();
    expect(await panel.textContent()).toContain('humanitarian pauses');
    expect(page.url()).toContain('statement=');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('statement=');
  });

  it('sees how old a stance is no more exactly than it is known, and never as one to come', async () => {
    const takes = (termId: string, from: string, precision: string) =>
      browsing.world.write('publishStatement', {
        negotiationId: 'dockers-2026',
        content: {
          text: `The Board speaks of ${termId}.`,
          quotationType: 'INDIRECT',
          speechActs: ['COMMENT'],
          source: { kind: 'COLLECTIVE', onBehalfOfId: 'conciliation-board' },
          attributionLevel: 'ON_THE_RECORD',
          said: { from, precision, basis: 'STATED' },
          stances: [{ partyId: 'conciliation-board', termId, kind: 'UNDECIDED' }],
        },
      });
    await takes('basic-rate', '2026-03-27T00:00:00Z', 'DAY');
    await takes('night-supplement', '2026-03-01T00:00:00Z', 'MONTH');
    await takes('crane-automation', '2026-01-01T00:00:00Z', 'YEAR');
    const { page } = await browsing.open('/');
    await page.clock.setFixedTime('2026-03-27T13:00:00Z');
    await page.goto(new URL('/negotiations/dockers-2026', page.url()).href);
    const ages = page.locator('.stance[data-stance="UNDECIDED"] .age');
    await ages.nth(2).waitFor();
    expect(await ages.allTextContents()).toEqual(['today', 'this month', 'this year']);
  });

  it('sees attribution as an editor prints it, own words apart from paraphrase, and corrections and withdrawals in place', async () => {
    // Tall, as the stream holds only what is near the part that is seen.
    const tall = { viewport: { width: 1440, height: 5000 } };
    const { page } = await browsing.open('/negotiations/gaza-hostages-2023', tall);
    const pathway = page.getByRole('article').filter({ hasText: 'pathway' }).first();
    await pathway.waitFor();
    expect(await pathway.locator('.attribution').textContent()).toBe(
      'Jake Sullivan' + 'National security adviser, White House',
    );
    expect(await pathway.locator('.prose .own').textContent()).toBe('“pathway”');
    expect(await pathway.textContent()).toMatch(/On the record.*Partly quoted.*relayed by/);

    const dockers = await browsing.open('/negotiations/dockers-2026', tall);
    const corrected = dockers.page.getByRole('article').filter({ hasText: 'paid in the first year' }).first();
    await corrected.waitFor();
    expect(await corrected.getByText('Corrected').isVisible()).toBe(true);
    expect(await corrected.locator('del').textContent()).toBe('5.4');
    expect(await corrected.locator('ins').textContent()).toBe('4.5');
  });

  it('sees estimates as ranges in their own words before the bands, and the scores of what is resolved', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    const outlook = page.getByRole('region', { name: 'Outlook' });
    const row = outlook.getByRole('row', { name: /Noor Castellane.*70 to 80 percent/ });
    await row.waitFor();
    expect(await row.textContent()).toContain('70–80%');
    expect(await outlook.getByRole('img').textContent()).toContain('very likely');
    expect(await outlook.textContent()).toMatch(/It happened.*Brier score.*Ilse Trevanne.*0\.\d\d/s);
  });

  it('sees both sides of a contested event beside each other, the lag on each leg, and who says how many are held', async () => {
    const { page } = await browsing.open('/negotiations/gaza-hostages-2023');
    const event = page.getByRole('article').filter({ hasText: 'Contested' }).first();
    await event.waitFor();
    const [hinders, helps] = await event.locator('.side').all();
    expect(await hinders?.textContent()).toMatch(/Hinders the talks.*Majed al-Ansari/s);
    expect(await helps?.textContent()).toMatch(/Helps the talks.*Israel/s);
    const [left, right] = [await hinders?.boundingBox(), await helps?.boundingBox()];
    expect(left?.y).toBe(right?.y);
    expect(await page.getByRole('region', { name: 'Held' }).textContent()).toMatch(/a large group.*CNN/s);

    const dockers = await browsing.open('/negotiations/dockers-2026');
    const meeting = dockers.page.locator('.event').filter({ hasText: 'Meeting at the Customs House' });
    await meeting.waitFor();
    expect(await meeting.textContent()).toMatch(
      /Nobody on record says so.*Helps the talks.*communiqué.*Changes nothing.*a person who was in the room/s,
    );
    const channels = dockers.page.getByRole('region', { name: 'Channels' });
    await channels.waitFor();
    expect(await channels.textContent()).toMatch(/Union of Port Callune Dockers.*median.*Labour Conciliation Board/s);
  });
});

describeInBrowser('a reader of statements beside each other', () => {
  const browsing = useBrowser({ samples: false });

  it('sees beside the stream too which are withdrawn, and which words are the source’s own, in their language', async () => {
    const { world } = browsing;
    await seedTalks(world);
    await world.write('recordEvent', {
      externalId: 'strike',
      negotiationId: 'talks',
      kind: 'OTHER',
      title: 'A strike',
    });
    const own = { quotationType: 'DIRECT', language: 'fr' };
    const withdrawnId = await publish(world, 'withdrawn', {
      ...own,
      text: 'Le piquet part.',
      said: { from: '2026-03-04T00:00:00Z', precision: 'DAY', basis: 'STATED' },
    });
    await publish(world, 'standing', {
      ...own,
      text: 'Le piquet reste.',
      relations: [{ kind: 'CONTRADICTS', toId: 'withdrawn' }],
      impacts: [{ eventId: 'strike', effect: 'HELPS' }],
      stances: [{ partyId: 'union', termId: 'pay', kind: 'DEMANDS' }],
    });
    await publish(world, 'earlier', {
      ...own,
      text: 'Le piquet viendra.',
      said: { from: '2026-03-01T00:00:00Z', precision: 'DAY', basis: 'STATED' },
      stances: [{ partyId: 'union', termId: 'pay', kind: 'OFFERS' }],
    });
    await world.write('withdrawStatement', { statementId: withdrawnId, revision: 1, reason: 'Nobody said so.' });
    const words = (within: Locator, text: string) => within.locator('[lang="fr"] > q.own').filter({ hasText: text });

    const { page, faults } = await browsing.open('/');
    const talks = page.locator('.talks-last');
    await words(talks, 'Le piquet part.').waitFor();
    expect(await talks.textContent()).toContain('Withdrawn');

    await page.goto(new URL('/negotiations/talks?q=piquet', page.url()).href);
    const found = page.locator('.found article').filter({ hasText: 'Le piquet part.' });
    await words(found, 'Le piquet part.').waitFor();
    expect(await found.textContent()).toMatch(/Withdrawn.*Nobody said so\..*Quoted/s);

    await words(page.locator('.event'), 'Le piquet reste.').waitFor();
    await page.locator('.line-link').click();
    await words(page.locator('.line'), 'Le piquet reste.').waitFor();
    await page.locator('.line a').first().click();
    const related = page.locator('.relations');
    await words(related, 'Le piquet part.').waitFor();
    expect(await related.textContent()).toContain('Withdrawn');
    expect(faults).toEqual([]);
  });
});

describeInBrowser('a reader of a server that runs trusted documents alone', () => {
  // The desk's own, which know nothing of the board.
  const file = join(mkdtempSync(join(tmpdir(), 'parley-trusted-')), 'documents.json');
  writeFileSync(file, JSON.stringify({ head: 'query Head { head }' }));
  const browsing = useBrowser({ settings: { TRUSTED_DOCUMENTS: file } });
  afterAll(() => rm(dirname(file), { recursive: true }));

  it('has the whole board, live, with its past, its search and its desk', async () => {
    expect((await browsing.world.query('{ head }')).errors).toMatchObject([
      { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } },
    ]);
    const { page, faults } = await browsing.open('/');
    const live = page.locator('.connection[data-status="live"]');
    await live.waitFor();
    await page.getByRole('link', { name: 'Dockers’ wages' }).click();
    await live.waitFor();
    await page.locator('.statement-line .open').first().click();
    await page.locator('.whole').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.line-link').first().click();
    await page.locator('.line').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('slider').press('ArrowLeft');
    await page.getByText('As recorded by').first().waitFor();
    await page.goto(`${page.url().split('?')[0]}?q=strike`);
    await page.locator('mark').first().waitFor();
    await page.goto(`${page.url().split('?')[0]}?desk=open`);
    await page.getByLabel('Key of the desk').fill(await browsing.world.key('REPORTER'));
    await page.keyboard.press('Enter');
    await page.getByText('Nothing waits to be published').waitFor();
    expect(faults).toEqual([]);
  });
});
