import fc from 'fast-check';
import { type DocumentNode, GraphQLError, getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cost, costOf, LIMITS } from '../src/graphql/limits.ts';
import { schema } from '../src/graphql/schema.ts';
import { ReadRefusedError } from '../src/ledger/errors.ts';
import { loadSamples } from '../src/transfer/samples.ts';
import { whatIsKnown } from './support/fuzz/known.ts';
import { operationsOf, type Sent } from './support/fuzz/operations.ts';
import { fieldsIn, misfits } from './support/fuzz/shape.ts';
import type { Known } from './support/fuzz/values.ts';
import { cutSockets, greetedSocket, type RawSocket } from './support/raw-socket.ts';
import { type Answer, openWorld, type World } from './support/world.ts';

/** How many operations, and from which seed; `npm run fuzz` takes another seed each time. */
const RUNS = Number(process.env.FUZZ_RUNS || 10_000);
const SEED = process.env.FUZZ_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.FUZZ_SEED || 20_261_126);
/** So many at once, as loaders and caches are shared by what comes together. */
const AT_ONCE = 10;
/** A larger one goes over HTTP, where more is read of one message. */
const MESSAGE_MOST = 90_000;

const BOARD = `query Board($slug: String!, $then: Cursor!) { negotiation(slug: $slug, asOf: { cursor: $then }) {
  title status terms(first: 20) { nodes { title positions { party { name } stance { kind } } } }
  statements(first: 100) { nodes { id text revision source { descriptor } } }
} }`;

let world: World;
let known: Known;
let editor: string;
/** A reader's socket and an editor's. */
const sockets = new Map<string | null, RawSocket>();

beforeAll(async () => {
  world = await openWorld({
    RATE_LIMIT: '1000000000',
    RATE_LIMIT_ACCOUNT: '1000000000',
    MAX_OPERATIONS_PER_SOCKET: '1000',
  });
  await loadSamples(world.server.ledger, () => {});
  editor = await world.key('EDITOR');
  known = await whatIsKnown(world);
  for (const key of [null, editor]) sockets.set(key, await greetedSocket(world.url, key === null ? {} : { key }));
});
afterAll(async () => {
  cutSockets();
  await world.stop();
});

let asked = 0;

/** Sends an operation, and gives what comes back: an answer, or nothing for a subscription that goes on. */
async function ask(sent: Sent, way: 'HTTP' | 'socket', key: string | null): Promise<Answer<any> | null> {
  const { variables } = sent;
  const isObject = typeof variables === 'object' && variables !== null && !Array.isArray(variables);
  // A message of another shape is none of the protocol's, and would close the socket.
  if ((way === 'HTTP' && !isSubscription(sent)) || !isObject || JSON.stringify(sent).length > MESSAGE_MOST)
    return overHttp(sent, key);
  const socket = sockets.get(key)!;
  asked += 1;
  const [id, mark] = [`${asked}`, `${asked} after`];
  socket.say({ id, type: 'subscribe', payload: sent });
  if (isSubscription(sent)) {
    // What is asked after it is answered after it: either it was refused by then, or it goes on.
    await socket.ask(mark, '{ __typename }');
    socket.say({ id, type: 'complete' });
    const answer = socket.received.find((message) => message.id === id && ['next', 'error'].includes(message.type));
    if (answer === undefined) return null;
    return answer.type === 'error' ? { data: null, errors: answer.payload } : answer.payload;
  }
  const { type, payload } = await socket.next((message) => message.id === id && message.type !== 'complete');
  return type === 'error' ? { data: null, errors: payload } : payload;
}

async function overHttp(sent: Sent, key: string | null): Promise<Answer<any>> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(sent),
  });
  expect(response.status).toBeLessThan(500);
  return (await response.json()) as Answer<any>;
}

function isSubscription({ query, operationName }: Sent): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false;
  }
}

