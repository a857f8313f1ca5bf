import { Readable } from 'node:stream';
import fc from 'fast-check';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { globalId } from '../src/ledger/subjects.ts';
import { type Server, startServer } from '../src/server.ts';
import { matchingPositions, type StatementFilter } from '../src/statement/store.ts';
import { importRecords } from '../src/transfer/import.ts';
import { onServer } from './support/database.ts';
import { cutSockets, greetedSocket, type RawSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
let talks: string;
let published = 0;
let documents = 0;

beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  cutSockets();
});
afterAll(() => world.stop());

/** A document of its own, and so a group of its own. */
function follow(selection = 'text'): string {
  documents += 1;
  return `subscription Follow${documents}($talks: ID!, $filter: StatementFilter, $after: Cursor) {
    statements(negotiationId: $talks, filter: $filter, after: $after) {
      __typename ... on StatementEvent { statement { ${selection} } }
    }
  }`;
}

/** A text many times over, so that an event is large. */
function times(count: number): string {
  return Array.from({ length: count }, (_, n) => `text${n}: text`).join(' ');
}

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

/** Publishes the next statement; they are numbered. */
async function say(more = ''): Promise<string> {
  published += 1;
  const text = `said ${published}${more}`;
  await publish(world, `said-${published}`, { text });
  return text;
}

/** Publishes many at once, and gives their texts. */
async function sayMany(count: number, more = '', negotiationId = 'talks'): Promise<string[]> {
  const texts = Array.from({ length: count }, () => {
    published += 1;
    return `said ${published}${more}`;
  });
  const lines = texts.map((text) =>
    JSON.stringify({
      publishStatement: {
        externalId: text.replace(' ', '-').slice(0, 20),
        negotiationId,
        content: statement({ text }),
      },
    }),
  );
  const { recorded } = await importRecords(world.server.ledger, Readable.from([Buffer.from(lines.join('\n'))]));
  expect(recorded).toBe(count);
  return texts;
}

/** The texts of events, under whatever name the document gives them. */
function textsOf(payloads: { data: any }[]): string[] {
  return payloads.map(({ data }) => String(Object.values(Object(Object.values(data)[0]).statement)[0]));
}

/** How many answers are made while something is done: each is sealed with its cursor, once. */
async function answersMade(work: () => Promise<unknown>): Promise<number> {
  const seal = vi.spyOn(world.server.ledger.cursors, 'seal');
  await work();
  const made = seal.mock.calls.length;
  seal.mockRestore();
  return made;
}

/** Talks in which nobody else has a group, as one goes on for a while when everybody has left it. */
async function openTalks(slug: string): Promise<string> {
  const { negotiation } = await world.write(
    'openNegotiation',
    { externalId: slug, slug, title: slug, status: 'ACTIVE' },
    'negotiation { id }',
  );
  return negotiation.id;
}

/** Publishes, and asks for no cursor. */
async function sayUnsealed(negotiationId: string): Promise<void> {
  const { data } = await world.desk(
    'mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) { __typename } }',
    { input: { negotiationId, content: statement() } },
  );
  expect(data.publishStatement.__typename).toBe('PublishStatementPayload');
}

