import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { issueKey } from '../src/desk/keys.ts';
import { importRecords } from '../src/transfer/import.ts';
import { said } from './support/board-desk.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { freshPlace } from './support/database.ts';
import { heapOf, numbersInStream, paced } from './support/pages.ts';
import { startProcess } from './support/process.ts';
import { openProxy } from './support/proxy.ts';

const live = (page: Page) => page.locator('.connection[data-status="live"]').waitFor();
const article = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text }).first();

describeInBrowser('what is published while somebody looks', () => {
  const browsing = useBrowser();
  const publish = async (text: string, more: object = {}): Promise<string> => {
    const { statement } = await browsing.world.write(
      'publishStatement',
      { negotiationId: 'dockers-2026', content: said(text, more) },
      'statement { id }',
    );
    return statement.id;
  };

  it('appears in every browser, is told to screen readers, and is read into where things stand', async () => {
    const [one, two] = [
      await browsing.open('/negotiations/dockers-2026'),
      await browsing.open('/negotiations/dockers-2026', { viewport: { width: 390, height: 844 } }),
    ];
    await Promise.all([live(one.page), live(two.page)]);
    await two.page.getByRole('button', { name: 'What was said' }).click();
    await publish('A first word after the settlement', {
      stances: [{ partyId: 'conciliation-board', termId: 'basic-rate', kind: 'ACCEPTS' }],
    });
    await Promise.all([article(one.page, 'A first word').waitFor(), article(two.page, 'A first word').waitFor()]);
    await one.page
      .getByRole('status')
      .filter({ hasText: 'New statement. an official: A first word after the settlement' })
      .waitFor({ state: 'attached' });
    await one.page.getByRole('columnheader', { name: 'Labour Conciliation Board' }).waitFor();
    expect([...one.faults, ...two.faults]).toEqual([]);
  });

  it('is told to screen readers while more comes without a pause, and in the same words as often as it comes', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const told = page
      .getByRole('status')
      .filter({ hasText: /\d+ new statements\./ })
      .waitFor({ state: 'attached' })
      .then(() => 'told');
    const flow = paced(200, 20, (n) => publish(`Without a pause, number ${n}`)).then(() => 'over');
    expect(await Promise.race([told, flow])).toBe('told');
    await flow;

    const quiet = await browsing.open('/negotiations/dockers-2026');
    await live(quiet.page);
    await quiet.page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      new MutationObserver((changes) => {
        for (const { type, target, addedNodes } of changes) {
          for (const { textContent: text } of type === 'characterData' ? [target] : addedNodes) {
            if (text?.startsWith('New statement.')) heard.push(text);
          }
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    for (const times of [1, 2]) {
      await publish('No comment.');
      await quiet.page.waitForFunction((times) => (globalThis as any).heard.length === times, times);
    }
  });

  it('is in the list of all negotiations too, of talks that are opened meanwhile as well', async () => {
    const { page, faults } = await browsing.open('/');
    await live(page);
    await publish('The last word on the list');
    await page.getByRole('article').getByText('The last word on the list').waitFor({ timeout: 10_000 });
    await browsing.world.write('openNegotiation', { slug: 'ferries', title: 'Ferry crews', status: 'EXPLORATORY' });
    await page.getByRole('link', { name: 'Ferry crews' }).waitFor({ timeout: 10_000 });
    expect(faults).toEqual([]);
  });

  it('moves nothing that is being read, and is a click away', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const stream = page.getByRole('region', { name: 'What was said' });
    await stream.evaluate((element) => element.scrollTo(0, 900));
    await page.waitForFunction(() => (document.querySelector('#stream')?.scrollTop ?? 0) > 400);
    // What is in the middle of the stream, once it has settled.
    const read = await page.evaluate(async () => {
      const middle = () => document.elementFromPoint(1200, 600)?.closest<HTMLElement>('article')?.dataset.id;
      let before = '';
      for (;;) {
        await new Promise((settle) => setTimeout(settle, 100));
        const id = middle() ?? '';
        const top = document.querySelector(`[data-id="${id}"]`)?.getBoundingClientRect().top;
        if (id && before === `${id} ${top}`) return { id, top };
        before = `${id} ${top}`;
      }
    });
    for (let n = 1; n <= 5; n++) await publish(`Unasked for, number ${n}`);
    await page.getByRole('button', { name: '5 new statements' }).waitFor();
    const after = await page.locator(`[data-id="${read.id}"]`).boundingBox();
    expect(Math.abs(Number(after?.y) - Number(read.top))).toBeLessThan(1.5);
    await page.getByRole('button', { name: '5 new statements' }).click();
    await article(page, 'Unasked for, number 5').waitFor();
  });

  it('is opened by a click that comes while the stream still scrolls', async () => {
    const { page } = await browsing.open('/negotiations/gaza-hostages-2023');
    await live(page);
    const stream = page.getByRole('region', { name: 'What was said' });
    const isMet = await stream.evaluate(async (element) => {
      element.scrollBy(0, 200);
      // A frame for the scroll to be told, and one for what becomes of it.
      for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
      const links = [...element.querySelectorAll('.open .source')].map((link) => link.getBoundingClientRect());
      const seen = links.find(({ top }) => top > element.getBoundingClientRect().top);
      const met = seen && document.elementFromPoint(seen.x + 4, seen.y + seen.height / 2);
      return met?.closest('.open') instanceof HTMLElement;
    });
    expect(isMet).toBe(true);
  });

  it('is corrected and withdrawn in place, with what changed', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const id = await publish('There were 40 at the gate.');
    await article(page, 'at the gate').waitFor();
    await browsing.world.write('correctStatement', {
      statementId: id,
      revision: 1,
      note: 'The desk misheard the number.',
      changes: { text: 'There were 14 at the gate.' },
    });
    const marked = article(page, 'at the gate').locator('.marked[data-action="CORRECTED"]');
    await marked.waitFor();
    expect(await marked.locator('del').textContent()).toBe('40');
    expect(await marked.textContent()).toContain('The desk misheard the number.');
    await browsing.world.write('withdrawStatement', { statementId: id, revision: 2, reason: 'Nobody was there.' });
    await article(page, 'at the gate').locator('.marked[data-action="WITHDRAWN"]').waitFor();
    expect(await article(page, 'at the gate').textContent()).toContain('Nobody was there.');
  });

  it('comes complete and in order after the connection was away, and its state is said in words', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL('/negotiations/dockers-2026', proxy.url).href);
    await live(page);
    proxy.cut();
    await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Offline since' }).waitFor();
    for (let n = 1; n <= 7; n++) await publish(`Missed, number ${n}`);
    proxy.mend();
    await page.locator('.connection[data-status="live"]').waitFor({ timeout: 120_000 });
    await article(page, 'Missed, number 7').waitFor();
    const missed = await page
      .getByRole('article')
      .filter({ hasText: 'Missed, number' })
      .locator('.prose')
      .allTextContents();
    expect(missed).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `Missed, number ${n}`));
  });

  it('comes to a laptop that slept, once it wakes, with nothing missing and nothing twice', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL('/negotiations/dockers-2026', proxy.url).href);
    await live(page);
    const power = await page.context().newCDPSession(page);
    await power.send('Page.setWebLifecycleState', { state: 'frozen' });
    // Nobody tells it that what it was connected through is gone.
    proxy.hang();
    for (let n = 1; n <= 7; n++) await publish(`Slept through, number ${n}`);
    await power.send('Page.setWebLifecycleState', { state: 'active' });
    await article(page, 'Slept through, number 7').waitFor();
    await live(page);
    const slept = page.getByRole('article').filter({ hasText: 'Slept through' }).locator('.prose');
    expect(await slept.allTextContents()).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `Slept through, number ${n}`));
  });

  it('is shown whole after a break, though what was asked before it, or of what was missed, is never answered', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL('/negotiations/dockers-2026', proxy.url).href);
    await live(page);
    const unanswered = { Standing: false, Missed: false };
    await page.route('**/graphql', (route) => {
      const name = String(route.request().postDataJSON()?.operationName) as keyof typeof unanswered;
      if (unanswered[name] !== false) return route.continue();
      unanswered[name] = true;
    });
    await publish('The first in vain', {
      stances: [{ partyId: 'conciliation-board', termId: 'basic-rate', kind: 'REJECTS' }],
    });
    await article(page, 'The first in vain').waitFor();
    proxy.cut();
    await page.locator('.connection[data-status="offline"]').waitFor();
    await publish('Missed by everybody');
    proxy.mend();
    await article(page, 'Missed by everybody').waitFor();
    await live(page);
    await page.locator('.stance[data-stance="REJECTS"]').first().waitFor();
    expect(unanswered).toEqual({ Standing: true, Missed: true });
  });

  it('is said to be unknown, and not to be nothing, while nobody answers, and is asked for again', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL('/negotiations/dockers-2026', proxy.url).href);
    await live(page);
    const line = page.locator('.line-link').first();
    await line.waitFor();
    proxy.cut();
    await page.locator('.connection[data-status="offline"]').waitFor();
    const unanswered = page.locator('.board-stream').getByRole('heading', { name: 'The record cannot be read' });

    await page.getByRole('searchbox').fill('strike');
    await page.keyboard.press('Enter');
    await unanswered.waitFor();
    expect(await page.getByText('Nothing on record').count()).toBe(0);
    proxy.mend();
    await page.locator('mark').first().waitFor();
    proxy.cut();
    await page.locator('.connection[data-status="offline"]').waitFor();
    await line.click();
    const panel = page.getByRole('region', { name: 'Line over time' });
    await panel.getByRole('heading', { name: 'The record cannot be read' }).waitFor();
    expect(await panel.getByText('Silent').count()).toBe(0);
    proxy.mend();
    await page.locator('.line li').first().waitFor();
  });

  it('is not said to be missing when too much was asked, and is asked for again', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const message = 'You may ask for 9 points of cost in 60 seconds; come back in 3.';
    let asked = 0;
    await page.route('**/graphql', (route) => {
      if (!route.request().postData()?.includes('query Statement(')) return route.continue();
      asked += 1;
      if (asked > 1) return route.continue();
      return route.fulfill({ status: 429, json: { errors: [{ message, extensions: { code: 'RATE_LIMITED' } }] } });
    });
    await page.locator('.statement-line .open').first().click();
    await page.locator('.panel').getByText(message).waitFor();
    await page.locator('.whole').waitFor();
  });

  it('is caught up with after a long break, and how much of it is left is said meanwhile', async () => {
    await using proxy = await openProxy(browsing.world.url);
    const { page } = await browsing.open(new URL('/', proxy.url).href);
    // A slow network: what comes is held until it is let go on.
    const held: (() => void)[] = [];
    let isSlow = false;
    await page.routeWebSocket(/graphql/, (near) => {
      near.connectToServer().onMessage((message) => {
        if (isSlow && String(message).includes('"next"')) held.push(() => near.send(message));
        else near.send(message);
      });
    });
    await page.goto(new URL('/negotiations/dockers-2026', proxy.url).href);
    await live(page);
    proxy.cut();
    const state = (text: string) =>
      page.getByRole('status', { name: 'Connection' }).filter({ hasText: text }).waitFor();
    await state('Offline since');
    const publication = (n: number) => ({
      externalId: `while-away-${n}`,
      negotiationId: 'dockers-2026',
      content: said(`While away, number ${n}`),
    });
    const lines = Array.from({ length: 150 }, (_, n) => JSON.stringify({ publishStatement: publication(n) }));
    await importRecords(browsing.world.server.ledger, Readable.from([Buffer.from(`${lines.join('\n')}\n`)]));
    isSlow = true;
    proxy.mend();
    // As a browser says that it is back, so that nobody waits for the next attempt.
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await state('Catching up with more than 100');
    isSlow = false;
    for (const go of held) go();
    await live(page);
    expect(await numbersInStream(page, 'While away, number (\\d+)$', 150)).toHaveLength(150);
  });

  it('is all there when fifty statements a second come for ten seconds', async () => {
    const { page, faults } = await browsing.open('/negotiations/gaza-hostages-2023');
    await live(page);
    await paced(500, 50, (n) =>
      browsing.world.write('publishStatement', {
        negotiationId: 'gaza-hostages-2023',
        content: said(`Stated in haste, number ${n}`),
      }),
    );
    await article(page, 'Stated in haste').waitFor();
    const seen = await numbersInStream(page, 'in haste, number (\\d+)$', 500);
    expect(seen).toHaveLength(500);
    expect(await heapOf(page)).toBeLessThan(150_000_000);
    expect(faults).toEqual([]);
  }, 240_000);
});

