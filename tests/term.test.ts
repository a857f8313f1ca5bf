import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTHING_HIDDEN } from '../src/ledger/hidden.ts';
import { readGlobalId } from '../src/ledger/subjects.ts';
import { compareStances, positionOf } from '../src/term/rules.ts';
import { lastStances } from '../src/term/store.ts';
import { sqlOf } from './support/sql.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ ANSWER_CACHE_BYTES: '0' });
  await seedTalks(world);
});
afterAll(() => world.stop());

const POSITIONS = `query Positions($id: ID!) {
  node(id: $id) { ... on Term { positions {
    party { name }
    role
    stance { kind note said { earliest phrase } statement { text } }
    before { kind statement { text } }
    movement
  } } }
}`;

const BOARD = `query Board($asOf: AsOf) { negotiation(slug: "talks", asOf: $asOf) {
  terms(first: 100) { nodes { title status positions { party { name } role stance { kind statement { text } said { latest } } movement } } }
} }`;

async function addTerm(externalId: string, more: object = {}): Promise<string> {
  const { term } = await world.write(
    'addTerm',
    { externalId, negotiationId: 'talks', title: externalId, category: 'WAGES', ...more },
    'term { id }',
  );
  return term.id;
}

/** Publishes a statement with one stance, said on a day of March 2026. */
function takes(
  externalId: string,
  partyId: string,
  kind: string,
  termId: string,
  day: number,
  more: object = {},
): Promise<string> {
  return publish(world, externalId, {
    text: externalId,
    said: { from: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`, precision: 'DAY', basis: 'STATED' },
    stances: [{ partyId, termId, kind }],
    ...more,
  });
}

async function positionsOn(term: string) {
  const { data, errors } = await world.query(POSITIONS, { id: term });
  expect(errors).toBeUndefined();
  return data.node.positions as Record<string, unknown>[];
}

async function head(): Promise<string> {
  return (await world.query('{ negotiation(slug: "talks") { cursor } }')).data.negotiation.cursor;
}

describe('the positions on a term', () => {
  it('show every party in the order in which it joined, and silence as silence', async () => {
    const term = await addTerm('silence');
    await takes('silence-broken', 'union', 'DEMANDS', 'silence', 2, {
      stances: [{ partyId: 'union', termId: 'silence', kind: 'DEMANDS', note: 'eight per cent' }],
    });
    expect(await positionsOn(term)).toEqual([
      {
        party: { name: 'Dockers’ Union' },
        role: 'PRINCIPAL',
        stance: {
          kind: 'DEMANDS',
          note: 'eight per cent',
          said: { earliest: '2026-03-02T00:00:00.000Z', phrase: null },
          statement: { text: 'silence-broken' },
        },
        before: null,
        movement: null,
      },
      { party: { name: 'Harbour Company' }, role: 'PRINCIPAL', stance: null, before: null, movement: null },
      { party: { name: 'Mediation Service' }, role: 'MEDIATOR', stance: null, before: null, movement: null },
    ]);
  });

  it('go by when something was said, whatever order it was published in, and show the movement', async () => {
    const term = await addTerm('order');
    await takes('order-accepts', 'company', 'ACCEPTS', 'order', 9);
    await takes('order-rejects', 'company', 'REJECTS', 'order', 3);
    await takes('order-conditions', 'company', 'CONDITIONS', 'order', 6);
    const [, company] = await positionsOn(term);
    expect(company).toMatchObject({
      stance: { kind: 'ACCEPTS', statement: { text: 'order-accepts' } },
      before: { kind: 'CONDITIONS', statement: { text: 'order-conditions' } },
      movement: 'TOWARDS',
    });
  });

  it('follow a correction, and fall back on the stance before when the last is withdrawn', async () => {
    const term = await addTerm('undone');
    await takes('undone-first', 'union', 'REJECTS', 'undone', 3);
    await takes('undone-second', 'union', 'ACCEPTS', 'undone', 4);
    await world.write('correctStatement', {
      statementId: 'undone-second',
      revision: 1,
      note: 'They set a condition.',
      changes: { stances: [{ partyId: 'union', termId: 'undone', kind: 'CONDITIONS' }] },
    });
    expect((await positionsOn(term))[0]).toMatchObject({
      stance: { kind: 'CONDITIONS' },
      before: { kind: 'REJECTS' },
      movement: 'TOWARDS',
    });
    await world.write('withdrawStatement', { statementId: 'undone-second', revision: 2, reason: 'It was not said.' });
    expect((await positionsOn(term))[0]).toMatchObject({ stance: { kind: 'REJECTS' }, before: null, movement: null });
    await world.write('expungeStatement', { statementId: 'undone-first', reason: 'A court order.' });
    expect((await positionsOn(term))[0]).toMatchObject({ stance: null, before: null, movement: null });
  });

  it('read as of a moment are what was on the record then', async () => {
    await addTerm('then');
    await takes('then-first', 'union', 'REJECTS', 'then', 3);
    const before = await head();
    await takes('then-second', 'union', 'ACCEPTS', 'then', 4);
    await world.write('settleTerm', { termId: 'then', status: 'AGREED', note: 'Signed.' });
    const read = async (asOf: object | null) => {
      const { data } = await world.query(BOARD, { asOf });
      return data.negotiation.terms.nodes.find(({ title }: { title: string }) => title === 'then');
    };
    expect(await read(null)).toMatchObject({ status: 'AGREED', positions: [{ stance: { kind: 'ACCEPTS' } }, {}, {}] });
    expect(await read({ cursor: before })).toMatchObject({
      status: 'OPEN',
      positions: [{ stance: { kind: 'REJECTS' } }, {}, {}],
    });
  });

  it('name a party once, in the role that it took last', async () => {
    await world.write('openNegotiation', { externalId: 'roles', slug: 'roles', title: 'Roles', status: 'ACTIVE' });
    await world.write('joinNegotiation', {
      negotiationId: 'roles',
      actorId: 'mediator',
      role: 'OBSERVER',
      until: '2026-01-01',
    });
    await world.write('joinNegotiation', { negotiationId: 'roles', actorId: 'union', role: 'PRINCIPAL' });
    await world.write('joinNegotiation', { negotiationId: 'roles', actorId: 'mediator', role: 'MEDIATOR' });
    const term = await addTerm('once', { negotiationId: 'roles' });
    expect(await positionsOn(term)).toMatchObject([
      { party: { name: 'Mediation Service' }, role: 'MEDIATOR' },
      { party: { name: 'Dockers’ Union' }, role: 'PRINCIPAL' },
    ]);
  });

  it('are the same whether the database or the rule picks them, at every position', async () => {
    const terms = [await addTerm('rule-a'), await addTerm('rule-b')].map((id) => readGlobalId(id)?.id ?? '');
    const spans = [
      { from: '2026-03-02T00:00:00Z', precision: 'DAY' },
      { from: '2026-03-02T12:00:00Z', to: '2026-03-02T23:59:59.999Z', precision: 'DAY' },
      { from: '2026-03-03T00:00:00Z', precision: 'DAY' },
      { from: '2026-03-01T00:00:00Z', precision: 'MONTH' },
      { from: '2026-03-31T23:59:59.999Z', precision: 'EXACT' },
    ];
    const kinds = ['DEMANDS', 'OFFERS', 'ACCEPTS', 'CONDITIONS', 'REJECTS', 'UNDECIDED'];
    // Fixed numbers that look like chance: the same on every run.
    let seed = 7;
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return from[Math.floor((seed / 2147483648) * from.length)] as T;
    };
    const start = await world.server.ledger.head();
    for (let n = 1; n <= 30; n++) {
      const stance = () => ({
        partyId: pick(['union', 'company']),
        termId: pick(['rule-a', 'rule-b']),
        kind: pick(kinds),
      });
      await publish(world, `rule-${n}`, {
        said: { ...pick(spans), basis: 'STATED' },
        stances: [stance(), stance(), stance()],
      });
      if (n % 7 === 0)
        await world.write('withdrawStatement', { statementId: `rule-${n}`, revision: 1, reason: 'Not said.' });
      if (n % 5 === 0) {
        await world.write('correctStatement', {
          statementId: `rule-${n}`,
          revision: 1,
          note: 'Another day.',
          changes: { said: { ...pick(spans), phrase: 'that day', basis: 'STATED' } },
        });
      }
    }
    const end = await world.server.ledger.head();
    let compared = 0;
    for (let position = start; position <= end; position++) {
      const snapshot = world.server.ledger.snapshot(position, NOTHING_HIDDEN);
      const all = await world.database.prisma.stance.findMany({
        where: { termId: { in: terms }, ...snapshot.inForce },
      });
      for (const { termId, partyId } of all) {
        const line = all.filter((stance) => stance.termId === termId && stance.partyId === partyId);
        const picked = await snapshot.load(lastStances, { termId, partyId });
        const key = ({ statementId, ordinal }: (typeof line)[number]) => `${statementId} ${ordinal}`;
        expect(key(positionOf(picked) as (typeof line)[number])).toBe(key(positionOf(line) as (typeof line)[number]));
        expect([...picked].sort(compareStances).map(key)).toEqual([...line].sort(compareStances).slice(-2).map(key));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

describe('a line of stances on a term', () => {
  const LINE = `query Line($id: ID!, $partyId: ID, $speakerId: ID, $first: Int, $after: String) {
    node(id: $id) { ... on Term { stances(partyId: $partyId, speakerId: $speakerId, first: $first, after: $after) {
      nodes { kind party { name ... on Node { id } } statement { text source { person { id } } } }
      pageInfo { hasNextPage endCursor }
    } } }
  }`;
  let term: string;
  const line = async (variables: object) => {
    const { data, errors } = await world.query(LINE, { id: term, ...variables });
    expect(errors).toBeUndefined();
    return data.node.stances;
  };
  const texts = (stances: { nodes: { statement: { text: string } }[] }) =>
    stances.nodes.map(({ statement }) => statement.text);

  beforeAll(async () => {
    term = await addTerm('line');
    const unnamed = {
      source: { kind: 'UNNAMED_PERSON', descriptor: 'a company official' },
      attributionLevel: 'BACKGROUND',
    };
    await takes('line-5', 'union', 'ACCEPTS', 'line', 5);
    await takes('line-2', 'union', 'REJECTS', 'line', 2);
    await takes('line-3', 'company', 'OFFERS', 'line', 3, unnamed);
    await takes('line-4', 'company', 'OFFERS', 'line', 4);
  });

  it('begins with what was said last, and goes on from a cursor', async () => {
    const first = await line({ first: 3 });
    expect(texts(first)).toEqual(['line-5', 'line-4', 'line-3']);
    await takes('line-6', 'union', 'DEMANDS', 'line', 6);
    const next = await line({ first: 3, after: first.pageInfo.endCursor });
    expect(texts(next)).toEqual(['line-2']);
    expect(next.pageInfo.hasNextPage).toBe(false);
    await world.write('withdrawStatement', { statementId: 'line-6', revision: 1, reason: 'Not said.' });
  });

  it('can be one party’s, or what one person said by name', async () => {
    const all = (await line({})).nodes as {
      party: { id: string; name: string };
      statement: { source: { person: { id: string } | null } };
    }[];
    const company = all.find(({ party }) => party.name === 'Harbour Company')?.party.id;
    const ada = all.find(({ statement }) => statement.source.person !== null)?.statement.source.person?.id;
    expect(texts(await line({ partyId: company }))).toEqual(['line-4', 'line-3']);
    expect(texts(await line({ speakerId: ada }))).toEqual(['line-5', 'line-4', 'line-2']);
    expect(texts(await line({ partyId: company, speakerId: ada }))).toEqual(['line-4']);
  });
});

describe('settling a term', () => {
  it('as what it is already is refused, and nothing is written', async () => {
    await addTerm('settled');
    const settle = async (status: string) =>
      (
        await world.desk(
          `mutation Settle($status: TermStatus!) { settleTerm(input: { termId: "settled", status: $status }) {
            __typename ... on InvalidInputError { problems { path message } } } }`,
          { status },
        )
      ).data.settleTerm;
    const refused = (status: string) => ({
      __typename: 'InvalidInputError',
      problems: [{ path: ['status'], message: `is ${status} already.` }],
    });
    expect(await settle('OPEN')).toEqual(refused('OPEN'));
    expect((await settle('AGREED')).__typename).toBe('SettleTermPayload');
    const before = await head();
    expect(await settle('AGREED')).toEqual(refused('AGREED'));
    expect(await head()).toBe(before);
  });
});

describe('a stance', () => {
  const PUBLISH = `mutation Publish($input: PublishStatementInput!) { publishStatement(input: $input) {
    __typename
    ... on InvalidInputError { problems { path message } }
    ... on NotFoundError { path }
  } }`;
  const refusal = async (stance: object) => {
    const content = statement({ stances: [stance] });
    return (await world.desk(PUBLISH, { input: { negotiationId: 'talks', content } })).data.publishStatement;
  };

  it('on a term of another negotiation is refused', async () => {
    await world.write('openNegotiation', {
      externalId: 'elsewhere',
      slug: 'elsewhere',
      title: 'Elsewhere',
      status: 'ACTIVE',
    });
    await addTerm('their-pay', { negotiationId: 'elsewhere' });
    expect(await refusal({ partyId: 'union', termId: 'their-pay', kind: 'DEMANDS' })).toEqual({
      __typename: 'InvalidInputError',
      problems: [{ path: ['content', 'stances', '0', 'termId'], message: 'belongs to another negotiation.' }],
    });
  });

  it('is a person’s or an organization’s', async () => {
    expect(await refusal({ partyId: 'pay', termId: 'pay', kind: 'DEMANDS' })).toEqual({
      __typename: 'NotFoundError',
      path: ['content', 'stances', '0', 'partyId'],
    });
  });
});

describe('a board', () => {
  it('issues as much SQL for many terms and statements as for few', async () => {
    const read = () => world.query(BOARD, { asOf: null });
    const few = await sqlOf(read);
    for (let n = 1; n <= 10; n++) {
      await addTerm(`more-${n}`);
      await takes(`more-${n}-union`, 'union', 'DEMANDS', `more-${n}`, n);
      await takes(`more-${n}-company`, 'company', 'REJECTS', `more-${n}`, n);
    }
    const many = await sqlOf(read);
    expect(many).toHaveLength(few.length);
    expect(few.length).toBeLessThanOrEqual(8);
  });
});

describe('one term of a negotiation', () => {
  it('is read at the moment that is asked for, and is none of another negotiation’s', async () => {
    const before = (await world.query('{ head }')).data.head;
    const id = await addTerm('holidays');
    const ask = async (slug: string, asOf: object | null = null) => {
      const { data } = await world.query(
        'query ($slug: String!, $asOf: AsOf, $id: ID!) { negotiation(slug: $slug, asOf: $asOf) { term(id: $id) { title } } }',
        { slug, asOf, id },
      );
      return data.negotiation.term;
    };
    await world.write('openNegotiation', { slug: 'another-table', title: 'Another table', status: 'ACTIVE' });
    expect(await ask('talks')).toEqual({ title: 'holidays' });
    expect(await ask('talks', { cursor: before })).toBeNull();
    expect(await ask('another-table')).toBeNull();
  });
});
