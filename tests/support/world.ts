import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { type DestinationStream, pino } from 'pino';
import WebSocket from 'ws';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/connect.ts';
import type { Role } from '../../src/database/generated/enums.ts';
import { issueKey } from '../../src/desk/keys.ts';
import { type Server, startServer } from '../../src/server.ts';
import { freshDatabase } from './database.ts';

export interface Answer<Data> {
  readonly data: Data;
  readonly errors?: readonly { message: string; path?: readonly (string | number)[]; extensions?: { code?: string } }[];
}

type Document<Data, Variables> = TypedDocumentNode<Data, Variables> | string;

/** A whole server on a database of its own, reached over real HTTP and WebSockets. */
export interface World extends AsyncDisposable {
  readonly server: Server;
  readonly database: Database;
  readonly url: string;
  /** Asks as a reader without a key. */
  query<Data = any, Variables = any>(document: Document<Data, Variables>, variables?: Variables): Promise<Answer<Data>>;
  /** Asks as an editor of the desk. */
  desk<Data = any, Variables = any>(document: Document<Data, Variables>, variables?: Variables): Promise<Answer<Data>>;
  /** Asks with a key of a role, or with none of ours. */
  as<Data = any>(key: string | null, document: Document<Data, any>, variables?: object): Promise<Answer<Data>>;
  key(role: Role): Promise<string>;
  /**
   * Runs a mutation as an editor, and gives its payload.
   * @throws when it gives an error of any kind
   */
  write<Payload = any>(name: string, input: object, selection?: string): Promise<Payload>;
  /** The official graphql-ws client. */
  client(options?: { key?: string; retryAttempts?: number }): Client;
  stop(): Promise<void>;
}

/** @param log where what the server logs goes; nowhere when left out, unless LOG_LEVEL is set where the tests run */
export async function openWorld(settings: NodeJS.ProcessEnv = {}, log?: DestinationStream): Promise<World> {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', ...settings });
  const database = await freshDatabase(config.databasePool, config.timeLimitMs);
  const logger = log ? pino({ level: config.logLevel }, log) : pino({ level: process.env.LOG_LEVEL ?? 'silent' });
  const server = await startServer(config, database, logger);
  const clients: Client[] = [];
  const keys = new Map<Role, Promise<string>>();
  const key = (role: Role) => {
    const known =
      keys.get(role) ??
      issueKey(database.prisma, { name: `${role} of the test`, role, expiresAt: null }).then(({ key }) => key);
    keys.set(role, known);
    return known;
  };
  const as = async (bearer: string | null, document: Document<any, any>, variables: object = {}) => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body: JSON.stringify({ query: typeof document === 'string' ? document : print(document), variables }),
    });
    return (await response.json()) as Answer<any>;
  };
  const stop = async () => {
    for (const client of clients) await client.dispose();
    await server.stop();
    await database[Symbol.asyncDispose]();
  };
  return {
    server,
    database,
    url: server.url,
    key,
    as,
    query: (document, variables) => as(null, document, variables as object),
    desk: async (document, variables) => as(await key('EDITOR'), document, variables as object),
    write: async (name, input, selection = '') => {
      const type = name.charAt(0).toUpperCase() + name.slice(1);
      const document = `mutation Write($input: ${type}Input!) { ${name}(input: $input) {
        __typename
        ... on ${type}Payload { cursor recordedAt ${selection} }
        ... on Error { message }
      } }`;
      const { data, errors } = await as(await key('ADMIN'), document, { input });
      const payload = data?.[name];
      if (errors || payload?.__typename !== `${type}Payload`) throw new Error(JSON.stringify(errors ?? payload));
      return payload;
    },
    client: (options = {}) => {
      const client = createClient({
        url: server.url.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: options.retryAttempts ?? 0,
        ...(options.key && { connectionParams: { authorization: `Bearer ${options.key}` } }),
      });
      clients.push(client);
      return client;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
