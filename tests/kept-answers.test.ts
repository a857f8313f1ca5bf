import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { KeptAnswers, type Made } from '../src/http/kept-answers.ts';
import { Touched } from '../src/ledger/touched.ts';
import { type Server, startServer } from '../src/server.ts';
import { publish, seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

let world: World;
/** Another node on the same database, which keeps nothing. */
let plain: Server;
beforeAll(async () => {
  world = await openWorld({ METRICS_TOKEN: TOKEN });
  await seedTalks(world);
  await world.write('openNegotiation', { externalId: 'other', slug: 'other', title: 'Others', status: 'ACTIVE' });
  await publish(world, 'first');
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', ANSWER_CACHE_BYTES: '0' });
  plain = await startServer(config, world.database, pino({ level: 'silent' }));
});
afterAll(async () => {
  await plain.stop();
  await world.stop();
});

const TOKEN = 'what-only-the-scraper-knows';

/** How many requests were answered in a way. */
async function answered(from: 'kept' | 'shared'): Promise<number> {
  const response = await fetch(new URL('/metrics', world.url), { headers: { authorization: `Bearer ${TOKEN}` } });
  return Number(new RegExp(`parley_answers_total\\{from="${from}"\\} (\\d+)`).exec(await response.text())?.[1]);
}

const kept = () => answered('kept');

/** Whether a question is answered with what was kept. */
async function isKept(query: string, variables: object = {}, key: string | null = null): Promise<boolean> {
  const before = await kept();
  expect((await world.as(key, query, variables)).errors).toBeUndefined();
  return (await kept()) > before;
}

const TALKS =
  '{ negotiation(slug: "talks") { title statements(first: 50) { nodes { text source { person { name } } } } terms { nodes { positions { stance { kind } } } } } }';

it('holds until the ledger has an entry that touches what it was read from', async () => {
  await world.query(TALKS);
  expect(await isKept(TALKS)).toBe(true);
  // In other talks, and of somebody who is not in it.
  await world.write('publishStatement', {
    negotiationId: 'other',
    content: statement({ stances: [], appearances: [] }),
  });
  await world.write('recordPerson', { name: 'Somebody else' });
  expect(await isKept(TALKS)).toBe(true);
  await publish(world, 'second', { text: 'Another one.' });
  expect(await isKept(TALKS)).toBe(false);
  expect(await isKept(TALKS)).toBe(true);
});

it('is what a statement takes in talks that it only touches: a stance, a correction, a withdrawal', async () => {
  const positions =
    '{ negotiation(slug: "talks") { terms { nodes { positions { party { name } stance { kind } } } } } }';
  await world.query(positions);
  const id = await publish(world, 'staking', {
    stances: [{ termId: 'pay', partyId: 'union', kind: 'DEMANDS' }],
    said: { from: '2026-05-02T00:00:00Z', precision: 'DAY', basis: 'STATED' },
  });
  const { data: after } = await world.query(positions);
  expect(JSON.stringify(after)).toContain('DEMANDS');
  await world.write('withdrawStatement', { statementId: id, revision: 1, reason: 'It was not said.' });
  expect(JSON.stringify((await world.query(positions)).data)).not.toContain('DEMANDS');
});

it('of an earlier moment stays, whatever is recorded later', async () => {
  const { data } = await world.query('{ head }');
  const past = 'query P($at: AsOf) { negotiation(slug: "talks", asOf: $at) { cursor statements { nodes { text } } } }';
  const variables = { at: { cursor: data.head } };
  await publish(world, 'soon', { text: 'Soon after that.' });
  const before = await world.query(past, variables);
  await publish(world, 'later', { text: 'Later than that.' });
  expect(await isKept(past, variables)).toBe(true);
  expect(await world.query(past, variables)).toEqual(before);
});

it('is read by whoever has just written, with what they wrote', async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await world.query(TALKS);
    await publish(world, `own-${turn}`, { text: `Written in turn ${turn}.` });
    const { data } = await world.query(TALKS);
    expect(JSON.stringify(data)).toContain(`Written in turn ${turn}.`);
  }
});

it('is nobody else’s who has other rights, and never one about who asks', async () => {
  const editor = await world.key('EDITOR');
  const viewer = '{ viewer { role } }';
  expect(await isKept(viewer, {}, editor)).toBe(false);
  expect(await isKept(viewer)).toBe(false);
  expect((await world.query(viewer)).data).toEqual({ viewer: { role: 'READER' } });
  await world.query(TALKS);
  expect(await isKept(TALKS, {}, editor)).toBe(false);
  expect(await isKept(TALKS, {}, editor)).toBe(true);
});

