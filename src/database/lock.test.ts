import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderInUseError, lockFolder } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  it('is held by one at a time, and leaves nothing when it is given back', async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(DataFolderInUseError);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder))();
  });

  it('is taken over from a process that is gone', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(join(folder, 'parley.lock'), String(gone.pid));
    await (await lockFolder(folder))();
  });

  it('is taken over from before the machine was started, whoever has that process id now', async () => {
    const file = join(folder, 'parley.lock');
    await writeFile(file, String(process.ppid));
    await utimes(file, new Date('2001-01-01'), new Date('2001-01-01'));
    await (await lockFolder(folder))();
  });

  it('that was left behind is taken over by one of many processes that find it at once, time and again', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const folders = Array.from({ length: 60 }, (_, index) => join(folder, String(index)));
    for (const each of folders) {
      await mkdir(each);
      await writeFile(join(each, 'parley.lock'), String(gone.pid));
    }
    const contend = `
      import { lockFolder } from './src/database/lock.ts';
      const until = (at) => new Promise((settle) => setTimeout(settle, at - Date.now()));
      for (const [index, folder] of ${JSON.stringify(folders)}.entries()) {
        await until(${Date.now() + 4_000} + index * 50);
        await lockFolder(folder).then(() => console.log(index), () => {});
      }
      await until(${Date.now() + 4_000 + folders.length * 50 + 1_000});`;
    const holders = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', contend]);
        let said = '';
        child.stdout.on('data', (chunk) => (said += chunk));
        await once(child, 'close');
        return said.trim().split('\n').filter(Boolean).map(Number);
      }),
    );
    expect(holders.flat().sort((one, other) => one - other)).toEqual([...folders.keys()]);
  });
});