/** Looks whether an answer is one that this operation may get. */
function check(sent: Sent, answer: Answer<any> | null): void {
  if (answer === null) return;
  for (const { message, extensions } of answer.errors ?? []) {
    expect([typeof message, typeof extensions?.code]).toEqual(['string', 'string']);
    expect(extensions?.code).not.toBe('INTERNAL_SERVER_ERROR');
    expect(message).not.toMatch(/[pP]risma|[pP]ostgres|\bSELECT\b|node_modules|\.ts:\d/);
  }
  if ((answer.data ?? null) === null) return void expect(answer.errors?.length).toBeGreaterThan(0);
  const document = parse(sent.query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, sent.operationName);
  if (!operation) throw new Error('an answer without an operation');
  expect(misfits(schema, document, operation, answer.data)).toEqual([]);
  // What ran was asked within the limits, and no more came than may.
  const cost = costIn(sent, document);
  for (const kind of ['depth', 'breadth', 'complexity'] as const)
    if (cost !== null) expect([kind, cost[kind]]).toEqual([kind, expect.toSatisfy((asked) => asked <= LIMITS[kind])]);
  if (!sent.query.includes('__schema') && !sent.query.includes('__type('))
    expect(fieldsIn(answer.data)).toBeLessThanOrEqual(LIMITS.complexity);
}

/** What it may cost; null when an argument is none, of which the rest may have been counted before. */
function costIn({ operationName, variables }: Sent, document: DocumentNode): Cost | null {
  try {
    return costOf(schema, document, operationName, variables as Record<string, unknown>);
  } catch (error) {
    if (error instanceof ReadRefusedError || error instanceof GraphQLError) return null;
    throw error;
  }
}

/** A null where the schema says that there is none. */
const NO_NULL = /found null|must not be null/;

it(
  `${RUNS} operations of seed ${SEED} crash nothing, leak nothing, cost no more than they may, and change nothing that was`,
  async () => {
    const [then] = known.cursors.slice(-1);
    const board = () => world.query(BOARD, { slug: known.slugs[0], then });
    const before = await board();
    expect(before.errors).toBeUndefined();
    const came = new Map<string, number>();
    const count = (what: string) => came.set(what, (came.get(what) ?? 0) + 1);

    const one = fc.record({
      sent: operationsOf(schema, known),
      way: fc.constantFrom('HTTP' as const, 'socket' as const, 'socket' as const),
      isEditor: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
    });
    const some = fc.array(one, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(some, async (operations) => {
        await Promise.all(
          operations.map(async ({ sent, way, isEditor }) => {
            try {
              const answer = await ask(sent, way, isEditor ? editor : null);
              check(sent, answer);
              count(answer === null ? 'subscribed' : (answer.errors?.[0]?.extensions?.code ?? 'data'));
              if (answer?.errors?.some(({ message }) => NO_NULL.test(message))) count('no null');
            } catch (cause) {
              throw new Error(`over ${way}${isEditor ? ', as an editor' : ''}: ${JSON.stringify(sent)}`, { cause });
            }
          }),
        );
      }),
      { numRuns: Math.ceil(RUNS / AT_ONCE), seed: SEED, endOnFailure: process.env.FUZZ_SHRINK !== 'true' },
    );

    // Of all that may happen enough has happened.
    for (const what of [
      'data',
      'subscribed',
      'TOO_COSTLY',
      'GRAPHQL_VALIDATION_FAILED',
      'BAD_USER_INPUT',
      'BAD_PAGE',
      'no null',
    ])
      expect([what, came.get(what) ?? 0]).toEqual([what, expect.toSatisfy((times) => times > RUNS / 500)]);
    process.stdout.write(`fuzz: seed ${SEED}, ${JSON.stringify(Object.fromEntries(came))}\n`);
    expect([...sockets.values()].every(({ isOpen }) => isOpen)).toBe(true);
    expect(await board()).toEqual(before);
    expect((await fetch(new URL('/ready', world.url))).status).toBe(200);
  },
  Math.max(600_000, RUNS * 100),
);
