import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importRecords } from '../src/transfer/import.ts';
import { BoardDocument, PositionsAtTwoMomentsDocument } from './generated/operations.ts';
import { rowsOf, sqlOf } from './support/sql.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  // One connection, so that what is asked does not hang on which of two answers comes first.
  world = await openWorld({ DATABASE_POOL: '1', ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
  const { write } = world;
  await write('recordEvent', { externalId: 'strike', negotiationId: 'talks', kind: 'OTHER', title: 'A strike' });
  await write('poseOutcome', {
    externalId: 'deal',
    negotiationId: 'talks',
    question: 'Will there be a deal by April?',
  });
  await write('openChannel', {
    externalId: 'shuttle',
    negotiationId: 'talks',
    title: 'Shuttle',
    hops: ['union', 'mediator', 'company'],
  });
  await write('recordHeldGroup', { externalId: 'crew', negotiationId: 'talks', descriptor: 'the crew' });
  await publish(0, 10);
});
afterAll(() => world.stop());

/** Publishes statements that claim something of everything that a board shows. */
async function publish(from: number, to: number): Promise<void> {
  const lines = Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const content = statement({
      text: `Statement ${n}`,
      said: { from: new Date(Date.UTC(2026, 2, 1) + n * 60_000).toISOString(), precision: 'MINUTE', basis: 'STATED' },
      stances: [
        { partyId: n % 2 === 0 ? 'union' : 'company', termId: 'pay', kind: n % 3 === 0 ? 'DEMANDS' : 'CONDITIONS' },
      ],
      impacts: [{ eventId: 'strike', effect: n % 2 === 0 ? 'HELPS' : 'HINDERS' }],
      estimates: [{ outcomeId: 'deal', words: `${n % 100} percent`, low: n % 100, high: n % 100, scheme: 'PERCENT' }],
      countClaims: [{ heldGroupId: 'crew', low: n, high: n + 1 }],
      transitClaims: [{ channelId: 'shuttle', words: 'hours' }],
    });
    return `${JSON.stringify({ publishStatement: { externalId: `s-${n}`, negotiationId: 'talks', content } })}\n`;
  });
  const { recorded } = await importRecords(world.server.ledger, Readable.from([Buffer.from(lines.join(''))]));
  expect(recorded).toBe(to - from);
}

const read = () => world.query(BoardDocument, { slug: 'talks', statements: 10 });

describe('the board of a negotiation', () => {
  it('shows parties, terms with every position, statements, outlook, contested events, transit and held groups at one cursor', async () => {
    const { data, errors } = await read();
    expect(errors).toBeUndefined();
    const board = data.negotiation;
    expect(board?.participations.nodes.map(({ actor, role }) => [actor.name, role])).toEqual([
      ['Dockers’ Union', 'PRINCIPAL'],
      ['Harbour Company', 'PRINCIPAL'],
      ['Mediation Service', 'MEDIATOR'],
    ]);
    expect(
      board?.terms.nodes[0]?.positions.map(({ party, stance }) => [
        party.name,
        stance?.kind ?? null,
        stance?.statement.text,
      ]),
    ).toEqual([
      ['Dockers’ Union', 'CONDITIONS', 'Statement 8'],
      ['Harbour Company', 'DEMANDS', 'Statement 9'],
      ['Mediation Service', null, undefined],
    ]);
    expect(board?.statements.nodes.map(({ text }) => text)).toEqual(
      Array.from({ length: 10 }, (_, n) => `Statement ${9 - n}`),
    );
    expect(board?.outcomes.nodes[0]?.estimates.nodes[0]).toMatchObject({ words: '9 percent', band: 'VERY_UNLIKELY' });
    expect(board?.events.nodes[0]).toMatchObject({ title: 'A strike', contested: true });
    expect(board?.channels.nodes[0]?.legs).toHaveLength(2);
    expect(board?.heldGroups.nodes[0]?.latestClaims[0]).toMatchObject({ low: 9, high: 10 });
  });

  it('takes the same SQL, statement for statement, at a thousand statements as at ten, and none of it fetches what grows', async () => {
    await read();
    const few = await sqlOf(read);
    await publish(10, 1_000);
    await world.server.ledger.tail.catchUp();
    const many = await sqlOf(read);
    // A statement that a stance or a claim leads to is read by its id when it is asked for before the list that has it is
    // there; as often when there are many as when there are few.
    const differing = new Set([...few, ...many].filter((text) => !few.includes(text) || !many.includes(text)));
    expect([...differing].filter((text) => !/FROM unnest\(.* JOIN statement t ON t\.id = w\.key/s.test(text))).toEqual(
      [],
    );
    expect(many.length).toBeLessThanOrEqual(few.length + 4);

    // Each statement is held by a LIMIT, or by the keys of what is shown on the level above.
    const unbounded = many.filter(
      (text) =>
        !/\bLIMIT\b/i.test(text) &&
        !/\bIN \(\s*\$|= ANY\s*\(|unnest\(|DISTINCT ON|ledger_head/i.test(text) &&
        !/"(id|slug|position)" = \$/.test(text),
    );
    expect(unbounded).toEqual([]);
    const rows = await rowsOf(read);
    expect(Math.max(...rows)).toBeLessThanOrEqual(200);
  });

  it('stands beside itself at an earlier moment, each side with its own positions', async () => {
    const then = (await world.query<{ head: string }>('{ head }')).data.head;
    const last = (await read()).data.negotiation?.statements.nodes[0];
    await world.write('withdrawStatement', { statementId: last?.id, revision: 1, reason: 'x' });
    const { data } = await world.query(PositionsAtTwoMomentsDocument, { slug: 'talks', earlier: { cursor: then } });
    const company = (side: typeof data.now) => side?.terms.nodes[0]?.positions[1]?.stance?.statement.text;
    expect([company(data.then), company(data.now)]).toEqual(['Statement 999', 'Statement 997']);
  });
});
