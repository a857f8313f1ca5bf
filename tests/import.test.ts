import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { type ImportOptions, importRecords } from '../src/transfer/import.ts';
import { linesOf } from '../src/transfer/lines.ts';
import { freshDatabase, freshPlace, onServer } from './support/database.ts';
import { sqlOf } from './support/sql.ts';

const SAMPLES = ['gaza-hostages-2023', 'dockers-wages'].map(
  (name) => new URL(`../prisma/sample/${name}.ndjson`, import.meta.url),
);

const union = { recordOrganization: { externalId: 'union', name: 'The union', kind: 'TRADE_UNION' } };
const paper = { recordOrganization: { externalId: 'paper', name: 'The paper', kind: 'NEWS_OUTLET' } };
const talks = { openNegotiation: { externalId: 'talks', slug: 'talks', title: 'Talks', status: 'ACTIVE' } };
const wages = { addTerm: { externalId: 'wages', negotiationId: 'talks', title: 'Wages', category: 'WAGES' } };
const article = { recordReport: { externalId: 'article', outletId: 'paper', kind: 'ARTICLE' } };
const said = {
  publishStatement: {
    externalId: 'said',
    negotiationId: 'talks',
    content: {
      text: 'The union wants more.',
      quotationType: 'INDIRECT',
      speechActs: ['DEMAND'],
      source: { kind: 'COLLECTIVE', descriptor: 'the union', onBehalfOfId: 'union' },
      attributionLevel: 'ON_THE_RECORD',
      said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
      appearances: [{ reportId: 'article', exact: 'wants more' }],
      stances: [{ partyId: 'union', termId: 'wages', kind: 'DEMANDS' }],
    },
  },
};
const world = [union, paper, talks, wages, article, said];
const correction = (revision: number, changes: object) => ({
  correctStatement: {
    externalId: `correction-${revision}`,
    statementId: 'said',
    revision,
    note: 'A slip of the desk.',
    changes,
  },
});
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ recordPerson: { externalId: `person-${n}`, name: `Person ${n}` } }));

let database: Database;
let ledger: Ledger;

beforeEach(async () => {
  database = await freshDatabase();
  ledger = await Ledger.open(database, pino({ level: 'silent' }));
});

afterEach(async () => {
  await ledger.stop();
  await database[Symbol.asyncDispose]();
});

/** Imports text, or records as lines, and gives what was counted and what was wrong. */
async function imported(source: string | Buffer | readonly object[], options: ImportOptions = {}) {
  const text = Array.isArray(source)
    ? source.map((record) => `${JSON.stringify(record)}\n`).join('')
    : (source as string | Buffer);
  const found: string[] = [];
  const { recorded, alreadyRecorded, lines, unchecked } = await importRecords(ledger, oneChunk(Buffer.from(text)), {
    ...options,
    onProblem: ({ line, path, message }) => found.push(`${line}: ${path.join('.')}: ${message}`),
  });
  return { recorded, alreadyRecorded, lines, unchecked, problems: found };
}

async function* oneChunk(bytes: Buffer) {
  yield bytes;
}