describeInBrowser('a board whose server is killed and comes back', () => {
  const browsing = useBrowser({ samples: false });

  it('says so, keeps what it shows, and goes on with nothing missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-board-'));
    const fresh = await freshPlace();
    const place = 'url' in fresh.place ? fresh.place : { dataDir: folder };
    const env = {
      HOST: '127.0.0.1',
      PORT: '0',
      ...('url' in place ? { DATABASE_URL: place.url } : { DATA_DIR: folder }),
    };
    let running = await startProcess(env);
    try {
      env.PORT = new URL(running.url).port;
      const { page } = await browsing.open(new URL('/negotiations/gaza-hostages-2023', running.url).href);
      await live(page);
      await running.end('SIGKILL');
      await page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'Offline since' }).waitFor();
      await page.getByRole('heading', { level: 1, name: 'Hostages held in Gaza, 2023' }).waitFor();

      const database = await connect(place);
      const { key } = await issueKey(database.prisma, { name: 'the test', role: 'EDITOR', expiresAt: null });
      await database[Symbol.asyncDispose]();
      running = await startProcess(env);
      const response = await fetch(running.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query: 'mutation ($input: PublishStatementInput!) { publishStatement(input: $input) { __typename } }',
          variables: { input: { negotiationId: 'gaza-hostages-2023', content: said('After the restart') } },
        }),
      });
      expect(await response.json()).toEqual({ data: { publishStatement: { __typename: 'PublishStatementPayload' } } });
      await article(page, 'After the restart').waitFor({ timeout: 90_000 });
      await live(page);
    } finally {
      await running.end('SIGKILL').catch(() => {});
      await fresh.drop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 300_000);
});
