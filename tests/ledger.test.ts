import { pino } from 'pino';
import { describe, expect, it, type Mock, vi } from 'vitest';
import type { Database } from '../src/database/connect.ts';
import { append } from '../src/ledger/append.ts';
import { Cursors } from '../src/ledger/cursor.ts';
import { closable, follow } from '../src/ledger/follow.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { Plan } from '../src/ledger/plan.ts';
import { MODEL_OF, snake } from '../src/ledger/subjects.ts';
import { freshDatabase, onServer } from './support/database.ts';

const silent = pino({ level: 'silent' });

/** A plan that opens terms, each with an entry of its own. */
function termPlan(titles: readonly string[], negotiationId: string = crypto.randomUUID()): Plan {
  const plan = new Plan();
  for (const title of titles) {
    const subject = { type: 'Term' as const, id: crypto.randomUUID() };
    const entry = { action: 'RECORDED' as const, subject, negotiationId, note: null };
    plan.entries.push(entry);
    plan.row('term', {
      id: subject.id,
      fromPosition: entry,
      firstPosition: entry,
      negotiationId,
      title,
      category: 'WAGES',
      status: 'OPEN',
    });
  }
  return plan;
}

describe('the ledger', () => {
  it('numbers entries 1, 2, 3 … and gives a version the position of its entry', async () => {
    await using database = await freshDatabase();
    const first = await append(database.prisma, termPlan(['a', 'b']));
    const second = await append(database.prisma, termPlan(['c']));
    expect([first.base, first.head, second.base, second.head]).toEqual([0n, 2n, 2n, 3n]);
    const terms = await database.prisma.term.findMany({ orderBy: { fromPosition: 'asc' } });
    expect(terms.map(({ title, fromPosition }) => [title, fromPosition])).toEqual([
      ['a', 1n],
      ['b', 2n],
      ['c', 3n],
    ]);
  });

  it('leaves no gap where a plan was refused, and nothing of it', async () => {
    await using database = await freshDatabase();
    await append(database.prisma, termPlan(['kept']));
    const bad = termPlan(['lost']);
    bad.close.push({ table: 'term', key: 'id', id: crypto.randomUUID(), expected: 1n, until: bad.entries[0]! });
    await expect(append(database.prisma, bad)).rejects.toThrow('Somebody else changed this first');
    const { head } = await append(database.prisma, termPlan(['next']));
    expect(head).toBe(2n);
    expect(await database.prisma.term.count({ where: { title: 'lost' } })).toBe(0);
  });

  it('takes what a node writes that knows of no withdrawals: it stands', async () => {
    await using database = await freshDatabase();
    const plan = new Plan();
    const negotiationId = crypto.randomUUID();
    const open = (type: 'Event' | 'HeldGroup' | 'Outcome', content: object) => {
      const subject = { type, id: crypto.randomUUID() };
      const entry = { action: 'RECORDED' as const, subject, negotiationId, note: null };
      plan.entries.push(entry);
      plan.row(snake(MODEL_OF[type]), {
        id: subject.id,
        fromPosition: entry,
        firstPosition: entry,
        negotiationId,
        ...content,
      });
    };
    open('Event', { title: 'A rally', kind: 'OTHER', actorIds: [] });
    open('HeldGroup', { descriptor: 'the crew' });
    open('Outcome', { question: 'A deal?', resolution: 'OPEN' });
    await append(database.prisma, plan);
    const { event, heldGroup, outcome } = database.prisma;
    for (const row of [await event.findFirst(), await heldGroup.findFirst(), await outcome.findFirst()])
      expect(row).toMatchObject({ withdrawn: false });
  });

  it('gives instants that never repeat or run backwards', async () => {
    await using database = await freshDatabase();
    const instants: number[] = [];
    for (let n = 0; n < 50; n++) instants.push((await append(database.prisma, termPlan(['t']))).recordedAt.getTime());
    for (let n = 1; n < instants.length; n++) expect(instants[n]).toBeGreaterThan(instants[n - 1]!);
  });

  it('keeps its entries and versions from being changed or deleted', async () => {
    await using database = await freshDatabase();
    await append(database.prisma, termPlan(['kept']));
    await expect(database.prisma.$executeRaw`DELETE FROM ledger`).rejects.toThrow('append-only');
    await expect(database.prisma.$executeRaw`UPDATE ledger SET note = 'other'`).rejects.toThrow('append-only');
    await expect(database.prisma.$executeRaw`UPDATE term SET title = 'other'`).rejects.toThrow('never changed');
    await expect(database.prisma.$executeRaw`DELETE FROM term`).rejects.toThrow('never changed');
  });

  it.runIf(onServer)(
    'shows a tail by position every entry once and in order while eight writers commit and roll back',
    async () => {
      await using database = await freshDatabase();
      const ledger = await Ledger.open(database, silent);
      const seen: bigint[] = [];
      const iterator = closable((signal) => follow(ledger.tail, 0n, {}, signal));
      const reading = (async () => {
        for await (const entries of iterator) seen.push(...entries.map(({ position }) => position));
      })();

      const committed: bigint[] = [];
      const writer = async (n: number) => {
        for (let round = 0; round < 25; round++) {
          const titles = Array.from({ length: 1 + ((n + round) % 3) }, (_, index) => `${n}.${round}.${index}`);
          const rollBack = (n * 7 + round) % 4 === 0;
          const plan = termPlan(titles);
          await database.prisma
            .$transaction(
              async (tx) => {
                const rows = await tx.$queryRaw<
                  { base: bigint; head: bigint }[]
                >`SELECT * FROM ledger_append(${plan.serialise()}::jsonb)`;
                // Hold the transaction open, so that the others queue up behind it.
                await tx.$queryRaw`SELECT pg_sleep(${Math.random() / 200})::text`;
                if (rollBack) throw new Error('rolled back');
                return rows[0]!;
              },
              { maxWait: 60_000, timeout: 60_000 },
            )
            .then(({ base, head }) => {
              for (let position = base + 1n; position <= head; position++) committed.push(position);
            })
            .catch((error: Error) => {
              if (error.message !== 'rolled back') throw error;
            });
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, n) => writer(n)));
      await ledger.tail.catchUp();
      await expect.poll(() => seen.length).toBe(committed.length);
      await iterator.return?.();
      await reading;
      await ledger.stop();

      committed.sort((a, b) => Number(a - b));
      expect(committed).toEqual(committed.map((_, index) => BigInt(index + 1)));
      expect(seen).toEqual(committed);
    },
  );
});

