import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { latestCounts } from '../src/captivity/store.ts';
import { Prisma } from '../src/database/connect.ts';
import { NOTHING_HIDDEN } from '../src/ledger/hidden.ts';
import { latestEstimates } from '../src/outlook/store.ts';
import { importRecords } from '../src/transfer/import.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const STATEMENTS = 300;
const OUTCOMES = ['deal', 'truce'];
const GROUPS = ['crew', 'pilots'];

const ORDER = `t.said_latest DESC, t.said_earliest DESC, t.first_position DESC, t.ordinal DESC`;
const SOURCE = `coalesce(s.view_of_id::text, s.speaker_id::text,
  lower(s.descriptor) || ' ' || coalesce(s.on_behalf_of_id::text, ''), s.on_behalf_of_id::text, s.id::text)`;
const HOLDER = `coalesce(t.holder_id::text, lower(t.holder), ${SOURCE})`;

const source = fc.oneof(
  fc.record({ kind: fc.constant('NAMED_PERSON'), personId: fc.constantFrom('ada', 'bea') }),
  fc.record({
    kind: fc.constant('UNNAMED_PERSON'),
    descriptor: fc.constantFrom('an official', 'An Official', 'a docker', 'ÉTIENNE’S AIDE', 'Étienne’s aide'),
    onBehalfOfId: fc.constantFrom(undefined, 'union', 'company'),
  }),
  fc.record({ kind: fc.constant('COLLECTIVE'), onBehalfOfId: fc.constantFrom('union', 'company') }),
  fc.constant({ kind: 'UNKNOWN' }),
);
const estimate = fc.record({
  outcomeId: fc.constantFrom(...OUTCOMES),
  words: fc.constantFrom('likely', 'not yet'),
  scheme: fc.constant('WORDS'),
  holder: fc.constantFrom(undefined, {}, { holderId: 'mediator' }, { holder: 'an official' }, { holder: 'A bank' }),
});
const said = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('DAY', 'MONTH')).map(([day, precision]) => ({
  from: `2026-03-0${precision === 'DAY' ? day : 1}T00:00:00Z`,
  precision,
  basis: 'STATED',
}));
const content = fc
  .record({
    source,
    said,
    viewOfId: fc.constantFrom(undefined, undefined, 'union', 'ada'),
    estimates: fc.array(estimate, { maxLength: 3 }),
    countClaims: fc.array(fc.record({ heldGroupId: fc.constantFrom(...GROUPS), low: fc.nat(99) }), { maxLength: 3 }),
  })
  .map(({ estimates, ...rest }) => ({
    ...rest,
    attributionLevel: rest.source.kind === 'NAMED_PERSON' ? 'ON_THE_RECORD' : 'NOT_STATED',
    estimates: estimates.map(({ holder, ...claim }) => ({ ...claim, ...holder })),
  }));
const written = fc.record({
  content,
  then: fc.constantFrom('nothing', 'nothing', 'corrected', 'withdrawn'),
  changed: content,
});

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  await world.write('recordPerson', { externalId: 'bea', name: 'Bea Pier' });
  for (const externalId of OUTCOMES)
    await world.write('poseOutcome', {
      externalId,
      negotiationId: 'talks',
      question: `Will there be a ${externalId}?`,
    });
  for (const externalId of GROUPS)
    await world.write('recordHeldGroup', { externalId, negotiationId: 'talks', descriptor: externalId });
});
afterAll(() => world.stop());

/** What each source said last, found by looking at all that was said. */
function lookedThrough(table: string, about: string, key: string, id: string, position: bigint) {
  return world.database.read<{ statementId: string; ordinal: number }>(Prisma.sql`
    SELECT t.statement_id AS "statementId", t.ordinal FROM (
      SELECT DISTINCT ON (${Prisma.raw(key)}) t.* FROM ${Prisma.raw(table)} t
      JOIN statement s ON s.id = t.statement_id AND s.from_position <= ${position} AND s.until_position > ${position}
      WHERE t.${Prisma.raw(about)} = ${id}::uuid AND t.from_position <= ${position} AND t.until_position > ${position}
      ORDER BY ${Prisma.raw(key)}, ${Prisma.raw(ORDER)}) AS t
    ORDER BY ${Prisma.raw(ORDER)} LIMIT 100`);
}

