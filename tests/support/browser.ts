import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { importRecords } from '../../src/transfer/import.ts';
import { openWorld, type World } from './world.ts';

const USUAL = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
  (name) => `/usr/bin/${name}`,
);

/** A Chromium to test in: the one that is named, else one on the machine; null where there is none. */
export const chromiumPath =
  (process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : USUAL).find((path) => existsSync(path)) ?? null;

/** Tests in a browser. Without one they are skipped, and everything else runs. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (chromiumPath === null) {
    process.stderr.write(`Skipped, as there is no Chromium here (CHROMIUM_PATH names one): ${name}\n`);
  }
  // A page is opened in seconds on a quiet machine, and on a busy one in many.
  describe.skipIf(chromiumPath === null)(name, { timeout: 180_000 }, tests);
}

/** A page of the board, and what it said that it should not have. */
export interface Opened {
  readonly page: Page;
  /** What went wrong in the page: errors, and whatever its policy refused. */
  readonly faults: string[];
  /** Every address that it asked for. */
  readonly requests: string[];
}

export interface Browsing {
  readonly world: World;
  open(path: string, options?: BrowserContextOptions): Promise<Opened>;
}

/**
 * A server with both samples, and a browser, for the tests of one file. Pages are closed after each test, and say
 * what they showed when it failed.
 * @param settings of the server
 */
export function useBrowser({
  samples = true,
  settings = {},
}: {
  samples?: boolean;
  settings?: NodeJS.ProcessEnv;
} = {}): Browsing {
  let world: World;
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    world = await openWorld(settings);
    if (samples) {
      for (const sample of ['gaza-hostages-2023', 'dockers-wages']) {
        await importRecords(world.server.ledger, createReadStream(`prisma/sample/${sample}.ndjson`));
      }
    }
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
  });
  afterEach(async ({ task }) => {
    const isFailed = task.result?.state === 'fail';
    for (const context of contexts.splice(0)) {
      if (isFailed) for (const page of context.pages()) process.stderr.write(await shownBy(page));
      await context.close();
    }
  });
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });
  return {
    get world() {
      return world;
    },
    open: async (path, options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const faults: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(new URL(path, world.url).href);
      return { page, faults, requests };
    },
  };
}

/** What a page shows, as those hear it who do not see it. */
async function shownBy(page: Page): Promise<string> {
  const shown = await page
    .locator('body')
    .ariaSnapshot({ timeout: 5_000 })
    .catch((error) => String(error));
  return `${page.url()} showed\n${shown}\n`;
}

const SCREENSHOTS = 'tests/screenshots';

/** Keeps a picture of a page, for people to look at; git does not. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}
