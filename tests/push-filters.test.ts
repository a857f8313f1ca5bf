import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { globalId } from '../src/ledger/subjects.ts';
import { matchingPositions, type StatementFilter } from '../src/statement/store.ts';
import { followApart, openSpokenWorld, openTalks, type SpokenWorld, textsOf } from './support/following.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { sqlOf } from './support/sql.ts';
import { statement } from './support/talks.ts';

let world: SpokenWorld;

beforeAll(async () => {
  world = await openSpokenWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  cutSockets();
});
afterAll(() => world.stop());

/** What a filter may ask for, in the tests' own ids, and a statement may have. */
interface Wanted {
  readonly partyId?: string;
  readonly speakerId?: string;
  readonly termId?: string;
  readonly outletId?: string;
  readonly speechActs?: string[];
  readonly attributionLevels?: string[];
  readonly quotationTypes?: string[];
  readonly sourceKinds?: string[];
  readonly saidTo?: string;
}

const ACTS = ['DEMAND', 'DENY', 'COMMENT'];
const WORDS = ['DIRECT', 'INDIRECT', 'MIXED'];
const BODIES = ['union', 'branch', 'quay', 'company'];
const DAYS = ['2026-03-02T00:00:00Z', '2026-05-02T00:00:00Z'];
const ON_BEHALF = fc.option(fc.constantFrom(...BODIES), { nil: undefined });

/** Whom a statement is credited to, and on terms that go with it. */
const credited = fc.oneof(
  fc.record({
    source: fc.record({
      kind: fc.constant('NAMED_PERSON'),
      personId: fc.constantFrom('ada', 'bob'),
      onBehalfOfId: ON_BEHALF,
    }),
    attributionLevel: fc.constantFrom('ON_THE_RECORD', 'NOT_STATED'),
  }),
  fc.record({
    source: fc.record({
      kind: fc.constantFrom('UNNAMED_PERSON', 'UNNAMED_GROUP'),
      descriptor: fc.constant('an official'),
      onBehalfOfId: ON_BEHALF,
    }),
    attributionLevel: fc.constantFrom('BACKGROUND', 'DEEP_BACKGROUND', 'NOT_STATED'),
  }),
);
const rest = {
  quotationType: fc.constantFrom(...WORDS),
  speechActs: fc.subarray(ACTS, { minLength: 1 }),
  aboutIds: fc.subarray(['pay', 'hours']),
  stances: fc.subarray([
    { partyId: 'union', termId: 'pay', kind: 'DEMANDS' },
    { partyId: 'company', termId: 'hours', kind: 'REJECTS' },
  ]),
  appearances: fc.subarray([{ reportId: 'story' }, { reportId: 'tale' }]),
  said: fc.constantFrom(...DAYS).map((from) => ({ from, precision: 'DAY', basis: 'STATED' })),
};
const content = fc.tuple(credited, fc.record(rest)).map(([by, others]) => ({ ...by, ...others }));
const changes = fc
  .tuple(fc.option(credited), fc.record(rest, { requiredKeys: [] }))
  .map(([by, others]) => ({ ...by, ...others }));
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const), content }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('correct' as const), which: fc.nat(9), changes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expunge' as const), which: fc.nat(9) }) },
);
const one = fc.oneof<fc.Arbitrary<Wanted>[]>(
  fc.record({ partyId: fc.constantFrom(...BODIES) }),
  fc.record({ speakerId: fc.constantFrom('ada', 'bob') }),
  fc.record({ termId: fc.constantFrom('pay', 'hours') }),
  fc.record({ outletId: fc.constantFrom('gazette', 'herald') }),
  fc.record({ speechActs: fc.subarray(ACTS) }),
  fc.record({ attributionLevels: fc.subarray(['ON_THE_RECORD', 'BACKGROUND', 'NOT_STATED']) }),
  fc.record({ quotationTypes: fc.subarray(WORDS) }),
  fc.record({ sourceKinds: fc.subarray(['NAMED_PERSON', 'UNNAMED_PERSON', 'UNNAMED_GROUP']) }),
  fc.record({ saidTo: fc.constantFrom(...DAYS) }),
);
const wanted = fc.tuple(one, fc.option(one)).map(([first, second]): Wanted => ({ ...first, ...second }));
const KINDS: Record<string, string> = {
  partyId: 'Organization',
  speakerId: 'Person',
  termId: 'Term',
  outletId: 'Organization',
};

