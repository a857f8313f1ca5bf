// Builds the board's page into dist/board, each text beside its compressed copies, so that serving it costs nothing.
//   node src/board/build.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const folder = fileURLToPath(new URL('../../dist/board', import.meta.url));

await build({
  configFile: false,
  root: fileURLToPath(new URL('page', import.meta.url)),
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
