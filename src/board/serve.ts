import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';

/** Where `build.mjs` puts the page. */
const BUILT = new URL('../../dist/board/', import.meta.url);

/**
 * What the page may do: run and show what this server sends, and talk to this server. Nothing inline, nothing from
 * elsewhere, nothing written into it as HTML, and nobody frames it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // An outlet that a reader goes on to learns nothing of which moment they were looking at.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  vary: 'accept-encoding',
};

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A file, and the same compressed, the best first. */
interface File {
  readonly type: string;
  readonly tag: string;
  readonly plain: Buffer;
  readonly encoded: readonly (readonly [encoding: string, body: Buffer])[];
}

/** The addresses of the page; what it shows there, it reads from the address itself. */
const PAGES = /^\/(negotiations(\/[^/]+)?\/?)?$/;
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Answers what is the board's: the page at its addresses, and its files, which are named after what is in them and so
 * are kept for good. All of it is read when the server starts, so that a page stays whole, and this server's own, when
 * another one is built beside it. @returns whether it was the board's
 */
export function serveBoard(): (request: IncomingMessage, response: ServerResponse) => boolean {
  if (!existsSync(new URL('index.html', BUILT))) return notBuilt;
  const files = readFiles();
  return (request, response) => {
    const path = pathOf(request);
    const isPage = PAGES.test(path);
    if (!isPage && !path.startsWith('/assets/')) return false;
    const file = files.get(isPage ? '/index.html' : path);
    if (file === undefined) response.writeHead(404, HEADERS).end();
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end();
    else send(file, isPage ? 'no-cache' : FOREVER, request, response);
    return true;
  };
}

function readFiles(): Map<string, File> {
  const names = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const read = (name: string) => readFileSync(new URL(name, BUILT));
  return new Map(
    names
      .filter((name) => TYPES[extname(name)] !== undefined)
      .map((name) => {
        const plain = read(name);
        const encoded = (['br', 'gzip'] as const).flatMap((encoding) => {
          const compressed = `${name}.${encoding === 'gzip' ? 'gz' : encoding}`;
          return names.includes(compressed) ? [[encoding, read(compressed)] as const] : [];
        });
        const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
        return [`/${name}`, { type: TYPES[extname(name)] ?? '', tag, plain, encoded }];
      }),
  );
}

function send(file: File, cache: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
  const head = { ...HEADERS, 'cache-control': cache, etag: file.tag };
  if (headers['if-none-match']?.includes(file.tag)) return void response.writeHead(304, head).end();
  const accepted = String(headers['accept-encoding'] ?? '');
  const [encoding, body] = file.encoded.find(([name]) => accepted.includes(name)) ?? [null, file.plain];
  response.writeHead(200, {
    ...head,
    'content-type': file.type,
    'content-length': body.length,
    ...(encoding && { 'content-encoding': encoding }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** As when only the API was set up, or the folder was cleaned under it. */
function notBuilt(request: IncomingMessage, response: ServerResponse): boolean {
  if (!PAGES.test(pathOf(request))) return false;
  response
    .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`The board is not built; npm start builds it; the API is at /graphql.\n`);
  return true;
}
