import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process has the data folder open. PGlite itself would open it again and corrupt it. */
export class DataFolderInUseError extends Error {
  readonly folder: string;
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `The data folder ${folder} is in use by process ${pid}: stop that process first, or set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL server.`,
    );
    this.folder = folder;
    this.pid = pid;
  }
}

const heldHere = new Set<string>();

/**
 * Takes the folder for this process, by a file that holds its id. A file left by a process that is gone is
 * taken over.
 * @returns what gives the folder back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'parley.lock');
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      heldHere.add(file);
      return async () => {
        heldHere.delete(file);
        await rm(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    // In a container the process before us had our own id.
    const mine = holder === process.pid && !heldHere.has(file);
    if (holder > 0 && !mine && isAlive(holder)) throw new DataFolderInUseError(folder, holder);
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
