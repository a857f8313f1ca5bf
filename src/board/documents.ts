import { existsSync, readFileSync } from 'node:fs';

/** Where `build.mjs` writes what the page that it built asks. */
const ASKED = new URL('../../dist/board/documents.json', import.meta.url);

/** All documents that the page may send, word for word; none where it is not built. */
export function boardDocuments(): readonly string[] {
  return existsSync(ASKED) ? JSON.parse(readFileSync(ASKED, 'utf8')) : [];
}