describe('a filter', () => {
  let runs = 0;

  beforeAll(async () => {
    await world.write('recordOrganization', {
      externalId: 'quay',
      name: 'Quay Four',
      kind: 'TRADE_UNION',
      parentId: 'branch',
    });
    await world.write('recordOrganization', { externalId: 'herald', name: 'Herald', kind: 'NEWS_OUTLET' });
    await world.write('recordReport', { externalId: 'tale', outletId: 'herald', kind: 'ARTICLE', headline: 'A tale' });
    await world.write('recordPerson', { externalId: 'bob', name: 'Bob Quay' });
  });

  /** Talks of a run's own: groups of a run before go on for a while. */
  async function openRun(): Promise<{ slug: string; id: string }> {
    runs += 1;
    const slug = `run-${runs}`;
    const id = await openTalks(world, slug);
    for (const actorId of ['union', 'company']) {
      await world.write('joinNegotiation', { negotiationId: slug, actorId, role: 'PRINCIPAL' });
    }
    for (const title of ['pay', 'hours']) {
      await world.write('addTerm', { externalId: `${slug}-${title}`, negotiationId: slug, title, category: 'WAGES' });
    }
    return { slug, id };
  }

  async function rowIds(): Promise<Map<string, string>> {
    const rows = await world.database.prisma.externalId.findMany();
    return new Map(rows.map(({ externalId, subjectId }) => [externalId, subjectId]));
  }

  /** In a run, terms have ids of its own. */
  function inRun<T>(slug: string, value: T): T {
    return JSON.parse(JSON.stringify(value).replaceAll(/"(pay|hours)"/g, `"${slug}-$1"`));
  }

  /** A filter as the API takes it, and as the store does. */
  function given(filter: Wanted, ids: Map<string, string>): object {
    return Object.fromEntries(
      Object.entries(filter).map(([name, value]) => {
        const kind = KINDS[name];
        return [name, kind === undefined ? value : globalId(kind, String(ids.get(value)))];
      }),
    );
  }

  function rowOf(filter: Wanted, ids: Map<string, string>): StatementFilter {
    return Object.fromEntries(
      Object.entries(filter).map(([name, value]) => {
        if (KINDS[name] !== undefined) return [name, ids.get(value)];
        return [name, name === 'saidTo' ? new Date(value) : value];
      }),
    );
  }

  it('of each kind tells live of what fits it, and of nothing else', async () => {
    const { slug, id } = await openRun();
    const after = await world.head();
    const ids = await rowIds();
    const asked: Wanted[] = [
      ...BODIES.slice(0, 3).map((partyId) => ({ partyId })),
      { speakerId: 'ada' },
      { termId: 'pay' },
      { termId: 'hours' },
      { outletId: 'herald' },
      { speechActs: ['DENY'] },
      { attributionLevels: ['NOT_STATED'] },
      { quotationTypes: ['MIXED'] },
      { sourceKinds: ['NAMED_PERSON'] },
      { saidTo: String(DAYS[0]) },
      { partyId: 'union', termId: 'pay', outletId: 'herald', speechActs: ['DEMAND', 'DENY'] },
    ];
    const socket = await greetedSocket(world.url);
    const query = followApart();
    const names = asked.map((filter) => JSON.stringify(filter));
    for (const name of names) {
      socket.subscribe(name, query, { talks: id, after, filter: given(inRun(slug, JSON.parse(name)), ids) });
    }
    // All hear of an expunction: from then on they follow live.
    await publishTo(slug, `${slug}-first`, {});
    await world.write('expungeStatement', { statementId: `${slug}-first`, reason: 'x' });
    for (const name of names) {
      while ((await socket.events(name, 1))[0].data.statements.__typename !== 'StatementExpunged');
    }
    const fits = {
      text: 'fits',
      source: { kind: 'NAMED_PERSON', personId: 'ada', onBehalfOfId: 'quay' },
      attributionLevel: 'NOT_STATED',
      quotationType: 'MIXED',
      speechActs: ['COMMENT', 'DENY'],
      aboutIds: ['pay'],
      stances: [{ partyId: 'union', termId: 'hours', kind: 'DEMANDS' }],
      appearances: [{ reportId: 'tale' }],
      said: { from: DAYS[0], precision: 'DAY', basis: 'STATED' },
    };
    const fitsNot = {
      text: 'fits not',
      source: { kind: 'COLLECTIVE', descriptor: 'the company', onBehalfOfId: 'company' },
      said: { from: DAYS[1], precision: 'DAY', basis: 'STATED' },
      speechActs: ['COMMENT'],
    };
    for (const changed of [fitsNot, fits])
      await publishTo(slug, `${slug}-${changed.text}`.replace(' ', '-'), inRun(slug, changed));
    for (const name of names) expect([name, textsOf(await socket.events(name, 1))]).toEqual([name, ['fits']]);
  });

  it('that lets nothing through takes nothing from who asks for everything', async () => {
    const none = await greetedSocket(world.url);
    none.subscribe('none', 'subscription ($talks: ID!) { timeline(negotiationId: $talks, kinds: []) { kind } }', {
      talks: world.talks,
    });
    await none.ask('asked', '{ head }');
    const after = await world.head();
    const all = await greetedSocket(world.url);
    const document = `subscription ($talks: ID!, $after: Cursor) { timeline(negotiationId: $talks, after: $after) { kind } }`;
    all.subscribe('all', document, { talks: world.talks, after });
    await all.ask('asked', '{ head }');
    await world.say();
    expect(await all.events('all', 1)).toMatchObject([{ data: { timeline: { kind: 'STATEMENT' } } }]);
    expect(none.received.filter(({ id }) => id === 'none')).toEqual([]);
  });

  it('is not looked at for what is recorded of another kind', async () => {
    const { slug, id } = await openRun();
    const ids = await rowIds();
    const socket = await greetedSocket(world.url);
    const after = await world.head();
    const filter = { speakerId: globalId('Person', String(ids.get('ada'))) };
    socket.subscribe('by ada', followApart(), { talks: id, after, filter });
    const timeline =
      'subscription ($talks: ID!, $after: Cursor) { timeline(negotiationId: $talks, after: $after) { __typename } }';
    socket.subscribe('all', timeline, { talks: id, after });
    const said = { source: { kind: 'NAMED_PERSON', personId: 'ada' } };
    const looked = async (work: () => Promise<unknown>) =>
      (await sqlOf(work)).filter((sql) => sql.includes("'speaker:'"));
    // From here on both follow live.
    await publishTo(slug, `${slug}-first`, said);
    await Promise.all([socket.events('by ada', 1), socket.events('all', 1)]);
    const term = { externalId: `${slug}-rest`, negotiationId: slug, title: 'rest', category: 'OTHER' };
    expect(
      await looked(async () => {
        await world.write('addTerm', term);
        await socket.events('all', 1);
      }),
    ).toHaveLength(0);
    expect(
      await looked(async () => {
        await publishTo(slug, `${slug}-second`, said);
        await Promise.all([socket.events('by ada', 1), socket.events('all', 1)]);
      }),
    ).toHaveLength(1);
  });

  it('lets through live, by what changes are about, exactly what it does when it is asked of each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(wanted, { minLength: 3, maxLength: 6 }),
        fc.array(change, { minLength: 3, maxLength: 8 }),
        async (filters, steps) => {
          const { slug, id } = await openRun();
          const { prisma } = world.database;
          const { cursors, read: readSql } = world.server.ledger;
          const ids = await rowIds();
          const start = await world.head();
          const asked = filters.map((filter) => {
            const own = inRun(slug, filter);
            return { row: rowOf(own, ids), given: given(own, ids), expected: [] as bigint[] };
          });
          const query = followApart('state');
          const socket = await greetedSocket(world.url);
          for (const [n, { given }] of asked.entries()) {
            socket.subscribe(`${n}`, query, { talks: id, filter: given, after: start });
          }
          const got = asked.map(() => [] as bigint[]);
          let read = cursors.open(start);
          const fences = new Set<bigint>();

          /** Notes what each filter is to let through of what was written since the last look. */
          const note = async () => {
            const entries = await prisma.ledgerEntry.findMany({
              where: { subjectType: 'Statement', position: { gt: read } },
              orderBy: { position: 'asc' },
            });
            for (const { row, expected } of asked) expected.push(...(await letThrough(entries, row)));
            read = entries.at(-1)?.position ?? read;
            return read;
          };
          const letThrough = async (
            entries: { position: bigint; subjectId: string; action: string }[],
            row: StatementFilter,
          ) => {
            const matching = await matchingPositions(readSql, entries, row);
            return entries
              .filter(({ position, action }) => action === 'EXPUNGED' || matching.has(position))
              .map(({ position }) => position);
          };
          /** Waits until all have heard of an expunction, as each of them does. */
          const caughtUp = async (position: bigint) => {
            for (const [n, positions] of got.entries()) {
              while ((positions.at(-1) ?? 0n) < position) {
                const [{ extensions }] = await socket.events(`${n}`, 1);
                positions.push(cursors.open(extensions.cursor));
              }
            }
          };
          const fence = async () => {
            await publishTo(slug, `${slug}-fence-${fences.size}`, {});
            fences.add(await note());
            await world.write('expungeStatement', { statementId: `${slug}-fence-${fences.size - 1}`, reason: 'x' });
            await caughtUp(await note());
          };

          await fence();
          const revisions: number[] = [];
          for (const step of steps) {
            const which = 'which' in step ? step.which % Math.max(1, revisions.length) : revisions.length;
            const statementId = `${slug}-${which}`;
            if (step.kind === 'expunge') await fence();
            const isDone = await attempt(step.kind, slug, statementId, inRun(slug, step), revisions[which]);
            if (!isDone) continue;
            revisions[which] = (revisions[which] ?? 0) + 1;
            const position = await note();
            if (step.kind === 'expunge') await caughtUp(position);
          }
          await fence();
          // A fence is expunged so soon that it is open whether its publication was seen before.
          const without = (positions: readonly bigint[]) => positions.filter((position) => !fences.has(position));
          expect(got.map(without)).toEqual(asked.map(({ expected }) => without(expected)));

          // From pages of the ledger, where nothing goes by marks, and what is expunged by now has none.
          const again = followApart('state');
          const all = await prisma.ledgerEntry.findMany({
            where: { subjectType: 'Statement', position: { gt: cursors.open(start) } },
            orderBy: { position: 'asc' },
          });
          for (const [n, { row, given }] of asked.entries()) {
            const expected = await letThrough(all, row);
            socket.subscribe(`again ${n}`, again, { talks: id, filter: given, after: start });
            const events = await socket.events(`again ${n}`, expected.length);
            expect(events.map(({ extensions }) => cursors.open(extensions.cursor))).toEqual(expected);
          }
          socket.cut();
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 120_000);

  async function publishTo(negotiationId: string, externalId: string, changed: object): Promise<void> {
    await world.write('publishStatement', { externalId, negotiationId, content: statement(changed) });
  }

  /** False for what the desk would not do: a correction of what is withdrawn, or of nothing. */
  async function attempt(
    kind: 'publish' | 'correct' | 'withdraw' | 'expunge',
    slug: string,
    statementId: string,
    step: { kind: string; content?: object; changes?: object },
    revision: number | undefined,
  ): Promise<boolean> {
    const writing = {
      publish: () => publishTo(slug, statementId, step.content ?? {}),
      correct: () => world.write('correctStatement', { statementId, revision, note: 'x', changes: step.changes ?? {} }),
      withdraw: () => world.write('withdrawStatement', { statementId, revision, reason: 'x' }),
      expunge: () => world.write('expungeStatement', { statementId, reason: 'x' }),
    };
    return writing[kind]().then(
      () => true,
      () => false,
    );
  }
});
