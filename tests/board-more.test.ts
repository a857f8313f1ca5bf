import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { deskOf } from './support/board-desk.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { numbersInStream } from './support/pages.ts';
import { seedTalks, statement } from './support/talks.ts';

const BOARD = '/negotiations/talks';
const named = (what: string, n: number) => `${what} ${String(n).padStart(2, '0')}`;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describeInBrowser('a board of which there is more than it shows at once', () => {
  const browsing = useBrowser({ samples: false });
  const { signIn } = deskOf(browsing);
  const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

  async function write(lines: readonly object[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { recorded } = await importRecords(browsing.world.server.ledger, Readable.from([Buffer.from(text)]));
    expect(recorded).toBe(lines.length);
  }
  const negotiationId = 'talks';
  const event = (n: number) => ({
    recordEvent: { externalId: `event-${n}`, negotiationId, kind: 'OTHER', title: named('Event', n) },
  });
  const outcome = (n: number) => ({
    poseOutcome: { externalId: `outcome-${n}`, negotiationId, question: named('Question', n) },
  });

  beforeAll(async () => {
    await seedTalks(browsing.world);
    await write([
      ...upTo(13).map(event),
      ...upTo(7).map(outcome),
      ...upTo(33).map((n) => ({
        publishStatement: {
          externalId: `s-${n}`,
          negotiationId,
          content: statement({
            text: named('Statement', n),
            estimates: [{ outcomeId: 'outcome-7', words: `${n} percent`, low: n, high: n, scheme: 'PERCENT' }],
            ...(n <= 8 && { impacts: [{ eventId: 'event-1', effect: n === 1 ? 'HELPS' : 'HINDERS' }] }),
          }),
        },
      })),
      ...upTo(9).map((n) => ({
        tableProposal: {
          externalId: `proposal-${n}`,
          negotiationId,
          title: named('Proposal', n),
          byId: 'union',
          toIds: ['company'],
          items: [{ side: 'GETS', text: 'Pay' }],
        },
      })),
    ]);
  });

  it('says so, and goes on to the last of them from the first that comes', async () => {
    const { page, faults } = await browsing.open(BOARD);
    const events = part(page, 'Events');
    await events.getByText('Only the first 12 are shown').waitFor();
    await events.getByRole('button', { name: 'More events' }).focus();
    await page.keyboard.press('Enter');
    const contested = events.getByRole('article').filter({ hasText: named('Event', 1) });
    await contested.getByText('Contested').waitFor();
    expect(await focused(page)).toContain(named('Event', 1));
    expect(await contested.locator('.side[data-effect="HINDERS"] > ul > li').count()).toBe(4);
    expect(await contested.locator('.side[data-effect="HINDERS"]').textContent()).toContain(
      'Only the first 4 are shown',
    );
    expect(await events.getByText('Only the first 12').count()).toBe(0);

    // What is recorded meanwhile comes on top, and nothing falls between the pages.
    await write([event(14)]);
    await events.getByText(named('Event', 14)).waitFor();
    await expect.poll(() => events.getByRole('article').count()).toBe(14);

    const proposals = part(page, 'Proposals');
    await proposals.getByRole('button', { name: 'More proposals' }).click();
    await proposals.getByText(named('Proposal', 9)).waitFor();
    expect(await proposals.getByRole('article').count()).toBe(9);
    expect(faults).toEqual([]);
  });

  it('counts no estimates that it does not show, and shows the rest when asked', async () => {
    const { page, faults } = await browsing.open(BOARD);
    const outlook = part(page, 'Outlook');
    const table = outlook.getByRole('table');
    await outlook.getByText('Only the first 6 are shown').waitFor();
    expect(await table.locator('caption').textContent()).toContain('Only the first 24');
    await outlook.getByRole('button', { name: 'More estimates' }).click();
    await table.getByText('33 estimates', { exact: true }).waitFor({ state: 'attached' });
    expect(await table.locator('tbody tr').count()).toBe(33);
    expect(faults).toEqual([]);
  });

  it('goes on from the moment that is shown, with nothing of later', async () => {
    const { world } = browsing;
    const { data } = await world.query<{ negotiation: { cursor: string } }>(
      '{ negotiation(slug: "talks") { cursor } }',
    );
    await write([event(15)]);
    const { page } = await browsing.open(`${BOARD}?at=${data.negotiation.cursor}`);
    const events = part(page, 'Events');
    await events.getByRole('button', { name: 'More events' }).click();
    await events.getByText(named('Event', 1)).waitFor();
    expect(await events.getByText(named('Event', 15)).count()).toBe(0);
  });

  it('says so of a line over time', async () => {
    await write(
      upTo(51).map((n) => ({
        publishStatement: {
          externalId: `stance-${n}`,
          negotiationId,
          content: statement({
            text: named('Stance', n),
            said: {
              from: new Date(Date.UTC(2026, 2, 3) + n * 60_000).toISOString(),
              precision: 'MINUTE',
              basis: 'STATED',
            },
            stances: [{ partyId: 'union', termId: 'pay', kind: n % 2 === 0 ? 'DEMANDS' : 'REJECTS' }],
          }),
        },
      })),
    );
    const { page } = await browsing.open(BOARD);
    await page.locator('.line-link').click();
    await page.locator('.line').waitFor();
    await page.getByText('Only the first 50 are shown').waitFor();
  });

  it('keeps to the order in which it was said, whatever is published that belongs further down', async () => {
    await browsing.world.write('openNegotiation', {
      externalId: 'slow',
      slug: 'slow',
      title: 'Slow talks',
      status: 'ACTIVE',
    });
    const saidIn = (minute: number) => ({
      externalId: `minute-${minute}`,
      negotiationId: 'slow',
      content: statement({
        text: `Minute ${minute}`,
        said: {
          from: new Date(Date.UTC(2026, 2, 2) + minute * 60_000).toISOString(),
          precision: 'MINUTE',
          basis: 'STATED',
        },
      }),
    });
    const even = Array.from({ length: 45 }, (_, n) => 2 * n);
    await write(even.map((minute) => ({ publishStatement: saidIn(minute) })));
    const { page, faults } = await browsing.open('/negotiations/slow?order=said');
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.locator('#stream').evaluate((stream) => stream.scrollTo(0, 600));
    const newest = page.locator('.newest');
    const told = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' });
    await browsing.world.write('publishStatement', saidIn(11));
    await told('Minute 11');
    expect(await newest.count()).toBe(0);
    await browsing.world.write('publishStatement', saidIn(91));
    await told('Minute 91');
    expect(await newest.textContent()).toContain('1 new statement');
    await newest.click();
    await page.locator('#stream .prose').getByText('Minute 91').waitFor();
    const all = [...even, 11, 91].sort((a, b) => b - a);
    expect(await numbersInStream(page, 'Minute (\\d+)$', all.length)).toEqual(all);
    expect(faults).toEqual([]);
  });

  it('says so in Arabic', async () => {
    const { page } = await browsing.open(BOARD, { locale: 'ar' });
    await page.getByRole('button', { name: 'مزيد من الأحداث' }).waitFor();
    await page.getByText('يظهر أول 12 فقط، وهناك المزيد.').waitFor();
  });

  it('has the drafts behind the first page too', async () => {
    const key = await browsing.world.key('EDITOR');
    for (const n of upTo(52)) {
      const { data } = await browsing.world.as(
        key,
        `mutation Draft($input: DraftStatementInput!) { draftStatement(input: $input) { __typename } }`,
        { input: { negotiationId, content: statement({ text: named('Draft', n) }) } },
      );
      expect(data.draftStatement.__typename).toBe('DraftStatementPayload');
    }
    const page = await signIn('REPORTER', `${BOARD}?desk=open`);
    await page.getByText('Only the first 50 are shown').waitFor();
    await page.getByRole('button', { name: 'More drafts' }).click();
    await page.getByText(named('Draft', 1)).waitFor();
    expect(await page.locator('.draft').count()).toBe(52);
  });

  it('goes on from every list that is cut: questions, effects, a line over time, and what was found', async () => {
    const { page, faults } = await browsing.open(BOARD);
    const outlook = part(page, 'Outlook');
    await outlook.getByRole('button', { name: 'More questions' }).click();
    await outlook.getByText(named('Question', 1)).waitFor();
    expect(await outlook.locator('.outcome').count()).toBe(7);

    const events = part(page, 'Events');
    await events.getByRole('button', { name: 'More events' }).click();
    const hinders = events.locator('.side[data-effect="HINDERS"]');
    await hinders.getByRole('button', { name: 'More who say so' }).click();
    await hinders.locator('ul > li').nth(6).waitFor();

    await page.locator('.line-link').click();
    await page.getByRole('button', { name: 'Earlier stances' }).click();
    await page.locator('.line > li').nth(50).waitFor();

    await page.goto(new URL(`${BOARD}?q=Stance`, page.url()).href);
    await page.getByText('First 50 found').waitFor();
    await page.getByRole('button', { name: 'More of what was found' }).click();
    await page.locator('.found article').nth(50).waitFor();
    await page.getByText('51 found').waitFor();
    expect(faults).toEqual([]);
  });

  it('says so in the list of talks, and on paper that its statements were filtered', async () => {
    const orgs = upTo(13).flatMap((n) => [
      { recordOrganization: { externalId: `side-${n}`, name: named('Side', n), kind: 'OTHER' } },
      { joinNegotiation: { externalId: `side-${n}-joins`, negotiationId, actorId: `side-${n}`, role: 'OBSERVER' } },
    ]);
    await write(orgs);
    const { page } = await browsing.open('/');
    const talks = page.locator('.talks').filter({ hasText: 'Pay at the docks' });
    await talks.getByText('Only the first 12 are shown').waitFor();

    await page.goto(new URL(`${BOARD}?words=INDIRECT`, page.url()).href);
    const briefing = page.locator('.briefing h2');
    await briefing.waitFor({ state: 'attached' });
    expect(await briefing.textContent()).toBe('Latest statements that fit the filters');
    await page.goto(new URL(BOARD, page.url()).href);
    await briefing.waitFor({ state: 'attached' });
    expect(await briefing.textContent()).toBe('Latest statements');
  });
});
