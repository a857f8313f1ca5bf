// Runs PGlite in a worker thread and serves it on a unix socket, so that a long query never holds the
// server's event loop. Plain JavaScript, because Node 20 loads no TypeScript in a worker.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** @type {{ dataDir?: string, image?: string, socketPath: string }} */
const { dataDir, image, socketPath } = workerData;

const pglite = await PGlite.create({
  extensions: { pg_trgm, unaccent },
  ...(dataDir ? { dataDir } : {}),
  ...(image ? { loadDataDir: new Blob([await readFile(image)]) } : {}),
});
await pglite.exec("SET TIME ZONE 'UTC'");
// The pool on the other side has one connection. Past a failed query it opens another before this side has
// seen the first one close, so there is room for the overlap.
const server = new PGLiteSocketServer({ db: pglite, path: socketPath, maxConnections: 8 });
await server.start();
parentPort.postMessage({ kind: 'ready' });

parentPort.on('message', async (message) => {
  if (message.kind === 'dump') {
    const file = await pglite.dumpDataDir('none');
    parentPort.postMessage({ kind: 'dumped', bytes: new Uint8Array(await file.arrayBuffer()) });
  }
  if (message.kind === 'stop') {
    await server.stop();
    await pglite.close();
    parentPort.postMessage({ kind: 'stopped' });
    parentPort.close();
  }
});