describe('following', () => {
  it('replays what came after a cursor and goes on live, with no seam', async () => {
    await using database = await freshDatabase();
    const ledger = await Ledger.open(database, silent);
    await ledger.append(termPlan(Array.from({ length: 5 }, (_, n) => `${n}`)));
    const seen: bigint[] = [];
    const iterator = closable((signal) => follow(ledger.tail, 2n, {}, signal));
    const reading = (async () => {
      for await (const entries of iterator) {
        seen.push(...entries.map(({ position }) => position));
        if (seen.includes(8n)) return;
      }
    })();
    await ledger.append(termPlan(['live', 'live']));
    await ledger.append(termPlan(['live']));
    await reading;
    expect(seen).toEqual([3n, 4n, 5n, 6n, 7n, 8n]);
    await ledger.stop();
  });

  it('sends a reader who lags past the buffer back to the table, and loses nothing', async () => {
    await using database = await freshDatabase();
    const ledger = await Ledger.open(database, silent);
    const iterator = closable((signal) => follow(ledger.tail, 0n, {}, signal));
    const first = iterator.next();
    await ledger.append(termPlan(['first']));
    await first;
    // The reader does nothing meanwhile.
    for (let n = 0; n < 4; n++)
      await ledger.append(termPlan(Array.from({ length: 700 }, (_, index) => `${n}.${index}`)));
    await ledger.tail.catchUp();
    const seen = [1n];
    for await (const entries of iterator) {
      seen.push(...entries.map(({ position }) => position));
      if (seen.at(-1) === 2801n) break;
    }
    expect(seen).toEqual(Array.from({ length: 2801 }, (_, index) => BigInt(index + 1)));
    await ledger.stop();
  });

  it('listens no more, and says so once, whether the reader leaves or lags past the buffer', async () => {
    await using database = await freshDatabase();
    const ledger = await Ledger.open(database, silent);
    const listen = ledger.tail.listen.bind(ledger.tail);
    const ends: Mock<() => void>[] = [];
    vi.spyOn(ledger.tail, 'listen').mockImplementation((...args) => {
      const end = vi.fn(listen(...args));
      ends.push(end);
      return end;
    });
    const iterator = closable((signal) => follow(ledger.tail, 0n, {}, signal));
    const first = iterator.next();
    await ledger.append(termPlan(['first']));
    await first;
    await ledger.append(termPlan(Array.from({ length: 1_100 }, (_, index) => `${index}`)));
    await ledger.tail.catchUp();
    for (let position = 1n; position < 1_101n; ) position = (await iterator.next()).value?.at(-1)?.position ?? 0n;
    const last = iterator.next();
    await ledger.append(termPlan(['last']));
    await last;
    await iterator.return?.();
    expect(ends.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    await ledger.stop();
  });

  it('ends at once when the reader leaves, also while it waits', async () => {
    await using database = await freshDatabase();
    const ledger = await Ledger.open(database, silent);
    const iterator = closable((signal) => follow(ledger.tail, 0n, {}, signal));
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await ledger.stop();
  });

  it('gives only what the filter wants', async () => {
    await using database = await freshDatabase();
    const ledger = await Ledger.open(database, silent);
    const mine = crypto.randomUUID();
    await ledger.append(termPlan(['other']));
    await ledger.append(termPlan(['mine'], mine));
    const iterator = closable((signal) => follow(ledger.tail, 0n, { negotiationId: mine }, signal));
    const replayed = await iterator.next();
    const live = iterator.next();
    await ledger.append(termPlan(['other']));
    await ledger.append(termPlan(['mine'], mine));
    expect(
      [replayed, await live].map(({ value }) => value?.map((entry: { position: bigint }) => entry.position)),
    ).toEqual([[2n], [4n]]);
    await iterator.return?.();
    await ledger.stop();
  });
});

describe('an epoch', () => {
  /** What a standby that takes over may lack: the last entry, and all that came with it. */
  async function loseLast({ prisma }: Database): Promise<void> {
    await prisma.$executeRawUnsafe(`DO $$ BEGIN
      SET LOCAL session_replication_role = replica;
      DELETE FROM ledger WHERE position = (SELECT position FROM ledger_head);
      DELETE FROM term WHERE from_position = (SELECT position FROM ledger_head);
      UPDATE ledger_head SET position = position - 1;
    END $$`);
  }

  it.each(['not filled again', 'filled with another'])(
    'is over when an entry that was told is gone, its place %s',
    async (place) => {
      await using database = await freshDatabase();
      const [node, other] = [await Ledger.open(database, silent), await Ledger.open(database, silent)];
      const told: bigint[] = [];
      node.tail.listen(
        {},
        { tell: (entries) => told.push(...entries.map(({ position }) => position)), stop: () => {} },
      );
      for (const title of ['first', 'second']) await node.append(termPlan([title]));
      await node.tail.catchUp();
      const cursor = node.cursors.seal(2n);
      await loseLast(database);
      if (place === 'filled with another') await other.append(termPlan(['another second']));
      await node.tail.catchUp();
      // The other one has told nobody of what was lost, and learns that its key is no longer the record's.
      await Promise.all([node.isOver, other.isOver]);
      expect(told).toEqual([1n, 2n]);
      const next = await Ledger.open(database, silent);
      expect(() => next.cursors.open(cursor)).toThrow('not one of this record');
      for (const ledger of [node, other, next]) await ledger.stop();
    },
  );

  it('goes on when a node that has told nobody finds more entries, or begins before the first', async () => {
    await using database = await freshDatabase();
    const [node, other] = [await Ledger.open(database, silent), await Ledger.open(database, silent)];
    for (const title of ['first', 'second', 'third']) {
      await node.append(termPlan([title]));
      await other.tail.catchUp();
    }
    expect(other.tail.position).toBe(3n);
    const head = await database.prisma.ledgerHead.findFirstOrThrow();
    expect(new Cursors(head.cursorKey).seal(3n)).toBe(node.cursors.seal(3n));
    for (const ledger of [node, other]) await ledger.stop();
  });
});

describe('a cursor', () => {
  const ours = new Cursors(Buffer.alloc(32, 1));
  const theirs = new Cursors(Buffer.alloc(32, 2));

  it('is the same for the same position, and opens to it', () => {
    expect(ours.seal(42n)).toBe(ours.seal(42n));
    expect(ours.open(ours.seal(42n))).toBe(42n);
    expect(ours.seal(42n)).toHaveLength(22);
  });

  it('says nothing of how far apart two positions are', () => {
    expect(ours.seal(42n).slice(0, 4)).not.toBe(ours.seal(43n).slice(0, 4));
  });

  it.each([
    ['from another record', theirs.seal(42n)],
    ['cut short', ours.seal(42n).slice(0, -2)],
    ['changed', ours.seal(42n).replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
    ['empty', ''],
    ['a number', '42'],
    ['of a list', ours.sealPage({ list: 'statements', at: 1n, values: ['1'] })],
  ])('is refused when it is %s', (_, cursor) => {
    expect(() => ours.open(cursor)).toThrow(/cursor/);
  });

  it('of a list is refused by another list', () => {
    const cursor = ours.sealPage({ list: 'statements', at: 1n, values: ['1'] });
    expect(ours.openPage('statements', cursor).values).toEqual(['1']);
    expect(() => ours.openPage('terms', cursor)).toThrow('another list');
    expect(() => ours.openPage('statements', ours.seal(1n))).toThrow('an edge');
  });
});
