// The server under test, and what writes into its record.
import type { Child } from './children.ts';
import { run, SERVED, start } from './children.ts';
import { now } from './clock.ts';
import { content, NEGOTIATION, ORDINARY, RECORD } from './events.ts';
import type { Place } from './place.ts';

/** One process of the real server. */
export interface Node {
  readonly server: Child;
  readonly url: string;
  readonly socketUrl: string;
}

/** The record of a run, and who may write into it. */
export interface Record {
  readonly place: Place;
  readonly key: string;
  readonly negotiationId: string;
  /** How many statements were published so far. */
  published: number;
  /** The node that the record was made with, for who needs one next. */
  idle: Node | null;
}

/** Publishes the next statements of the record together, and says when that was acknowledged. */
export type Publish = (count: number, length?: number) => Promise<number>;

/** As many as a bench may open; the limit for one address is made for the public. */
const SETTINGS = {
  ...SERVED,
  MAX_CONNECTIONS: '20000',
  MAX_CONNECTIONS_PER_ADDRESS: '20000',
  MAX_GROUPS_PER_ADDRESS: '20000',
};

/** @param preloads beside the probe */
export async function startNode(record: Record, preloads: readonly string[] = []): Promise<Node> {
  const { idle } = record;
  record.idle = null;
  if (idle !== null && preloads.length === 0) return idle;
  await idle?.server.end();
  return launch(record.place, preloads);
}

async function launch(place: Place, preloads: readonly string[] = []): Promise<Node> {
  const server = start('build/main.js', {
    preloads: ['push/probe.js', ...preloads],
    env: { ...SETTINGS, ...place.env },
  });
  const [, url = ''] = await server.says(/serving (http:[^\s"]+)/);
  return { server, url, socketUrl: url.replace('http', 'ws') };
}

/** Makes the record: its tables, a key, and what the statements refer to. */
export async function makeRecord(place: Place): Promise<Record> {
  const node = await launch(place);
  const said = await run('build/desk/key-command.js', ['issue', '--role', 'ADMIN', '--name', 'The bench'], place.env);
  const key = /parley_[\w-]+/.exec(said)?.[0] ?? '';
  for (const [mutation, input] of RECORD) await write(node.url, key, mutation, input);
  const { negotiation } = await ask<{ negotiation: { id: string } }>(node.url, key, {
    query: 'query ($slug: String!) { negotiation(slug: $slug) { id } }',
    variables: { slug: NEGOTIATION },
  });
  return { place, key, negotiationId: negotiation.id, published: 0, idle: node };
}

/** The cursor of now. */
export async function head(url: string, { key }: Record): Promise<string> {
  return (await ask<{ head: string }>(url, key, { query: '{ head }' })).head;
}

/** Who writes beside the node that pushes; embedded, nobody can but that node. */
export async function startWriter(record: Record, node: Node): Promise<{ publish: Publish; end: () => Promise<void> }> {
  if (record.place.isEmbedded) return { publish: publishingOver(record, node.url), end: async () => {} };
  const writer = start('tests/bench/push/writer.ts', { env: record.place.env });
  await writer.says(/writing/);
  return {
    publish: async (count, length = ORDINARY) => {
      const from = record.published + 1;
      record.published += count;
      return writer.ask<number>('publish', { from, count, length });
    },
    end: () => writer.end(),
  };
}

/** Publishes by mutations to a node, at once when there are several; acknowledged is when the last answer was read. */
export function publishingOver(record: Record, url: string): Publish {
  return async (count, length = ORDINARY) => {
    const from = record.published + 1;
    record.published += count;
    await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const number = from + index;
        const externalId = `event-${number}`;
        return write(url, record.key, 'publishStatement', {
          externalId,
          negotiationId: NEGOTIATION,
          content: content(number, length),
        });
      }),
    );
    return now();
  };
}

/** @throws when the answer is an error of any kind */
export async function write(url: string, key: string, mutation: string, input: object): Promise<void> {
  const type = mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const query = `mutation Write($input: ${type}Input!) { ${mutation}(input: $input) { __typename } }`;
  const answer = await ask<{ [name: string]: { __typename: string } }>(url, key, { query, variables: { input } });
  if (answer[mutation]?.__typename !== `${type}Payload`) throw new Error(JSON.stringify(answer));
}

async function ask<Data>(url: string, key: string, operation: object): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(operation),
  });
  // Who asks knows what the operation selects.
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
