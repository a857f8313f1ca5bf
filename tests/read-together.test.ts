import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTHING_HIDDEN } from '../src/ledger/hidden.ts';
import { readPage } from '../src/ledger/page.ts';
import type { Snapshot } from '../src/ledger/snapshot.ts';
import { readGlobalId } from '../src/ledger/subjects.ts';
import { negotiationBySlug } from '../src/negotiation/store.ts';
import { statementById, statements } from '../src/statement/store.ts';
import { changes } from '../src/timeline/store.ts';
import { sqlOf } from './support/sql.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
/** Talks and two statements of each, by row id. */
const talks: { id: string; statements: string[] }[] = [];
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  for (let n = 0; n < 6; n++) {
    const opened = { slug: `talks-${n}`, title: `Talks ${n}`, status: 'ACTIVE' };
    const { negotiation } = await world.write('openNegotiation', opened, 'negotiation { id }');
    const said: string[] = [];
    for (const text of ['First.', 'Second.']) {
      const input = {
        negotiationId: negotiation.id,
        content: { ...statement(), text: `${n}: ${text}`, stances: [], aboutIds: [] },
      };
      said.push(rowId((await world.write('publishStatement', input, 'statement { id }')).statement.id));
    }
    talks.push({ id: rowId(negotiation.id), statements: said });
  }
});
afterAll(() => world.stop());

const rowId = (id: string) => readGlobalId(id)?.id ?? '';

/** What requests read that come in the same turn, and the statements that it took. */
async function together<Read>(
  hidden: readonly ReadonlySet<string>[],
  read: (snapshot: Snapshot, n: number) => Promise<Read>,
): Promise<{ found: Read[]; sql: string[] }> {
  const { ledger } = world.server;
  const position = await ledger.head();
  let found: Read[] = [];
  const sql = await sqlOf(async () => {
    found = await Promise.all(hidden.map((of, n) => read(ledger.snapshot(position, of), n)));
  });
  return { found, sql };
}

const everybody = (count: number) => Array.from({ length: count }, () => NOTHING_HIDDEN);

describe('what several requests ask for in the same turn', () => {
  it('is read in one statement, and each is given its own, tied to its own snapshot', async () => {
    const { found, sql } = await together(everybody(6), async (snapshot, n) => {
      const page = await readPage(snapshot, statements({}, 'NEWEST_RECORDED', 'negotiation_id'), talks[n]!.id, {
        first: 5,
      });
      return { snapshot, rows: page.rows };
    });
    expect(sql).toHaveLength(1);
    for (const [n, { snapshot, rows }] of found.entries()) {
      expect(rows.map(({ text }) => text)).toEqual([`${n}: Second.`, `${n}: First.`]);
      for (const row of rows) expect(row.snapshot).toBe(snapshot);
    }
  });

  it('is read so by slug, by id, and from wherever each of them goes on', async () => {
    const slugs = await together(everybody(6), (snapshot, n) => snapshot.load(negotiationBySlug, `talks-${n}`));
    expect(slugs.found.map((row) => row?.id)).toEqual(talks.map(({ id }) => id));
    const ids = await together(everybody(6), (snapshot, n) => snapshot.load(statementById, talks[n]!.statements[1]!));
    expect(ids.found.map((row) => row?.text)).toEqual(talks.map((_, n) => `${n}: Second.`));
    const positions = ids.found.map((row) => row!.fromPosition);
    const logs = await together(
      everybody(6),
      async (snapshot, n) =>
        (
          await readPage(snapshot, changes({ kinds: ['Statement'], since: positions[n]! }, 'ASC', null), null, {
            first: 2,
          })
        ).rows,
    );
    // What comes after the first is the second, or what the next talks said first.
    const after = positions.map((_, n) => (n < 5 ? 2 : 0));
    expect(logs.found.map((rows) => rows.length)).toEqual(after);
    for (const [n, rows] of logs.found.entries())
      for (const { position } of rows) expect(position).toBeGreaterThan(positions[n]!);
    expect([slugs, ids, logs].map(({ sql }) => sql.length)).toEqual([1, 1, 1]);
  });

  it('is the same row for two who ask for the same, and an object of its own for each', async () => {
    const { found } = await together(everybody(2), (snapshot) =>
      snapshot.load(statementById, talks[0]!.statements[0]!),
    );
    const [one, other] = found;
    expect(one).not.toBe(other);
    expect({ ...one, snapshot: null }).toEqual({ ...other, snapshot: null });
  });

  it('is read apart for those from whom something else is hidden, who find nothing of it', async () => {
    const hidden = new Set([talks[0]!.id]);
    const { found, sql } = await together([NOTHING_HIDDEN, hidden, NOTHING_HIDDEN], (snapshot) =>
      snapshot.load(negotiationBySlug, 'talks-0'),
    );
    expect(found.map((row) => row?.id ?? null)).toEqual([talks[0]!.id, null, talks[0]!.id]);
    expect(sql).toHaveLength(2);
  });

  it('is read apart once many ask, as all of them wait for the last', async () => {
    const { found, sql } = await together(everybody(20), (snapshot, n) =>
      snapshot.load(negotiationBySlug, `talks-${n % 6}`),
    );
    expect(found.map((row) => row?.id)).toEqual(Array.from({ length: 20 }, (_, n) => talks[n % 6]!.id));
    expect(sql).toHaveLength(3);
  });

  it('fails for those alone who ask for what cannot be read', async () => {
    const { found } = await together(everybody(4), (snapshot, n) =>
      snapshot.load(negotiationBySlug, n === 2 ? 'talks\u0000' : `talks-${n}`).then(
        (row) => row?.id,
        () => 'failed',
      ),
    );
    expect(found).toEqual([talks[0]!.id, talks[1]!.id, 'failed', talks[3]!.id]);
  });
});
