import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-read-only-'));
});
afterEach(async () => {
  await setModes(0o755);
  await rm(folder, { recursive: true });
});

/** Nobody, where the tests run as root, who may write anywhere. */
const WHO = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, ...WHO });
  const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}

/** Of the folder and all folders in it. */
async function setModes(mode: number): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), mode);
  await chmod(folder, mode);
}

describe.skipIf(process.platform === 'win32')('where nothing may be written', () => {
  it('a checkout that is not ready yet says so in a sentence, and what to do instead', async () => {
    for (const path of ['src/setup.mjs', 'package.json', 'prisma/schema.prisma', 'node_modules/prisma/package.json']) {
      await cp(path, join(folder, path));
    }
    await writeFile(join(folder, 'package-lock.json'), '{ "packages": {} }');
    await setModes(0o555);
    const refused =
      /^\S*parley-read-only-\S* cannot be written to \(EACCES\), and .* is not ready there\. [^\n]*npm start[^\n]*\n$/;
    const setup = join(folder, 'src', 'setup.mjs');
    expect(await run([setup])).toEqual({ status: 1, out: '', err: expect.stringMatching(refused) });

    // Installed, and not built.
    await setModes(0o755);
    await writeFile(join(folder, 'node_modules', '.package-lock.json'), '{ "packages": {} }');
    await mkdir(join(folder, 'node_modules', '.parley'));
    await setModes(0o555);
    expect(await run([setup])).toEqual({ status: 1, out: '', err: expect.stringMatching(refused) });
  });

  it('a server whose data folder it is names the settings that put it elsewhere', async () => {
    await setModes(0o555);
    const { status, err } = await run(['build/main.js'], { DATA_DIR: join(folder, 'data'), PORT: '0' });
    expect(err).toMatch(
      /^The data folder \S* cannot be written to \(EACCES\): set DATA_DIR .* or DATABASE_URL [^\n]*\n$/,
    );
    expect(status).toBe(1);
  });
});
