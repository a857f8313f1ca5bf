// Builds the board's page into dist/board, each text beside its compressed copies, so that serving it costs nothing.
//   node src/board/build.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { stringifyDocument } from '@urql/core';
import react from '@vitejs/plugin-react';
import { build, runnerImport } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = at('../../dist/board');

// React is its slow self in any other, and a test that finds the page stale builds it too.
process.env.NODE_ENV = 'production';
await build({
  configFile: false,
  root: at('page'),
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: folder,
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the policy of the page allows no data: addresses but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
});

for (const file of readdirSync(folder, { recursive: true })) {
  if (!/\.(js|css|html|svg|webmanifest)$/.test(file)) continue;
  const text = readFileSync(join(folder, file));
  writeFileSync(join(folder, `${file}.gz`), gzipSync(text, { level: 9 }));
  writeFileSync(
    join(folder, `${file}.br`),
    brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
  );
}

// What the page asks, word for word: as urql writes it over HTTP, and as the client does over a WebSocket.
const { module: asked } = await runnerImport(at('page/generated/operations.ts'));
const { module: client } = await runnerImport(at('../client/document.ts'));
const documents = Object.entries(asked)
  .filter(([name]) => name.endsWith('Document'))
  .flatMap(([, document]) => [client.textOf(document), stringifyDocument(document)]);
writeFileSync(join(folder, 'documents.json'), JSON.stringify([...new Set(documents)]));
