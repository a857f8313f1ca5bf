import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { followApart, openSpokenWorld, openTalks, type SpokenWorld, textsOf, times } from './support/following.ts';
import { cutSockets, greetedSocket, type RawSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld } from './support/world.ts';

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

/** How many answers are made while something is done: each is sealed with its cursor, once. */
async function answersMade(work: () => Promise<unknown>): Promise<number> {
  const seal = vi.spyOn(world.server.ledger.cursors, 'seal');
  await work();
  const made = seal.mock.calls.length;
  seal.mockRestore();
  return made;
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
    const id = await openTalks(world, 'asked-alike');
    const before = await world.head();
    await sayUnsealed(id);
    const after = await world.head();
    const query = followApart();
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
    const id = await openTalks(world, 'asked-apart');
    const after = await world.head();
    const plain = await greetedSocket(world.url);
    const editor = await greetedSocket(world.url, { key: await world.key('EDITOR') });
    const query = followApart();
    const [first, second] = [followApart(), followApart()];
    const two = `${first} ${second}`;
    const asked: [RawSocket, string, object, string?][] = [
      [plain, query, {}],
      [editor, query, {}],
      [plain, `${query} `, {}],
      [plain, query.replace('statements', 'mine: statements'), {}],
      [plain, query, { filter: { speechActs: ['DEMAND'] } }],
      [plain, query, { filter: { speechActs: ['DEMAND', 'COMMENT'] } }],
      [plain, query, { filter: null }],
      [plain, two, {}, /Follow\d+/.exec(first)?.[0]],
      [plain, two, {}, /Follow\d+/.exec(second)?.[0]],
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
    const after = await world.head();
    const query = followApart()
      .replace('$filter: StatementFilter', '$constructor: [SpeechAct!] = [THREATEN]')
      .replace('filter: $filter', 'filter: { speechActs: $constructor }');
    const socket = await greetedSocket(world.url);
    socket.subscribe('null', query, { talks: world.talks, after, constructor: null });
    const demanded = await world.say();
    expect(textsOf(await socket.events('null', 1))).toEqual([demanded]);
    socket.subscribe('default', query, { talks: world.talks, after });
    await publish(world, 'threatened', { text: 'threatened', speechActs: ['THREATEN'] });
    expect(textsOf(await socket.events('default', 1))).toEqual(['threatened']);
  });

  it('cost one node no more SQL when twenty come back at once than when one does', async () => {
    const id = await openTalks(world, 'come-back');
    const after = await world.head();
    const texts = await world.sayMany(100, '', id);
    const comeBack = async (count: number) => {
      const query = followApart('text source { onBehalfOf { name } } appearances { report { headline } }');
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
    const after = await world.head();
    const query = followApart();
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks: world.talks, after });
    const texts = await world.sayMany(150);
    const events = await live.events('live', 150);
    expect(textsOf(events)).toEqual(texts);
    const cursors = [after, ...events.map(({ extensions }) => extensions.cursor as string)];
    const back = await greetedSocket(world.url);
    // In the group's log, and, for another document, in pages of the ledger; about where a page ends, too.
    for (const [kind, document] of Object.entries({ log: query, pages: followApart() })) {
      const places = [0, 1, 62, 63, 64, 65, 66, 127, 128, 129, 148, 149, 150];
      for (const place of places)
        back.subscribe(`${kind} ${place}`, document, { talks: world.talks, after: cursors[place] });
      const last = await world.say();
      texts.push(last);
      cursors.push(await world.head());
      for (const place of places) {
        const rest = await back.events(`${kind} ${place}`, texts.length - place);
        expect(textsOf(rest)).toEqual(texts.slice(place));
      }
    }
    expect(textsOf(await live.events('live', 2))).toEqual(texts.slice(-2));
  });

  it('gets everything from before what the group has kept', async () => {
    const after = await world.head();
    const query = followApart(times(20));
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks: world.talks, after });
    // More than the four megabytes that a group keeps.
    const texts = [...(await world.sayMany(80, 'x'.repeat(4_000))), ...(await world.sayMany(20))];
    const events = await live.events('live', 100);
    expect(textsOf(events)).toEqual(texts);
    const back = await greetedSocket(world.url);
    for (const place of [0, 10, 40, 99]) {
      back.subscribe(`${place}`, query, {
        talks: world.talks,
        after: place === 0 ? after : events[place - 1].extensions.cursor,
      });
    }
    const last = await world.say();
    for (const place of [0, 10, 40, 99]) {
      expect(textsOf(await back.events(`${place}`, 101 - place))).toEqual([...texts, last].slice(place));
    }
  });

  it('again and again, each time from its last cursor, loses nothing and gets nothing twice', async () => {
    const start = await world.head();
    const query = followApart();
    const texts: string[] = [];
    const speaking = (async () => {
      for (let n = 0; n < 30; n++) texts.push(await world.say());
    })();
    const seen = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const mine: string[] = [];
        let after = start;
        while (mine.length < 30) {
          const socket = await greetedSocket(world.url);
          socket.subscribe('s', query, { talks: world.talks, after });
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
    const after = await world.head();
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
    const query = followApart(
      'text state appearances { exact } negotiation { status cursor statements(first: 1) { nodes { text state } } }',
    );
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', query, { talks: world.talks, after });
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
  const UNKNOWN = 'Enum "NegotiationStatus" cannot represent value: "ADJOURNED"';

  it('is masked as that of a query is, and what comes next is whole', async () => {
    const after = await world.head();
    const { prisma } = world.database;
    const selection = 'text negotiation { participations { nodes { role } } }';
    const socket = await greetedSocket(world.url);
    const query = followApart(selection);
    socket.subscribe('s', query, { talks: world.talks, after });
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
            extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
          },
        ],
        data: null,
        extensions: { cursor: await world.head() },
      });
      const { message, extensions } = event.errors[0];
      expect(asked.errors).toMatchObject([{ message, extensions: { code: extensions.code } }]);
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE participation_away RENAME TO participation');
    }
    await world.say();
    const [next] = await socket.events('s', 1);
    expect(next.errors).toBeUndefined();
  });

  it('is there for whoever comes back from before it only as long as it lasts: from what is kept, and from further back', async () => {
    const after = await world.head();
    const { prisma } = world.database;
    const query = followApart('text negotiation { participations { nodes { role } } }');
    const paged = followApart('negotiation { participations { nodes { role } } }');
    const socket = await greetedSocket(world.url);
    socket.subscribe('s', query, { talks: world.talks, after });
    await world.say();
    await socket.events('s', 1);
    const before = await world.head();
    await prisma.$executeRawUnsafe('ALTER TABLE participation RENAME TO participation_away');
    try {
      await world.say();
      const [failed] = await socket.events('s', 1);
      expect(failed.errors).toHaveLength(1);
      const another = await greetedSocket(world.url);
      another.subscribe('s', paged, { talks: world.talks, after });
      const pages = await another.events('s', 2);
      expect(pages.map(({ errors }) => errors?.length)).toEqual([1, 1]);
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE participation_away RENAME TO participation');
    }
    for (const [asked, place, count] of [
      [query, before, 1],
      [paged, after, 2],
    ] as const) {
      const whole = async () => {
        const back = await greetedSocket(world.url);
        back.subscribe('s', asked, { talks: world.talks, after: place });
        return (await back.events('s', count)).every(({ errors }) => errors === undefined);
      };
      await expect.poll(whole, { timeout: 10_000 }).toBe(true);
    }
  });

  it('is ours when the record has a value that this node does not know: masked, logged, and tried once more', async () => {
    const logged: { requestId?: string; err?: { message: string } }[] = [];
    const log = { write: (line: string) => void logged.push(JSON.parse(line)) };
    await using newer = await openWorld({ LOG_LEVEL: 'error' }, log);
    await seedTalks(newer);
    const { data } = await newer.query('{ head negotiation(slug: "talks") { id } }');
    await publish(newer, 'of-newer-talks');
    const { prisma } = newer.database;
    for (const change of [
      `ALTER TYPE "NegotiationStatus" ADD VALUE 'ADJOURNED'`,
      'ALTER TABLE negotiation DISABLE TRIGGER version_is_kept',
      `UPDATE negotiation SET status = 'ADJOURNED'`,
    ])
      await prisma.$executeRawUnsafe(change);
    const masked = {
      message: 'Something went wrong here, and it was logged.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
    };
    const { errors } = await newer.query('{ negotiation(slug: "talks") { status } }');
    expect(errors).toMatchObject([masked]);
    expect(logged).toMatchObject([{ err: { message: UNKNOWN } }]);
    expect(errors).toMatchObject([{ extensions: { requestId: logged[0]?.requestId } }]);
    const socket = await greetedSocket(newer.url);
    socket.subscribe('s', followApart('negotiation { status }'), { talks: data.negotiation.id, after: data.head });
    const [event] = await socket.events('s', 1);
    expect(event.errors).toMatchObject([masked]);
    // Once for the question, and thrice for the event.
    expect(logged).toHaveLength(4);
  });
});
