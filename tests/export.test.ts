import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { READER, type Viewer } from '../src/desk/policy.ts';
import { deskMutations } from '../src/graphql/desk-mutation.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { exportRecord } from '../src/transfer/export.ts';
import { importRecords } from '../src/transfer/import.ts';
import { freshDatabase, onServer } from './support/database.ts';
import { rowsOf, tablesOf } from './support/record-rows.ts';

const SAMPLES = ['gaza-hostages-2023', 'dockers-wages'].map(
  (name) => new URL(`../prisma/sample/${name}.ndjson`, import.meta.url),
);

let database: Database;
let ledger: Ledger;
const opened: AsyncDisposable[] = [];
beforeEach(async () => {
  ({ database, ledger } = await open());
});
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function open() {
  const database = await freshDatabase();
  const ledger = await Ledger.open(database, pino({ level: 'silent' }));
  opened.push(database, { [Symbol.asyncDispose]: () => ledger.stop() });
  return { database, ledger };
}

async function imported(into: Ledger, lines: readonly object[] | string | URL): Promise<void> {
  const bytes = Array.isArray(lines) ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : lines;
  const source = bytes instanceof URL ? createReadStream(bytes) : Readable.from([Buffer.from(String(bytes))]);
  await importRecords(into, source, { onProblem: (problem) => expect.fail(JSON.stringify(problem)) });
}

function exported(viewer: Viewer | null = READER, from = ledger): Promise<string> {
  return text(Readable.from(exportRecord(from, viewer)));
}

function linesIn(file: string): { mutation: string; input: Record<string, any> }[] {
  return file
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [[mutation, input] = ['', {}]] = Object.entries(JSON.parse(line) as Record<string, object>);
      return { mutation, input };
    });
}

