import fc from 'fast-check';
import { getOperationAST, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../src/database/connect.ts';
import { issueKey } from '../src/desk/keys.ts';
import { schema } from '../src/graphql/schema.ts';
import { isKeepable } from '../src/http/keepable.ts';
import { whatIsKnown } from './support/fuzz/known.ts';
import { operationsOf, type Sent } from './support/fuzz/operations.ts';
import { answered, METRICS_TOKEN } from './support/kept.ts';
import { fieldsShown, selectionOf } from './support/leaks/selection.ts';
import { ABOUT_THE_PAST, anyCommand, anyLedger, type Command, command } from './support/ledgers/commands.ts';
import { type Asker, TestRecord } from './support/ledgers/record.ts';
import { openWorld, type World } from './support/world.ts';

/** How many questions are drawn, and from which seed. */
const DRAWS = Number(process.env.KEPT_DRAWS || 10_000);
const SEED = process.env.KEPT_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.KEPT_SEED || 20_261_127);
/** So many are asked for some rounds, over and over, so that answers are kept while others write; then so many others. */
const AT_A_TIME = 12;
const ROUNDS = 8;
/** How many are asked while the same is written, and how many by whoever has written it, right after. */
const MEANWHILE = 130;
const AFTER = 20;

/** What is asked as of any moment: every field of the talks, with what is below, and what is searched for. */
const WIDE = [
  ...fieldsShown('Negotiation', 2).map((field) => `negotiations(first: 2, asOf: $at) { nodes { slug ${field} } }`),
  `search(first: 5, query: "union OR pause", asOf: $at) { nodes ${selectionOf('Statement', 1)} }`,
  `searchActors(first: 5, name: "union", asOf: $at) { nodes ${selectionOf('Actor', 1)} }`,
].map((field) => `query Wide($at: AsOf) { ${field} }`);

let world: World;
let record: TestRecord;
/** Who asks: by their key, and by what they were let into. */
const viewers: { readonly key: string | null; readonly asker: Asker }[] = [];
/** What is asked, over and over. */
const questions: { readonly query: string; readonly variables: unknown }[] = [];
/** Of the past, for questions without variables of their own. */
const moments: string[] = [];

beforeAll(async () => {
  world = await openWorld({ METRICS_TOKEN, RATE_LIMIT: '1000000000', RATE_LIMIT_ACCOUNT: '1000000000' });
  record = await TestRecord.of(world);
  const [commands = []] = fc.sample(anyLedger, { seed: SEED, numRuns: 1 });
  for (const command of commands) await record.do(command);
  const head = await record.ledger.head();
  moments.push(...[head / 2n, head].map((position) => record.ledger.cursors.seal(position)));
  viewers.push({ key: null, asker: 'anybody' });
  for (const role of ['READER', 'REPORTER', 'EDITOR', 'ADMIN'] as const)
    viewers.push({ key: await world.key(role), asker: 'anybody' });
  for (const slug of ['talks', 'others']) {
    const request = { name: `let into ${slug}`, role: 'READER' as const, expiresAt: null, negotiation: slug };
    const { key, row } = await issueKey(world.database.prisma, request);
    viewers.push({ key, asker: row.account.grants.map(({ negotiationId }) => negotiationId ?? '') });
  }
  const made: Sent[] = [];
  const known = await whatIsKnown(world);
  for (const one of fc.sample(operationsOf(schema, known), { seed: SEED, numRuns: 400 }))
    if (made.length < WIDE.length && (await isAnswered(one))) made.push(one);
  questions.push(...WIDE.flatMap((query, index) => [{ query, variables: null }, ...made.slice(index, index + 1)]));
});
afterAll(() => world.stop());

/** Whether an operation is one whose answers may be kept, and gives one. */
async function isAnswered({ query, variables, operationName }: Sent): Promise<boolean> {
  try {
    const document = parse(query);
    if (operationName !== undefined || getOperationAST(document)?.operation !== 'query') return false;
    if (validate(schema, document).length > 0 || !isKeepable(document, null)) return false;
    return (await world.query(query, variables as object)).errors === undefined;
  } catch {
    return false;
  }
}

interface Draw {
  readonly viewer: number;
  readonly question: number;
  /** Which moment of before is read, where the question takes one. */
  readonly moment: number | null;
}

/** A draw, what came, and between which positions it was asked. */
interface Asked extends Draw {
  readonly text: string;
  readonly from: bigint;
  readonly to: bigint;
}

function questionOf({ question, moment }: Draw): { readonly query: string; readonly variables: object } {
  const index = (Math.floor(came.rounds / ROUNDS) * AT_A_TIME + (question % AT_A_TIME)) % questions.length;
  const { query, variables } = questions[index]!;
  if (variables !== null) return { query, variables: variables as object };
  return { query, variables: moment === null ? {} : { at: { cursor: moments[moment] } } };
}