it('of talks that are restricted is gone for those who may not read them', async () => {
  const quiet = '{ negotiation(slug: "quiet") { title } }';
  await world.write('openNegotiation', { externalId: 'quiet', slug: 'quiet', title: 'Quiet talks', status: 'ACTIVE' });
  await world.query(quiet);
  expect(await isKept(quiet)).toBe(true);
  await world.write('changeNegotiationAccess', { negotiationId: 'quiet', access: 'RESTRICTED' });
  expect((await world.query(quiet)).data).toEqual({ negotiation: null });
});

describe('of a reader who was given nothing in restricted talks', () => {
  /** What is read from one subject, from all of a kind, and from anything. */
  const QUESTIONS = [
    '{ negotiations(first: 20) { nodes { slug statements(first: 5) { nodes { text relatedBy { nodes { kind } } } } } } }',
    '{ actors(first: 20) { nodes { name ... on Person { statements(first: 5) { nodes { text } } } } } }',
    '{ search(query: "union") { nodes { text } } }',
    '{ changes(first: 5) { nodes { kind action } } }',
    '{ negotiation(slug: "closed") { title } }',
  ];
  const closed = { negotiationId: 'closed' };
  let id: string;

  const WRITES: [string, () => Promise<unknown>][] = [
    [
      'talks that are restricted from the start',
      () => world.write('openNegotiation', { slug: 'also-closed', title: 'C', status: 'ACTIVE', access: 'RESTRICTED' }),
    ],
    ['a statement', () => world.write('publishStatement', { ...closed, content: statement({ text: 'The union.' }) })],
    ['a person', () => world.write('recordPerson', { ...closed, name: 'Somebody hidden' })],
    ['a party', () => world.write('joinNegotiation', { ...closed, actorId: 'union', role: 'PRINCIPAL' })],
    ['a status', () => world.write('changeNegotiationStatus', { ...closed, status: 'SUSPENDED' })],
    ['an expunction', () => world.write('expungeStatement', { statementId: id, reason: 'For safety.' })],
  ];

  beforeAll(async () => {
    await world.write('openNegotiation', {
      externalId: 'closed',
      slug: 'closed',
      title: 'Closed talks',
      status: 'ACTIVE',
      access: 'RESTRICTED',
    });
    const given = { ...closed, content: statement({ text: 'The union, behind doors.' }) };
    ({
      statement: { id },
    } = await world.write('publishStatement', given, 'statement { id }'));
  });

  it.each(WRITES)('it is touched by nothing that is written there: %s', async (_, write) => {
    const node = `{ node(id: "${id}") { id } }`;
    const outsider = await world.key('EDITOR');
    for (const key of [null, outsider]) for (const query of [...QUESTIONS, node]) await world.as(key, query);
    await write();
    for (const key of [null, outsider])
      for (const query of [...QUESTIONS, node]) expect([query, await isKept(query, {}, key)]).toEqual([query, true]);
  });

  it('it is shared with who asks the same meanwhile, whatever is written there meanwhile', async () => {
    const { ledger } = world.server;
    const answers = new KeptAnswers(ledger, 1_000_000);
    const { negotiationId } = await world.database.prisma.negotiationSlug.findFirstOrThrow({
      where: { slug: 'closed' },
    });
    const never = () => new Promise<never>(() => {});
    const asks = (letInto: string[]) => {
      let isMade = false;
      void answers.make(`asked by ${letInto}`, letInto, () => {
        isMade = true;
        return never();
      });
      return vi.waitFor(() => expect(isMade).toBe(true));
    };
    for (const letInto of [[], [negotiationId]]) await asks(letInto);
    await world.write('recordPerson', { ...closed, name: 'Somebody else hidden' });
    await asks([negotiationId]);
    await expect(asks([])).rejects.toThrow();
    await world.write('recordPerson', { name: 'Somebody in the open' });
    await asks([]);
    answers.stop();
  });

  it('what was begun before they were closed is for nobody who asks after', async () => {
    const { ledger } = world.server;
    const answers = new KeptAnswers(ledger, 1_000_000);
    let begun = 0;
    const ask = async () => {
      const before = begun;
      void answers.make('what talks say', [], () => {
        begun += 1;
        return new Promise<never>(() => {});
      });
      await vi.waitFor(() => expect(begun).toBe(before + 1));
    };
    await world.write('openNegotiation', { externalId: 'shut', slug: 'shut', title: 'Open yet', status: 'ACTIVE' });
    await ask();
    await world.write('changeNegotiationAccess', { negotiationId: 'shut', access: 'RESTRICTED' });
    await ask();
    answers.stop();
  });

  it('while whoever was given a role there reads what is written at once', async () => {
    const insider = await world.key('ADMIN');
    const read = async (query: string) => JSON.stringify((await world.as(insider, query)).data);
    for (const query of QUESTIONS) await read(query);
    await world.write('recordPerson', { ...closed, name: 'Known to some' });
    const given = { ...closed, content: statement({ text: 'The union of some.' }) };
    const { statement: said } = await world.write('publishStatement', given, 'statement { id }');
    const [talks, actors, search] = await Promise.all(QUESTIONS.map(read));
    expect([talks, search]).toEqual(Array(2).fill(expect.stringContaining('The union of some.')));
    expect(actors).toContain('Known to some');
    await world.write('expungeStatement', { statementId: said.id, reason: 'For safety.' });
    for (const query of QUESTIONS) expect(await read(query)).not.toContain('The union of some.');
  });
});

