import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPlace } from './support/database.ts';
import { type Running, startProcess } from './support/process.ts';

const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe.runIf(hasTools)('what the README says to paste', () => {
  let folder: string;
  let running: Running;
  let settings: NodeJS.ProcessEnv;
  let drop = async () => {};
  let blocks: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-readme-'));
    const fresh = await freshPlace();
    drop = fresh.drop;
    settings = {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      ...('url' in fresh.place ? { DATABASE_URL: fresh.place.url } : { DATABASE_URL: '', DATA_DIR: folder }),
    };
    running = await startProcess(settings);
    const readme = await readFile('README.md', 'utf8');
    blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) =>
      (block ?? '').replaceAll('localhost:4000', new URL(running.url).host),
    );
  });

  afterAll(async () => {
    await running.end('SIGTERM');
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  const block = (containing: string) => {
    const found = blocks.find((text) => text.includes(containing));
    if (found === undefined) throw new Error(`the README has no block with ${containing}`);
    return found;
  };
  const paste = (text: string) => spawnSync('bash', ['-c', text], { env: settings, encoding: 'utf8' }).stdout;

  it('answers the first query', () => {
    const { data } = JSON.parse(paste(block('participations'))) as {
      data: { negotiation: { status: string; cursor: string } };
    };
    expect(data.negotiation).toMatchObject({ status: 'ACTIVE', cursor: expect.stringMatching(/^[\w-]{22}$/) });
  });

  it('pushes the first statement to whoever follows', async () => {
    const follower = spawn('bash', ['-c', `exec ${block('graphql-ws')}`], { env: settings });
    let printed = '';
    follower.stdout.on('data', (chunk) => (printed += chunk));
    follower.stderr.on('data', (chunk) => (printed += chunk));
    // It follows from the cursor of its own query, so what is published before that query is none of its news.
    for (let n = 0; n < 10 && !printed.includes('revision'); n++) {
      expect(paste(block('KEY='))).toContain('PublishStatementPayload');
      await new Promise((settle) => setImmediate(settle));
    }
    await expect.poll(() => printed).toContain('revision');
    follower.kill();
    expect(printed).toMatch(/StatementPublished \{[\s\S]*talks would go on/);
  });

  it('streams it to whoever cannot open a socket', async () => {
    const follower = spawn('bash', ['-c', block('text/event-stream')], { env: settings, detached: true });
    let printed = '';
    follower.stdout.on('data', (chunk) => (printed += chunk));
    await expect.poll(() => printed).toContain(':');
    expect(paste(block('KEY='))).toContain('PublishStatementPayload');
    await expect.poll(() => printed).toMatch(/event: next\nid: [\w-]{22}\ndata: .*talks would go on/);
    // The shell and its curl.
    process.kill(-(follower.pid ?? 0));
  });
});