describe('subscriptions that ask the same', () => {
  it('are answered once an event, whoever asks, over whatever, from whichever cursor', async () => {
    const id = await openTalks('asked-alike');
    const before = await head();
    await sayUnsealed(id);
    const after = await head();
    const query = follow();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => greetedSocket(world.url)));
    for (const socket of sockets) {
      socket.subscribe('a', query, { talks: id, after });
      socket.subscribe('b', query, { after: before, talks: id, unknown: Math.random() });
    }
    const stream = await openStream(world.url, { query, variables: { talks: id, after } });
    for (const socket of sockets) await socket.events('b', 1);
    const made = await answersMade(async () => {
      await sayUnsealed(id);
      for (const socket of sockets) await Promise.all([socket.events('a', 1), socket.events('b', 1)]);
      await stream.next();
    });
    stream.cut();
    expect(made).toBe(1);
  });

  it('are answered apart when anything of it differs: document, operation, variables, rights', async () => {
    const id = await openTalks('asked-apart');
    const after = await head();
    const plain = await greetedSocket(world.url);
    const editor = await greetedSocket(world.url, { key: await world.key('EDITOR') });
    const query = follow();
    const two = `${follow()} ${follow()}`;
    const asked: [RawSocket, string, object, string?][] = [
      [plain, query, {}],
      [editor, query, {}],
      [plain, `${query} `, {}],
      [plain, query.replace('statements', 'mine: statements'), {}],
      [plain, query, { filter: { speechActs: ['DEMAND'] } }],
      [plain, query, { filter: { speechActs: ['DEMAND', 'COMMENT'] } }],
      [plain, query, { filter: null }],
      [plain, two, {}, `Follow${documents - 1}`],
      [plain, two, {}, `Follow${documents}`],
    ];
    for (const [n, [socket, document, variables, name]] of asked.entries()) {
      socket.subscribe(`${n}`, document, { talks: id, after, ...variables }, name);
    }
    const all = () => Promise.all(asked.map(([socket], n) => socket.events(`${n}`, 1)));
    await sayUnsealed(id);
    await all();
    const made = await answersMade(async () => {
      await sayUnsealed(id);
      await all();
    });
    expect(made).toBe(asked.length);
  });

  it('keep apart a variable that is null and one that takes its default, whatever its name', async () => {
    const after = await head();
    const query = follow()
      .replace('$filter: StatementFilter', '$constructor: [SpeechAct!] = [THREATEN]')
      .replace('filter: $filter', 'filter: { speechActs: $constructor }');
    const socket = await greetedSocket(world.url);
    socket.subscribe('null', query, { talks, after, constructor: null });
    const demanded = await say();
    expect(textsOf(await socket.events('null', 1))).toEqual([demanded]);
    socket.subscribe('default', query, { talks, after });
    await publish(world, 'threatened', { text: 'threatened', speechActs: ['THREATEN'] });
    expect(textsOf(await socket.events('default', 1))).toEqual(['threatened']);
  });

  it('cost one node no more SQL when twenty come back at once than when one does', async () => {
    const id = await openTalks('come-back');
    const after = await head();
    const texts = await sayMany(100, '', id);
    const comeBack = async (count: number) => {
      const query = follow('text source { onBehalfOf { name } } appearances { report { headline } }');
      const sockets = await Promise.all(Array.from({ length: count }, () => greetedSocket(world.url)));
      const sql = await sqlOf(async () => {
        for (const socket of sockets) socket.subscribe('s', query, { talks: id, after });
        for (const socket of sockets) expect(textsOf(await socket.events('s', 100))).toEqual(texts);
      });
      return sql.length;
    };
    const one = await comeBack(1);
    expect(one).toBeGreaterThan(0);
    expect(await comeBack(20)).toBe(one);
  });
});

