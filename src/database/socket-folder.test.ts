import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSocketFolder } from './socket-folder.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-sockets-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** A process that has made the folder and does no more. */
async function another() {
  const script = `import { makeSocketFolder } from '${new URL('./socket-folder.ts', import.meta.url)}';
    console.log((await makeSocketFolder(${JSON.stringify(dataDir)})).path);
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  const [path] = await once(child.stdout, 'data');
  return { child, path: String(path).trim() };
}

describe('the folder of a socket', () => {
  it('is gone when it is given back', async () => {
    const { path, ...folder } = await makeSocketFolder(dataDir);
    expect(existsSync(path)).toBe(true);
    await folder[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(false);
  });

  it('goes at the next start when its process was killed', async () => {
    const { child, path } = await another();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(existsSync(path)).toBe(true);
    await using next = await makeSocketFolder(dataDir);
    expect([existsSync(path), existsSync(next.path)]).toEqual([false, true]);
  });

  it('stays while its process lives, even when the data folder was copied meanwhile', async () => {
    const { child, path } = await another();
    const copy = join(dataDir, 'copy');
    await mkdir(copy);
    await cp(join(dataDir, 'parley.socket'), join(copy, 'parley.socket'));
    await using _ = await makeSocketFolder(copy);
    expect(existsSync(path)).toBe(true);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await using _next = await makeSocketFolder(dataDir);
    expect(existsSync(path)).toBe(false);
  });

  it.each(['', '.', '..', '/', 'parley-', 'parley-sockets', '../parley-aaaaaa'])(
    'is the only one that goes, whatever the note says: “%s”',
    async (note) => {
      await writeFile(join(dataDir, 'parley.socket'), note);
      await using _ = await makeSocketFolder(dataDir);
      expect(existsSync(dataDir)).toBe(true);
    },
  );
});
