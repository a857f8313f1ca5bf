import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { importRecords } from '../src/transfer/import.ts';
import { freshDatabase } from './support/database.ts';

/** Each test has talks of its own, and the ids of its lines begin with theirs. */
let talks: string;
const own = (id: string) => `${talks}-${id}`;
const world = () => [
  { recordPerson: { externalId: 'ada', name: 'Ada Quay' } },
  { openNegotiation: { externalId: talks, slug: talks, title: 'Talks', status: 'ACTIVE' } },
];
const UNNAMED = { kind: 'UNNAMED_PERSON', descriptor: 'an official' };
const ADA = { source: { kind: 'NAMED_PERSON', personId: 'ada' }, attributionLevel: 'ON_THE_RECORD' };

const said = (id: string) => ({
  publishStatement: {
    externalId: own(id),
    negotiationId: talks,
    content: {
      text: 'There is hope.',
      quotationType: 'INDIRECT',
      speechActs: ['COMMENT'],
      source: UNNAMED,
      attributionLevel: 'BACKGROUND',
      said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
    },
  },
});
const named = (id: string, revision = 1, changes: object = ADA) => ({
  correctStatement: { externalId: own(`${id}-named`), statementId: own(id), revision, note: 'Named.', changes },
});
const joined = (id: string, other: string) => ({
  joinSources: {
    externalId: own(`${id}-is-${other}`),
    statementId: own(id),
    otherStatementId: own(other),
    reason: 'They are one.',
  },
});
const split = (id: string) => ({
  splitSource: { externalId: own(`${id}-is-another`), statementId: own(id), reason: 'They are two.' },
});
const expunged = (id: string) => ({
  expungeStatement: { externalId: own(`${id}-expunged`), statementId: own(id), reason: 'A court order.' },
});

let database: Database;
let ledger: Ledger;
beforeAll(async () => {
  database = await freshDatabase();
  ledger = await Ledger.open(database, pino({ level: 'silent' }));
});
beforeEach(() => {
  talks = `talks-${crypto.randomUUID().slice(0, 8)}`;
});
afterAll(async () => {
  await ledger.stop();
  await database[Symbol.asyncDispose]();
});

/** The problems of an import: none when all of it was recorded. */
async function problemsOf(records: readonly object[], check = false): Promise<string[]> {
  const found: string[] = [];
  const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await importRecords(ledger, one(bytes), {
    check,
    onProblem: ({ path, message }) => found.push(`${path.join('.')} ${message}`),
  });
  return found;
}

async function* one(bytes: Buffer) {
  yield bytes;
}

/** The number by which each statement’s source goes, in the order of publication. */
async function numbers(): Promise<number[]> {
  const standing = { where: { untilPosition: 9223372036854775807n } };
  const byId = new Map((await database.prisma.pseudonym.findMany(standing)).map((one) => [one.id, one]));
  const { subjectId: negotiationId } = await database.prisma.externalId.findFirstOrThrow({
    where: { externalId: talks },
  });
  const statements = await database.prisma.statement.findMany({
    where: { ...standing.where, negotiationId },
    orderBy: { firstPosition: 'asc' },
  });
  return statements.map(({ pseudonymId }) => {
    let found = byId.get(pseudonymId ?? '');
    while (found?.joinedToId) found = byId.get(found.joinedToId);
    return found?.number ?? 0;
  });
}

/** The world and what is already written, and what comes in one batch after it: the two at once, or one after the other. */
const WAYS = {
  'all of it in one batch': async (before: readonly object[], batch: readonly object[]) =>
    problemsOf([...world(), ...before, ...batch]),
  'what was published before it': async (before: readonly object[], batch: readonly object[]) => {
    expect(await problemsOf([...world(), ...before])).toEqual([]);
    return problemsOf(batch);
  },
  'a check of all of it': async (before: readonly object[], batch: readonly object[]) =>
    problemsOf([...world(), ...before, ...batch], true),
};

describe.each(Object.entries(WAYS))('an import of %s', (way, problems) => {
  const isWritten = !way.startsWith('a check');

  it('joins sources, by the number of the one published first, which both keep', async () => {
    expect(await problems([said('a'), said('b'), said('c')], [joined('c', 'b'), joined('b', 'a')])).toEqual([]);
    if (isWritten) expect(await numbers()).toEqual([1, 1, 1]);
  });

  it('splits what it joined, and each goes by its own number again', async () => {
    expect(await problems([said('a'), said('b')], [joined('a', 'b'), split('b')])).toEqual([]);
    if (isWritten) expect(await numbers()).toEqual([1, 2]);
  });

  it('joins none that are joined, and splits none that are not', async () => {
    const refused = await problems([said('a'), said('b')], [joined('a', 'b'), joined('b', 'a'), split('a')]);
    expect(refused).toEqual([
      'otherStatementId has the same source already.',
      'statementId has a source that was joined to no other.',
    ]);
  });

  it.each(['a', 'b', 'c'])('names none of those it joins: %s', async (id) => {
    const revision = id === 'a' ? 1 : 2;
    const joins = [joined('a', 'b'), joined('b', 'c')];
    const [problem, ...more] = await problems([said('a'), said('b'), said('c')], [...joins, named(id, revision)]);
    expect(problem).toMatch(/^changes.source is judged to be the source of another statement too/);
    expect(more).toEqual([]);
  });

  it('takes from none of those it joins that they are unnamed, so that they could be named next', async () => {
    const none = { source: { kind: 'UNKNOWN' }, attributionLevel: 'NOT_STATED' };
    const [problem] = await problems([said('a'), said('b')], [joined('a', 'b'), named('b', 2, none)]);
    expect(problem).toMatch(/^changes.source is judged to be the source of another statement too/);
  });

  it('names one that it split from the other first', async () => {
    expect(await problems([said('a'), said('b')], [joined('a', 'b'), split('b'), named('a')])).toEqual([]);
  });

  it('joins none that it names', async () => {
    expect(await problems([said('a'), said('b')], [named('a'), joined('a', 'b')])).toEqual([
      'statementId has no unnamed source.',
    ]);
  });

  it('names one whose other it expunges, as nobody else is given away', async () => {
    expect(await problems([said('a'), said('b')], [joined('a', 'b'), expunged('b'), named('a')])).toEqual([]);
  });
});