describe('a client that comes back', () => {
  it('gets the rest from any cursor on, once and in order, while others follow live', async () => {
    const after = await head();
    const query = follow();
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks, after });
    const texts = await sayMany(150);
    const events = await live.events('live', 150);
    expect(textsOf(events)).toEqual(texts);
    const cursors = [after, ...events.map(({ extensions }) => extensions.cursor as string)];
    const back = await greetedSocket(world.url);
    // In the group's log, and, for another document, in pages of the ledger; about where a page ends, too.
    for (const [kind, document] of Object.entries({ log: query, pages: follow() })) {
      const places = [0, 1, 62, 63, 64, 65, 66, 127, 128, 129, 148, 149, 150];
      for (const place of places) back.subscribe(`${kind} ${place}`, document, { talks, after: cursors[place] });
      const last = await say();
      texts.push(last);
      cursors.push(await head());
      for (const place of places) {
        const rest = await back.events(`${kind} ${place}`, texts.length - place);
        expect(textsOf(rest)).toEqual(texts.slice(place));
      }
    }
    expect(textsOf(await live.events('live', 2))).toEqual(texts.slice(-2));
  });

  it('gets everything from before what the group has kept', async () => {
    const after = await head();
    const query = follow(times(20));
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks, after });
    // More than the four megabytes that a group keeps.
    const texts = [...(await sayMany(80, 'x'.repeat(4_000))), ...(await sayMany(20))];
    const events = await live.events('live', 100);
    expect(textsOf(events)).toEqual(texts);
    const back = await greetedSocket(world.url);
    for (const place of [0, 10, 40, 99]) {
      back.subscribe(`${place}`, query, { talks, after: place === 0 ? after : events[place - 1].extensions.cursor });
    }
    const last = await say();
    for (const place of [0, 10, 40, 99]) {
      expect(textsOf(await back.events(`${place}`, 101 - place))).toEqual([...texts, last].slice(place));
    }
  });

  it('again and again, each time from its last cursor, loses nothing and gets nothing twice', async () => {
    const start = await head();
    const query = follow();
    const texts: string[] = [];
    const speaking = (async () => {
      for (let n = 0; n < 30; n++) texts.push(await say());
    })();
    const seen = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const mine: string[] = [];
        let after = start;
        while (mine.length < 30) {
          const socket = await greetedSocket(world.url);
          socket.subscribe('s', query, { talks, after });
          const events = await socket.events('s', Math.min(n + 1, 30 - mine.length));
          // What came besides, unread, is asked for again.
          socket.cut();
          mine.push(...textsOf(events));
          after = events.at(-1).extensions.cursor;
        }
        return mine;
      }),
    );
    await speaking;
    for (const mine of seen) expect(mine).toEqual(texts);
  });

  it('gets each event as the record stood right after it, all the way down', async () => {
    const after = await head();
    const externalId = 'changing';
    await publish(world, externalId, { text: 'first words' });
    await world.write('correctStatement', {
      statementId: externalId,
      revision: 1,
      note: 'Second.',
      changes: { text: 'second words', appearances: [] },
    });
    await world.write('changeNegotiationStatus', { negotiationId: 'talks', status: 'SUSPENDED' });
    await world.write('withdrawStatement', { statementId: externalId, revision: 2, reason: 'Not said.' });
    await world.write('changeNegotiationStatus', { negotiationId: 'talks', status: 'ACTIVE' });
    const query = follow(
      'text state appearances { exact } negotiation { status cursor statements(first: 1) { nodes { text state } } }',
    );
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', query, { talks, after });
    const events = await socket.events('s', 3);
    const read = events.map(({ data: { statements }, extensions }) => {
      const { text, state, appearances, negotiation } = statements.statement;
      expect(negotiation.cursor).toBe(extensions.cursor);
      expect(negotiation.statements.nodes[0]).toEqual({ text, state });
      return [text, state, appearances.length, negotiation.status];
    });
    expect(read).toEqual([
      ['first words', 'PUBLISHED', 1, 'ACTIVE'],
      ['second words', 'PUBLISHED', 0, 'ACTIVE'],
      ['second words', 'WITHDRAWN', 0, 'SUSPENDED'],
    ]);
  });
});

describe('an error in an event', () => {
  it('is masked as that of a query is, and what comes next is whole', async () => {
    const after = await head();
    const { prisma } = world.database;
    const selection = 'text negotiation { participations { nodes { role } } }';
    const socket = await greetedSocket(world.url);
    const query = follow(selection);
    socket.subscribe('s', query, { talks, after });
    const id = await publish(world, 'unreadable');
    await socket.events('s', 1);
    await prisma.$executeRawUnsafe('ALTER TABLE participation RENAME TO participation_away');
    try {
      await world.write('withdrawStatement', { statementId: 'unreadable', revision: 1, reason: 'x' });
      const [event] = await socket.events('s', 1);
      const asked = await world.query(`query($id: ID!) { statement(id: $id) { ${selection} } }`, { id });
      expect(event).toEqual({
        errors: [
          {
            message: 'Something went wrong here, and it was logged.',
            locations: [expect.any(Object)],
            path: ['statements', 'statement', 'negotiation', 'participations'],
            extensions: { code: 'INTERNAL_SERVER_ERROR' },
          },
        ],
        data: null,
        extensions: { cursor: await head() },
      });
      const { message, extensions } = event.errors[0];
      expect(asked.errors).toMatchObject([{ message, extensions }]);
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE participation_away RENAME TO participation');
    }
    await say();
    const [next] = await socket.events('s', 1);
    expect(next.errors).toBeUndefined();
  });
});

