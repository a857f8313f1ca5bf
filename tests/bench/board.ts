// How fast the board is on this machine: what is painted first, and how long the frames of a scroll take at a thousand
// statements. Prints seconds and milliseconds beside their limits, and fails past them.
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
import { startServer } from '../../src/server.ts';
import { importRecords } from '../../src/transfer/import.ts';

const LIMITS = { paintMs: 1_500, shift: 0.05, frameMs: 50, heapMb: 150 };

const folder = await mkdtemp(join(tmpdir(), 'parley-bench-board-'));
const database = await connect({ dataDir: folder });
await migrate(database.prisma);
const logger = pino({ level: 'silent' });
const server = await startServer(readConfig({ PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder }), database, logger);
await importRecords(server.ledger, createReadStream('prisma/sample/dockers-wages.ndjson'));
const statements = Array.from({ length: 1_000 }, (_, n) => ({
  publishStatement: {
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
await importRecords(server.ledger, Readable.from(statements.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))));

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
await page.goto(new URL('/negotiations/dockers-2026', server.url).href);
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
const session = await page.context().newCDPSession(page);
await session.send('HeapProfiler.collectGarbage');
const { usedSize } = await session.send('Runtime.getHeapUsage');
const measured = {
  paintMs: Math.round(seen.paint),
  shift: Number(seen.shift.toFixed(4)),
  frameMs: Math.round(frames.at(-1) ?? 0),
  heapMb: Math.round(usedSize / 1e6),
};
for (const [name, limit] of Object.entries(LIMITS)) {
  console.log(`${name.padEnd(8)} ${String(measured[name as keyof typeof LIMITS]).padStart(8)}   at most ${limit}`);
}
console.log(`frames   median ${frames[300]?.toFixed(1)} ms, 99th percentile ${frames[594]?.toFixed(1)} ms`);
await browser.close();
await server.stop();
await database[Symbol.asyncDispose]();
await rm(folder, { recursive: true, force: true });
if (Object.entries(LIMITS).some(([name, limit]) => measured[name as keyof typeof LIMITS] > limit)) process.exitCode = 1;
