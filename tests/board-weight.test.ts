import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { describeInBrowser, useBrowser } from './support/browser.ts';
import { heapOf, shiftsOf } from './support/pages.ts';

const STATEMENTS = 1_000;
const HEAP_MOST = 150_000_000;

describeInBrowser('a board of a thousand statements', () => {
  const browsing = useBrowser();

  it('shifts nothing while it comes, holds only what is near, and keeps its memory', async () => {
    const lines = Array.from({ length: STATEMENTS }, (_, n) => {
      const content = {
        text: `Statement ${n}, with some “words of its own” and enough of others to take two lines in the stream.`,
        quotationType: 'MIXED',
        speechActs: ['COMMENT'],
        source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' },
        attributionLevel: 'BACKGROUND',
        said: { from: new Date(Date.UTC(2026, 3, 1) + n * 60_000).toISOString(), precision: 'MINUTE', basis: 'STATED' },
      };
      return `${JSON.stringify({ publishStatement: { externalId: `statement-${n}`, negotiationId: 'dockers-2026', content } })}\n`;
    });
    const imported = await importRecords(browsing.world.server.ledger, Readable.from([Buffer.from(lines.join(''))]));
    expect(imported).toMatchObject({ recorded: STATEMENTS, problems: 0 });
    const { page } = await browsing.open('/');
    const shifts = await shiftsOf(page);
    await page.goto(new URL('/negotiations/dockers-2026', browsing.world.url).href);
    await page.locator('.connection[data-status="live"]').waitFor();
    await page.locator('.scrubber input').waitFor();
    await page.locator('.chart svg').first().waitFor();
    expect(await shifts()).toBeLessThanOrEqual(0.05);

    const most = await page.evaluate(async () => {
      const stream = document.querySelector('#stream');
      let most = 0;
      if (stream === null) return 0;
      while (!stream.querySelector('.stream-end')?.textContent?.startsWith('The record')) {
        stream.scrollTo(0, stream.scrollHeight);
        await new Promise((settle) => requestAnimationFrame(() => requestAnimationFrame(settle)));
        most = Math.max(most, stream.querySelectorAll('article').length);
      }
      return most;
    });
    expect(most).toBeLessThan(60);
    expect(await heapOf(page)).toBeLessThan(HEAP_MOST);
  });
});
