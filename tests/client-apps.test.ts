import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { issueKey } from '../src/desk/keys.ts';
import { type App, openApp, type Printing, writeExamples } from './support/client-app.ts';
import { freshPlace } from './support/database.ts';
import { type Running, startProcess } from './support/process.ts';

let app: App;
beforeAll(async () => {
  app = await openApp();
});
afterAll(() => app[Symbol.asyncDispose]());

describe('the package that apps install', () => {
  it('brings the client, its types, and nothing of the server', async () => {
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(join(app.folder, 'node_modules', 'parley', 'package.json'), 'utf8'),
    );
    expect(Object.keys({ ...dependencies, ...peerDependencies })).toEqual([
      '@0no-co/graphql.web',
      'graphql-ws',
      'graphql',
    ]);
  });

  it('is imported by Node without anything around it', () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `console.log(Object.keys(await import('parley/client')).sort().join())`],
      { cwd: app.folder, encoding: 'utf8' },
    );
    expect(stdout.trim(), stderr).toBe('ClosedError,OutcomeUnknownError,RefusedError,UnresumableError,createClient');
  });

  it('checks the types of an app’s own documents', async () => {
    await writeFile(join(app.folder, 'app.ts'), APP);
    const { stdout } = spawnSync(
      process.execPath,
      [
        resolve('node_modules/@typescript/native/bin/tsc'),
        ...['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''],
        ...['--module', 'esnext', '--moduleResolution', 'bundler', 'app.ts'],
      ],
      { cwd: app.folder, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });
});

/** What a code generator writes, in both of its forms, and an app that uses it rightly and wrongly. */
const APP = `
import type { DocumentTypeDecoration, TypedDocumentNode } from '@graphql-typed-document-node/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient, RefusedError, type ConnectionState } from 'parley/client';

class TypedDocumentString<Result, Variables> extends String implements DocumentTypeDecoration<Result, Variables> {
  __apiType?: NonNullable<DocumentTypeDecoration<Result, Variables>['__apiType']>;
  constructor(private value: string) { super(value); }
  override toString(): string { return this.value; }
}
type Variables = { negotiationId: string; after?: string | null };
declare const query: TypedDocumentNode<{ negotiation: { id: string; cursor: string } | null }, { slug: string }>;
declare const node: TypedDocumentNode<{ statements: { text: string } }, Variables>;
declare const text: TypedDocumentString<{ statements: { text: string } }, Variables>;

const client = createClient({ url: 'wss://parley.example/graphql', connectionParams: async () => ({ authorization: 'Bearer x' }) });
export const link = new GraphQLWsLink(client);
export const state: ConnectionState = client.state;

export async function run(): Promise<string> {
  for await (const { data, cursor } of client.follow({ subscription: node, variables: { negotiationId: 'x' } })) {
    return data.statements.text + cursor;
  }
  const { answer, events } = await client.readAndFollow({
    query,
    variables: { slug: 'x' },
    subscription: text,
    from: ({ negotiation }) => negotiation && { negotiationId: negotiation.id, after: negotiation.cursor },
  });
  const { value } = await events.next();
  // @ts-expect-error a number
  const wrong: number | undefined = value?.data.statements.text;
  // @ts-expect-error a variable that is missing
  client.follow({ subscription: text, variables: { after: 'c' } });
  // @ts-expect-error a variable of another type
  client.follow({ subscription: node, variables: { negotiationId: 1 } });
  try { events.stop(); } catch (error) { if (error instanceof RefusedError) return error.code ?? ''; }
  return answer.negotiation?.id ?? String(wrong);
}
`;

describe('through kill -9, a stop and two starts of the server, everything comes once and in order', () => {
  const EXAMPLES = ['helper.mjs', 'apollo.mjs', 'urql.mjs', 'graphql-ws.mjs'];
  const printing = new Map<string, Printing>();
  let folder: string;
  let drop = async () => {};
  let running: Running;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-restart-'));
    const fresh = await freshPlace();
    drop = fresh.drop;
    const place = 'url' in fresh.place ? fresh.place : { dataDir: folder };
    const database = await connect(place);
    await migrate(database.prisma);
    key = (await issueKey(database.prisma, { name: 'the test', role: 'EDITOR', expiresAt: null })).key;
    await database[Symbol.asyncDispose]();
    const settings: NodeJS.ProcessEnv = { HOST: '127.0.0.1', PORT: '0' };
    Object.assign(settings, 'url' in place ? { DATABASE_URL: place.url } : { DATA_DIR: folder });
    running = await startProcess(settings);
    settings.PORT = new URL(running.url).port;

    expect(await writeExamples(app, new URL(running.url).host)).toEqual(EXAMPLES);
    for (const example of EXAMPLES) printing.set(example, app.run(example));
    // Each has read its cursor once it has printed the title.
    for (const [, { lines }] of printing) await lines(1);
    for (const text of ['1', '2', '3']) await publish(text);
    await running.end('SIGKILL');
    running = await startProcess(settings);
    for (const text of ['4', '5', '6']) await publish(text);
    await running.end('SIGTERM');
    running = await startProcess(settings);
    for (const text of ['7', '8', '9']) await publish(text);
  }, 240_000);

  afterAll(async () => {
    for (const [, printed] of printing) await printed[Symbol.asyncDispose]();
    await running?.end('SIGKILL');
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function publish(text: string): Promise<void> {
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query: `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) { __typename } }`,
        variables: {
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
      }),
    });
    expect(await response.json()).toMatchObject({
      data: { publishStatement: { __typename: 'PublishStatementPayload' } },
    });
  }

  it.each([
    ['the client', 'helper.mjs'],
    ['Apollo Client', 'apollo.mjs'],
    ['urql', 'urql.mjs'],
    ['graphql-ws as it is', 'graphql-ws.mjs'],
  ])(
    'with %s',
    async (_, example) => {
      const [title, ...texts] = (await printing.get(example)?.lines(10)) ?? [];
      expect(title).toMatch(/hostage/i);
      expect(texts).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
      // They may be waiting to connect for a while, graphql-ws itself for the longest.
    },
    120_000,
  );
});
