import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
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

const TAKEOVER_ABANDONED_MS = 10_000;
const heldHere = new Set<string>();

/**
 * Takes the folder for this process, by a file that holds its id. A file left by a process that is gone is
 * taken over, by one of those that find it.
 * @returns what gives the folder back
 * @throws DataFolderInUseError
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'parley.lock');
  while (!(await create(file))) {
    const holder = await liveHolder(file);
    if (holder !== null) throw new DataFolderInUseError(folder, holder);
    await removeStale(file);
  }
  heldHere.add(file);
  return async () => {
    heldHere.delete(file);
    await rm(file, { force: true });
  };
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

/** The process that holds the lock; null when it is gone, or when the file is. */
async function liveHolder(file: string): Promise<number | null> {
  const [holder, made] = await Promise.all([
    readFile(file, 'utf8').then(Number, () => 0),
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  ]);
  const isBeforeBoot = made < Date.now() - uptime() * 1_000;
  // In a container the process before us had our own id.
  const isOurPredecessor = holder === process.pid && !heldHere.has(file);
  return holder > 0 && !isBeforeBoot && !isOurPredecessor && isAlive(holder) ? holder : null;
}

/** Removes a lock whose holder is gone. One process at a time, and it looks again, so that none removes a new lock. */
async function removeStale(file: string): Promise<void> {
  const takeover = `${file}.takeover`;
  if (await create(takeover)) {
    try {
      if ((await liveHolder(file)) === null) await rm(file, { force: true });
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