/** Talks in which all is done once that the samples do not do. */
const talks = { negotiationId: 'talks' };
const content = (changes: object = {}) => ({
  text: 'There is hope.',
  quotationType: 'INDIRECT',
  speechActs: ['COMMENT'],
  source: { kind: 'UNNAMED_PERSON', descriptor: 'an official' },
  attributionLevel: 'BACKGROUND',
  said: { from: '2026-03-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  ...changes,
});
const said = (externalId: string, changes: object = {}) => ({
  publishStatement: { externalId, ...talks, content: content(changes) },
});
const change = (mutation: string, externalId: string, input: object) => ({ [mutation]: { externalId, ...input } });
const WORLD = [
  change('recordOrganization', 'union', { name: 'The union', kind: 'TRADE_UNION' }),
  change('recordPerson', 'ada', { name: 'Ada Quay' }),
  change('openNegotiation', 'talks', { slug: 'talks', title: 'Talks', status: 'ACTIVE', access: 'RESTRICTED' }),
  change('changeNegotiationAccess', 'opened', { ...talks, access: 'PUBLIC', slug: 'open-talks', note: 'Agreed.' }),
  change('recordEvent', 'march', { ...talks, kind: 'OTHER', title: 'A march', actorIds: ['union'] }),
  change('recordHeldGroup', 'crew', { ...talks, descriptor: 'the crew', heldById: 'union' }),
  change('poseOutcome', 'deal', { ...talks, question: 'Will there be a deal?', dueBy: '2026-05-01' }),
  said('a', { aboutIds: ['march', 'crew', 'deal'], impacts: [{ eventId: 'march', effect: 'HELPS' }] }),
  said('b', { translations: [{ language: 'fr', text: 'Il y a espoir.', by: 'DESK' }] }),
  said('c', { relays: [{ kind: 'TOLD_TO', actorId: 'union' }], relations: [{ kind: 'REPEATS', toId: 'b' }] }),
  change('joinSources', 'a-is-b', { statementId: 'a', otherStatementId: 'b', reason: 'One voice.' }),
  change('joinSources', 'c-is-b', { statementId: 'c', otherStatementId: 'b', reason: 'One voice.' }),
  change('splitSource', 'b-is-another', { statementId: 'b', reason: 'Two towns.' }),
  change('correctStatement', 'b-corrected', {
    statementId: 'b',
    revision: 3,
    note: 'A slip.',
    changes: { text: 'There is much hope.', translations: [], viewOfId: 'union', credibility: 2 },
  }),
  change('withdrawStatement', 'c-withdrawn', { statementId: 'c', revision: 2, reason: 'Never said.' }),
  change('correctEvent', 'march-corrected', {
    eventId: 'march',
    note: 'Seen.',
    changes: { place: 'Hall', actorIds: [] },
  }),
  change('withdrawEvent', 'march-withdrawn', { eventId: 'march', reason: 'There was none.' }),
  change('correctHeldGroup', 'crew-corrected', { heldGroupId: 'crew', note: 'Unclear.', changes: { heldById: null } }),
  change('withdrawHeldGroup', 'crew-withdrawn', { heldGroupId: 'crew', reason: 'They were free.' }),
  change('resolveOutcome', 'deal-done', {
    outcomeId: 'deal',
    occurred: true,
    resolvedOn: '2026-04-01',
    statementId: 'a',
  }),
  change('correctOutcome', 'deal-corrected', {
    outcomeId: 'deal',
    note: 'No.',
    changes: { resolution: 'DID_NOT_OCCUR' },
  }),
  change('withdrawOutcome', 'deal-withdrawn', { outcomeId: 'deal', reason: 'Asked twice.' }),
];

describe('an export', () => {
  it('that is imported gives the same record, row by row, with its history', async () => {
    for (const sample of SAMPLES) await imported(ledger, sample);
    await imported(ledger, WORLD);
    const file = await exported();
    const written = new Set(linesIn(file).map(({ mutation }) => mutation));
    // What erases is not repeated, as what it erased is not told.
    expect([...deskMutations.keys()].filter((name) => !written.has(name))).toEqual(['expungeStatement']);
    const { database: copy, ledger: ofCopy } = await open();
    await imported(ofCopy, file);
    for (const table of await tablesOf(database)) {
      expect({ table, rows: await rowsOf(copy, table) }).toEqual({ table, rows: await rowsOf(database, table) });
    }
    // Imported once more, it writes nothing.
    const head = await ofCopy.head();
    await imported(ofCopy, file);
    expect(await ofCopy.head()).toBe(head);
  }, 120_000);

  it('has the answer to a warning that an editor was given, by the names that were known then', async () => {
    const quay = { kind: 'UNNAMED_PERSON', descriptor: 'an aide to Ada Quay' };
    await imported(ledger, [...WORLD.slice(1, 4), said('first')]);
    const [problem] = await problemsOf([said('aide', { source: quay })]);
    const descriptorAnswer = /“([\w-]{16})”|([\w-]{16})/.exec(problem ?? '')?.[0].replace(/[“”]/g, '');
    await imported(ledger, [
      { publishStatement: { externalId: 'aide', ...talks, content: content({ source: quay }), descriptorAnswer } },
      change('recordPerson', 'bo', { name: 'Bo Aide', aliases: ['aide'] }),
    ]);
    const { ledger: ofCopy } = await open();
    await imported(ofCopy, await exported());
    expect(await ofCopy.head()).toBe(await ledger.head());
  });

  it('tells nothing of what was expunged, nor of what cites it, and what is left of the rest is whole', async () => {
    await imported(ledger, [
      ...WORLD.slice(0, 4),
      said('secret', { text: 'A pangolin.', source: { kind: 'UNNAMED_PERSON', descriptor: 'a pangolin keeper' } }),
      said('a', { relations: [{ kind: 'REPEATS', toId: 'secret' }] }),
      said('b'),
      change('joinSources', 'a-is-secret', { statementId: 'secret', otherStatementId: 'a', reason: 'One pangolin.' }),
      change('joinSources', 'b-is-a', { statementId: 'a', otherStatementId: 'b', reason: 'One voice.' }),
      change('splitSource', 'a-is-another', { statementId: 'a', reason: 'Two towns.' }),
      change('correctStatement', 'a-corrected', {
        statementId: 'a',
        revision: 3,
        note: 'x',
        changes: { text: 'Hope.' },
      }),
      change('correctStatement', 'secret-corrected', {
        statementId: 'secret',
        revision: 1,
        note: 'One pangolin.',
        changes: { text: 'Two pangolins.' },
      }),
      change('poseOutcome', 'deal', { ...talks, question: 'Will there be a deal?' }),
      change('resolveOutcome', 'done', {
        outcomeId: 'deal',
        occurred: true,
        resolvedOn: '2026-04-01',
        statementId: 'secret',
      }),
      change('tableProposal', 'plan', {
        ...talks,
        title: 'Plan',
        byId: 'ada',
        toIds: ['union'],
        items: [{ side: 'GETS', text: 'Peace.' }],
        statementId: 'secret',
      }),
      change('answerProposal', 'answer', { proposalId: 'plan', byId: 'union', kind: 'ACCEPT', statementId: 'secret' }),
    ]);
    const whole = await exported();
    expect(whole).toMatch(/pangolin/);
    const { subjectId } = await database.prisma.externalId.findFirstOrThrow({ where: { externalId: 'secret' } });
    await imported(ledger, [change('expungeStatement', 'gone', { statementId: 'secret', reason: 'A court order.' })]);
    const file = await exported();
    expect(file).not.toMatch(/pangolin|court order/i);
    expect(file).not.toContain(subjectId);
    const { database: copy, ledger: ofCopy } = await open();
    await imported(ofCopy, file);
    const standing = { where: { untilPosition: 9223372036854775807n }, orderBy: { firstPosition: 'asc' } } as const;
    expect((await copy.prisma.statement.findMany(standing)).map(({ text }) => text)).toEqual([
      'Hope.',
      'There is hope.',
    ]);
    expect(await copy.prisma.outcome.findFirst(standing)).toMatchObject({ resolution: 'OCCURRED', statementId: null });
    expect(await copy.prisma.proposalAnswer.count()).toBe(0);
  });

  it('is of one position, whatever is written while it goes on', async () => {
    const people = Array.from({ length: 600 }, (_, n) => change('recordPerson', `p-${n}`, { name: `Person ${n}` }));
    await imported(ledger, people);
    const lines = exportRecord(ledger, READER);
    await lines.next();
    await imported(ledger, [change('recordPerson', 'late', { name: 'Somebody late' })]);
    let rest = 0;
    for await (const line of lines) {
      expect(line).not.toContain('late');
      rest += 1;
    }
    expect(rest).toBe(599);
  });

  it('has restricted talks for those alone who may read them, decided again as it goes on', async () => {
    const people = Array.from({ length: 300 }, (_, n) => change('recordPerson', `p-${n}`, { name: `Person ${n}` }));
    const [organization, person, opening] = WORLD as [object, object, object];
    await imported(ledger, [organization, person, opening, ...people, said('a', { text: 'Behind doors.' })]);
    const { subjectId } = await database.prisma.externalId.findFirstOrThrow({ where: { externalId: 'talks' } });
    expect(await exported()).not.toMatch(/Talks|doors/);
    expect(await exported(null)).toMatch(/doors/);
    const letIn: Viewer = { ...READER, grants: new Map([[subjectId, 'READER']]) };
    expect(await exported(letIn)).toMatch(/doors/);

    await imported(ledger, [change('changeNegotiationAccess', 'opened', { ...talks, access: 'PUBLIC' })]);
    const lines = exportRecord(ledger, READER);
    expect((await lines.next()).value).toContain('union');
    await imported(ledger, [change('changeNegotiationAccess', 'closed', { ...talks, access: 'RESTRICTED' })]);
    const rest = await text(Readable.from(lines));
    expect(rest).not.toMatch(/doors/);
  });
});

async function problemsOf(lines: readonly object[]): Promise<string[]> {
  const found: string[] = [];
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await importRecords(ledger, Readable.from([bytes]), { onProblem: ({ message }) => found.push(message) });
  return found;
}

describe.runIf(onServer)('the command', () => {
  it('writes to standard output what everybody may read, and with --all the rest', async () => {
    await imported(ledger, WORLD.slice(0, 3));
    const [{ url } = { url: '' }] = await database.prisma.$queryRaw<{ url: string }[]>`
      SELECT current_database() AS url`;
    const env = {
      ...process.env,
      DATABASE_URL: Object.assign(new URL(process.env.DATABASE_URL ?? ''), { pathname: url }).href,
    };
    const run = async (...args: string[]) => {
      const child = spawn(process.execPath, ['build/transfer/export-command.js', ...args], { env });
      return text(child.stdout);
    };
    expect(linesIn(await run()).map(({ mutation }) => mutation)).toEqual(['recordOrganization', 'recordPerson']);
    expect(linesIn(await run('--all')).map(({ mutation }) => mutation)).toContain('openNegotiation');
  });
});

it('says in a sentence why it cannot be written, as the other commands do', async () => {
  for (const command of ['transfer/export-command.js', 'transfer/import-command.js', 'desk/audit-command.js']) {
    const env = { ...process.env, DATABASE_URL: 'postgresql://127.0.0.1:1/none' };
    const child = spawn(process.execPath, [`build/${command}`], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = await text(child.stderr);
    expect(said.trim().split('\n'), said).toHaveLength(1);
  }
});
