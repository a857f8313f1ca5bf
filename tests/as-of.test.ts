import fc from 'fast-check';
import { getOperationAST, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { whatIsKnown } from './support/fuzz/known.ts';
import { operationsOf } from './support/fuzz/operations.ts';
import { fieldsShown, selectionOf } from './support/leaks/selection.ts';
import { ABOUT_THE_PAST, anyLedger, type Command } from './support/ledgers/commands.ts';
import { type Asker, TestRecord, textOf } from './support/ledgers/record.ts';

/** How many ledgers, and from which seed. */
const LEDGERS = Number(process.env.LEDGERS || 3);
const SEED =
  process.env.LEDGERS_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.LEDGERS_SEED || 20_261_127);

/** All that is read as of a moment: every list and every field of the talks with what is below, and what is searched for. */
const EVERYTHING = [
  ...fieldsShown('Negotiation', 3).map(
    (field) => `negotiations(first: 10, asOf: $at) { edges { cursor node { slug ${field} } } }`,
  ),
  `search(first: 50, query: "said OR pause", asOf: $at) { edges { cursor highlight node ${selectionOf('Statement', 2)} } }`,
  `searchActors(first: 50, name: "union", asOf: $at) { edges { cursor node ${selectionOf('Actor', 2)} } }`,
].map((field) => `query Everything($at: AsOf) { ${field} }`);
const ASKERS = ['anybody', 'the desk'] as const;

/** What was answered when an entry was the last. */
interface Answered {
  readonly head: bigint;
  readonly asker: Asker;
  readonly query: string;
  /** Of an operation that names its moments itself, or none. */
  readonly made?: object;
  readonly answer: string;
}

/** One thing that is done, what is asked right after it, and a seed for what else is. */
interface Step {
  readonly command: Command;
  readonly asked: readonly (readonly [asker: Asker, query: string])[];
  readonly seed: number;
}

const anySteps: fc.Arbitrary<readonly Step[]> = anyLedger.chain((commands) =>
  fc.tuple(
    ...commands.map((command) =>
      fc.record({
        command: fc.constant(command),
        asked: fc.array(fc.tuple(fc.constantFrom(...ASKERS), fc.constantFrom(...EVERYTHING)), { maxLength: 3 }),
        seed: fc.nat(),
      }),
    ),
  ),
);

const came = new Map<string, number>();
const count = (what: string) => came.set(what, (came.get(what) ?? 0) + 1);

it(`the record as of any entry is one into which only the entries up to it were put, in ${LEDGERS} ledgers of seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(anySteps, fc.nat(), async (steps, which) => {
      await using record = await TestRecord.open();
      const answered: Answered[] = [];
      for (const { command, asked, seed } of steps) {
        if (ABOUT_THE_PAST.includes(command.mutation)) await expectSame(record, answered.splice(0));
        const refusal = await record.do(command);
        count(`${command.mutation}${refusal === null ? '' : ' refused'}`);
        const head = await record.ledger.head();
        for (const [asker, query] of asked)
          answered.push({ head, asker, query, answer: textOf(await record.ask(asker, query)) });
        if (seed % 4 === 0) answered.push(...(await askWhatIsMade(record, head, seed)));
      }
      await expectSame(record, answered.splice(0));
      await expectReplay(record, which % record.done.length);
    }),
    { numRuns: LEDGERS, seed: SEED, endOnFailure: true },
  );
  // Of all that may happen enough has happened.
  for (const what of [
    'publishStatement',
    'correctStatement',
    ...ABOUT_THE_PAST,
    'compared',
    'compared, made',
    'replayed',
  ])
    expect([what, came.get(what) ?? 0]).toEqual([what, expect.toSatisfy((times) => times > 0)]);
  process.stdout.write(`as of: seed ${SEED}, ${JSON.stringify(Object.fromEntries([...came].sort()))}\n`);
}, 300_000);

/** Asks operations that are made from the schema. */
async function askWhatIsMade(record: TestRecord, head: bigint, seed: number): Promise<Answered[]> {
  const known = await whatIsKnown({ query: async (query) => (await record.ask('anybody', String(query))) as never });
  const answered: Answered[] = [];
  for (const { query, variables, operationName } of fc.sample(operationsOf(schema, known), { seed, numRuns: 10 })) {
    try {
      const document = parse(query);
      if (getOperationAST(document, operationName)?.operation !== 'query') continue;
      if (validate(schema, document).length > 0) continue;
    } catch {
      continue;
    }
    const made = typeof variables === 'object' && variables !== null ? variables : {};
    answered.push({ head, asker: 'anybody', query, made, answer: textOf(await record.ask('anybody', query, made)) });
  }
  return answered;
}

/** Asks again, as of then, what was answered while nothing came after it. */
async function expectSame(record: TestRecord, answered: readonly Answered[]): Promise<void> {
  for (const { head, asker, query, made, answer } of answered) {
    const at = { cursor: record.ledger.cursors.seal(head) };
    const then = made === undefined ? record.ask(asker, query, { at }) : record.ask(asker, query, made, head);
    expectEqual(textOf(await then), answer, `${query} ${JSON.stringify(made)} as of ${head} for ${asker}`);
    count(
      made === undefined
        ? 'compared'
        : !answer.includes('"errors":[]')
          ? 'compared, made, with errors'
          : 'compared, made',
    );
  }
}

function expectEqual(one: string, other: string, what: string): void {
  if (one !== other) expect(JSON.parse(one), what).toEqual(JSON.parse(other));
}

/** Puts what was done at first into a record of its own, and what concerns the past besides: as of then, the two are the same. */
async function expectReplay(record: TestRecord, doneBefore: number): Promise<void> {
  await using fresh = await TestRecord.open();
  for (const { plans } of record.done.slice(0, doneBefore)) await fresh.append(plans);
  const head = await fresh.ledger.head();
  if (head === 0n) return;
  for (const { command } of record.done.slice(doneBefore))
    if (ABOUT_THE_PAST.includes(command.mutation)) await fresh.do(command);
  const at = { cursor: record.ledger.cursors.seal(head) };
  for (const asker of ASKERS) {
    for (const query of EVERYTHING) {
      const [then, replayed] = [await record.ask(asker, query, { at }), await fresh.ask(asker, query, { at })];
      expectEqual(textOf(then), textOf(replayed), `${query} as of ${head} for ${asker}`);
      count('replayed');
    }
  }
}
