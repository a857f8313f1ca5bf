import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lockFolder } from './lock.ts';
import { makeSocketFolder } from './socket-folder.ts';

export interface Embedded {
  /** A folder holding the socket `.s.PGSQL.5432`, as PostgreSQL's clients expect it. */
  readonly socketFolder: string;
  /** The whole database as a tar file, to start others from. */
  dump(): Promise<Uint8Array>;
  stop(): Promise<void>;
}

/**
 * Starts PGlite in a worker thread.
 * @param source `dataDir`: a folder of the user's, made when it is not there; else a database in memory,
 *   empty or from an `image` that `dump` gave.
 * @throws DataFolderInUseError when another process has the folder open.
 */
export async function startEmbedded(source: { dataDir?: string; image?: string }): Promise<Embedded> {
  const dataDir = source.dataDir === undefined ? undefined : resolve(source.dataDir);
  const unlock = dataDir === undefined ? undefined : await lockFolder(dataDir);
  try {
    const cluster = dataDir === undefined ? undefined : await initialised(dataDir);
    const running = await startWorker({ dataDir: cluster, image: source.image }, dataDir);
    return {
      ...running,
      stop: async () => {
        await running.stop();
        await unlock?.();
      },
    };
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

/** A half-written first initialisation never recovers, so it happens beside and is renamed when whole. */
async function initialised(dataDir: string): Promise<string> {
  const cluster = join(dataDir, 'postgres');
  if (existsSync(cluster)) return cluster;
  await mkdir(dataDir, { recursive: true });
  const beside = join(dataDir, `postgres.new-${randomUUID()}`);
  const first = await startWorker({ dataDir: beside }, dataDir);
  await first.stop();
  await rename(beside, cluster);
  return cluster;
}

/** @param noteIn the data folder that is noted in which socket is its own */
async function startWorker(source: { dataDir?: string; image?: string }, noteIn?: string): Promise<Embedded> {
  const folder = await makeSocketFolder(noteIn);
  const socketFolder = folder.path;
  const worker = new Worker(new URL('./embedded-worker.mjs', import.meta.url), {
    workerData: { ...source, socketPath: join(socketFolder, '.s.PGSQL.5432') },
    execArgv: [],
  });
  const answer = (kind: string) =>
    new Promise<{ bytes?: Uint8Array }>((settle, fail) => {
      const onMessage = (message: { kind: string; bytes?: Uint8Array }) => {
        if (message.kind !== kind) return;
        worker.off('message', onMessage);
        worker.off('error', fail);
        settle(message);
      };
      worker.on('message', onMessage);
      worker.once('error', fail);
    });
  await answer('ready');
  return {
    socketFolder,
    dump: async () => {
      const dumped = answer('dumped');
      worker.postMessage({ kind: 'dump' });
      return (await dumped).bytes ?? new Uint8Array();
    },
    stop: async () => {
      const stopped = answer('stopped');
      worker.postMessage({ kind: 'stop' });
      await stopped;
      await worker.terminate();
      await folder[Symbol.asyncDispose]();
    },
  };
}
