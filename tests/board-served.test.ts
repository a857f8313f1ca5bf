import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.stop());

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, world.url), init);
const SCRIPT = /src="(\/assets\/[^"]+\.js)"/;

describe('the board’s page', () => {
  it.each(['/', '/negotiations', '/negotiations/dockers-2026', '/negotiations/anything?at=x&statement=y'])(
    'is served at %s, under a policy that lets in nothing but this server’s own',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const policy = String(response.headers.get('content-security-policy'));
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      const html = await response.text();
      expect(html).toMatch(SCRIPT);
      expect(html).not.toMatch(/(?:src|href)="(?!\/assets\/)/);
      expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    },
  );

  it('keeps its files for good, under names that change with what is in them, and sends them compressed', async () => {
    const [, script = ''] = SCRIPT.exec(await (await get('/')).text()) ?? [];
    const response = await get(script, { headers: { 'accept-encoding': 'br' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(script).toMatch(/-[\w-]{8}\.js$/);
    expect(
      (await get(script, { headers: { 'accept-encoding': 'identity' } })).headers.get('content-encoding'),
    ).toBeNull();
    const etag = String(response.headers.get('etag'));
    expect((await get('/', { headers: { 'if-none-match': etag } })).status).toBe(200);
    expect((await get(script, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('weighs at most 150 kB of compressed script to begin with', async () => {
    const html = readFileSync('dist/board/index.html', 'utf8');
    const first = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path);
    expect(first.length).toBeGreaterThan(0);
    const bytes = first.reduce((sum, path) => sum + statSync(`dist/board${path}.gz`).size, 0);
    expect(bytes).toBeLessThanOrEqual(150_000);
    // The other language is read when it is chosen.
    expect(readdirSync('dist/board/assets').some((file) => /^ar-.*\.js$/.test(file))).toBe(true);
  });

  it('takes no other method, has no other files, and leaves the rest to the API', async () => {
    expect((await get('/', { method: 'POST', body: '{}' })).status).toBe(405);
    expect((await get('/', { method: 'HEAD' })).status).toBe(200);
    expect((await get('/assets/none.js')).status).toBe(404);
    for (const path of ['/assets/../index.html', '/assets/..%2f..%2f..%2fpackage.json', '/assets/%00', '/assets//']) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('/negotiations/a/b')).status).toBe(404);
    expect((await get('/index.html')).status).toBe(404);
  });
});
