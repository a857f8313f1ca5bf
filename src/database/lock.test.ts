import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
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

  it('that was left behind is taken over by one of many processes that find it at once', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(join(folder, 'parley.lock'), String(gone.pid));
    const at = Date.now() + 4_000;
    const contend = `
      import { lockFolder } from './src/database/lock.ts';
      await new Promise((settle) => setTimeout(settle, ${at} - Date.now()));
      await lockFolder(${JSON.stringify(folder)}).then(() => console.log('held'), () => console.log('refused'));
      setTimeout(() => {}, 8_000);`;
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', contend]);
        let said = '';
        child.stdout.on('data', (chunk) => (said += chunk));
        await once(child, 'close');
        return said.trim();
      }),
    );
    expect(outcomes.sort()).toEqual(['held', 'refused', 'refused', 'refused']);
  });
});
