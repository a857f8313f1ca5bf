import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import WebSocket from 'ws';
import { type ClientOptions, createClient, type ParleyClient } from '../src/client/index.ts';
import {
  BoardDocument,
  type BoardQuery,
  StatementsDocument,
  type StatementsSubscription,
} from './generated/operations.ts';
import { openProxy } from './support/proxy.ts';
import { publish, seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let negotiationId: string;
const clients: ParleyClient[] = [];
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  negotiationId = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(() => world.stop());

function open(options: Partial<ClientOptions> = {}): ParleyClient {
  const client = createClient({ url: world.url.replace('http', 'ws'), webSocketImpl: WebSocket, ...options });
  clients.push(client);
  return client;
}

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

/** Takes events until there are as many as wanted, and gives the words of their statements. */
async function take(events: AsyncIterable<{ data: StatementsSubscription }>, count: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { data } of events) {
    texts.push(wordsOf(data));
    if (texts.length === count) break;
  }
  return texts;
}

function wordsOf({ statements }: StatementsSubscription): string {
  return statements.statement.text ?? '';
}

describe('following with the client', () => {
  it('gives data as the document types it, each event with its cursor', async () => {
    const after = await head();
    const events = open().follow({ subscription: StatementsDocument, variables: { negotiationId, after } });
    await publish(world, 'typed', { text: 'typed' });
    const { value } = await events.next();
    expectTypeOf(value?.data).toEqualTypeOf<StatementsSubscription | undefined>();
    expect(value?.data.statements).toMatchObject({ __typename: 'StatementPublished', statement: { text: 'typed' } });
    expect(value?.cursor).toBe(value?.data.statements.cursor);
    events.stop();
  });

  it('begins now when no cursor is given', async () => {
    const events = open().follow({ subscription: StatementsDocument, variables: { negotiationId } });
    let taken: string[] = [];
    const taking = take(events, 1).then((texts) => {
      taken = texts;
    });
    for (let n = 0; taken.length === 0 && n < 500; n++) await publish(world, `now-${n}`, { text: `now ${n}` });
    await taking;
    expect(taken[0]).toMatch(/^now /);
  });

  it('joins a query and what comes after it without a seam, while two desks publish', async () => {
    const client = open();
    const query = `query Seam { negotiation(slug: "talks") {
      id cursor statements(first: 100, orderBy: NEWEST_RECORDED) { nodes { text } } } }`;
    const textsOf = ({ negotiation }: Seam) =>
      negotiation.statements.nodes.map(({ text }) => text).filter((text) => text.startsWith('seam'));
    const read = async () => {
      const { answer, events } = await client.readAndFollow({
        query,
        subscription: StatementsDocument,
        from: ({ negotiation }: Seam) => ({ negotiationId: negotiation.id, after: negotiation.cursor }),
      });
      const texts = textsOf(answer).reverse();
      return texts.length === 24 ? texts : [...texts, ...(await take(events, 24 - texts.length))];
    };
    const reading: Promise<string[]>[] = [];
    const desk = async (name: string) => {
      for (let n = 0; n < 12; n++) {
        // Not awaited, so that each joins at another moment, with statements under way.
        if (n % 4 === 0) reading.push(read());
        await publish(world, `seam-${name}-${n}`, { text: `seam ${name} ${n}` });
      }
    };
    await Promise.all([desk('one'), desk('two')]);
    const recorded = textsOf((await world.query<Seam>(query)).data).reverse();
    expect(recorded).toHaveLength(24);
    for (const texts of await Promise.all(reading)) expect(texts).toEqual(recorded);
  });

  it('answers a query beside it over the same socket', async () => {
    const client = open();
    let sockets = 0;
    client.on('connected', () => {
      sockets += 1;
    });
    const { answer, events } = await client.readAndFollow({
      query: BoardDocument,
      variables: { slug: 'talks' },
      subscription: StatementsDocument,
      from: ({ negotiation }) => negotiation && { negotiationId: negotiation.id, after: negotiation.cursor },
    });
    expectTypeOf(answer).toEqualTypeOf<BoardQuery>();
    expect(answer.negotiation?.title).toBe('Pay at the docks');
    await publish(world, 'beside', { text: 'beside' });
    expect(await take(events, 1)).toEqual(['beside']);
    expect(sockets).toBe(1);
  });

  it('gives no events where there is nothing to follow', async () => {
    const { answer, events } = await open().readAndFollow({
      query: BoardDocument,
      variables: { slug: 'no-such-talks' },
      subscription: StatementsDocument,
      from: ({ negotiation }) => negotiation && { negotiationId: negotiation.id, after: negotiation.cursor },
    });
    expect(answer).toEqual({ negotiation: null });
    expect(await take(events, 1)).toEqual([]);
  });

  it('notices a connection that hangs half-open, and goes on over another', async () => {
    await using proxy = await openProxy(world.url.replace('http', 'ws'));
    const client = open({ url: proxy.url, keepAlive: 50, answerWithin: 1_000 });
    const after = await head();
    const events = client.follow({ subscription: StatementsDocument, variables: { negotiationId, after } });
    await publish(world, 'half-1', { text: 'before' });
    expect(wordsOf((await events.next()).value!.data)).toBe('before');
    proxy.hang();
    await publish(world, 'half-2', { text: 'during' });
    expect(wordsOf((await events.next()).value!.data)).toBe('during');
    await publish(world, 'half-3', { text: 'after' });
    expect(wordsOf((await events.next()).value!.data)).toBe('after');
    events.stop();
  });
});