it('what each source said last is that at every position, whatever was corrected, withdrawn and expunged', async () => {
  const drawn = fc.sample(written, { numRuns: STATEMENTS, seed: 7 });
  const lines = drawn.flatMap(({ content: said, then, changed }, n) => {
    const statementId = `s${n}`;
    const revised = { externalId: `s${n}-2`, statementId, revision: 1 };
    return [
      { publishStatement: { externalId: statementId, negotiationId: 'talks', content: statement(said) } },
      ...(then === 'corrected' ? [{ correctStatement: { ...revised, note: 'Otherwise.', changes: changed } }] : []),
      ...(then === 'withdrawn' ? [{ withdrawStatement: { ...revised, reason: 'No.' } }] : []),
    ];
  });
  const problems: unknown[] = [];
  await importRecords(
    world.server.ledger,
    Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))),
    {
      onProblem: (problem) => problems.push(problem),
    },
  );
  expect(problems).toEqual([]);
  for (const n of [3, 30, 299]) await world.write('expungeStatement', { statementId: `s${n}`, reason: 'A danger.' });

  const { ledger } = world.server;
  const { prisma } = world.database;
  const outcomes = await prisma.outcome.findMany();
  const groups = await prisma.heldGroup.findMany();
  const head = await ledger.head();
  let compared = 0;
  for (let position = head; position > 0n; position -= 13n) {
    const snapshot = ledger.snapshot(position, NOTHING_HIDDEN);
    const found = async (rows: Promise<readonly { statementId: string; ordinal: number }[]>) =>
      (await rows).map(({ statementId, ordinal }) => ({ statementId, ordinal }));
    for (const { id } of outcomes) {
      const wanted = await lookedThrough('estimate', 'outcome_id', HOLDER, id, position);
      expect(await found(snapshot.load(latestEstimates, id))).toEqual(wanted);
      compared += wanted.length;
    }
    for (const { id } of groups) {
      const wanted = await lookedThrough('count_claim', 'held_group_id', SOURCE, id, position);
      expect(await found(snapshot.load(latestCounts, id))).toEqual(wanted);
      compared += wanted.length;
    }
  }
  expect(compared).toBeGreaterThan(1_000);
}, 120_000);

it('whose a claim was is not to be known of an expunged statement, nor guessed', async () => {
  await publish(world, 'told', {
    source: { kind: 'UNNAMED_PERSON', descriptor: 'a welder' },
    attributionLevel: 'BACKGROUND',
    estimates: [{ outcomeId: 'deal', words: 'likely', scheme: 'WORDS' }],
    countClaims: [{ heldGroupId: 'crew', low: 3 }],
  });
  const known = () =>
    world.database.read<{ told: boolean }>(Prisma.sql`
      SELECT c.whose IS NOT NULL AS told FROM (
        SELECT statement_id, whose FROM estimate UNION ALL SELECT statement_id, whose FROM count_claim) AS c
      JOIN external_id e ON e.subject_id = c.statement_id WHERE e.external_id = 'told'`);
  expect(await known()).toEqual([{ told: true }, { told: true }]);
  await world.write('expungeStatement', { statementId: 'told', reason: 'A danger.' });
  expect(await known()).toEqual([{ told: false }, { told: false }]);
});

it('a correction that gives the same claims once more is none', async () => {
  const estimates = [{ outcomeId: 'deal', words: 'likely', scheme: 'WORDS' }];
  const countClaims = [{ heldGroupId: 'crew', low: 3 }];
  await publish(world, 'same', { estimates, countClaims });
  const { data } = await world.desk(
    `mutation { correctStatement(input: { statementId: "same", revision: 1, note: "x", changes: {
      estimates: [{ outcomeId: "deal", words: "likely", scheme: WORDS }], countClaims: [{ heldGroupId: "crew", low: 3 }] } }) {
      ... on InvalidInputError { problems { message } } } }`,
  );
  expect(data.correctStatement.problems).toEqual([{ message: 'leave everything as it is.' }]);
});