it('holds nothing any more that was expunged', async () => {
  const id = await publish(world, 'secret', { text: 'A secret.' });
  const { data } = await world.query('{ head }');
  const past = 'query P($at: AsOf, $id: ID!) { statement(id: $id, asOf: $at) { text } }';
  const variables = { at: { cursor: data.head }, id };
  await world.query(past, variables);
  expect(await isKept(past, variables)).toBe(true);
  await world.write('expungeStatement', { statementId: id, reason: 'It endangers somebody.' });
  expect((await world.query(past, variables)).data).toEqual({ statement: { text: '' } });
});

it('with an error in it is not kept', async () => {
  const broken = '{ negotiation(slug: "talks") { title } statement(id: "x") { id } }';
  const before = await kept();
  for (let time = 0; time < 3; time += 1) await world.query(broken);
  expect(await kept()).toBe(before);
});

it('is made once for all who ask it at the same moment', async () => {
  const query = '{ negotiation(slug: "talks") { slug participations { nodes { role actor { name } } } } }';
  const before = await answered('shared');
  const answers = await Promise.all(Array.from({ length: 12 }, () => world.query(query)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await answered('shared')).toBeGreaterThan(before);
});

it('that failed for one who asked is asked for again by the others, once for all of them', async () => {
  const answers = new KeptAnswers(world.server.ledger, 1_000_000);
  const asked = async (outcomes: (Error | boolean)[]) => {
    const left = [...outcomes];
    const make = async (): Promise<Made> => {
      // Everybody has asked by then.
      await new Promise((passed) => setTimeout(passed, 50));
      const outcome = left.shift();
      if (outcome instanceof Error) throw outcome;
      return { result: {}, body: Buffer.from('{}'), touched: new Touched(), isWhole: outcome === true };
    };
    const all = await Promise.allSettled(
      Array.from({ length: 5 }, () => answers.make(`what gives ${outcomes}`, [], make)),
    );
    expect(left).toEqual([]);
    return all.map((one) => (one.status === 'fulfilled' ? one.value.made.isWhole : String(one.reason)));
  };
  expect(await asked([false, true])).toEqual([false, true, true, true, true]);
  expect(await asked([new Error('gone'), true])).toEqual(['Error: gone', true, true, true, true]);
  // Of a question that fails again it is its own.
  expect(await asked([false, false])).toEqual([false, false, false, false, false]);
  expect(await asked([false, new Error('gone')])).toEqual([false, ...Array(4).fill('Error: gone')]);
  answers.stop();
});

it('that depends on what day it is is not kept', async () => {
  await world.write('openNegotiation', { externalId: 'silent', slug: 'silent', title: 'Silent', status: 'ACTIVE' });
  const { data } = await world.query('{ head }');
  const silent = (args: string) =>
    `query S($at: AsOf) { negotiation(slug: "silent", asOf: $at) { statistics${args} { from to statements } } }`;
  for (const variables of [{}, { at: { cursor: data.head } }]) {
    for (const args of ['', '(from: "2026-01-01")']) {
      await world.query(silent(args), variables);
      expect(await isKept(silent(args), variables)).toBe(false);
    }
    const given = silent('(to: "2026-01-01")');
    await world.query(given, variables);
    expect(await isKept(given, variables)).toBe(true);
  }
  const ofSaid = '{ negotiation(slug: "talks") { statistics { to statements } } }';
  await world.query(ofSaid);
  expect(await isKept(ofSaid)).toBe(true);
});

it('that is not kept is for nobody else to keep', async () => {
  const control = async (query: string) => {
    const url = `${world.url}?query=${encodeURIComponent(query)}`;
    const response = await fetch(url, { headers: { accept: 'application/json', 'x-graphql-yoga-csrf': '1' } });
    expect(response.status).toBe(200);
    return response.headers.get('cache-control');
  };
  expect(await control('{ viewer { role } }')).toBe('no-store');
  expect(await control('{ negotiation(slug: "talks") { title } statement(id: "x") { id } }')).toBe('no-store');
  expect(await control('{ negotiation(slug: "talks") { title } }')).toBe('public, max-age=0, must-revalidate');
});

it('is another where another media type is asked for', async () => {
  const url = `${world.url}?query=${encodeURIComponent('{ negotiation(slug: "talks") { slug } }')}`;
  const get = (accept: string, headers: Record<string, string> = {}) =>
    fetch(url, { headers: { accept, 'x-graphql-yoga-csrf': '1', ...headers } });
  const types = ['application/json', 'application/graphql-response+json'];
  const etags: string[] = [];
  for (const type of types) etags.push((await get(type)).headers.get('etag') ?? '');
  expect(etags[0]).not.toBe(etags[1]);
  for (const [asked, type] of types.entries())
    for (const [known, etag] of etags.entries())
      expect((await get(type, { 'if-none-match': etag })).status).toBe(asked === known ? 304 : 200);
});

it('tells whoever has it already that it still holds, and lets others keep what is public', async () => {
  const url = `${world.url}?query=${encodeURIComponent('{ negotiation(slug: "talks") { title } }')}`;
  const get = (headers: Record<string, string> = {}) =>
    fetch(url, { headers: { accept: 'application/json', 'x-graphql-yoga-csrf': '1', ...headers } });
  const first = await get();
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^".+"$/);
  expect(first.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  expect(first.headers.get('vary')).toContain('authorization');
  const again = await get({ 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
  await world.write('changeNegotiationStatus', { negotiationId: 'talks', status: 'SUSPENDED' });
  expect((await get({ 'if-none-match': etag })).status).toBe(304);
  const key = await world.key('EDITOR');
  const own = await get({ authorization: `Bearer ${key}` });
  expect(own.headers.get('cache-control')).toBe('private, no-cache');
});

const DRAWS = Number(process.env.KEPT_DRAWS ?? 1_000);

it(`is the same to the byte as one that was not kept, for ${DRAWS} questions while others write`, async () => {
  const random = seeded(5);
  const upTo = (most: number) => Math.floor(random() * most);
  const ids = await Promise.all(Array.from({ length: 6 }, (_, index) => publish(world, `drawn-${index}`)));
  const cursors = [(await world.query('{ head }')).data.head as string];
  const opening = { externalId: 'drawn-closed', slug: 'drawn-closed', title: 'Closed', status: 'ACTIVE' };
  await world.write('openNegotiation', { ...opening, access: 'RESTRICTED' });
  // Whoever opened them is let into them.
  const keys = [null, await world.key('EDITOR'), await world.key('REPORTER'), await world.key('ADMIN')];
  const line =
    'id text revision state said { latest } source { person { name posts { nodes { title } } } onBehalfOf { name } } stances { kind term { title } party { name } } appearances { report { headline outlet { name } } }';
  const questions: readonly (readonly [string, () => object])[] = [
    [
      `query Q($at: AsOf) { negotiation(slug: "talks", asOf: $at) { status statements(first: 20, orderBy: NEWEST_SAID) { nodes { ${line} } } } }`,
      moment,
    ],
    [
      'query Q($at: AsOf) { negotiation(slug: "talks", asOf: $at) { terms { nodes { title status positions { party { name } movement stance { kind statement { text } } } } } } }',
      moment,
    ],
    [
      'query Q($at: AsOf) { negotiation(slug: "other", asOf: $at) { status statements { nodes { text } } timeline(first: 5) { nodes { action kind } } } }',
      moment,
    ],
    [
      `query Q($id: ID!, $at: AsOf) { statement(id: $id, asOf: $at) { ${line} independentChains history { nodes { action note } } } }`,
      () => ({ ...moment(), id: ids[upTo(ids.length)] }),
    ],
    [
      'query Q($id: ID!) { node(id: $id) { __typename ... on Statement { text relatedBy { nodes { kind } } } } }',
      () => ({ id: ids[upTo(ids.length)] }),
    ],
    [
      'query Q($n: Int) { negotiations(first: $n) { nodes { slug status participations { nodes { role } } } } }',
      () => ({ n: 1 + upTo(3) }),
    ],
    ['{ actors(first: 50) { nodes { name } } }', () => ({})],
    [
      'query Q($q: String!) { search(query: $q, first: 5) { nodes { text } } }',
      () => ({ q: ['union', 'cent', 'drawn'][upTo(3)] }),
    ],
    [
      'query Q($since: Cursor!) { changes(since: $since, first: 10) { nodes { action kind } } }',
      () => ({ since: cursors[0] }),
    ],
    [
      '{ negotiation(slug: "talks") { outcomes { nodes { question latest { words } } } events { nodes { title contested } } heldGroups { nodes { descriptor latestClaims { low } } } } }',
      () => ({}),
    ],
  ];
  function moment(): object {
    return random() < 0.6 ? {} : { at: { cursor: cursors[upTo(cursors.length)] } };
  }
  const revisions = new Map(ids.map((id) => [id, 1]));
  let written = 0;
  const writes: (() => Promise<unknown>)[] = [
    () =>
      publish(world, `flow-${written}`, {
        text: `drawn ${written}`,
        stances: [
          { termId: 'pay', partyId: ['union', 'company'][upTo(2)], kind: ['DEMANDS', 'REJECTS', 'OFFERS'][upTo(3)] },
        ],
      }),
    () =>
      world.write('publishStatement', {
        negotiationId: 'other',
        content: statement({ text: `elsewhere ${written}`, appearances: [] }),
      }),
    () =>
      world.write('publishStatement', {
        negotiationId: 'drawn-closed',
        content: statement({
          text: `drawn out of sight ${written}`,
          appearances: [],
          relations: [{ kind: 'CORROBORATES', toId: ids[upTo(ids.length)] }],
        }),
      }),
    () => world.write('recordPerson', { name: `Person ${written}` }),
    () => {
      const id = ids[upTo(ids.length)] as string;
      const revision = revisions.get(id) ?? 1;
      revisions.set(id, revision + 1);
      return world.write('correctStatement', {
        statementId: id,
        revision,
        note: 'Corrected.',
        changes: { text: `drawn, corrected ${written}` },
      });
    },
    () =>
      world.write('recordPost', {
        personId: 'ada',
        organizationId: 'union',
        title: `office ${written}`,
        since: '2026-01-01',
      }),
  ];
  const ask = async (url: string, body: string, key: string | null) => {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    return (await fetch(url, { method: 'POST', headers, body })).text();
  };
  let compared = 0;
  let writing: Promise<unknown> = Promise.resolve();
  while (compared < DRAWS) {
    if (random() < 0.1) {
      written += 1;
      const write = writes[upTo(writes.length)] as () => Promise<unknown>;
      writing = writing.then(write);
      // Half of the time it is under way while the questions are asked.
      if (random() < 0.5) await writing;
      if (random() < 0.3) cursors.push((await world.query('{ head }')).data.head);
    }
    const asked = Array.from({ length: 8 }, () => {
      const [query, draw] = questions[upTo(questions.length)] as (typeof questions)[number];
      return { body: JSON.stringify({ query, variables: draw() }), key: keys[upTo(keys.length)] ?? null };
    });
    const before = await world.server.ledger.head();
    const pairs = await Promise.all(
      asked.map(async ({ body, key }) => [await ask(world.url, body, key), await ask(plain.url, body, key)] as const),
    );
    // What was written meanwhile one of the two may have seen and the other not.
    if ((await world.server.ledger.head()) !== before) continue;
    for (const [index, [mine, theirs]] of pairs.entries()) expect([asked[index], mine]).toEqual([asked[index], theirs]);
    compared += asked.length;
  }
  await writing;
  expect(await kept()).toBeGreaterThan(compared / 10);
}, 600_000);

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
