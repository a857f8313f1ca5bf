import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../src/desk/keys.ts';
import { Tokens } from '../src/desk/tokens.ts';
import { globalId } from '../src/ledger/subjects.ts';
import { type Issuer, openIssuer } from './support/issuer.ts';
import { type Asker, askersOf } from './support/leaks/askers.ts';
import { Oracle } from './support/leaks/oracle.ts';
import type { Known } from './support/leaks/path.ts';
import { knownOf, PATHS } from './support/leaks/paths.ts';
import { CHANGES, ERROR, FOLLOW, refusalsOf, TIMELINE } from './support/leaks/record-paths.ts';
import { closeTurned, MARKS, STATES, writeBefore, writeMeanwhile } from './support/leaks/things.ts';
import { cutSockets, greetedSocket, type RawSocket } from './support/raw-socket.ts';
import { seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const NAMES = [
  'nobody',
  'READER of the desk',
  'REPORTER of the desk',
  'EDITOR of the desk',
  'ADMIN of the desk',
  'READER let in',
  'EDITOR let in',
  'EDITOR let in elsewhere',
  'ADMIN let in',
  'ADMIN let in to read',
  'REPORTER let in by a token',
  'EDITOR by a token',
];
const METRICS_TOKEN = 'what-only-the-scraper-knows';

let world: World;
let issuer: Issuer;
let oracle: Oracle;
let known: Known;
const askers = new Map<string, Asker>();
const live = new Map<string, RawSocket>();

beforeAll(async () => {
  let log = '';
  const lines = new Writable({
    write: (chunk, _, done) => {
      log += chunk;
      done();
    },
  });
  issuer = await openIssuer();
  const settings = { LOG_LEVEL: 'trace', METRICS_TOKEN, OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'parley' };
  world = await openWorld(settings, lines);
  oracle = new Oracle(world);
  const { head: start } = (await world.query('{ head }')).data;
  await seedTalks(world);
  const draftsStart = await startOfDrafts();
  const viewerOf = viewers();
  await writeBefore(world);
  for (const asker of await askersOf(world, issuer)) askers.set(asker.name, asker);
  const authors = ['EDITOR of the desk', 'ADMIN of the desk', 'EDITOR by a token'];
  await closeTurned(
    world,
    authors.map((name) => askers.get(name)?.key ?? ''),
  );
  known = await knownOf(world, { start, draftsStart, viewerOf }, () => log);
  // Everybody follows whatever they may, and asks to follow the rest, while more is written.
  for (const [name, { key }] of askers) {
    const socket = await greetedSocket(world.url, { key });
    live.set(name, socket);
    for (const [index, { id }] of known.negotiations.entries()) {
      socket.subscribe(`s${index}`, FOLLOW, { talks: id });
      socket.subscribe(`t${index}`, TIMELINE, { talks: id });
    }
    socket.subscribe('c', CHANGES);
    // Answered after all of these, as they are begun in their order.
    await socket.ask('ask', '{ head }');
  }
  await writeMeanwhile(world);
  for (const socket of live.values()) {
    while (!JSON.stringify(socket.received).includes('This is the last.')) await socket.next();
  }
  known = await knownOf(world, { start, draftsStart, viewerOf }, () => log);
}, 240_000);
afterAll(async () => {
  cutSockets();
  await world.stop();
  await issuer[Symbol.asyncDispose]();
});

/** Who comes with a key or token, as the server itself finds out. */
function viewers(): Known['viewerOf'] {
  const { prisma } = world.database;
  const ours = {
    issuer: issuer.url,
    audience: 'parley',
    keysUrl: null,
    algorithms: ['ES256'],
    roleClaim: 'parley_roles',
  };
  const authenticate = createAuthenticator(prisma, undefined, new Tokens(prisma, ours));
  return (key) => authenticate(key ?? null);
}

/** The cursor of drafts before there is any. */
async function startOfDrafts(): Promise<string> {
  const { id } = (await world.query('{ negotiation(slug: "talks") { id } }')).data.negotiation;
  return (await world.desk(`{ drafts(negotiationId: "${id}") { cursor } }`)).data.drafts.cursor;
}

const paths = [
  ...PATHS,
  {
    name: 'subscription',
    shows: true,
    read: async ({ name }: Asker) => JSON.stringify(live.get(name)?.received),
  },
];
/** By path, what anybody saw by it. */
const seen = new Map<string, Set<string>>();

describe.each(paths)('by $name', ({ name: path, read, shows }) => {
  it.each(NAMES)(
    '%s sees what the tables say that they may, and nothing else',
    async (name) => {
      const asker = askers.get(name) as Asker;
      const text = await read(asker, known);
      // What is asked for is answered, rather than refused for how it is asked.
      if (shows) expect(text).not.toMatch(/TOO_COSTLY|RATE_LIMITED|BAD_USER_INPUT|INTERNAL_SERVER_ERROR|VALIDATION/);
      for (const state of STATES) {
        const isSeen = text.includes(MARKS[state]);
        if (isSeen) seen.set(path, (seen.get(path) ?? new Set()).add(`${name}: ${state}`));
        expect(
          isSeen && !(shows && (await oracle.maySee(asker, state))),
          `${state}, in ${around(text, MARKS[state])}`,
        ).toBe(false);
      }
      for (const cursor of cursorsIn(text)) {
        const position = await oracle.positionIn(cursor);
        expect(await oracle.isThere(asker, position), `the cursor ${cursor}`).toBe(true);
      }
    },
    120_000,
  );
});

describe('what may be seen', () => {
  it('is seen, by everybody who may, by some path, and by every path that is to show anything', async () => {
    const all = [...seen.values()].flatMap((cells) => [...cells]);
    for (const asker of askers.values()) {
      for (const state of STATES) {
        if (await oracle.maySee(asker, state)) expect(all).toContain(`${asker.name}: ${state}`);
      }
    }
    const showing = paths.filter(({ name, shows }) => shows && name !== 'cursor').map(({ name }) => name);
    expect(showing.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('is nothing that was expunged, and for nobody but the desk what is no part of the record', async () => {
    const seers = async (state: (typeof STATES)[number]) =>
      (
        await Promise.all(
          [...askers.values()].map(async (asker) => ((await oracle.maySee(asker, state)) ? asker.name : [])),
        )
      ).flat();
    expect(await seers('expunged')).toEqual([]);
    const desk = [
      'REPORTER of the desk',
      'EDITOR of the desk',
      'ADMIN of the desk',
      'ADMIN let in',
      'ADMIN let in to read',
      'EDITOR by a token',
    ];
    for (const state of ['draft', 'embargoed', 'judged'] as const) expect(await seers(state)).toEqual(desk);
    const within = ['EDITOR let in', 'ADMIN let in', 'REPORTER let in by a token'];
    const readers = [
      'READER let in',
      'EDITOR let in',
      'ADMIN let in',
      'ADMIN let in to read',
      'REPORTER let in by a token',
    ];
    expect(await seers('restricted')).toEqual(readers);
    for (const state of ['restricted draft', 'restricted judgement'] as const)
      expect(await seers(state)).toEqual(within);
    expect(await seers('restricted since')).toEqual([]);
    expect(await seers('withdrawn')).toEqual(NAMES);
  });
});

describe('metrics', () => {
  const scrape = (key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return fetch(new URL('/metrics', world.url), { headers });
  };

  it('have no label that says what is not there for everybody, whoever scrapes them', async () => {
    const text = await (await scrape(METRICS_TOKEN)).text();
    expect(text).toContain('parley_answers_total');
    expect(text).not.toMatch(/zq|closed|turned|elsewhere|negotiation/);
  });

  it('are for nobody who reads the record, whatever they may read', async () => {
    for (const { key } of askers.values()) expect((await scrape(key)).status).toBe(401);
  });
});

describe('errors', () => {
  it.each(NAMES)('tell %s of what is not there for them what they tell of what is nowhere', async (name) => {
    const asker = askers.get(name) as Asker;
    const ask = (query: string, variables?: object) => world.as(asker.key ?? null, query, variables);
    const toldOf = async (id: string) => JSON.stringify(await Promise.all(refusalsOf(ask, id))).replaceAll(id, '…');
    let hidden = 0;
    for (const { type, id, cursors } of known.subjects) {
      if (await oracle.isThere(asker, await oracle.positionIn(String(cursors[0])))) continue;
      hidden += 1;
      expect(await toldOf(id), type).toBe(await toldOf(globalId(type, crypto.randomUUID())));
    }
    expect(hidden).toBeGreaterThan(0);
  });
});

describe('counts', () => {
  it.each(NAMES)('that %s gets are of what is there for them', async (name) => {
    const asker = askers.get(name) as Asker;
    const { data } = await world.as(
      asker.key ?? null,
      `query Counts($ada: ID!, $public: ID!) {
        negotiations(first: 100) { nodes { id } }
        actors(first: 100) { nodes { name } }
        changes(first: 100) { nodes { kind } pageInfo { hasNextPage endCursor } }
        ada: node(id: $ada) { ... on Person { statements(first: 100) { nodes { id } } } }
        public: statement(id: $public) { independentChains relatedBy(first: 100) { nodes { kind } } }
        search(query: "said", first: 100) { nodes { id } }
      }`,
      { ada: await idOf('ada', 'Person'), public: await idOf('public', 'Statement') },
    );
    const hidden = (await oracle.count(asker, 'negotiation', "slug = 'closed'")) === 0;
    expect(data.negotiations.nodes).toHaveLength(await oracle.count(asker, 'negotiation'));
    expect(data.actors.nodes).toHaveLength(await oracle.count(asker, 'actor'));
    const rest = await world.as(
      asker.key ?? null,
      'query Rest($after: String) { changes(first: 100, after: $after) { nodes { kind } } }',
      { after: data.changes.pageInfo.endCursor },
    );
    expect(data.changes.nodes.length + rest.data.changes.nodes.length).toBe(await oracle.count(asker, 'ledger'));
    expect(data.ada.statements.nodes).toHaveLength(await oracle.count(asker, 'statement', 'speaker_id IS NOT NULL'));
    expect(data.search.nodes).toHaveLength(
      await oracle.count(asker, 'statement', "state <> 'EXPUNGED' AND text LIKE '%is said%'"),
    );
    expect(data.public.relatedBy.nodes).toHaveLength(hidden ? 0 : 1);
  });
});

// Last, as those who may open talks do.
describe('a name that only talks have that are not there', () => {
  it.each(NAMES)('is to %s as free as any other', async (name) => {
    const asker = askers.get(name) as Asker;
    const OPEN = `mutation O($input: OpenNegotiationInput!) { openNegotiation(input: $input) { ${ERROR} } }`;
    const open = async (slug: string) => {
      const input = { slug, title: 'Others', status: 'ACTIVE', access: 'RESTRICTED' };
      return JSON.stringify(await world.as(asker.key ?? null, OPEN, { input })).replaceAll(slug, '…');
    };
    for (const slug of ['closed', 'elsewhere']) {
      if ((await oracle.count(asker, 'negotiation', `slug = '${slug}'`)) > 0) continue;
      expect(await open(slug)).toBe(await open(`nowhere-${crypto.randomUUID()}`));
    }
  });
});

async function idOf(externalId: string, type: string): Promise<string> {
  const { subjectId } = await world.database.prisma.externalId.findFirstOrThrow({ where: { externalId } });
  return Buffer.from(`${type}:${subjectId}`).toString('base64url');
}

function around(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? 'nothing' : text.slice(Math.max(0, at - 300), at + 100);
}

/** Every cursor in an answer, by the names of the fields that have one, or as the id of an event. */
function cursorsIn(text: string): Set<string> {
  const found = text.matchAll(/(?:"\w*(?:[cC]ursor|head)":"|\nid: )([\w-]{20,})/g);
  return new Set([...found].map(([, cursor]) => cursor ?? ''));
}
