import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';

/** The data folder cannot be opened as it is; the message says what to do. */
export class DataFolderError extends Error {}

/** Another process has the data folder open. PGlite itself would open it again and corrupt it. */
export class DataFolderInUseError extends DataFolderError {
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

const TAKEOVER_ABANDONED_MS = 10_000;
const heldHere = new Set<string>();

/**
 * Takes the folder for this process, by a file that holds its id. A file left by a process that is gone is
 * taken over, by one of those that find it.
 * @returns what gives the folder back
 * @throws DataFolderError when nothing may be written there, DataFolderInUseError when another process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'parley.lock');
  while (!(await begin(folder, file))) {
    const holder = await holderOf(file);
    if (typeof holder === 'number') throw new DataFolderInUseError(folder, holder);
    if (holder === 'gone') await removeStale(file);
  }
  heldHere.add(file);
  return async () => {
    heldHere.delete(file);
    await rm(file, { force: true });
  };
}

/** The first that is written there. */
async function begin(folder: string, file: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    return await create(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    throw new DataFolderError(
      `The data folder ${folder} cannot be written to (${code}): set DATA_DIR to one that can, or DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/** Makes the file with our id in it, whole at once; false when it is there already. */
async function create(file: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Who holds the lock: a process, or `gone` when it is no more; null when there is no such file. Read through one
 * handle, so that the id and the time are of the same file.
 */
async function holderOf(file: string): Promise<number | 'gone' | null> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const holder = Number(await handle.readFile('utf8'));
    const isBeforeBoot = (await handle.stat()).mtimeMs < Date.now() - uptime() * 1_000;
    // In a container the process before us had our own id.
    const isOurPredecessor = holder === process.pid && !heldHere.has(file);
    return holder > 0 && !isBeforeBoot && !isOurPredecessor && isAlive(holder) ? holder : 'gone';
  } finally {
    await handle.close();
  }
}

/**
 * Removes a lock whose holder is gone. One process at a time, and it looks again: a lock that is not there any more
 * may be made anew by another at any moment, and is not ours to remove.
 */
async function removeStale(file: string): Promise<void> {
  const takeover = `${file}.takeover`;
  if (await create(takeover)) {
    try {
      if ((await holderOf(file)) === 'gone') await rm(file, { force: true });
    } finally {
      await rm(takeover, { force: true });
    }
    return;
  }
  const made = await stat(takeover).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - made > TAKEOVER_ABANDONED_MS) await rm(takeover, { force: true });
  else await new Promise((settle) => setTimeout(settle, 20));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
