import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../src/database/connect.ts';
import { issueKey } from '../src/desk/keys.ts';
import { freshPlace, onServer } from './support/database.ts';
import { type Running, refusedProcess, startProcess } from './support/process.ts';

let folder: string;
let settings: NodeJS.ProcessEnv;
let running: Running;
let key: string;
/** For what the processes need for a while. */
let temporary: string;
let drop = async () => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-process-'));
  const fresh = await freshPlace();
  drop = fresh.drop;
  const place = 'url' in fresh.place ? fresh.place : { dataDir: folder };
  temporary = join(folder, 'tmp');
  await mkdir(temporary);
  settings = {
    HOST: '127.0.0.1',
    PORT: '0',
    TMPDIR: temporary,
    ...('url' in place ? { DATABASE_URL: place.url } : { DATA_DIR: folder }),
  };
  running = await startProcess(settings);
  // The port stays the same from here on, as clients come back to it.
  settings.PORT = new URL(running.url).port;
  expect(await running.end('SIGINT')).toBe(0);
  const database = await connect(place);
  key = (await issueKey(database.prisma, { name: 'the test', role: 'EDITOR', expiresAt: null })).key;
  await database[Symbol.asyncDispose]();
  running = await startProcess(settings);
});

afterAll(async () => {
  if (running.process.exitCode === null && running.process.signalCode === null) await running.end('SIGKILL');
  await drop();
  await rm(folder, { recursive: true, force: true });
});

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(running.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function publish(text: string) {
  return ask(
    `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) { ... on PublishStatementPayload { cursor } } }`,
    {
      input: {
        negotiationId: 'gaza-hostages-2023',
        content: {
          text,
          quotationType: 'INDIRECT',
          speechActs: ['COMMENT'],
          source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' },
          attributionLevel: 'BACKGROUND',
          said: { from: '2023-10-31T00:00:00Z', precision: 'DAY', basis: 'STATED' },
        },
      },
    },
  );
}

describe('the process', () => {
  it('says that it is ready when the samples are there to be asked for', async () => {
    const fresh = await freshPlace();
    const data = await mkdtemp(join(tmpdir(), 'parley-process-'));
    const place = 'url' in fresh.place ? { DATABASE_URL: fresh.place.url } : { DATA_DIR: data };
    const port = await freePort();
    const starting = startProcess({ ...settings, ...place, PORT: String(port) });
    try {
      const isReady = () =>
        fetch(`http://127.0.0.1:${port}/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      await vi.waitUntil(isReady, { timeout: 60_000, interval: 2 });
      const asked = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ negotiations { nodes { slug } } }' }),
      });
      const { data: found } = (await asked.json()) as { data: { negotiations: { nodes: unknown[] } } };
      expect(found.negotiations.nodes).toHaveLength(2);
    } finally {
      await (await starting).end('SIGTERM');
      await fresh.drop();
      await rm(data, { recursive: true, force: true });
    }
  }, 90_000);

  it('loads the samples once, and is healthy and ready', async () => {
    const { negotiations } = await ask<{ negotiations: { nodes: { slug: string }[] } }>(
      '{ negotiations { nodes { slug } } }',
    );
    expect(negotiations.nodes.map(({ slug }) => slug).sort()).toEqual(['dockers-2026', 'gaza-hostages-2023']);
    for (const path of ['/health', '/ready']) expect((await fetch(new URL(path, running.url))).status).toBe(200);
  });

  it('carries its GraphiQL itself, and names no other host in it', async () => {
    const page = await (await fetch(running.url, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('<title>Parley</title>');
    expect(page.match(/<(script|link)[^>]+(src|href)="(https?:)?\/\//g)).toBeNull();
  });

  it('refuses what a form of any page could send', async () => {
    for (const contentType of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      const response = await fetch(running.url, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: 'query={head}',
      });
      expect(response.status).toBe(415);
    }
  });

  it('outlives an address that is none', async () => {
    const { hostname, port } = new URL(running.url);
    const status = await new Promise<number | undefined>((settle) => {
      request({ hostname, port, path: '//' }, (response) => settle(response.resume().statusCode)).end();
    });
    expect(status).toBe(404);
    expect((await fetch(new URL('/health', running.url))).status).toBe(200);
  });

  it('refuses an operation that asks for too much at once', async () => {
    const nested =
      '{ negotiations(first: 100) { nodes { statements(first: 100) { nodes { negotiation { statements(first: 100) { nodes { text } } } } } } } }';
    await expect(ask(nested)).rejects.toThrow('TOO_COSTLY');
    await expect(ask(`{ ${'head '.repeat(6_000)} }`)).rejects.toThrow('TOO_COSTLY');
  });

  it('lets a subscription over server-sent events end when it stops', async () => {
    const { negotiation } = await ask<{ negotiation: { id: string } }>(
      '{ negotiation(slug: "gaza-hostages-2023") { id } }',
    );
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { statements(negotiationId: "${negotiation.id}") { __typename } }` }),
    });
    expect(response.status).toBe(200);
    expect(await running.end('SIGTERM')).toBe(0);
    await response.text().catch(() => {});
    running = await startProcess(settings);
  });

  it('refuses a body past its bound', async () => {
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ head }', padding: 'x'.repeat(1_100_000) }),
    });
    expect(response.status).toBe(413);
  });

  it('opens no socket to a page of another origin', async () => {
    const socket = new WebSocket(running.url.replace('http', 'ws'), 'graphql-transport-ws', {
      origin: 'https://elsewhere.example',
    });
    const refused = await new Promise<string>((settle) => socket.once('error', ({ message }) => settle(message)));
    expect(refused).toContain('403');
  });

  it('gives a follower who comes back after a restart, and after kill -9, everything once and in order', async () => {
    const { negotiation } = await ask<{ negotiation: { id: string; cursor: string } }>(
      '{ negotiation(slug: "gaza-hostages-2023") { id cursor } }',
    );
    let after = negotiation.cursor;
    const client = createClient({
      url: running.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 1_000,
      retryWait: () => new Promise((settle) => setTimeout(settle, 50)),
      shouldRetry: () => true,
    });
    const seen: string[] = [];
    const following = (async () => {
      const variables = {
        id: negotiation.id,
        get after() {
          return after;
        },
      };
      const query = `subscription Follow($id: ID!, $after: Cursor) {
        statements(negotiationId: $id, after: $after) { ... on StatementEvent { cursor statement { text } } } }`;
      for await (const { data, errors } of client.iterate<{
        statements: { cursor: string; statement: { text: string } };
      }>({ query, variables })) {
        if (errors) throw errors[0];
        if (!data) continue;
        after = data.statements.cursor;
        seen.push(data.statements.statement.text);
        if (seen.length === 9) return;
      }
    })();
    for (const n of [1, 2, 3]) await publish(`${n}`);
    expect(await running.end('SIGTERM')).toBe(0);
    running = await startProcess(settings);
    for (const n of [4, 5, 6]) await publish(`${n}`);
    await running.end('SIGKILL');
    running = await startProcess(settings);
    for (const n of [7, 8, 9]) await publish(`${n}`);
    await following;
    await client.dispose();
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  }, 120_000);

  it.skipIf(onServer)(
    'leaves no temporary files, whatever it was that ended the one before',
    async () => {
      await running.end('SIGKILL');
      running = await startProcess(settings);
      expect(await running.end('SIGTERM')).toBe(0);
      expect((await readdir(temporary)).filter((name) => name.startsWith('parley-'))).toEqual([]);
      running = await startProcess(settings);
    },
    120_000,
  );

  it.skipIf(onServer)('refuses a second process on the same data folder with one sentence', async () => {
    const { code, output } = await refusedProcess({ ...settings, PORT: '0' });
    expect(code).toBe(1);
    expect(output).toMatch(/The data folder .* is in use by process \d+/);
    expect(
      output
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toHaveLength(1);
  });

  it('ends with one sentence that names the setting which is wrong', async () => {
    const { code, output } = await refusedProcess({ ...settings, PORT: 'http' });
    expect(code).toBe(1);
    expect(output).toBe('PORT must be a port number (it is “http”).\n');
  });
});
