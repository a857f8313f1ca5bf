import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accountIdOf } from '../src/desk/accounts.ts';
import { issueKey } from '../src/desk/keys.ts';
import { describeInBrowser, picture, useBrowser } from './support/browser.ts';
import { shiftsOf } from './support/pages.ts';

const live = (page: Page) => page.locator('.connection[data-status="live"]').waitFor();

describeInBrowser('the board at any moment of the record', () => {
  const browsing = useBrowser();
  const slider = { name: 'Moment of the record' };
  const publish = (text: string, kind: string) =>
    browsing.world.write('publishStatement', {
      negotiationId: 'dockers-2026',
      content: {
        text,
        quotationType: 'INDIRECT',
        speechActs: ['COMMENT'],
        source: { kind: 'COLLECTIVE', onBehalfOfId: 'dockers-union' },
        attributionLevel: 'ON_THE_RECORD',
        said: { from: '2026-03-26T00:00:00Z', precision: 'DAY', basis: 'STATED' },
        stances: [{ partyId: 'dockers-union', termId: 'basic-rate', kind }],
      },
    });

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
    const [shown, printed] = [page.locator('.moment'), page.locator('.briefing-moment')];
    await shown.filter({ hasText: 'As recorded by' }).waitFor();
    // Whoever gets the address, or the paper, may be in another zone.
    for (const named of [shown, printed]) expect(await named.textContent()).toMatch(/by .*\d\d:\d\d:\d\d CES?T/);
  });

  it('says exactly which change is shown, though the line has too few moments for all', async () => {
    const negotiationId = 'gaza-hostages-2023';
    for (let n = 0; n < 310; n++) {
      const status = n % 2 ? 'ACTIVE' : 'SUSPENDED';
      await browsing.world.write('changeNegotiationStatus', { negotiationId, status });
    }
    const { negotiation } = (
      await browsing.world.query(
        `{ negotiation(slug: "gaza-hostages-2023") {
          moments(most: 300) { cursor changes } timeline(first: 100) { nodes { cursor } } } }`,
      )
    ).data;
    const onLine = new Map<string, number>(negotiation.moments.map(({ cursor, changes }: any) => [cursor, changes]));
    const total = onLine.get(negotiation.timeline.nodes[0].cursor) as number;
    const index = negotiation.timeline.nodes.findIndex(({ cursor }: any) => !onLine.has(cursor));
    expect(index).toBeGreaterThan(0);
    const { page } = await browsing.open(
      `/negotiations/${negotiationId}?at=${negotiation.timeline.nodes[index].cursor}`,
    );
    const shown = page.locator('.moment').filter({ hasText: `change ${total - index} of ${total}` });
    await shown.filter({ hasText: 'As recorded by' }).waitFor();
    expect(await page.getByRole('slider', slider).getAttribute('aria-valuetext')).toBe(
      String(await shown.textContent()).replace(' change', ', change'),
    );
    await page.getByRole('button', { name: 'Earlier' }).click();
    await page
      .locator('.moment')
      .filter({ hasText: `change ${total - index - 1} of ${total}` })
      .waitFor();
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

  it('marks the newest of more than a hundred changes, names each, and goes on to the earlier ones', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    await page.goto(new URL('/', page.url()).href);
    const { world } = browsing;
    const negotiationId = 'dockers-2026';
    await publish('Said first of many', 'OFFERS');
    for (let n = 0; n < 100; n++) {
      await world.write('changeNegotiationStatus', { negotiationId, status: n % 2 ? 'ACTIVE' : 'SUSPENDED' });
    }
    await world.write('recordHeldGroup', {
      negotiationId,
      descriptor: 'pickets in the cells',
      heldById: 'strait-wire',
    });
    await world.write('joinNegotiation', { negotiationId, actorId: 'strait-wire', role: 'OBSERVER' });
    await world.write('openChannel', { negotiationId, title: 'A back door', hops: ['dockers-union', 'strait-wire'] });
    await publish('Said last of many', 'OFFERS');
    await page.goto(new URL('/negotiations/dockers-2026', page.url()).href);
    const since = page.getByRole('region', { name: 'What changed' });
    await since.getByText('more than 100 changes').waitFor();
    await since.getByRole('button', { name: 'Mark what changed' }).click();
    const said = (text: string) => page.locator('.statement-line[data-new="true"]').filter({ hasText: text });
    await said('Said last of many').waitFor();
    expect((await since.locator('.changes li').allTextContents()).slice(0, 5)).toEqual([
      expect.stringMatching(/Statement published.*Said last of many/),
      expect.stringMatching(/Channel recorded.*A back door/),
      expect.stringMatching(/Party recorded.*Strait Wire/),
      expect.stringMatching(/Held group recorded.*pickets in the cells/),
      expect.stringMatching(/Negotiation changed.*Active/),
    ]);
    await since.getByText('Only the first 100 are shown; there are more.').waitFor();
    await since.getByRole('button', { name: 'Earlier changes' }).press('Enter');
    await since.getByRole('link', { name: 'Said first of many' }).waitFor();
    await since.getByText('2 statements and 103 other changes').waitFor();
    await said('Said first of many').waitFor();
    expect(await since.getByText('there are more').count()).toBe(0);
  });

  it('shows who opens an address what its sender saw marked, up to that moment', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const { head: since } = (await browsing.world.query('{ head }')).data;
    await publish('Said before it was sent', 'REJECTS');
    const { head: at } = (await browsing.world.query('{ head }')).data;
    await publish('Said after it was sent', 'ACCEPTS');
    await page.goto(new URL(`/negotiations/dockers-2026?since=${since}&at=${at}`, page.url()).href);
    const changed = page.getByRole('region', { name: 'What changed' });
    await changed.getByRole('link', { name: 'Said before it was sent' }).waitFor();
    await changed.getByText(/ 1 statement$/).waitFor();
    await page.locator('.statement-line[data-new="true"]').filter({ hasText: 'before it was sent' }).waitFor();
    // Where one party alone moved.
    await page.locator('td[data-changed="true"]').waitFor();
    await changed.getByRole('button', { name: 'Stop marking' }).click();
    await changed.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe(`?at=${at}`);
  });

  it('says of a moment to compare with that there is no such one, and clears it', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026?since=0kcXW-2mUL8gV9Zkq3Ww');
    await live(page);
    await page.getByRole('heading', { name: 'No such moment' }).waitFor();
    await page.getByRole('button', { name: 'Stop marking' }).click();
    await page.getByRole('heading', { name: 'No such moment' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });

  it('says that what changed cannot be read, asks again, and forgets no look until it was', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const go = (path: string) => page.goto(new URL(path, page.url()).href);
    await go('/');
    await publish('Said while nobody looked', 'OFFERS');
    let isBroken = true;
    await page.route('**/graphql', async (route) => {
      const isAsked = route.request().postData()?.includes('query ChangesSince');
      return isAsked && isBroken ? route.abort() : route.continue();
    });
    for (const times of [1, 2]) {
      await go('/negotiations/dockers-2026');
      await live(page);
      await page.getByRole('heading', { name: 'The record cannot be read' }).waitFor();
      if (times === 1) await go('/');
    }
    isBroken = false;
    const since = page.getByRole('region', { name: 'What changed' });
    await since.getByText(/ 1 statement$/).waitFor();
  });

  it('says nothing of what is published while a reader looks on, after a reload either', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    await page.reload();
    await live(page);
    const cell = page.getByRole('row', { name: /Rise of the basic hourly rate/ }).getByRole('link');
    for (const kind of ['DEMANDS', 'REJECTS'] as const) {
      await publish(`Heard by whoever looks on: it ${kind.toLowerCase()}`, kind);
      await cell
        .filter({ hasText: kind === 'DEMANDS' ? 'Demands' : 'Rejects' })
        .first()
        .waitFor();
    }
    expect(await page.getByRole('region', { name: 'What changed' }).count()).toBe(0);
  });

  it('moves nothing under a reader who returns on a phone', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026', { viewport: { width: 390, height: 844 } });
    await live(page);
    await page.goto(new URL('/', page.url()).href);
    await publish('Said while the phone was in a pocket', 'OFFERS');
    const shifts = await shiftsOf(page);
    await page.goto(new URL('/negotiations/dockers-2026', page.url()).href);
    await page.getByRole('region', { name: 'What changed' }).waitFor();
    await live(page);
    await page.locator('.scrubber input').waitFor();
    await page.locator('.chart svg').first().waitFor();
    expect(await shifts()).toBeLessThanOrEqual(0.05);
  });

  it('tells a reader who takes the page out again what came while it was put away, and nothing that came after', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026');
    await live(page);
    const show = (state: 'visible' | 'hidden') =>
      page.evaluate((state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await show('hidden');
    await publish('Said while the page was put away', 'ACCEPTS');
    await page.getByRole('article').filter({ hasText: 'was put away' }).waitFor();
    await page.evaluate(() => {
      const before = Date.now;
      Date.now = () => before() + 600_000;
    });
    await show('visible');
    const since = page.getByRole('region', { name: 'What changed' });
    await since.getByText(/10 minutes ago.* 1 statement/).waitFor();
    await publish('Said after it was taken out', 'REJECTS');
    const cell = page.getByRole('row', { name: /Rise of the basic hourly rate/ }).getByRole('link');
    await cell.filter({ hasText: 'Rejects' }).first().waitFor();
    await since.getByText(/ 1 statement/).waitFor();
  });

  it('opens talks that not everybody may read to who signs in at their address, and is not live before', async () => {
    await browsing.world.write('openNegotiation', {
      slug: 'closed-talks',
      title: 'Closed talks',
      status: 'ACTIVE',
      access: 'RESTRICTED',
    });
    const { page } = await browsing.open('/negotiations/closed-talks');
    await page.getByRole('heading', { name: 'No such negotiation' }).waitFor();
    expect(await page.getByRole('status', { name: 'Connection' }).textContent()).toBe('Not live');
    expect(await page.getByRole('main').getByRole('link', { name: 'All negotiations' }).getAttribute('href')).toBe('/');
    await page.getByRole('button', { name: 'Desk' }).click();
    await page.getByLabel('Key of the desk').fill(await browsing.world.key('ADMIN'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Closed talks' }).waitFor();
    await page.locator('.connection[data-status="live"]').waitFor();
  });

  it('lets nobody write in closed talks for what they may do on the whole desk', async () => {
    const { world } = browsing;
    const id = (await world.as(await world.key('ADMIN'), '{ negotiation(slug: "closed-talks") { id } }')).data
      .negotiation.id;
    const { key, row } = await issueKey(world.database.prisma, { name: 'An editor', role: 'EDITOR', expiresAt: null });
    const grant = { accountId: accountIdOf({ id: row.accountId }), negotiationId: id, role: 'READER' };
    const document = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { __typename } }';
    await world.as(await world.key('ADMIN'), document, { input: grant });
    const { page } = await browsing.open('/negotiations/closed-talks?desk=open');
    await page.getByLabel('Key of the desk').fill(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Closed talks' }).waitFor();
    expect(await page.getByRole('button', { name: /Write a statement/ }).count()).toBe(0);
    await page.goto(new URL('/negotiations/dockers-2026?desk=open', page.url()).href);
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
  });

  it('offers to clear filters that are none of this record’s', async () => {
    const { page } = await browsing.open('/negotiations/dockers-2026?party=another-record');
    await page.getByRole('heading', { name: 'The server refused to answer' }).waitFor();
    // All but the stream is there.
    await page.getByRole('table', { name: 'Terms by party' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.locator('.statement-line').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('says of a statement of other talks that it is of those, and goes there', async () => {
    const { page: gaza } = await browsing.open('/negotiations/gaza-hostages-2023');
    const id = await gaza.locator('.statement-line').first().getAttribute('data-id');
    const { page } = await browsing.open(`/negotiations/dockers-2026?statement=${id}`);
    await page.locator('.elsewhere').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Hostages held in Gaza, 2023' }).waitFor();
    await page.locator('.whole').waitFor();
    expect(await page.locator('.elsewhere').count()).toBe(0);
  });

  it('says what there is to say of addresses that lead nowhere', async () => {
    for (const [path, words] of [
      ['/negotiations/none', 'No such negotiation'],
      ['/negotiations/dockers-2026?at=0kcXW-2mUL8gV9Zkq3Ww', 'No such moment'],
      ['/negotiations/dockers-2026?at=2999-01-01T00:00:00Z', 'No such moment'],
      ['/negotiations/dockers-2026?at=rubbish:', 'No such moment'],
      ['/negotiations/dockers-2026?statement=U3RhdGVtZW50Om5vbmU', 'There is no such statement'],
      ['/negotiations/dockers-2026?statement=%3Cscript%3E', 'There is no such statement'],
      ['/negotiations/dockers-2026?line=a~b', 'There is no such line'],
      ['/negotiations/%2e%2e%2f?at=x', 'No such moment'],
    ] as const) {
      const { page } = await browsing.open(path);
      await page.getByRole('heading', { name: words }).waitFor();
      await page.context().close();
    }
  });
});
