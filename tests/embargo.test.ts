import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { connect, type Database } from '../src/database/connect.ts';
import { startServer } from '../src/server.ts';
import { freshPlace, onServer } from './support/database.ts';
import { drafted, type Somebody, somebody } from './support/desk.ts';
import { type Running, startProcess } from './support/process.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };

let world: World;
let ann: Somebody;
let eve: Somebody;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  [ann, eve] = await Promise.all([somebody(world, 'REPORTER', 'Ann'), somebody(world, 'EDITOR', 'Eve')]);
});
afterAll(() => world.stop());

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A draft under an embargo that ends in an hour. */
async function embargoed(changes: object = {}, more: object = {}): Promise<string> {
  const given = await ann.do('draftStatement', { negotiationId: 'talks', content: statement(changes), ...more });
  const { id: draftId } = given.draft;
  expect(await eve.do('embargoDraft', { draftId, revision: 1, until: inMs(3_600_000) })).toMatchObject({
    draft: { state: 'EMBARGOED' },
  });
  return draftId;
}

/** Moves the ends of all embargoes, as if time had passed: the first ends now, or soon, and each next a little later. */
async function comeDue({ prisma }: Database, apartMs = 0, inMs = 0): Promise<void> {
  await prisma.$executeRaw`
    UPDATE draft SET embargoed_until = clock_timestamp() + (${inMs} + n * ${apartMs}) * interval '1 millisecond'
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM draft WHERE embargoed_until IS NOT NULL) AS due
    WHERE draft.id = due.id`;
}

/** How late what was under embargo was published, in milliseconds on the database's clock; all that the draft log tells. */
async function latenesses({ prisma }: Database, due: ReadonlyMap<string, Date>): Promise<number[]> {
  const published = await prisma.auditEntry.findMany({ where: { operation: 'releaseEmbargo', outcome: 'DONE' } });
  return published.flatMap(({ subjectId, recordedAt }) => {
    const until = due.get(subjectId ?? '');
    return until === undefined ? [] : [recordedAt.getTime() - until.getTime()];
  });
}

/** The instants at which embargoes end, by draft. */
async function dueAt({ prisma }: Database): Promise<ReadonlyMap<string, Date>> {
  const drafts = await prisma.draft.findMany({ where: { embargoedUntil: { not: null } } });
  return new Map(drafts.map(({ id, embargoedUntil }) => [id, embargoedUntil as Date]));
}

/** How late may be what is under embargo, in milliseconds: a promise of the desk's. */
const PROMISED_MS = 1_000;

async function publishedTexts({ prisma }: Database): Promise<string[]> {
  const statements = await prisma.statement.findMany({ select: { text: true }, orderBy: { firstPosition: 'asc' } });
  return statements.map(({ text }) => text);
}

describe('an embargo that ends', () => {
  it('publishes its draft, at its instant and not before', async () => {
    const { id: draftId } = await drafted(ann, { text: 'Embargoed words.' });
    const until = inMs(2_000);
    await eve.do('embargoDraft', { draftId, revision: 1, until });
    await vi.waitFor(async () => {
      expect(await publishedTexts(world.database)).toContain('Embargoed words.');
    }, PATIENCE);
    const { data } = await world.query(
      '{ search(query: "embargoed words") { nodes { history(first: 2) { nodes { action recordedAt } } } } }',
    );
    const [{ history }] = data.search.nodes;
    expect(history.nodes).toMatchObject([{ action: 'PUBLISHED' }]);
    expect(history.nodes[0].recordedAt > until).toBe(true);
    expect(await eve.do('liftEmbargo', { draftId, revision: 2 }, 'cursor')).toMatchObject({
      message: 'This draft is gone: it was published by the end of its embargo.',
    });
  });

  it('while its draft cannot be published any more tells the desk why, and is over', async () => {
    await embargoed({ text: 'Twice?' }, { externalId: 'twice' });
    await publish(world, 'twice', { text: 'Said otherwise meanwhile.' });
    await comeDue(world.database);
    await vi.waitFor(async () => {
      expect(await world.database.prisma.draft.findFirst({ where: { externalId: 'twice' } })).toMatchObject({
        state: 'FAILED',
        embargoedUntil: null,
        changedById: null,
        note: expect.stringContaining('“twice” is already recorded'),
      });
    }, PATIENCE);
    expect(await publishedTexts(world.database)).not.toContain('Twice?');
  });
});

describe('a statement of more words than it can be found by', () => {
  const words = (beginning: string, text: number) =>
    Array.from({ length: 1_000 }, (_, n) => `${beginning}${text}x${n}`)
      .join(' ')
      .slice(0, 19_900);
  const translations = Array.from({ length: 44 }, (_, n) => ({
    language: 'de',
    text: words('z'.repeat(14), n),
    by: 'DESK',
  }));

  it('is refused when it is drafted, when a draft is written anew, and when it is published', async () => {
    const content = statement({ translations });
    const refused = {
      __typename: 'InvalidInputError',
      problems: [{ path: ['content'], message: expect.stringContaining('at most 300000 are kept') }],
    };
    const { id: draftId, revision } = await drafted(ann);
    expect(await ann.do('draftStatement', { negotiationId: 'talks', content })).toMatchObject(refused);
    expect(await ann.do('editDraft', { draftId, revision, content })).toMatchObject(refused);
    expect(await eve.do('publishStatement', { negotiationId: 'talks', content }, 'cursor')).toMatchObject(refused);
  });

  it('when only the database sees that, tells the desk after some tries, and its embargo is over', async () => {
    const { prisma } = world.database;
    await prisma.$executeRaw`CREATE FUNCTION refuse_wordy() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE 'string is too long for tsvector' USING ERRCODE = '54000'; END $$`;
    await prisma.$executeRaw`CREATE TRIGGER wordy BEFORE INSERT ON statement FOR EACH ROW
      WHEN (NEW.text = 'Wordy.') EXECUTE FUNCTION refuse_wordy()`;
    await embargoed({ text: 'Wordy.' }, { externalId: 'wordy' });
    await comeDue(world.database);
    await vi.waitFor(async () => {
      expect(await prisma.draft.findFirst({ where: { externalId: 'wordy' } })).toMatchObject({
        state: 'FAILED',
        embargoedUntil: null,
        note: expect.stringContaining('several times in a row'),
      });
    }, PATIENCE);
  }, 90_000);
});