describe('an import', () => {
  it('takes both samples without a problem, and records nothing of them a second time', async () => {
    let recorded = 0;
    for (const file of SAMPLES) {
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').length;
      recorded += lines;
      const fail = (problem: object) => expect.fail(JSON.stringify(problem));
      expect(await importRecords(ledger, createReadStream(file), { onProblem: fail })).toMatchObject({
        recorded: lines,
        alreadyRecorded: 0,
      });
      expect(await importRecords(ledger, createReadStream(file), { onProblem: fail })).toMatchObject({
        recorded: 0,
        alreadyRecorded: lines,
      });
    }
    expect(await ledger.head()).toBe(BigInt(recorded));
  });

  it('says of each line all that is wrong and where, and writes nothing of their batch', async () => {
    const bad = [
      union,
      { recordPerson: { name: 'Nobody' } },
      { recordPerson: { externalId: 'a b', name: ' ' } },
      { recordOrganization: { externalId: 'x', name: 'X', kind: 'UNION', url: 'ftp://x.example', aliases: ['X', 5] } },
      { recordPost: { externalId: 'post', personId: 'nobody', organizationId: 'nothing', title: 'Chair' } },
      {
        recordPost: {
          externalId: 'post',
          personId: 'union',
          organizationId: 'union',
          title: 'Chair',
          since: '0000-01-01',
        },
      },
      { recordPost: { externalId: 'post', personId: 'union', organizationId: 'union', title: 'Chair' } },
      { recordPerson: { externalId: 'half', name: '\ud83d' } },
      { makePeace: { externalId: 'peace' } },
      { recordPerson: { externalId: 'p', name: 'P' }, recordPost: {} },
      {
        ...said,
        publishStatement: {
          ...said.publishStatement,
          content: { ...said.publishStatement.content, stances: [{ kind: 'ASKS' }] },
        },
      },
    ];
    const text = `${bad.map((record) => JSON.stringify(record)).join('\n')}\nnot json\n`;
    expect(await imported(Buffer.concat([Buffer.from(text), Buffer.from([0x22, 0xff, 0x22])]))).toMatchInlineSnapshot(`
      {
        "alreadyRecorded": 0,
        "lines": 13,
        "problems": [
          "2: externalId: is missing; an import that is run again knows its lines by it.",
          "3: externalId: may have letters, digits and . _ : / @ - only, and at most 200 of them.",
          "3: name: is empty; leave it out or say something.",
          "4: aliases.1: String cannot represent a non string value: 5",
          "4: kind: Value "UNION" does not exist in "OrganizationKind" enum. Did you mean the enum value "NGO"?",
          "4: url: is not an address that begins with http:// or https://.",
          "5: personId: there is no person with the id “nobody”.",
          "5: organizationId: there is nothing with the id “nothing”.",
          "6: since: The year is not within 1 to 9999.",
          "7: personId: there is no person with the id “union”.",
          "8: name: holds half a character (a surrogate without its other half), which cannot be kept.",
          "9: : has “makePeace”, which the desk has no mutation for.",
          "10: : is not one record, as in {"recordPerson": {"externalId": "…", "name": "…"}}.",
          "11: content.stances.0.kind: Value "ASKS" does not exist in "StanceKind" enum.",
          "11: content.stances.0: Field "partyId" of required type "ID!" was not provided.",
          "11: content.stances.0: Field "termId" of required type "ID!" was not provided.",
          "12: : is not JSON: Unexpected token 'o', "not json" is not valid JSON.",
          "13: : is not text in UTF-8.",
        ],
        "recorded": 0,
        "unchecked": 0,
      }
    `);
    expect(await ledger.head()).toBe(0n);
  });

  it('keeps the batches before the one with a problem, and goes no further', async () => {
    const { recorded, problems } = await imported([
      ...people(600),
      { recordPerson: { externalId: 'bad' } },
      ...people(2_000).slice(700),
    ]);
    expect(problems).toEqual(['601: : Field "name" of required type "String!" was not provided.']);
    expect(recorded).toBe(500);
    expect(await ledger.head()).toBe(500n);
  });

  it('takes a byte order mark, empty lines, Windows line ends, and a last line without an end', async () => {
    const text = `\ufeff${JSON.stringify(union)}\r\n\r\n  \n${JSON.stringify(paper)}`;
    expect(await imported(text)).toMatchObject({ recorded: 2, lines: 2, problems: [] });
  });

  it('passes over a line of more than a megabyte, and says so', async () => {
    const long = { recordPerson: { externalId: 'long', name: 'x'.repeat(1_000_000) } };
    expect(await imported([union, long, paper], { check: true })).toMatchObject({
      lines: 3,
      problems: ['2: : is longer than 1000000 bytes.'],
    });
  });

  it('writes what is there twice once, and refuses one id with two contents, in one batch as in two', async () => {
    const other = { recordOrganization: { ...union.recordOrganization, name: 'Another union' } };
    expect(await imported([union, union, union])).toMatchObject({ recorded: 1, alreadyRecorded: 2 });
    expect(await imported([union])).toMatchObject({ recorded: 0, alreadyRecorded: 1 });
    const refusal = 'is already recorded with other content; correct that instead, or use another id.';
    expect((await imported([other])).problems).toEqual([`1: externalId: The external id “union” ${refusal}`]);
    const { recordOrganization: sameId } = {
      recordOrganization: { ...paper.recordOrganization, name: 'Another paper' },
    };
    expect((await imported([paper, { recordOrganization: sameId }])).problems).toEqual([
      `2: externalId: The external id “paper” ${refusal}`,
    ]);
    expect(
      (await imported([talks, { openNegotiation: { ...talks.openNegotiation, externalId: 'more-talks' } }])).problems,
    ).toEqual(['2: : The slug “talks” is taken; choose another.']);
  });

  it('corrects in one batch what an earlier line of it published, and what that left alone stays', async () => {
    const twice = [correction(1, { stances: [] }), correction(2, { text: 'The union wants much more.' })];
    expect(await imported([...world, ...twice])).toMatchObject({ recorded: 8, problems: [] });
    const inForce = { untilPosition: 9223372036854775807n };
    expect(await database.prisma.statement.findFirst({ where: inForce })).toMatchObject({
      revision: 3,
      text: 'The union wants much more.',
    });
    expect(await database.prisma.stance.count({ where: inForce })).toBe(0);
    expect(await database.prisma.appearance.findMany({ where: inForce })).toMatchObject([
      { exact: 'wants more', fromPosition: 8n },
    ]);
  });

  it('corrects twice in one batch what was published before it', async () => {
    await imported(world);
    await imported([correction(1, { stances: [] }), correction(2, { text: 'The union wants much more.' })]);
    expect(await database.prisma.stance.count({ where: { untilPosition: 9223372036854775807n } })).toBe(0);
  });

  it('asks the database as much for two hundred statements as for two', async () => {
    const speaker = { recordPerson: { externalId: 'speaker', name: 'A speaker' } };
    const post = { externalId: 'post', personId: 'speaker', organizationId: 'union', title: 'Chair' };
    await imported([...world, speaker, { recordPost: post }]);
    const statements = (name: string, pairs: number) =>
      Array.from({ length: pairs }, (_, n) =>
        [
          { kind: 'NAMED_PERSON', personId: 'speaker', postId: 'post' },
          { kind: 'UNNAMED_PERSON', descriptor: 'a docker' },
        ].map((source) => {
          const attributionLevel = source.postId === undefined ? 'BACKGROUND' : 'ON_THE_RECORD';
          const relays = [{ kind: 'TOLD_TO', actorId: 'paper' }];
          const content = { ...said.publishStatement.content, source, attributionLevel, relays };
          return { publishStatement: { externalId: `${name}-${n}-${source.kind}`, negotiationId: 'talks', content } };
        }),
      ).flat();
    const few = await sqlOf(() => imported(statements('few', 1)));
    const many = await sqlOf(() => imported(statements('many', 100)));
    expect(many.length).toBe(few.length);
    expect(await ledger.head()).toBe(210n);
  });

  it.runIf(onServer)('may run twice at once: each line is recorded by one of the two', async () => {
    const both = await Promise.all([imported(people(1_200)), imported(people(1_200))]);
    expect(both[0].recorded + both[1].recorded).toBe(1_200);
    expect(both[0].alreadyRecorded + both[1].alreadyRecorded).toBe(1_200);
    expect(await ledger.head()).toBe(1_200n);
  });
});

