// Imports a file of N statements with the real command, and says how long that took and how much memory.
// With DATABASE_URL on that server, in a database of its own; else embedded, in a folder of its own.
//
//   npm run bench:import -- [100000]
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { LINES_BEFORE, writeRecordFile } from '../support/record-file.ts';

const LIMIT = { seconds: { server: 60, embedded: 180 }, megabytes: 700 };

const count = Number(process.argv[2] ?? 100_000);
const server = process.env.DATABASE_URL;
const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
const place = await (server ? ownDatabase(server) : ownFolder());
let met = true;
try {
  const file = join(folder, 'statements.ndjson');
  await writeRecordFile(file, count);
  const { size } = await stat(file);
  const lines = count + LINES_BEFORE;
  process.stdout.write(
    `${count} statements, ${lines} lines, ${(size / 1e6).toFixed(0)} MB, ${server ? 'PostgreSQL' : 'embedded'}\n`,
  );

  // Making the database is not importing: it is done once, and embedded it takes the most memory of all.
  const empty = join(folder, 'empty.ndjson');
  await writeFile(empty, '');
  const made = await measure([empty], place.env);
  process.stdout.write(
    `${'first start'.padEnd(13)} ${made.seconds.toFixed(1)} s, peak ${made.megabytes.toFixed(0)} MB resident\n`,
  );

  for (const [what, ...args] of [['import'], ['import again'], ['check', '--check']] as const) {
    const { seconds, megabytes } = await measure([...args, file], place.env);
    const limit = LIMIT.seconds[server ? 'server' : 'embedded'] * (count / 100_000);
    if (what === 'import') met &&= seconds <= limit && megabytes <= LIMIT.megabytes;
    const within = what === 'import' ? `  (limits: ${limit.toFixed(0)} s, ${LIMIT.megabytes} MB)` : '';
    process.stdout.write(
      `${what.padEnd(13)} ${seconds.toFixed(1)} s, ${Math.round(lines / seconds)} lines/s, peak ${megabytes.toFixed(0)} MB resident${within}\n`,
    );
  }
} finally {
  await place.drop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(met ? 0 : 1);

async function measure(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ seconds: number; megabytes: number }> {
  const peak = join(folder, 'peak');
  const report = `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)))`;
  const preload = `data:text/javascript,import { createRequire } from 'node:module'; const require = createRequire('file:///'); ${encodeURIComponent(report)}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', preload, 'build/transfer/import-command.js', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((ended) => child.once('exit', ended));
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  const kilobytes = Number(await readFile(peak, 'utf8'));
  return { seconds: (performance.now() - began) / 1_000, megabytes: kilobytes / 1_024 };
}

async function ownDatabase(url: string) {
  const name = `parley_bench_${process.pid}`;
  const own = new URL(url);
  own.pathname = `/${name}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  return { env: { DATABASE_URL: own.href }, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function ownFolder() {
  return { env: { DATABASE_URL: '', DATA_DIR: join(folder, 'data') }, drop: async () => {} };
}
