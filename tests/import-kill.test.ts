import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect, type Place } from '../src/database/connect.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { importRecords } from '../src/transfer/import.ts';
import { freshPlace, onServer } from './support/database.ts';
import { LINES_BEFORE, writeRecordFile } from './support/record-file.ts';

const STATEMENTS = onServer ? 2_000 : 1_000;
/** Milliseconds after a batch. Embedded, opening the folder again takes seconds, so once has to do. */
const DELAYS = onServer ? [30, 80] : [40];
const LINES = LINES_BEFORE + STATEMENTS;

let folder: string;
let file: string;
let place: Place;
let drop: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-kill-'));
  file = join(folder, 'records.ndjson');
  await writeRecordFile(file, STATEMENTS);
  // Another process is to open it: embedded, that needs a folder.
  ({ place, drop } = onServer
    ? await freshPlace()
    : { place: { dataDir: join(folder, 'data') }, drop: async () => {} });
});

afterEach(async () => {
  await drop();
  await rm(folder, { recursive: true, force: true });
});

it('an import that is killed leaves whole batches, each that it acknowledged, and goes on from there', async () => {
  let acknowledged = 0;
  for (const delay of DELAYS) {
    const said = await importAndKill(delay);
    acknowledged += said.at(-1) ?? 0;
    await expectWhole(acknowledged, said.find((recorded) => recorded > 0) ?? 0);
  }
  expect(acknowledged).toBeLessThan(LINES);

  await using database = await connect(place);
  const ledger = await Ledger.open(database, pino({ level: 'silent' }));
  const { recorded, alreadyRecorded, problems } = await importRecords(ledger, createReadStream(file));
  expect({ lines: recorded + alreadyRecorded, problems }).toEqual({ lines: LINES, problems: 0 });
  expect(await ledger.head()).toBe(BigInt(LINES));
  await ledger.stop();
}, 120_000);

/**
 * Imports in a process of its own and kills that so many milliseconds after its second batch.
 * @returns what it said after each batch: how many lines it had recorded
 */
async function importAndKill(delay: number): Promise<number[]> {
  const env = 'url' in place ? { DATABASE_URL: place.url } : { DATABASE_URL: '', DATA_DIR: join(folder, 'data') };
  const script = fileURLToPath(new URL('./support/import-aloud.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<NodeJS.Signals | null>((settle) => child.once('exit', (_code, signal) => settle(signal)));
  const said: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(Number(line.replace('recorded ', '')));
    if (said.filter((recorded) => recorded > 0).length === 2)
      setTimeout(() => process.kill(child.pid ?? 0, 'SIGKILL'), delay);
  }
  expect(await ended).toBe('SIGKILL');
  return said;
}

/** Holds that there are whole batches, at least those acknowledged, with nothing missing and no gap between positions. */
async function expectWhole(acknowledged: number, batch: number): Promise<void> {
  await using database = await connect(place);
  const { prisma } = database;
  // A batch under way when its client was killed may still commit.
  for (let others = onServer ? 1n : 0n; others > 0n; ) {
    const [row] = await prisma.$queryRaw<{ others: bigint }[]>`
      SELECT count(*) AS others FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()`;
    others = row?.others ?? 0n;
  }
  const [found] = await prisma.$queryRaw<
    { entries: bigint; last: bigint; head: bigint; lines: bigint; bare: bigint }[]
  >`
    SELECT (SELECT count(*) FROM ledger) AS entries, (SELECT max(position) FROM ledger) AS last,
           (SELECT position FROM ledger_head) AS head, (SELECT count(*) FROM external_id) AS lines,
           (SELECT count(*) FROM statement s WHERE NOT EXISTS (SELECT FROM appearance a WHERE a.statement_id = s.id)
              OR NOT EXISTS (SELECT FROM stance t WHERE t.statement_id = s.id)) AS bare`;
  const lines = found?.lines ?? 0n;
  expect(found).toEqual({ entries: lines, last: lines, head: lines, lines, bare: 0n });
  expect(Number(lines)).toBeGreaterThanOrEqual(acknowledged);
  expect(Number(lines) % batch).toBe(0);
}