describe('a check', () => {
  it('resolves what earlier lines record, across batches, and writes nothing', async () => {
    const lines = [
      ...world,
      ...people(600),
      correction(1, { said: { from: '2026-03-01T00:00:00Z', precision: 'DAY', basis: 'STATED' } }),
    ];
    expect(await imported(lines, { check: true })).toMatchObject({ lines: 607, problems: [] });
    expect(await ledger.head()).toBe(0n);
    expect(await database.prisma.externalId.count()).toBe(0);
  });

  it('takes both samples', async () => {
    for (const file of SAMPLES)
      expect(await importRecords(ledger, createReadStream(file), { check: true })).toMatchObject({ problems: 0 });
    expect(await ledger.head()).toBe(0n);
  });

  it('finds the problems of the whole file, with what earlier lines did', async () => {
    const withdrawal = {
      withdrawStatement: { externalId: 'withdrawal', statementId: 'said', revision: 1, reason: 'Taken back.' },
    };
    const lines = [
      ...world,
      withdrawal,
      ...people(600),
      correction(1, { text: 'More.' }),
      { recordPerson: { externalId: 'bad' } },
    ];
    expect((await imported(lines, { check: true })).problems).toEqual([
      '608: : This statement is withdrawn and takes no more changes.',
      '609: : Field "name" of required type "String!" was not provided.',
    ]);
  });

  it('is silent on lines that refer to a line with a problem, and counts them', async () => {
    const bad = { openNegotiation: { ...talks.openNegotiation, status: 'OVER' } };
    const { problems, unchecked } = await imported([union, paper, bad, wages, article, said], { check: true });
    expect(problems).toEqual(['3: status: Value "OVER" does not exist in "NegotiationStatus" enum.']);
    expect(unchecked).toBe(2);
  });
});

