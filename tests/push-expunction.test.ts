import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { onServer } from './support/database.ts';
import { followApart, openSpokenWorld, openTalks, type SpokenWorld, textsOf, times } from './support/following.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { openStream } from './support/raw-stream.ts';
import { anotherServer } from './support/servers.ts';
import { publish, statement } from './support/talks.ts';

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
    return followApart(selection).replace('__typename', '__typename ... on StatementCorrected { note }');
  }

  function typesOf(payloads: { data: any }[]): string[] {
    return payloads.map(({ data }) => data.statements.__typename);
  }

  it('empties what a group kept: who comes back from before it gets blanked words', async () => {
    const after = await world.head();
    const query = withNotes();
    const live = await greetedSocket(world.url);
    live.subscribe('live', query, { talks: world.talks, after });
    const externalId = await saySecret();
    const before = await live.events('live', 2);
    expect(JSON.stringify(before).split(SECRET).length - 1).toBe(5);
    await expunge(externalId);
    const [erased] = await live.events('live', 1);
    for (const place of [after, before[0].extensions.cursor]) {
      const back = await greetedSocket(world.url);
      back.subscribe('back', query, { talks: world.talks, after: place });
      const stream = await openStream(world.url, { query, variables: { talks: world.talks, after: place } });
      const count = place === after ? 3 : 2;
      const events = await back.events('back', count);
      expect(typesOf(events)).toEqual(['StatementPublished', 'StatementCorrected', 'StatementExpunged'].slice(-count));
      while (stream.events.length < count) await stream.next();
      expect(JSON.stringify(back.received) + stream.text()).not.toContain(SECRET);
      expect(events.at(-1)).toEqual(erased);
      stream.cut();
    }
  });

  it('of which a node that is cut off has not heard is waited for, before anybody who comes back is given anything', async () => {
    let isAway = false;
    const read: Database['read'] = (...asked) =>
      isAway ? Promise.reject(new Error('away')) : world.database.read(...asked);
    await using node = await anotherServer({ database: { ...world.database, read } });
    const after = await world.head();
    const query = withNotes();
    const live = await greetedSocket(node.url);
    live.subscribe('live', query, { talks: world.talks, after });
    const externalId = await saySecret();
    expect(JSON.stringify(await live.events('live', 2))).toContain(SECRET);
    isAway = true;
    await expunge(externalId);
    await vi.waitUntil(() => node.ledger.tail.isStale, { timeout: 10_000 });
    const back = await greetedSocket(node.url);
    back.subscribe('back', query, { talks: world.talks, after });
    // Handled after what came before it.
    back.say({ type: 'ping' });
    await back.next(({ type }) => type === 'pong');
    isAway = false;
    expect(typesOf(await back.events('back', 3)).at(-1)).toBe('StatementExpunged');
    expect(JSON.stringify(back.received)).not.toContain(SECRET);
  });

  it('empties the pages of the ledger that were made for who came back before it', async () => {
    const after = await world.head();
    const externalId = await saySecret();
    const query = withNotes();
    const early = await greetedSocket(world.url);
    early.subscribe('early', query, { talks: world.talks, after });
    expect(JSON.stringify(await early.events('early', 2))).toContain(SECRET);
    await expunge(externalId);
    await early.events('early', 1);
    const late = await greetedSocket(world.url);
    late.subscribe('late', query, { talks: world.talks, after });
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
      const after = await world.head();
      const query = withNotes(`${times(20)} ${WITH_NOTES}`);
      const slow = await greetedSocket(world.url);
      const quick = await greetedSocket(world.url);
      const subscribe = () => {
        slow.subscribe('s', query, { talks: world.talks, after });
        slow.pause();
        quick.subscribe('s', query, { talks: world.talks, after });
      };
      if (kept === 'log') subscribe();
      // More than the two ends of a connection take.
      const texts = await world.sayMany(20, 'x'.repeat(19_000));
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
    const after = await world.head();
    const socket = await greetedSocket(world.url);
    const query = withNotes('text negotiation { participations { nodes { role } } }');
    socket.subscribe('held up', query, { talks: world.talks, after });
    await world.say();
    await socket.events('held up', 1);
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
    // The node hears of it while what is read for the group still waits.
    await world.server.ledger.tail.catchUp();
    await lock.query('COMMIT');
    await lock.end();
    const events = await socket.events('held up', 3);
    expect(typesOf(events)).toEqual(['StatementPublished', 'StatementCorrected', 'StatementExpunged']);
    expect(JSON.stringify(socket.received)).not.toContain(SECRET);
    socket.subscribe('back', query, { talks: world.talks, after });
    await socket.events('back', 4);
    expect(JSON.stringify(socket.received)).not.toContain(SECRET);
  });

  it('is heard of by a group that nobody was in', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await using server = await anotherServer(world);
    const aside = await openTalks(world, 'aside');
    const after = await world.head();
    const query = followApart();
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