describe('an expunction', () => {
  const SECRET = 'the-erased-words';
  const WITH_NOTES = `text appearances { exact }`;
  let expunged = 0;

  /** A statement whose every text holds the erased words, corrected and withdrawn with them too. */
  async function saySecret(): Promise<string> {
    expunged += 1;
    const externalId = `secret-${expunged}`;
    await publish(world, externalId, { text: SECRET, appearances: [{ reportId: 'story', exact: SECRET }] });
    await world.write('correctStatement', {
      statementId: externalId,
      revision: 1,
      note: `It was ${SECRET}.`,
      changes: { text: `${SECRET}, corrected` },
    });
    return externalId;
  }

  async function expunge(externalId: string): Promise<void> {
    await world.write('expungeStatement', { statementId: externalId, reason: 'A court order.' });
  }

  function withNotes(selection = WITH_NOTES): string {
    return follow(selection).replace('__typename', '__typename ... on StatementCorrected { note }');
  }

  function typesOf(payloads: { data: any }[]): string[] {
    return payloads.map(({ data }) => data.statements.__typename);
  }

  it('empties what a group kept: who comes back from before it gets blanked words', async () => {
    const after = await head();
    const query = withNotes();
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks, after });
    const externalId = await saySecret();
    const before = await live.events('live', 2);
    expect(JSON.stringify(before).split(SECRET).length - 1).toBe(5);
    await expunge(externalId);
    const [erased] = await live.events('live', 1);
    for (const place of [after, before[0].extensions.cursor]) {
      const back = await greetedSocket(world.url);
      back.subscribe('back', query, { talks, after: place });
      const stream = await openStream(world.url, { query, variables: { talks, after: place } });
      const count = place === after ? 3 : 2;
      const events = await back.events('back', count);
      expect(typesOf(events)).toEqual(['StatementPublished', 'StatementCorrected', 'StatementExpunged'].slice(-count));
      while (stream.events.length < count) await stream.next();
      expect(JSON.stringify(back.received) + stream.text()).not.toContain(SECRET);
      expect(events.at(-1)).toEqual(erased);
      stream.cut();
    }
  });

  it('empties the pages of the ledger that were made for who came back before it', async () => {
    const after = await head();
    const externalId = await saySecret();
    const query = withNotes();
    const early = await greetedSocket(world.url);
    early.subscribe('early', query, { talks, after });
    expect(JSON.stringify(await early.events('early', 2))).toContain(SECRET);
    await expunge(externalId);
    await early.events('early', 1);
    const late = await greetedSocket(world.url);
    late.subscribe('late', query, { talks, after });
    expect(typesOf(await late.events('late', 3))).toEqual([
      'StatementPublished',
      'StatementCorrected',
      'StatementExpunged',
    ]);
    expect(JSON.stringify(late.received)).not.toContain(SECRET);
  });

  it.each(['log', 'pages'])(
    'takes the words from who has not yet read them, of what was made already: %s',
    async (kept) => {
      const after = await head();
      const query = withNotes(`${times(20)} ${WITH_NOTES}`);
      const slow = await greetedSocket(world.url);
      const quick = await greetedSocket(world.url);
      const subscribe = () => {
        slow.subscribe('s', query, { talks, after });
        slow.pause();
        quick.subscribe('s', query, { talks, after });
      };
      if (kept === 'log') subscribe();
      // More than the two ends of a connection take.
      const texts = await sayMany(20, 'x'.repeat(19_000));
      const externalId = await saySecret();
      if (kept === 'pages') subscribe();
      const events = await quick.events('s', 22);
      expect(JSON.stringify(events)).toContain(SECRET);
      await expunge(externalId);
      await quick.events('s', 1);
      slow.resume();
      const slowly = await slow.events('s', 23);
      expect(textsOf(slowly).slice(0, 20)).toEqual(texts);
      expect(typesOf(slowly).slice(20)).toEqual(['StatementPublished', 'StatementCorrected', 'StatementExpunged']);
      expect(JSON.stringify(slow.received)).not.toContain(SECRET);
    },
  );

  it.runIf(onServer)('makes again what was being made, and forgets the notes that waited', async () => {
    const after = await head();
    const socket = await greetedSocket(world.url);
    const query = withNotes('text negotiation { participations { nodes { role } } }');
    socket.subscribe('held up', query, { talks, after });
    socket.subscribe('told', follow('state'), { talks, after });
    await say();
    await Promise.all([socket.events('held up', 1), socket.events('told', 1)]);
    const lock = new pg.Client(world.database.server ?? {});
    await lock.connect();
    // Whoever reads this table waits; writing a statement reads it nowhere.
    await lock.query('BEGIN; LOCK TABLE participation IN ACCESS EXCLUSIVE MODE');
    const externalId = await saySecret();
    await vi.waitUntil(async () => {
      const { rows } = await lock.query('SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
        'participation',
      ]);
      return rows.length > 0;
    });
    await expunge(externalId);
    await socket.events('told', 3);
    await lock.query('COMMIT');
    await lock.end();
    const events = await socket.events('held up', 3);
    expect(typesOf(events)).toEqual(['StatementPublished', 'StatementCorrected', 'StatementExpunged']);
    expect(JSON.stringify(socket.received)).not.toContain(SECRET);
    socket.subscribe('back', query, { talks, after });
    await socket.events('back', 4);
    expect(JSON.stringify(socket.received)).not.toContain(SECRET);
  });

  it('is heard of by a group that nobody was in', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await another();
    const aside = await openTalks('aside');
    const after = await head();
    const query = follow();
    const early = await greetedSocket(server.url);
    await world.write('publishStatement', {
      negotiationId: 'aside',
      externalId: 'aside-secret',
      content: statement({ text: SECRET }),
    });
    await server.ledger.tail.catchUp();
    early.subscribe('s', query, { talks: aside, after });
    expect(textsOf(await early.events('s', 1))).toEqual([SECRET]);
    early.cut();
    // The group ends some time after its last member.
    for (let n = 0; n < 40; n++) await vi.advanceTimersByTimeAsync(1_000);
    await expunge('aside-secret');
    await server.ledger.tail.catchUp();
    const late = await greetedSocket(server.url);
    late.subscribe('s', query, { talks: aside, after });
    expect(textsOf(await late.events('s', 2))).toEqual(['', '']);
  });
});

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
    const id = await openTalks(slug);
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
    const after = await head();
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
    const query = follow();
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

  it('is not looked at for what is recorded of another kind', async () => {
    const { slug, id } = await openRun();
    const ids = await rowIds();
    const socket = await greetedSocket(world.url);
    const filter = { speakerId: globalId('Person', String(ids.get('ada'))) };
    socket.subscribe('by ada', follow(), { talks: id, filter });
    const timeline = 'subscription ($talks: ID!) { timeline(negotiationId: $talks) { __typename } }';
    socket.subscribe('all', timeline, { talks: id });
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
          const start = await head();
          const asked = filters.map((filter) => {
            const own = inRun(slug, filter);
            return { row: rowOf(own, ids), given: given(own, ids), expected: [] as bigint[] };
          });
          const query = follow('state');
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
          const again = follow('state');
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

/** Another server on the same record. */
async function another(settings: NodeJS.ProcessEnv = {}): Promise<Server & AsyncDisposable> {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0', ...settings });
  const server = await startServer(config, world.database, pino({ level: 'silent' }));
  return { ...server, [Symbol.asyncDispose]: () => server.stop() };
}