describe('lines', () => {
  it('are the same however the bytes come, and U+2028 ends none', async () => {
    const bytes = Buffer.from('“a\u2028b”\n\nc');
    const read = async (size: number) => {
      const chunks = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      const lines: [number, number, string | undefined][] = [];
      for await (const { number, readTo, bytes } of linesOf(chunks)) lines.push([number, readTo, bytes?.toString()]);
      return lines;
    };
    const whole = await read(bytes.length);
    expect(whole).toEqual([
      [1, 12, '“a\u2028b”'],
      [2, 13, ''],
      [3, 14, 'c'],
    ]);
    for (const size of [1, 2, 3, 12]) expect(await read(size)).toEqual(whole);
  });
});

describe('the command', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-import-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names file, line and path of each problem, reads a file or standard input, and ends with 1 or 0', async () => {
    const { place, drop } = onServer ? await freshPlace() : { place: null, drop: async () => {} };
    const env =
      place !== null && 'url' in place
        ? { DATABASE_URL: place.url }
        : { DATABASE_URL: '', DATA_DIR: join(folder, 'data') };
    const good = join(folder, 'good.ndjson');
    const bad = join(folder, 'bad.ndjson');
    await writeFile(good, world.map((record) => JSON.stringify(record)).join('\n'));
    await writeFile(
      bad,
      JSON.stringify({
        recordPost: { externalId: 'post', personId: 'nobody', organizationId: 'union', title: 'Chair' },
      }),
    );

    expect(await run([good], env)).toEqual({
      code: 0,
      out: expect.stringMatching(/^6 recorded, 0 already recorded, in \d+\.\d s\n$/),
      err: '',
    });
    expect(await run(['-'], env, await readFile(bad, 'utf8'))).toEqual({
      code: 1,
      out: expect.stringMatching(/^0 recorded, 0 already recorded, then 1 problem, in .* nothing was written\n$/),
      err: '-:1: personId: there is no person with the id “nobody”.\n',
    });
    expect(await run(['--check', bad], env)).toMatchObject({
      code: 1,
      err: `${bad}:1: personId: there is no person with the id “nobody”.\n`,
    });
    await drop();
  }, 60_000);

  it('refuses, in a sentence, a folder that another process has open and a file that is not there', async () => {
    const env = { DATABASE_URL: '', DATA_DIR: folder };
    await writeFile(join(folder, 'parley.lock'), String(process.pid));
    const inUse = await run([], env, '');
    expect(inUse).toMatchObject({ code: 1, out: '' });
    expect(inUse.err).toMatch(/^The data folder .* is in use by process \d+: [^\n]*\n$/);
    expect(await run(['nowhere.ndjson'], env)).toMatchObject({ code: 1, err: 'There is no file nowhere.ndjson.\n' });
  });
});

/** Runs the command in a process of its own. */
async function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input?: string,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['build/transfer/import-command.js', ...args], {
    env: { ...process.env, ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(input ?? '');
  const code = await new Promise<number | null>((settle) => child.once('close', settle));
  return { code, out, err };
}
