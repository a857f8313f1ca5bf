import { type GraphQLObjectType, getIntrospectionQuery, getNamedType, isObjectType } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../src/graphql/schema.ts';
import { cutSockets, greetedSocket } from './support/raw-socket.ts';
import { publish, seedTalks } from './support/talks.ts';
import { askBy, codesOf, WAYS } from './support/ways.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await seedTalks(world);
  for (let number = 0; number < 3; number++) await publish(world, `said-${number}`, { text: `said ${number}` });
});
afterEach(cutSockets);
afterAll(() => world.stop());

const times = (count: number, one: (nth: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, nth) => one(nth)).join(between);
const STATEMENTS = (first: string, below: string) =>
  `negotiation(slug: "talks") { statements(first: ${first}) { nodes { ${below} } } }`;

describe.each(WAYS)('over %s an operation', (way) => {
  it.each([
    [
      'levels',
      `{ negotiation(slug: "talks") ${'{ statements(first: 1) { nodes { negotiation '.repeat(5)} { title } ${'} } }'.repeat(5)} }`,
    ],
    [
      'fields, told apart by nothing',
      `{ ${'...F '.repeat(300)} } fragment F on Query { head __typename viewer { name } }`,
    ],
    [
      'fields times pages',
      `{ ${STATEMENTS('100', `negotiation { statements(first: 100) { nodes { text revision } } }`)} }`,
    ],
    [
      'things by their ids',
      `{ nodes(ids: [${times(100, () => '"x"', ', ')}]) { ${times(90, (n) => `... on Statement { a${n}: text b${n}: revision c${n}: text }`)} } }`,
    ],
    ['moments', '{ negotiations(first: 40) { nodes { moments(most: 500) { cursor changes } } } }'],
    [
      'days',
      '{ negotiations(first: 100) { nodes { statistics { days { day count } corrections { days { day count } } } } } }',
    ],
    [
      'periods of statistics',
      `{ negotiation(slug: "talks") { ${times(60, (n) => `s${n}: statistics(from: "2020-01-01", to: "2020-0${1 + (n % 9)}-02") { lagToReport { median } lagToRecord { median } dayUnknown statements }`)} } }`,
    ],
    [
      'medians',
      `{ negotiation(slug: "talks") { ${times(99, (n) => `s${n}: statistics(from: "2020-01-01") { lagToReport { median } corrections { corrections } }`)} } }`,
    ],
    ['searches', `{ ${times(99, (n) => `s${n}: search(query: "said", first: 3) { nodes { id } }`)} }`],
    ['names', `{ ${times(99, (n) => `s${n}: searchActors(name: "Ada", first: 3) { nodes { id } }`)} }`],
    [
      'cursors',
      `{ negotiation(slug: "talks") { ${times(90, (n) => `s${n}: statements(first: 100) { edges { cursor } }`)} } }`,
    ],
    ['series of days', '{ negotiations(first: 30) { nodes { statistics { speechActs { days { day count } } } } } }'],
    ['aliases', `{ ${times(101, (n) => `a${n}: head`)} }`],
    ['of the same field', `{ ${'head '.repeat(102)} }`],
    [
      'directives',
      `{ ${times(13, () => 'head @skip(if: false) @include(if: true) @skip(if: false) @include(if: true)')} }`,
    ],
    ['fragments', `{ ${times(51, (n) => `...F${n}`)} } ${times(51, (n) => `fragment F${n} on Query { head }`)}`],
    [
      'fragments, each in the next',
      `{ ...F0 } ${times(60, (n) => `fragment F${n} on Query { ...F${n + 1} }`)} fragment F60 on Query { head }`,
    ],
    ['fragments in line', `{ ${times(101, () => '... { negotiation(slug: "talks") { id } }')} }`],
    ['directives at one place', `{ head ${'@skip(if: false) '.repeat(6)} }`],
    ['descriptions of the schema', `{ ${times(4, (n) => `s${n}: __schema { queryType { name } }`)} }`],
    ['characters, though they are a comment', `{ head } # ${'x'.repeat(50_000)}`],
    ['words and signs', `{ ${'... { head } '.repeat(1_300)} }`],
    ['brackets in brackets', `{ node(id: ${'['.repeat(2_000)}${']'.repeat(2_000)}) { id } }`],
    ['braces in braces', '{ negotiations '.repeat(1_000)],
    // Each stands for two of the next; nobody reads them one by one.
    [
      'fragments in fragments',
      `{ ...F0 } ${times(40, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on Query { head }`,
    ],
  ])('that asks for too many %s is refused', async (_, query) => {
    const answer = await askBy(way, world, query);
    expect(codesOf(answer)).toEqual(['TOO_COSTLY']);
    expect(answer.data ?? null).toBeNull();
  });

  it.each([
    ['given', 'query ($n: Int) { %s }', { n: 100 }],
    ['a default', 'query ($n: Int = 100) { %s }', {}],
    ['a default, over which nothing is given', 'query ($n: Int = 100) { %s }', { n: undefined }],
  ])('is counted with its variables: %s', async (_, document, variables) => {
    const below = 'negotiation { statements(first: $n) { nodes { text said { phrase } } } }';
    const query = document.replace('%s', STATEMENTS('$n', below));
    expect(codesOf(await askBy(way, world, { query, variables }))).toEqual(['TOO_COSTLY']);
    expect(codesOf(await askBy(way, world, { query, variables: { n: 3 } }))).toEqual([]);
    expect(codesOf(await askBy(way, world, { query, variables }))).toEqual(['TOO_COSTLY']);
  });

  it('is counted with how many moments its variables ask for, at most', async () => {
    const query =
      'query ($most: Int) { negotiations(first: 40) { nodes { moments(most: $most) { cursor changes } } } }';
    expect(codesOf(await askBy(way, world, { query, variables: { most: 500 } }))).toEqual(['TOO_COSTLY']);
    expect(codesOf(await askBy(way, world, { query, variables: { most: 10 } }))).toEqual([]);
    expect(codesOf(await askBy(way, world, { query, variables: { most: -500 } }))).toEqual(['BAD_PAGE']);
  });

  it('that is one of several costs what it costs alone', async () => {
    const query = `query Cheap { head } query Costly { ${STATEMENTS('100', 'negotiation { statements(first: 100) { nodes { text said { phrase } } } }')} }`;
    expect(codesOf(await askBy(way, world, { query, operationName: 'Cheap' }))).toEqual([]);
    expect(codesOf(await askBy(way, world, { query, operationName: 'Costly' }))).toEqual(['TOO_COSTLY']);
  });

  it.each([
    ['the types', '{ __schema { a: types { name } b: types { name } } }'],
    ['the type of a field', '{ __type(name: "Query") { fields { a: type { name } } } }'],
    ['the name of what describes a type', '{ __type(name: "Query") { a: __typename } }'],
    [
      'what a type is, in a fragment,',
      '{ __schema { ...F } } fragment F on __Schema { types { name ... on __Type { a: kind } } }',
    ],
  ])('that asks the schema for %s under another name is refused, as it would come once more', async (_, query) => {
    const answer = await askBy(way, world, query);
    expect(codesOf(answer)).toEqual(['TOO_COSTLY']);
    expect(answer.data ?? null).toBeNull();
  });

  it.each([
    ['as GraphiQL does', {}],
    [
      'with all that can be asked for, as code generators do',
      {
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ],
  ])('may ask for the whole schema, %s', async (_, options) => {
    const answer = await askBy(way, world, getIntrospectionQuery(options));
    expect(codesOf(answer)).toEqual([]);
    expect(answer.data.__schema.types.length).toBeGreaterThan(100);
  });

  it('may ask for a type under another name', async () => {
    const answer = await askBy(way, world, '{ a: __type(name: "Query") { name } b: __type(name: "Node") { name } }');
    expect(answer.data).toEqual({ a: { name: 'Query' }, b: { name: 'Node' } });
  });

  it('may be as large as the boards that are looked at', async () => {
    const query = `{ ${STATEMENTS(
      '100',
      times(90, (n) => `text${n}: text`),
    )} }`;
    expect(codesOf(await askBy(way, world, query))).toEqual([]);
  });
});

/** The lists of the whole record and of a negotiation, and what each needs to be asked for. */
const REQUIRED: Record<string, string> = {
  search: 'query: "said"',
  searchActors: 'name: "Ada"',
  drafts: 'negotiationId: $talks',
  sourceJudgements: 'negotiationId: $talks',
};

function listsOf(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
    .filter(({ args }) => args.some(({ name }) => name === 'last'))
    .map(({ name }) => name);
}

describe('a page', () => {
  const negotiation = schema.getType('Negotiation');
  const lists = [
    ...listsOf(schema.getQueryType()!).map((field) => ['the whole record', field]),
    ...(isObjectType(negotiation) ? listsOf(negotiation) : []).map((field) => ['a negotiation', field]),
  ];

  it.each([
    ['none', 'first: 0', 'BAD_PAGE'],
    ['none from the end', 'last: 0', 'BAD_PAGE'],
    ['fewer than none', 'first: -1', 'BAD_PAGE'],
    ['fewer than none from the end', 'last: -2147483648', 'BAD_PAGE'],
    ['one over the bound', 'first: 101', 'BAD_PAGE'],
    ['one over the bound from the end', 'last: 101', 'BAD_PAGE'],
    ['from both ends', 'first: 1, last: 1', 'BAD_PAGE'],
    ['from one end before a cursor of the other', 'first: 1, before: "x"', 'BAD_PAGE'],
    ['after no cursor', 'first: 1, after: ""', 'BAD_CURSOR'],
    ['after a forged cursor', 'first: 1, after: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"', 'BAD_CURSOR'],
    ['before a forged cursor', 'last: 1, before: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"', 'BAD_CURSOR'],
  ])('of any list that is asked for %s is refused', async (_, args, code) => {
    expect(lists.length).toBeGreaterThan(10);
    const admin = await world.key('ADMIN');
    const talks = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation.id;
    for (const [of, field] of lists) {
      const list = `${field}(${[REQUIRED[field ?? ''], args].filter(Boolean).join(', ')}) { pageInfo { hasNextPage } }`;
      const query = of === 'a negotiation' ? `{ negotiation(slug: "talks") { ${list} } }` : `{ ${list} }`;
      const answer = await world.as(admin, list.includes('$') ? `query ($talks: ID!) ${query}` : query, { talks });
      expect([field, answer.data?.[field ?? ''] ?? null, codesOf(answer)]).toEqual([field, null, [code]]);
    }
  });

  it('is refused after a cursor of another list, of another parent, or one that was cut short', async () => {
    const { data } = await world.query(
      '{ negotiation(slug: "talks") { statements(first: 1) { pageInfo { endCursor } } } actors(first: 1) { pageInfo { endCursor } } head }',
    );
    const { endCursor } = data.negotiation.statements.pageInfo;
    const another = {
      negotiationId: undefined,
      slug: 'others',
      title: 'Others',
      status: 'ACTIVE',
      externalId: 'others',
    };
    await world.write('openNegotiation', another);
    const codesAfter = async (cursor: string, slug = 'talks') =>
      codesOf(
        await world.query(
          'query ($after: String, $slug: String!) { negotiation(slug: $slug) { statements(first: 1, after: $after) { nodes { text } } } }',
          { after: cursor, slug },
        ),
      );
    expect(await codesAfter(endCursor)).toEqual([]);
    expect(await codesAfter(data.actors.pageInfo.endCursor)).toEqual(['BAD_CURSOR']);
    expect(await codesAfter(data.head)).toEqual(['BAD_CURSOR']);
    expect(await codesAfter(endCursor, 'others')).toEqual(['BAD_CURSOR']);
    for (const length of [1, 8, endCursor.length - 1]) {
      expect(await codesAfter(endCursor.slice(0, length))).toEqual(['BAD_CURSOR']);
    }
    expect(await codesAfter(`${endCursor}AAAA`)).toEqual(['BAD_CURSOR']);
    expect(await codesAfter(endCursor.slice(1) + endCursor.slice(0, 1))).toEqual(['BAD_CURSOR']);
  });
});

it.each(WAYS)('over %s an argument that is none does not keep the rest from being counted', async (way) => {
  const query = `query Q($id: ID = "x") { node(id: $id) { __typename } negotiations(first: 100) { nodes {
    statements(first: 100) { nodes { text relatedBy(first: 100) { nodes { kind } } } } } } }`;
  const answer = await askBy(way, world, { query, variables: { id: null } });
  expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  expect(answer.data ?? null).toBeNull();
});

describe('variables that are nested', () => {
  const nested = (levels: number) =>
    `{"query":"{ head }","variables":{"n":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
  const asked = {
    HTTP: async (body: string) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(world.url, { method: 'POST', headers, body })).json();
    },
    'HTTP, by Yoga': async (body: string) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json;q=0.9' };
      return (await fetch(world.url, { method: 'POST', headers, body })).json();
    },
    'a WebSocket': async (body: string) => {
      const socket = await greetedSocket(world.url);
      socket.send(`{"id":"asked","type":"subscribe","payload":${body}}`);
      return (await socket.next(({ id }) => id === 'asked')).payload;
    },
  };

  it.each(Object.entries(asked))('deeper than any honest ones are refused over %s', async (_, ask) => {
    expect(codesOf(await ask(nested(99)))).toEqual([]);
    expect(codesOf(await ask(nested(100)))).toEqual(['TOO_COSTLY']);
    expect(codesOf(await ask(nested(20_000)))).toEqual(['TOO_COSTLY']);
  });

  it('so deep in a ping are no message', async () => {
    const socket = await greetedSocket(world.url);
    socket.send(`{"type":"ping","payload":{"n":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`);
    expect((await socket.closed).code).toBe(4400);
  });
});