describe('embargoes that end while no node runs', () => {
  it('are kept when one is back', async () => {
    const { place, drop } = await freshPlace();
    const database = await connect(place);
    const start = () => startServer(readConfig({ PORT: '0', HOST: '127.0.0.1' }), database, pino({ level: 'silent' }));
    try {
      const before = await start();
      const there = { ...world, url: before.url, database, as: asAt(before.url) } as World;
      const desk = await somebody(there, 'ADMIN', 'Desk');
      await desk.do('openNegotiation', { externalId: 'talks', slug: 'talks', title: 'T', status: 'ACTIVE' }, 'cursor');
      const content = statement({
        text: 'Missed.',
        source: BACKGROUND,
        attributionLevel: 'BACKGROUND',
        appearances: [],
      });
      const { draft } = await desk.do('draftStatement', { negotiationId: 'talks', content });
      await desk.do('embargoDraft', { draftId: draft.id, revision: 1, until: inMs(3_600_000) });
      await before.stop();
      await comeDue(database);
      expect(await publishedTexts(database)).toEqual([]);
      const after = await start();
      await vi.waitFor(async () => expect(await publishedTexts(database)).toEqual(['Missed.']), PATIENCE);
      await after.stop();
    } finally {
      await database[Symbol.asyncDispose]();
      await drop();
    }
  });
});

const BACKGROUND = { kind: 'UNNAMED_PERSON', descriptor: 'an official' };

function asAt(url: string): World['as'] {
  return async (key, query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.json() as never;
  };
}

describe.runIf(onServer)('two nodes', { timeout: 300_000 }, () => {
  const TEXTS = Array.from({ length: 12 }, (_, n) => `said ${n}`);

  it('publish what is under embargo exactly once, through a kill of either', async () => {
    const { place, drop } = await freshPlace();
    if (!('url' in place)) throw new Error('two nodes share a server');
    const database = await connect(place, 2);
    const settings = { DATABASE_URL: place.url, PORT: '0', HOST: '127.0.0.1', LOAD_SAMPLE: 'false', LOG_LEVEL: 'info' };
    const nodes: Running[] = [];
    try {
      nodes.push(...(await Promise.all([startProcess(settings), startProcess(settings)])));
      const at = (url: string) => ({ ...world, url, database, as: asAt(url) }) as World;
      const setUp = await somebody(at(nodes[0]!.url), 'ADMIN', 'Desk');
      await setUp.do('openNegotiation', { externalId: 'talks', slug: 'talks', title: 'T', status: 'ACTIVE' }, 'cursor');
      for (const victim of [0, 1]) {
        const survivor = nodes[1 - victim]!;
        const desk = { ...setUp, do: (await somebody(at(survivor.url), 'ADMIN', `Desk ${victim}`)).do };
        for (const text of TEXTS) {
          const content = statement({
            text: `${text} before ${victim} is killed`,
            source: BACKGROUND,
            attributionLevel: 'BACKGROUND',
            appearances: [],
          });
          const { draft } = await desk.do('draftStatement', { negotiationId: 'talks', content });
          await desk.do('embargoDraft', { draftId: draft.id, revision: 1, until: inMs(3_600_000) });
        }
        const earlier = await publishedTexts(database);
        // Ahead, so that every node knows of them by then.
        await comeDue(database, 100, 3_000);
        const due = await dueAt(database);
        await vi.waitFor(async () => {
          expect((await publishedTexts(database)).length).toBeGreaterThan(earlier.length + 2);
        }, PATIENCE);
        await nodes[victim]!.end('SIGKILL');
        await vi.waitFor(async () => {
          expect(await database.prisma.draft.count({ where: { embargoedUntil: { not: null } } })).toBe(0);
        }, PATIENCE);
        const published = (await publishedTexts(database)).slice(earlier.length);
        expect(published.sort()).toEqual(TEXTS.map((text) => `${text} before ${victim} is killed`).sort());
        const late = await latenesses(database, due);
        expect(late).toHaveLength(TEXTS.length);
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...late)).toBeLessThanOrEqual(PROMISED_MS);
        nodes[victim] = await startProcess(settings);
      }
      const entries = await database.prisma.ledgerEntry.count({ where: { action: 'PUBLISHED' } });
      expect(entries).toBe(2 * TEXTS.length);
    } finally {
      for (const node of nodes) node.process.kill('SIGKILL');
      await database[Symbol.asyncDispose]();
      await drop();
    }
  });
});
