import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { deskOf } from './support/board-desk.ts';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';
import { openProxy } from './support/proxy.ts';

const axe = readFile('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe-core finds against WCAG 2.2 AA, and against what it holds for good practice. */
async function findings(page: Page): Promise<string[]> {
  // Not by a tag in the page, which its policy forbids.
  await page.evaluate(await axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      ({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`,
    );
  });
}

describeInBrowser('the board is for people', () => {
  const browsing = useBrowser();
  const BOARD = '/negotiations/dockers-2026';

  it.each<[string, string, BrowserContextOptions, string]>([
    ['all negotiations', '/', {}, '.talks'],
    ['the board', BOARD, {}, '.statement-line'],
    ['the board in the dark', BOARD, { colorScheme: 'dark' }, '.statement-line'],
    ['the board on a phone', BOARD, { viewport: { width: 390, height: 844 } }, '.matrix'],
    ['the board in Arabic', BOARD, { locale: 'ar-EG' }, '.statement-line'],
    ['the other board', '/negotiations/gaza-hostages-2023', {}, '.statement-line'],
    ['what was found', `${BOARD}?q=strike`, {}, 'mark'],
    ['the desk', `${BOARD}?desk=open`, {}, '.sign-in'],
    ['talks that are not there', '/negotiations/none', {}, '.state'],
  ])('axe-core finds nothing in %s', async (name, path, options, shown) => {
    const { page, faults } = await browsing.open(path, options);
    await page.locator(shown).first().waitFor();
    await picture(page, name.replaceAll(' ', '-'));
    // What happens to be under the bar at the foot of a phone can be scrolled clear of it: nothing is, on one so tall.
    if (options.viewport) await page.setViewportSize({ ...options.viewport, height: 8000 });
    expect(await findings(page)).toEqual([]);
    // A page that is not there is nothing that went wrong.
    expect(faults).toEqual([]);
  });

  it('axe-core finds nothing in a statement, a line, and the past', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.statement-line .open').first().click();
    await page.locator('.whole').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.line-link').first().click();
    await page.locator('.line').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('slider').press('ArrowLeft');
    await page.getByText('As recorded by').first().waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('axe-core finds nothing at the desk: in a draft, in what is asked of it, and in the form', async () => {
    const { signIn, write, draft } = deskOf(browsing);
    const page = await signIn('EDITOR');
    await write(page, 'Read by everybody.');
    const waiting = draft(page, 'Read by everybody');
    await waiting.waitFor();
    expect(await findings(page)).toEqual([]);
    await waiting.getByRole('button', { name: 'Discard' }).click();
    await waiting.getByRole('group').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await waiting.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Somebody on its way' }).click();
    await page.getByLabel('Or as described').waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('axe-core finds nothing while the server is away', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL(BOARD, proxy.url).href);
    await page.locator('.connection[data-status="live"]').waitFor();
    proxy.cut();
    await page.locator('.connection[data-status="offline"]').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });

  it('all of it is reached by keyboard, and the focus comes back from what was opened', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.statement-line').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to what was said');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const link = await page.evaluate(() => document.activeElement?.closest('[data-id]')?.getAttribute('data-id'));
    expect(link).toBeTruthy();
    await page.keyboard.press('Enter');
    await page.locator('.whole').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.closest('[data-id]')?.getAttribute('data-id'))).toBe(link);
    await page.keyboard.press('/');
    await page.keyboard.type('cranes');
    await page.keyboard.press('Enter');
    await page.locator('mark').first().waitFor();
    expect(page.url()).toContain('q=cranes');
  });

  it('what has the focus on a phone is not hidden beneath the bars at its top and foot', async () => {
    const { page } = await browsing.open(BOARD, { viewport: { width: 390, height: 844 } });
    await page.locator('.chart svg').first().waitFor();
    const hidden: string[] = [];
    const look = () =>
      page.evaluate(() => {
        const focused = document.activeElement;
        if (focused === null || focused === document.body) return null;
        const { left, top, width, height } = focused.getBoundingClientRect();
        const at = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight) / 2);
        const isSeen = at !== null && (focused.contains(at) || at.contains(focused));
        return { isSeen, what: `${focused.outerHTML.slice(0, 120)} at ${Math.round(top)}` };
      });
    // To the end and back again, as what is above comes from beneath the other bar.
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let steps = 0; steps < 400; steps++) {
        await page.keyboard.press(key);
        const seen = await look();
        if (seen === null) break;
        if (!seen.isSeen) hidden.push(seen.what);
      }
    }
    expect(hidden).toEqual([]);
  });

  it.each(['en-GB', 'ar-EG'])(
    'breaks no word, and lets nothing out of its bar, at 320 pixels, in %s',
    async (locale) => {
      await using proxy = await openProxy(browsing.world.url);
      const phone = { locale, viewport: { width: 320, height: 700 } };
      const { page } = await browsing.open(new URL(BOARD, proxy.url).href, phone);
      await page.locator('.connection[data-status="live"]').waitFor();
      const broken = () =>
        page.evaluate(() => {
          const words: string[] = [];
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode;
            for (const { 0: word, index } of (text.nodeValue ?? '').matchAll(/\p{L}{2,15}/gu)) {
              const range = document.createRange();
              range.setStart(text, index);
              range.setEnd(text, index + word.length);
              const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
              if (new Set(tops).size > 1) words.push(word);
            }
          }
          return words;
        });
      const outside = () =>
        page.evaluate(() => {
          const bar = document.querySelector('.top-bar')?.getBoundingClientRect();
          return [...document.querySelectorAll('.top-bar :is(a, button, input, p)')].flatMap((element) => {
            const { top, bottom, left, right, width } = element.getBoundingClientRect();
            const isInside = bar && top >= bar.top && bottom <= bar.bottom && left >= 0 && right <= innerWidth;
            return width === 0 || isInside || element.matches('dialog *') ? [] : [element.textContent];
          });
        });
      expect([await broken(), await outside()]).toEqual([[], []]);
      await page.locator('.board-views button').last().click();
      await page.locator('.statement-line .open').first().click();
      await page.locator('.whole').waitFor();
      proxy.cut();
      await page.locator('.connection[data-status="offline"]').waitFor();
      expect([await broken(), await outside()]).toEqual([[], []]);
    },
  );

  it('lets the focus go only to what is seen, and never to nowhere', async () => {
    const { page } = await browsing.open('/', { viewport: { width: 800, height: 900 } });
    const focused = () => page.evaluate(() => document.activeElement?.tagName);
    const links = page.getByRole('link', { name: /Dockers’ wages/ });
    await links.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Dockers’ wages/ }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'MAIN');
    await page.getByRole('button', { name: 'Earlier' }).press('Enter');
    await page.locator('.board[data-past="true"]').waitFor();
    await page.getByRole('button', { name: 'Back to now' }).press('Enter');
    await page.locator('.board[data-past="false"]').waitFor();
    expect(await focused()).toBe('INPUT');

    // What an open panel lies over takes no focus.
    await page.locator('.cell').first().press('Enter');
    await page.locator('.whole').waitFor();
    expect(
      await page.evaluate(() => {
        const seen = [...document.querySelectorAll<HTMLElement>('.board :is(a, button, input, select)')].filter(
          (element) => element.closest('[inert]') === null && element.checkVisibility(),
        );
        return seen.filter((element) => element.closest('.panel') === null).length;
      }),
    ).toBe(0);
  });

  it('windows the stream on a phone too, between the bars at its top and foot', async () => {
    const { page } = await browsing.open(BOARD, { viewport: { width: 390, height: 844 } });
    await page.getByRole('button', { name: 'What was said' }).click();
    await page.locator('.statement-line').first().waitFor();
    const {
      bottom,
      height,
      shown,
      page: whole,
    } = await page.evaluate(() => ({
      bottom: document.querySelector('.board-views')?.getBoundingClientRect().bottom,
      height: document.querySelector('#stream')?.clientHeight ?? 0,
      shown: document.querySelectorAll('.statement-line').length,
      page: document.documentElement.scrollHeight,
    }));
    expect(Math.abs(Number(bottom) - 844)).toBeLessThan(2);
    expect(height).toBeGreaterThan(300);
    expect(height).toBeLessThan(844);
    expect(whole).toBe(844);
    expect(shown).toBeLessThan(20);
  });

  it('shows either side on a phone, also while something is searched for', async () => {
    const { page } = await browsing.open(`${BOARD}?q=strike`, { viewport: { width: 390, height: 844 } });
    const [standing, stream] = [
      page.getByRole('button', { name: 'Where it stands' }),
      page.getByRole('button', { name: 'What was said' }),
    ];
    await page.locator('mark').first().waitFor();
    expect(await stream.getAttribute('aria-pressed')).toBe('true');
    await standing.click();
    await page.getByRole('table', { name: 'Terms by party' }).waitFor();
    expect(await standing.getAttribute('aria-pressed')).toBe('true');
    await stream.click();
    // Who carried it stands beside what was found.
    await page.locator('.found article', { hasText: 'Callune Courier' }).first().waitFor();
  });

  it('goes through the stream by J and K, and says which keys there are', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.locator('.statement-line').first().waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset.id ?? null);
    const order: (string | null)[] = [];
    // Past what a screen holds, and so past what is in the page to begin with.
    for (let n = 0; n < 25; n++) {
      const before = order.at(-1) ?? null;
      await page.keyboard.press('j');
      await page.waitForFunction(
        (before) => (document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset.id ?? before) !== before,
        before,
      );
      order.push(await focused());
    }
    expect(new Set(order).size).toBe(25);
    await page.keyboard.press('k');
    await page.waitForFunction(
      (id) => document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset.id === id,
      order[23],
    );
    await page.keyboard.press('Enter');
    await page.locator('.whole').waitFor();
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    expect(await help.textContent()).toMatch(/J.*K.*next.*previous/s);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Keys' }).click();
    await help.waitFor();
    // Whoever speaks to their computer turns single keys off.
    await help.getByLabel('Single keys work').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.press('?');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).not.toBe('search');
    expect(await help.isVisible()).toBe(false);
  });

  it('takes the keys of a keyboard of other letters for those in their places', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.statement-line').first().waitFor();
    const press = (key: string, code: string) =>
      page.evaluate(
        (pressed) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...pressed, bubbles: true })),
        { key, code },
      );
    await press('ت', 'KeyJ');
    await page.waitForFunction(() => document.activeElement?.closest('[data-id]') !== null);
    await press('؟', 'Slash');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  it('filters live in the address, and another browser shows the same', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.statement-line').first().waitFor();
    await page.getByRole('combobox', { name: 'Attribution' }).selectOption('BACKGROUND');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#stream .level')].every((level) => level.textContent?.startsWith('On background')),
    );
    const { pathname, search } = new URL(page.url());
    expect(search).toBe('?level=BACKGROUND');
    const other = await browsing.open(pathname + search);
    await other.page.locator('.statement-line').first().waitFor();
    expect(await other.page.locator('#stream .prose').allTextContents()).toEqual(
      await page.locator('#stream .prose').allTextContents(),
    );
  });

  it('is narrowed to who said it and to who carried it, from where they are named, and says to whom', async () => {
    const { page } = await browsing.open(BOARD);
    await page.locator('.statement-line .open').first().click();
    const outlet = page.locator('.whole .appearances a').first();
    const name = String(await outlet.textContent());
    await outlet.click();
    const chip = page.locator('.chip').filter({ hasText: name });
    await chip.waitFor();
    await chip.click();
    await chip.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
  });

  it('speaks Arabic from right to left, and keeps words of the record their own way round', async () => {
    const { page } = await browsing.open(BOARD);
    await page.getByRole('button', { name: 'العربية' }).click();
    await page.getByRole('heading', { name: 'المواقف' }).waitFor();
    expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual([
      'rtl',
      'ar',
    ]);
    const prose = page.locator('.statement-line .prose').first();
    await prose.waitFor();
    expect(await prose.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
    const [stream, standing] = [
      await page.locator('.board-stream').boundingBox(),
      await page.locator('.board-standing').boundingBox(),
    ];
    expect(Number(stream?.x)).toBeLessThan(Number(standing?.x));
    await page.reload();
    await page.getByRole('heading', { name: 'المواقف' }).waitFor();
  });

  it.each(['gaza-hostages-2023', 'dockers-2026'])(
    'prints %s as a briefing of two pages of A4, in either language',
    async (slug) => {
      for (const locale of ['en-GB', 'ar-EG']) {
        const { page } = await browsing.open(`/negotiations/${slug}`, { locale });
        await page.locator('.statement-line').first().waitFor();
        const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
        expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
        expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2);
        await page.emulateMedia({ media: 'print' });
        expect(await page.locator('.briefing').isVisible()).toBe(true);
        expect(await page.locator('.board-stream').isVisible()).toBe(false);
        // Also of a page on which something is open.
        await page.emulateMedia({ media: null });
        await page.locator('.statement-line .open').first().click();
        await page.locator('.whole').waitFor();
        expect((await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBe(2);
        await page.context().close();
      }
    },
  );

  it('stands hostile text in every field', async () => {
    const { write } = browsing.world;
    const hostile = '<img src=x onerror=alert(1)>‮ desrever 👩‍👩‍👧‍👦 ';
    const long = 'w'.repeat(5_000);
    await write('openNegotiation', {
      externalId: 'hostile',
      slug: 'hostile',
      title: hostile,
      summary: long,
      status: 'ACTIVE',
    });
    await write('recordOrganization', {
      externalId: 'hostile-party',
      name: hostile + long.slice(0, 150),
      kind: 'OTHER',
    });
    await write('joinNegotiation', { negotiationId: 'hostile', actorId: 'hostile-party', role: 'PRINCIPAL' });
    await write('addTerm', { externalId: 'hostile-term', negotiationId: 'hostile', title: hostile, category: 'OTHER' });
    const of = { negotiationId: 'hostile' };
    const other = `${hostile} of others`;
    await write('recordOrganization', { externalId: 'hostile-other', name: other, kind: 'OTHER' });
    await write('recordEvent', {
      ...of,
      externalId: 'hostile-event',
      kind: 'OTHER',
      title: hostile,
      description: long.slice(0, 2_000),
      place: hostile,
      actorIds: ['hostile-party', 'hostile-other'],
    });
    await write('correctEvent', { eventId: 'hostile-event', note: hostile, changes: { title: `${hostile} again` } });
    await write('poseOutcome', { ...of, externalId: 'hostile-outcome', question: hostile });
    await write('recordHeldGroup', {
      ...of,
      externalId: 'hostile-held',
      descriptor: hostile,
      heldById: 'hostile-party',
    });
    await write('openChannel', {
      ...of,
      externalId: 'hostile-channel',
      title: hostile,
      hops: ['hostile-party', 'hostile-other'],
    });
    await write('tableProposal', {
      ...of,
      title: hostile,
      byId: 'hostile-party',
      toIds: ['hostile-other'],
      items: [{ side: 'GETS', text: hostile + long.slice(0, 300) }],
    });
    await write('publishStatement', {
      negotiationId: 'hostile',
      content: {
        impacts: [{ eventId: 'hostile-event', effect: 'NONE', note: hostile }],
        estimates: [{ outcomeId: 'hostile-outcome', words: hostile, scheme: 'WORDS' }],
        countClaims: [{ heldGroupId: 'hostile-held', words: hostile }],
        transitClaims: [{ channelId: 'hostile-channel', words: hostile, leg: 1 }],
        text: `${hostile} “${long}”`,
        quotationType: 'MIXED',
        speechActs: ['COMMENT'],
        source: { kind: 'UNNAMED_PERSON', descriptor: hostile },
        attributionLevel: 'BACKGROUND',
        said: { from: '2026-03-22T00:00:00Z', precision: 'DAY', basis: 'STATED', phrase: hostile },
        stances: [{ partyId: 'hostile-party', termId: 'hostile-term', kind: 'REJECTS', note: hostile }],
      },
    });
    for (const width of [390, 1440]) {
      const { page, faults } = await browsing.open('/negotiations/hostile', { viewport: { width, height: 900 } });
      // A name that turns the writing round turns nothing beside it.
      for (const part of ['.event', '.proposal'])
        expect(await page.locator(`${part} .facts`).textContent()).toContain(`\u2068${other}\u2069`);
      await page.locator('.matrix .cell').first().click();
      await page.locator('.whole').waitFor();
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      ).toBe(0);
      expect(await page.locator('main img').count()).toBe(0);
      expect(faults).toEqual([]);
    }
  });
});
