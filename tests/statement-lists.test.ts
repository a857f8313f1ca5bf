import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
});
afterAll(() => world.stop());

async function head(): Promise<string> {
  return (await world.query<{ head: string }>('{ head }')).data.head;
}

describe('lists of statements', () => {
  const LIST = `query List($filter: StatementFilter, $orderBy: StatementOrder, $first: Int, $after: String) {
    negotiation(slug: "list") { statements(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      nodes { text } pageInfo { hasNextPage endCursor } } } }`;
  const texts = async (variables: object = {}): Promise<string[]> => {
    const { data, errors } = await world.query(LIST, { first: 100, ...variables });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.negotiation.statements.nodes.map(({ text }: { text: string }) => text);
  };
  let ids: Record<string, string>;

  beforeAll(async () => {
    await world.write('openNegotiation', { slug: 'list', externalId: 'list', title: 'List', status: 'ACTIVE' });
    await world.write('addTerm', { externalId: 'list-pay', negotiationId: 'list', title: 'Pay', category: 'WAGES' });
    const day = (n: number) => ({ said: { from: `2026-03-0${n}T00:00:00Z`, precision: 'DAY', basis: 'STATED' } });
    const add = (text: string, changes: object) =>
      world.write('publishStatement', { negotiationId: 'list', content: statement({ text, ...changes }) });
    await add('a', { ...day(3), stances: [{ partyId: 'union', termId: 'list-pay', kind: 'DEMANDS' }] });
    await add('b', {
      ...day(1),
      source: { kind: 'COLLECTIVE', descriptor: 'the branch', onBehalfOfId: 'branch' },
      aboutIds: ['list-pay'],
    });
    await add('c', {
      ...day(2),
      source: { kind: 'UNNAMED_PERSON', descriptor: 'an official', onBehalfOfId: 'company' },
      attributionLevel: 'BACKGROUND',
      speechActs: ['DENY', 'COMMENT'],
      appearances: [],
    });
    const { data } = await world.query(
      '{ actors(first: 100) { nodes { __typename ... on Person { id name } ... on Organization { id name } } } }',
    );
    ids = Object.fromEntries(data.actors.nodes.map(({ id, name }: { id: string; name: string }) => [name, id]));
    const { data: terms } = await world.query('{ negotiation(slug: "list") { terms { nodes { id } } } }');
    ids.pay = terms.negotiation.terms.nodes[0].id;
  });

  it('come newest recorded first, or newest said first', async () => {
    expect(await texts()).toEqual(['c', 'b', 'a']);
    expect(await texts({ orderBy: 'NEWEST_SAID' })).toEqual(['a', 'c', 'b']);
  });

  it('are narrowed by party with its parts, speaker, term, outlet, speech act, attribution, source and time', async () => {
    expect(await texts({ filter: { partyId: ids['Dockers’ Union'] } })).toEqual(['b', 'a']);
    expect(await texts({ filter: { speakerId: ids['Ada Quay'] } })).toEqual(['a']);
    expect(await texts({ filter: { termId: ids.pay } })).toEqual(['b', 'a']);
    expect(await texts({ filter: { outletId: ids['Harbour Gazette'] } })).toEqual(['b', 'a']);
    expect(await texts({ filter: { speechActs: ['DENY', 'PROMISE'] } })).toEqual(['c']);
    expect(await texts({ filter: { attributionLevels: ['BACKGROUND'] } })).toEqual(['c']);
    expect(await texts({ filter: { quotationTypes: ['DIRECT'] } })).toEqual([]);
    expect(await texts({ filter: { sourceKinds: ['COLLECTIVE'] } })).toEqual(['b']);
    expect(await texts({ filter: { saidFrom: '2026-03-02T12:00:00Z' } })).toEqual(['c', 'a']);
    expect(await texts({ filter: { saidTo: '2026-03-01T12:00:00Z' } })).toEqual(['b']);
    expect(await texts({ filter: { speechActs: ['DEMAND'], sourceKinds: ['UNNAMED_PERSON'] } })).toEqual([]);
  });

  it('give each statement once to who pages through them while others are published', async () => {
    const first = await world.query(LIST, { first: 2 });
    const { nodes, pageInfo } = first.data.negotiation.statements;
    await world.write('publishStatement', { negotiationId: 'list', content: statement({ text: 'late' }) });
    const second = await world.query(LIST, { first: 2, after: pageInfo.endCursor });
    expect([...nodes, ...second.data.negotiation.statements.nodes].map(({ text }) => text)).toEqual(['c', 'b', 'a']);
    expect(await texts()).toEqual(['late', 'c', 'b', 'a']);
  });

  it.each([
    ['none', { first: 0 }, 'BAD_PAGE'],
    ['fewer than none', { first: -1 }, 'BAD_PAGE'],
    ['too many', { first: 101 }, 'BAD_PAGE'],
    ['from a forged cursor', { after: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'BAD_CURSOR'],
  ])('are refused when %s are asked for', async (_, variables, code) => {
    expect((await world.query(LIST, variables)).errors?.[0]?.extensions?.code).toBe(code);
  });

  it('refuse a cursor that was given later than the moment that is read', async () => {
    const then = await head();
    await world.write('publishStatement', { negotiationId: 'list', content: statement({ text: 'later' }) });
    const { data } = await world.query(LIST, { first: 1 });
    const after = data.negotiation.statements.pageInfo.endCursor;
    const { errors } = await world.query(
      'query Then($then: Cursor!, $after: String) { negotiation(slug: "list", asOf: { cursor: $then }) { statements(after: $after) { nodes { text } } } }',
      { then, after },
    );
    expect(errors?.[0]?.extensions?.code).toBe('BAD_CURSOR');
  });

  it('refuse the cursor of another narrowing', async () => {
    const { data } = await world.query(LIST, { first: 1 });
    const after = data.negotiation.statements.pageInfo.endCursor;
    expect((await world.query(LIST, { after, filter: { speechActs: ['DEMAND'] } })).errors?.[0]?.extensions?.code).toBe(
      'BAD_CURSOR',
    );
  });
});
