import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { lockFolder } from './lock.ts';

/** Where an embedded database is spoken to: a folder that only this user enters, as the socket asks for no password. */
export interface SocketFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes the folder of a socket, among those for temporary files: the path of a data folder may be longer than a socket's
 * may be. The data folder notes its name, so that one which a killed process has left goes when the next begins.
 * @param dataDir held by this process; left out for a database in memory
 */
export async function makeSocketFolder(dataDir?: string): Promise<SocketFolder> {
  if (dataDir !== undefined) await removeLeft(dataDir);
  const path = await mkdtemp(join(tmpdir(), 'parley-'));
  const unlock = await lockFolder(path);
  if (dataDir !== undefined) await writeFile(join(dataDir, NOTE), basename(path));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true });
      await unlock();
    },
  };
}

const NOTE = 'parley.socket';

async function removeLeft(dataDir: string): Promise<void> {
  const name = await readFile(join(dataDir, NOTE), 'utf8').catch(() => '');
  // Nothing else is removed, whatever the note says.
  if (!/^parley-\w{6}$/.test(name)) return;
  const left = join(tmpdir(), name);
  try {
    // In use where the data folder is a copy of one that is open.
    const unlock = await lockFolder(left);
    await rm(left, { recursive: true });
    await unlock();
  } catch {
    // What cannot be removed keeps nobody from beginning.
  }
}
