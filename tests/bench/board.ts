// How fast the board is on this machine: what is painted first, how long the frames of a scroll take at a thousand
// statements, how soon what is published is seen, and what fifty statements a second for ten seconds leave in the tab.
// Prints milliseconds and megabytes beside their limits, and fails past them.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { chromium } from 'playwright-core';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { issueKey } from '../../src/desk/keys.ts';
import { startServer } from '../../src/server.ts';
import { importRecords } from '../../src/transfer/import.ts';
import { heapOf, numbersInStream, paced } from '../support/pages.ts';
import { start } from './push/children.ts';

const LIMITS = { paintMs: 1_500, shift: 0.05, frameMs: 50, seenMs: 1_000, missed: 0, heapMb: 150 };
/** So many statements are published one by one, and so many at fifty a second. */
const [ALONE, TOGETHER] = [20, 500];

const folder = await mkdtemp(join(tmpdir(), 'parley-bench-board-'));
const database = await connect({ dataDir: folder });
await migrate(database.prisma);
const logger = pino({ level: 'silent' });
const server = await startServer(readConfig({ PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder }), database, logger);
await importRecords(server.ledger, createReadStream('prisma/sample/dockers-wages.ndjson'));
const statements = Array.from({ length: 1_000 }, (_, n) => ({
  publishStatement: {
    externalId: `statement-${n}`,
    negotiationId: 'dockers-2026',
    content: {
      text: `Statement ${n}, with some “words of its own” and enough of others to take two lines in the stream.`,
      quotationType: 'MIXED',
      speechActs: ['COMMENT'],
      source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' },
      attributionLevel: 'BACKGROUND',
      said: { from: new Date(Date.UTC(2026, 3, 1) + n * 60_000).toISOString(), precision: 'MINUTE', basis: 'STATED' },
    },
  },
}));
const { recorded } = await importRecords(
  server.ledger,
  Readable.from(statements.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))),
);
if (recorded !== statements.length) throw new Error('the statements were not imported');

const { key } = await issueKey(database.prisma, { name: 'the bench', role: 'EDITOR', expiresAt: null });
await server.stop();
await database[Symbol.asyncDispose]();

// From here on as `npm start` runs it: compiled, in a process of its own.
const node = start('build/main.js', {
  env: { DATABASE_URL: '', DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', LOAD_SAMPLE: 'false', LOG_LEVEL: 'info' },
});
const [, url = ''] = await node.says(/serving (http:[^\s"]+)/);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.addInitScript(() => {
  const seen = { paint: 0, shift: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.paint = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
});
await page.goto(new URL('/negotiations/dockers-2026', url).href);
await page.locator('.connection[data-status="live"]').waitFor();
await page.locator('.chart svg').first().waitFor();
await page.waitForTimeout(1_000);
const seen = await page.evaluate(() => (globalThis as any).seen as { paint: number; shift: number });

const frames = await page.evaluate(async () => {
  const stream = document.querySelector('#stream');
  const times: number[] = [];
  let last = performance.now();
  for (let frame = 0; stream && frame < 600; frame++) {
    stream.scrollBy(0, 180);
    await new Promise((settle) => requestAnimationFrame(settle));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times.sort((a, b) => a - b);
});
const heapBefore = await heapOf(page);

// From when an editor sends it until it stands in the page. The clock is that of one machine.
await page.evaluate(() => {
  const arrived: Record<string, number> = {};
  Object.assign(globalThis, { arrived });
  const stream = document.querySelector('#stream');
  stream?.scrollTo(0, 0);
  new MutationObserver(() => {
    for (const prose of stream?.querySelectorAll('.prose') ?? []) arrived[prose.textContent ?? ''] ??= Date.now();
  }).observe(stream ?? document, { childList: true, subtree: true });
});
const sent = new Map<string, number>();
const publish = async (text: string) => {
  const content = { ...statements[0]?.publishStatement.content, quotationType: 'INDIRECT', text };
  sent.set(text, Date.now());
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      query: 'mutation ($input: PublishStatementInput!) { publishStatement(input: $input) { __typename } }',
      variables: { input: { negotiationId: 'dockers-2026', content } },
    }),
  });
  const { data } = (await response.json()) as { data?: { publishStatement: { __typename: string } } };
  if (data?.publishStatement.__typename !== 'PublishStatementPayload') throw new Error('it was not published');
};
for (let n = 0; n < ALONE; n++) {
  await publish(`Published alone, number ${n}`);
  await page.waitForFunction((n) => (globalThis as any).arrived[`Published alone, number ${n}`] !== undefined, n);
}
const began = performance.now();
await paced(TOGETHER, 50, (n) => publish(`Published in haste, number ${n}`));
const hasteSeconds = (performance.now() - began) / 1_000;
const inStream = await numbersInStream(page, 'in haste, number (\\d+)$', TOGETHER);
const arrived = await page.evaluate(() => (globalThis as any).arrived as Record<string, number>);
const seenAfter = (of: string) =>
  [...sent]
    .flatMap(([text, at]) => (text.includes(of) && arrived[text] !== undefined ? [arrived[text] - at] : []))
    .sort((a, b) => a - b);
const [alone, together] = [seenAfter('alone'), seenAfter('in haste')];
const measured = {
  paintMs: Math.round(seen.paint),
  shift: Number(seen.shift.toFixed(4)),
  frameMs: Math.round(frames.at(-1) ?? 0),
  seenMs: alone.at(-1) ?? Number.POSITIVE_INFINITY,
  missed: TOGETHER - inStream.length,
  heapMb: Math.round((await heapOf(page)) / 1e6),
};
for (const [name, limit] of Object.entries(LIMITS)) {
  console.log(`${name.padEnd(8)} ${String(measured[name as keyof typeof LIMITS]).padStart(8)}   at most ${limit}`);
}
console.log(`frames   median ${frames[300]?.toFixed(1)} ms, 99th percentile ${frames[594]?.toFixed(1)} ms`);
console.log(`seen     median ${alone[ALONE / 2]} ms one by one`);
console.log(
  `haste    ${TOGETHER} in ${hasteSeconds.toFixed(1)} s, seen after ${together[together.length >> 1]} ms in the median; heap ${Math.round(heapBefore / 1e6)} MB before`,
);
await browser.close();
await node.end();
await rm(folder, { recursive: true, force: true });
if (Object.entries(LIMITS).some(([name, limit]) => measured[name as keyof typeof LIMITS] > limit)) process.exitCode = 1;
