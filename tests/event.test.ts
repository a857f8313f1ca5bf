import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

const CONTESTED = `query Contested($contested: Boolean, $first: Int, $after: String, $asOf: AsOf) {
  negotiation(slug: "talks", asOf: $asOf) {
    events(contested: $contested, first: $first, after: $after) {
      nodes { title contested sides { helps hinders mixed none } }
      pageInfo { endCursor hasNextPage }
    }
  }
}`;

async function recordEvent(externalId: string, more: object = {}): Promise<string> {
  const { event } = await world.write(
    'recordEvent',
    { externalId, negotiationId: 'talks', kind: 'OTHER', title: externalId, ...more },
    'event { id }',
  );
  return event.id;
}

/** Publishes a statement that says what an event does to the talks, said on a day of March 2026. */
function assess(
  externalId: string,
  eventId: string,
  effect: string,
  day = 2,
  note: string | null = null,
): Promise<string> {
  return publish(world, externalId, {
    text: externalId,
    said: { from: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
    impacts: [{ eventId, effect, note }],
  });
}

async function titles(contested: boolean | null, asOf: object | null = null): Promise<string[]> {
  const { data, errors } = await world.query(CONTESTED, { contested, first: 100, asOf });
  expect(errors).toBeUndefined();
  return data.negotiation.events.nodes.map(({ title }: { title: string }) => title);
}

async function head(): Promise<string> {
  return (await world.query('{ negotiation(slug: "talks") { cursor } }')).data.negotiation.cursor;
}

describe('an event', () => {
  it('says what happened, where, when as exactly as is known, and who took part', async () => {
    const id = await recordEvent('strike', {
      kind: 'BREAKDOWN',
      title: 'A walk-out',
      description: 'The night shift left.',
      place: 'North Quay',
      actorIds: ['union', 'ada'],
      occurred: { from: '2026-03-01T00:00:00Z', precision: 'MONTH', phrase: 'in March', basis: 'STATED' },
    });
    const { data } = await world.query(
      `query Event($id: ID!) { node(id: $id) { ... on Event {
        kind title description place actors { __typename name } occurred { earliest latest precision phrase basis }
        negotiation { slug } contested sides { helps hinders mixed none } impacts { nodes { effect } }
      } } }`,
      { id },
    );
    expect(data.node).toEqual({
      kind: 'BREAKDOWN',
      title: 'A walk-out',
      description: 'The night shift left.',
      place: 'North Quay',
      actors: [
        { __typename: 'Organization', name: 'Dockers’ Union' },
        { __typename: 'Person', name: 'Ada Quay' },
      ],
      occurred: {
        earliest: '2026-03-01T00:00:00.000Z',
        latest: '2026-03-31T23:59:59.999Z',
        precision: 'MONTH',
        phrase: 'in March',
        basis: 'STATED',
      },
      negotiation: { slug: 'talks' },
      contested: false,
      sides: { helps: 0, hinders: 0, mixed: 0, none: 0 },
      impacts: { nodes: [] },
    });
  });

  it('may be known by its title alone', async () => {
    const id = await recordEvent('bare');
    const { data } = await world.query(
      'query Event($id: ID!) { node(id: $id) { ... on Event { description place actors { name } occurred { phrase } } } }',
      { id },
    );
    expect(data.node).toEqual({ description: null, place: null, actors: [], occurred: null });
  });

  it('is refused when its date cannot be, or an actor is named twice', async () => {
    const { data } = await world.desk(
      `mutation { recordEvent(input: { negotiationId: "talks", kind: OTHER, title: "x", actorIds: ["ada", "ada"],
        occurred: { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z", precision: DAY, basis: STATED } }) {
        ... on InvalidInputError { problems { path message } }
      } }`,
    );
    expect(data.recordEvent.problems).toEqual([
      { path: ['actorIds'], message: 'names an actor twice.' },
      {
        path: ['occurred'],
        message: 'The latest time (2026-03-01T00:00:00.000Z) is before the earliest (2026-03-02T00:00:00.000Z).',
      },
    ]);
  });
});

describe('what an event does to the talks', () => {
  it('is contested once one source says that it helps and another that it hinders, and both stand beside each other', async () => {
    const id = await recordEvent('ballot');
    await assess('ballot-helps', 'ballot', 'HELPS', 3, 'It shows resolve.');
    await assess('ballot-mixed', 'ballot', 'MIXED');
    const both = `query Sides($id: ID!) { node(id: $id) { ... on Event {
      contested sides { helps hinders mixed none }
      helps: impacts(effect: HELPS) { nodes { note statement { text } } }
      hinders: impacts(effect: HINDERS) { nodes { note statement { text } } }
      impacts { nodes { effect event { title } } }
    } } }`;
    expect((await world.query(both, { id })).data.node.contested).toBe(false);

    await assess('ballot-hinders-early', 'ballot', 'HINDERS', 1);
    await assess('ballot-hinders-late', 'ballot', 'HINDERS', 4);
    expect((await world.query(both, { id })).data.node).toEqual({
      contested: true,
      sides: { helps: 1, hinders: 2, mixed: 1, none: 0 },
      helps: { nodes: [{ note: 'It shows resolve.', statement: { text: 'ballot-helps' } }] },
      hinders: {
        nodes: [
          { note: null, statement: { text: 'ballot-hinders-late' } },
          { note: null, statement: { text: 'ballot-hinders-early' } },
        ],
      },
      impacts: {
        nodes: ['HINDERS', 'HELPS', 'MIXED', 'HINDERS'].map((effect) => ({ effect, event: { title: 'ballot' } })),
      },
    });
  });

  it('is settled when one side is withdrawn, and still contested as of before', async () => {
    await recordEvent('offer');
    await assess('offer-helps', 'offer', 'HELPS');
    const hinders = await assess('offer-hinders', 'offer', 'HINDERS');
    const before = await head();
    expect(await titles(true)).toContain('offer');

    await world.write('withdrawStatement', { statementId: hinders, revision: 1, reason: 'Misheard.' });
    expect(await titles(true)).not.toContain('offer');
    expect(await titles(false)).toContain('offer');
    expect(await titles(true, { cursor: before })).toContain('offer');
    const sides = async (asOf: object | null) => {
      const { data: read } = await world.query(CONTESTED, { first: 100, asOf });
      return read.negotiation.events.nodes.find(({ title }: { title: string }) => title === 'offer');
    };
    expect(await sides(null)).toMatchObject({ contested: false, sides: { helps: 1, hinders: 0 } });
    expect(await sides({ cursor: before })).toMatchObject({ contested: true, sides: { helps: 1, hinders: 1 } });
    const { data } = await world.query('query S($id: ID!) { statement(id: $id) { impacts { effect } } }', {
      id: hinders,
    });
    expect(data.statement.impacts).toEqual([]);
  });

  it('may be said of several events in one statement, in its own order', async () => {
    await recordEvent('first');
    await recordEvent('second');
    const id = await publish(world, 'of-both', {
      impacts: [
        { eventId: 'second', effect: 'NONE' },
        { eventId: 'first', effect: 'HELPS' },
      ],
    });
    const { data } = await world.query(
      'query S($id: ID!) { statement(id: $id) { impacts { effect event { title } } } }',
      { id },
    );
    expect(data.statement.impacts).toEqual([
      { effect: 'NONE', event: { title: 'second' } },
      { effect: 'HELPS', event: { title: 'first' } },
    ]);
  });

  it('cannot be said of an event of other talks', async () => {
    await world.write('openNegotiation', {
      externalId: 'other',
      slug: 'other',
      title: 'Other talks',
      status: 'ACTIVE',
    });
    await recordEvent('elsewhere', { negotiationId: 'other' });
    const { data } = await world.desk(
      `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) {
        ... on InvalidInputError { problems { path message } }
      } }`,
      {
        input: { negotiationId: 'talks', content: statement({ impacts: [{ eventId: 'elsewhere', effect: 'HELPS' }] }) },
      },
    );
    expect(data.publishStatement.problems).toEqual([
      { path: ['content', 'impacts', '0', 'eventId'], message: 'belongs to another negotiation.' },
    ]);
  });
});

describe('the events of a negotiation', () => {
  it('come with the one recorded last first, and a later page is of the same contested events', async () => {
    await world.write('openNegotiation', { externalId: 'paged', slug: 'paged', title: 'Paged', status: 'ACTIVE' });
    const hindering: string[] = [];
    for (const n of [1, 2, 3]) {
      await recordEvent(`paged-${n}`, { negotiationId: 'paged' });
      for (const effect of ['HELPS', 'HINDERS']) {
        const { statement: written } = await world.write(
          'publishStatement',
          { negotiationId: 'paged', content: statement({ impacts: [{ eventId: `paged-${n}`, effect }] }) },
          'statement { id }',
        );
        if (effect === 'HINDERS') hindering.push(written.id);
      }
    }
    const page = async (after: string | null) => {
      const { data } = await world.query(CONTESTED.replace('"talks"', '"paged"'), { contested: true, first: 2, after });
      return data.negotiation.events;
    };
    const first = await page(null);
    expect(first.nodes.map(({ title }: { title: string }) => title)).toEqual(['paged-3', 'paged-2']);
    await world.write('withdrawStatement', { statementId: hindering[0], revision: 1, reason: 'Misheard.' });
    const second = await page(first.pageInfo.endCursor);
    expect(
      second.nodes.map(({ title, contested }: { title: string; contested: boolean }) => [title, contested]),
    ).toEqual([['paged-1', true]]);
    expect((await page(null)).pageInfo.hasNextPage).toBe(false);
  });

  it('are read with as much SQL for many as for one', async () => {
    const document = `query Board($first: Int!) { negotiation(slug: "talks") { events(first: $first) { nodes {
      title contested sides { helps } actors { name }
      helps: impacts(effect: HELPS, first: 3) { nodes { note statement { text source { person { name } } } } }
      hinders: impacts(effect: HINDERS, first: 3) { nodes { note statement { text source { person { name } } } } }
    } } } }`;
    // Whoever speaks is an actor of one event already, so of this one too: how the loads of two levels meet is no matter.
    await recordEvent('busy', { actorIds: ['union', 'ada'] });
    await assess('busy-helps', 'busy', 'HELPS');
    await assess('busy-hinders', 'busy', 'HINDERS');
    const one = await sqlOf(() => world.query(document, { first: 1 }));
    const many = await sqlOf(() => world.query(document, { first: 100 }));
    expect(many).toHaveLength(one.length);
    expect(many.filter((text) => /count\(\*\)/.test(text))).toHaveLength(1);
  });
});