async function ask(draws: readonly Draw[]): Promise<Asked[]> {
  // All that was answered to have been written; to look at the head would give the node the time to hear of it.
  const from = record.ledger.seen;
  const texts = await Promise.all(
    draws.map(async (draw) => {
      const { key } = viewers[draw.viewer % viewers.length]!;
      const response = await fetch(world.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(questionOf(draw)),
      });
      return response.text();
    }),
  );
  const to = await record.ledger.head();
  return draws.map((draw, index) => ({ ...draw, text: texts[index] ?? '', from, to }));
}

/** What is answered at a position by reading the record, with who may read what as it was then. */
class Uncached {
  readonly #answers = new Map<string, Promise<string>>();
  readonly #closed = new Map<bigint, Promise<ReadonlySet<string>>>();

  at(position: bigint, draw: Draw): Promise<string> {
    const { asker } = viewers[draw.viewer % viewers.length]!;
    const { query, variables } = questionOf(draw);
    const name = JSON.stringify([String(position), asker, query, variables]);
    const known = this.#answers.get(name) ?? this.#read(position, asker, query, variables);
    this.#answers.set(name, known);
    return known;
  }

  async #read(position: bigint, asker: Asker, query: string, variables: object): Promise<string> {
    const closed = this.#closed.get(position) ?? closedAt(position);
    this.#closed.set(position, closed);
    return JSON.stringify(await record.ask(asker, query, variables, position, await closed));
  }
}

async function closedAt(position: bigint): Promise<ReadonlySet<string>> {
  const rows = await record.ledger.read<{ id: string }>(Prisma.sql`
    SELECT id FROM negotiation WHERE access = 'RESTRICTED' AND from_position <= ${position} AND until_position > ${position}`);
  return new Set(rows.map(({ id }) => id));
}

/** An answer but for its cursors: they name the position that it was read at, since when nothing touched it. */
function withoutCursors(text: string): string {
  const told = text.replaceAll(/("\w*[cC]ursor\d*":)"[^"]*"/g, '$1""');
  if (!told.includes('"errors":')) return told;
  // Of an error the words; where it stands is told over HTTP alone.
  const { data, errors } = JSON.parse(told) as { data?: unknown; errors: { message: string }[] };
  return JSON.stringify({ data, errors: errors.map(({ message }) => message).sort() });
}

const came = { rounds: 0, moved: 0, written: 0, closed: 0, erased: 0 };

async function expectUncached(asked: readonly Asked[]): Promise<void> {
  const uncached = new Uncached();
  for (const { text, from, to, ...draw } of asked) {
    if (from !== to) came.moved += 1;
    const mine = withoutCursors(text);
    let theirs = '';
    for (let position = to; position >= from && theirs !== mine; position -= 1n)
      theirs = withoutCursors(await uncached.at(position, draw));
    if (mine === theirs) continue;
    const asks = JSON.stringify([draw.viewer % viewers.length, questionOf(draw)]);
    expect(JSON.parse(mine), `${asks} from ${from} to ${to}`).toEqual(JSON.parse(theirs));
    expect(mine).toBe(theirs);
  }
}

const draw: fc.Arbitrary<Draw> = fc.record({
  viewer: fc.nat(),
  question: fc.nat(),
  moment: fc.constantFrom(null, null, 0, 1),
});
/** What is erased and closed happens seldom by itself. */
const change = fc.oneof(
  { weight: 8, arbitrary: anyCommand() },
  ...ABOUT_THE_PAST.map((mutation) => ({ weight: 1, arbitrary: command(mutation, 'talks') })),
);
const draws = (length: number) => fc.array(draw, { minLength: length, maxLength: length });

it(`a kept answer is what the record gives, for ${DRAWS} questions of seed ${SEED} while others write, whoever asks`, async () => {
  const changes = fc.array(fc.tuple(change, draws(AFTER / 2)), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(changes, draws(MEANWHILE), async (changes, meanwhile) => {
      // What is erased is so in the past too, where answers that were given before it still had it.
      for (const [command] of changes.filter(([command]) => isErasure(command))) await write(command);
      const writing = changes.map(async ([command, own]) => {
        if (!isErasure(command)) await write(command);
        return ask(own);
      });
      const asked = await Promise.all([ask(meanwhile), ...writing]);
      await expectUncached(asked.flat());
      came.rounds += 1;
    }),
    { numRuns: Math.ceil(DRAWS / (MEANWHILE + AFTER)), seed: SEED, endOnFailure: true },
  );
  const kept = await answered(world, 'kept');
  process.stdout.write(`kept answers: ${JSON.stringify({ ...came, kept, shared: await answered(world, 'shared') })}\n`);
  expect(kept).toBeGreaterThan(DRAWS / 4);
  expect(came.moved).toBeGreaterThan(DRAWS / 10);
  expect(Math.min(came.closed, came.erased)).toBeGreaterThan(0);
}, 600_000);

function isErasure({ mutation }: Command): boolean {
  return mutation === 'expungeStatement';
}

async function write(command: Command): Promise<void> {
  if ((await record.do(command)) !== null) return;
  came.written += 1;
  if (isErasure(command)) came.erased += 1;
  if (command.mutation === 'changeNegotiationAccess') came.closed += 1;
}
