import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { Browsing } from './browser.ts';

/** The desk's side of the talks that the tests of it write in. */
export const DESK = '/negotiations/dockers-2026?desk=open';

/** What an official said after the last of the sample's statements, but for what a test changes. */
export const said = (text: string, more: object = {}) => ({
  text,
  quotationType: 'INDIRECT',
  speechActs: ['COMMENT'],
  source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' },
  attributionLevel: 'BACKGROUND',
  said: { from: '2026-03-22T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  ...more,
});

/** What people of the desk do at the board. */
export function deskOf(browsing: Browsing) {
  async function signIn(role: 'REPORTER' | 'EDITOR', path = DESK): Promise<Page> {
    const { page } = await browsing.open(path);
    await giveKey(page, await browsing.world.key(role));
    await page.getByRole('button', { name: /Write a statement/ }).waitFor();
    return page;
  }

  async function giveKey(page: Page, key: string): Promise<void> {
    await page.getByLabel('Key of the desk').fill(key);
    await page.keyboard.press('Enter');
  }

  /** Writes a draft by keyboard alone: words, source, who, and what was done by saying it. */
  async function write(page: Page, text: string): Promise<void> {
    await page.keyboard.press('n');
    const words = page.getByLabel('What was said', { exact: true }).and(page.locator('textarea'));
    await words.waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Hugh Pell');
    await page.getByRole('option', { name: 'Hugh Pellandine' }).waitFor();
    await page.keyboard.press('Enter');
    // On behalf of, attribution, day (three parts and its button), time (as many), phrase, words: then the acts.
    const act = page.getByLabel('announces');
    while (!(await act.evaluate((element) => element === document.activeElement))) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+Enter');
    await words.waitFor({ state: 'detached' });
  }

  /** A key, and what ends it. */
  async function keyThatEnds(role: 'REPORTER' | 'EDITOR') {
    const admin = await browsing.world.key('ADMIN');
    const { data } = await browsing.world.as(
      admin,
      `mutation { issueKey(input: { name: "for an hour", role: ${role} }) {
        ... on IssueKeyPayload { key deskKey { prefix } } } }`,
    );
    const { deskKey, key } = data.issueKey;
    const end = async () => {
      await browsing.world.as(admin, `mutation { revokeKey(input: { prefix: "${deskKey.prefix}" }) { __typename } }`);
      // A key that was looked at just now is trusted for a moment more.
      await vi.waitFor(async () => expect((await browsing.world.as(key, '{ head }')).errors).toBeDefined(), 10_000);
    };
    return { key, end };
  }

  const draft = (page: Page, text: string) => page.locator('.draft').filter({ hasText: text });

  return { signIn, giveKey, write, keyThatEnds, draft };
}