describe('what the client refuses', () => {
  it.each([
    ['from another record', { after: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'BAD_CURSOR'],
    ['to a negotiation that there is not', { negotiationId: 'Tm90aGluZw' }, 'BAD_ID'],
  ])('is a subscription %s, with the server’s own code', async (_, changes, code) => {
    const after = await head();
    const events = open().follow({
      subscription: StatementsDocument,
      variables: { negotiationId, after, ...changes },
    });
    await expect(events.next()).rejects.toMatchObject({ name: 'RefusedError', code });
  });

  it('is a query that is answered with an error', async () => {
    const reading = open().readAndFollow({
      query: `{ drafts(negotiationId: "${negotiationId}", first: 1) { nodes { id } } }`,
      subscription: StatementsDocument,
      from: () => null,
    });
    await expect(reading).rejects.toMatchObject({ name: 'RefusedError', code: 'UNAUTHENTICATED' });
  });

  it('is a subscription that could not be resumed, before anything is sent', async () => {
    const client = open();
    const subscription = 'subscription S($id: ID!) { statements(negotiationId: $id) { __typename } }';
    expect(() => client.follow({ subscription, variables: { id: negotiationId } })).toThrow(
      /The subscription S has to pass a variable to the argument “after”/,
    );
    expect(() => client.follow({ subscription: '{ head }' })).toThrow('A query cannot be followed.');
    await expect(client.readAndFollow({ query: '{ head }', subscription, from: () => null })).rejects.toMatchObject({
      name: 'UnresumableError',
    });
    const refused = await new Promise((settle) => {
      client.subscribe({ query: subscription }, { next: () => {}, error: settle, complete: () => {} });
    });
    expect(refused).toMatchObject({ name: 'UnresumableError' });
    expect(client.state).toEqual({ status: 'idle' });
  });

  it('is a join that is given no cursor', async () => {
    const reading = open().readAndFollow({
      query: BoardDocument,
      variables: { slug: 'talks' },
      subscription: StatementsDocument,
      from: () => ({ negotiationId }),
    });
    await expect(reading).rejects.toMatchObject({ name: 'UnresumableError' });
  });

  it('is what does not fit the types of the documents', () => {
    // Never run: `tsc` reads it, and wants an error at each of these lines.
    void ((client: ParleyClient) => {
      // @ts-expect-error a variable that is required
      client.follow({ subscription: StatementsDocument });
      // @ts-expect-error a variable of another type
      client.follow({ subscription: StatementsDocument, variables: { negotiationId: 1 } });
      // @ts-expect-error a variable that there is not
      client.follow({ subscription: StatementsDocument, variables: { negotiationId, since: 'c' } });
      void client.readAndFollow({
        query: BoardDocument,
        // @ts-expect-error the query's variables, not the subscription's
        variables: { negotiationId },
        subscription: StatementsDocument,
        from: () => null,
      });
      void client.readAndFollow({
        query: BoardDocument,
        variables: { slug: 'talks' },
        subscription: StatementsDocument,
        // @ts-expect-error an answer that may be null
        from: ({ negotiation }) => ({ negotiationId: negotiation.id, after: negotiation.cursor }),
      });
      void client.readAndFollow({
        query: BoardDocument,
        variables: { slug: 'talks' },
        subscription: StatementsDocument,
        // @ts-expect-error variables without the one that is required
        from: ({ negotiation }) => ({ after: negotiation?.cursor }),
      });
    });
  });
});

interface Seam {
  readonly negotiation: {
    readonly id: string;
    readonly cursor: string;
    readonly statements: { readonly nodes: readonly { readonly text: string }[] };
  };
}
