import { type DocumentNode, Kind, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../src/ledger/subjects.ts';
import { positionOfStatement, shapeOf } from './bench/reads/generated-record.ts';
import { OPERATIONS } from './bench/reads/operations.ts';
import { fill } from './bench/reads/record-place.ts';
import * as operations from './generated/operations.ts';
import { onServer } from './support/database.ts';
import { type PlanNode, plansOf } from './support/plans.ts';
import { seedTalks, statement } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const STATEMENTS = 100_000;
/** Tables of which a page shows a small part. */
const LARGE = new Set([
  'statement',
  'ledger',
  'appearance',
  'stance',
  'estimate',
  'impact',
  'report',
  'count_claim',
  'transit_claim',
  'relation',
  'message',
  'message_leg',
]);
/** How many of their rows any of these questions may look at: some hundreds are shown, and each has a few versions. */
const ROWS_MOST = 2_500;

/** The expected queries, by their names. */
const QUERIES = new Map(
  Object.values(operations).flatMap((document) => {
    const [definition] = (document as DocumentNode).definitions;
    const isQuery = definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === 'query';
    return isQuery ? [[definition.name?.value ?? '', print(document as DocumentNode)] as const] : [];
  }),
);

/** The embedded database has no statistics that its planner would go by. */
describe.runIf(onServer)('in a record of a hundred thousand statements', () => {
  const shape = shapeOf(STATEMENTS);
  let world: World;
  let id: (n: number) => string;
  let at: (n: number) => string;
  let gazette: string;
  let ids: Record<'negotiation' | 'outcome' | 'event' | 'heldGroup' | 'term' | 'party', string>;
  beforeAll(async () => {
    world = await openWorld();
    await fill({ url: String(world.database.server?.connectionString) }, STATEMENTS);
    await world.server.ledger.tail.catchUp();
    const { cursors, read } = world.server.ledger;
    at = (n) => cursors.seal(BigInt(positionOfStatement(shape, n)));
    const rows = await read<{ id: string }>({
      text: 'SELECT id FROM statement WHERE first_position = from_position ORDER BY first_position',
      values: [],
    } as never);
    id = (n) => globalId('Statement', rows[n - 1]?.id ?? '');
    await assessOneEventOften(world);
    gazette = await sayOnceInAPaperOfItsOwn(world);
    ids = await someOf(world, slug);
  }, 300_000);
  afterAll(() => world.stop());

  const slug = 'talks-1';
  const LIST = `fragment Shown on Statement { id text said { earliest } source { person { name } post { title organization { name } } }
    stances { kind party { name } term { title } } appearances { report { headline outlet { name } } } }`;
  it.each<[string, string, () => Record<string, unknown>]>([
    ['a board', OPERATIONS.board.query, () => ({ slug })],
    ['a board of the past', OPERATIONS.board.query, () => ({ slug, asOf: { cursor: at(STATEMENTS / 2) } })],
    ['what is in the middle of the log', OPERATIONS.log.query, () => ({ since: at(STATEMENTS / 2) })],
    ['the end of the log', OPERATIONS.log.query, () => ({ since: at(STATEMENTS - 3) })],
    ['one statement', OPERATIONS.one.query, () => ({ id: id(STATEMENTS / 2) })],
    [
      'statements in the order of the record',
      `query Q($slug: String!) { negotiation(slug: $slug) { statements(first: 50) { nodes { ...Shown } } } } ${LIST}`,
      () => ({ slug }),
    ],
    [
      'the first of them, which were recorded first',
      `query Q($slug: String!) { negotiation(slug: $slug) { statements(last: 50) { nodes { ...Shown } } } } ${LIST}`,
      () => ({ slug }),
    ],
    [
      'changes of a kind that is rare',
      '{ changes(first: 50, kinds: [OUTCOME, CHANNEL]) { nodes { recordedAt subject { ... on Outcome { question } ... on Channel { title } } } } }',
      () => ({}),
    ],
    [
      'a timeline, and the rare in it',
      `query Q($slug: String!) { negotiation(slug: $slug) { timeline(first: 50) { nodes { note subject { ...Shown } } }
        rare: timeline(first: 50, kinds: [TERM]) { nodes { note } } } } ${LIST}`,
      () => ({ slug }),
    ],
    [
      'positions on every term, and the line of one party',
      `query Q($slug: String!) { negotiation(slug: $slug) { terms(first: 50) { nodes { title
        positions { party { name } stance { kind statement { text } } } stances(first: 20) { nodes { kind said { latest } } } } } } }`,
      () => ({ slug }),
    ],
    [
      'the outlook, events, held groups and channels',
      `query Q($slug: String!) { negotiation(slug: $slug) {
        outcomes(first: 20) { nodes { question estimates(first: 20) { nodes { words statement { text } } } } }
        events(first: 20) { nodes { title contested impacts(first: 20) { nodes { effect statement { text } } } } }
        heldGroups(first: 20) { nodes { descriptor claims(first: 20) { nodes { low statement { text } } } } }
        channels(first: 20) { nodes { title messages(first: 20) { nodes { id legs { number } } } } } } }`,
      () => ({ slug }),
    ],
    [
      'what each source said last of outcomes and of held groups',
      `query Q($slug: String!) { negotiation(slug: $slug) {
        outcomes(first: 20) { nodes { question latest { low } } }
        heldGroups(first: 20) { nodes { descriptor latestClaims { low } } } } }`,
      () => ({ slug }),
    ],
    [
      'the same in the past',
      `query Q($slug: String!, $asOf: AsOf) { negotiation(slug: $slug, asOf: $asOf) {
        outcomes(first: 20) { nodes { question latest { low } } }
        heldGroups(first: 20) { nodes { descriptor latestClaims { low } } } } }`,
      () => ({ slug, asOf: { cursor: at(STATEMENTS / 2) } }),
    ],
    [
      'what a person said',
      `query Q($id: ID!) { statement(id: $id) { source { person { statements(first: 50, orderBy: NEWEST_SAID) { nodes { ...Shown } } } } } } ${LIST}`,
      () => ({ id: id(STATEMENTS / 2) }),
    ],
    [
      'what was said in a paper that has hardly anything',
      `query Q($slug: String!, $outletId: ID!) { negotiation(slug: $slug) { statements(first: 50, filter: { outletId: $outletId }) { nodes { ...Shown } } } } ${LIST}`,
      () => ({ slug, outletId: gazette }),
    ],
    [
      'the history of a statement',
      'query Q($id: ID!) { statement(id: $id) { history(first: 20) { nodes { action note statement { text } } } relatedBy(first: 20) { nodes { kind } } } }',
      () => ({ id: id(50) }),
    ],
    [
      'moments to go back to',
      'query Q($slug: String!) { negotiation(slug: $slug) { moments { cursor changes } } }',
      () => ({ slug }),
    ],
  ])(
    '%s costs what it shows: no table is read through, and nothing sorted that is not shown',
    async (_, query, variables) => {
      const plans = await plansOf(world, () => world.query(query, variables()));
      expect(plans.length).toBeGreaterThan(0);
      const nodes = plans.flat();
      const through = nodes.filter(
        (node) => node['Node Type'] === 'Seq Scan' && LARGE.has(node['Relation Name'] ?? ''),
      );
      expect(through).toEqual([]);
      const looked = nodes
        .filter((node) => LARGE.has(node['Relation Name'] ?? ''))
        .reduce((sum, node) => sum + rowsOf(node), 0);
      expect(looked).toBeLessThanOrEqual(ROWS_MOST);
      const sorted = nodes
        .filter((node) => node['Node Type'] === 'Sort')
        .flatMap(({ Plans = [] }) => Plans.map(rowsOf));
      expect(Math.max(0, ...sorted)).toBeLessThanOrEqual(1_000);
    },
  );

  /** What each expected query is asked for here; null where a scan is what it is for, or another test has its plan. */
  const EXPECTED: Record<string, (() => object) | null> = {
    Board: () => ({ slug }),
    Standing: () => ({ slug, asOf: { cursor: at(33_000) } }),
    MoreStatements: () => ({ slug, orderBy: 'NEWEST_RECORDED' }),
    MoreEvents: () => ({ slug }),
    MoreProposals: () => ({ slug }),
    MoreEstimates: () => ({ outcomeId: ids.outcome }),
    MoreImpacts: () => ({ eventId: ids.event, effect: 'HINDERS' }),
    MoreOutcomes: () => ({ slug }),
    HeldGroup: () => ({ id: ids.heldGroup }),
    Line: () => ({ slug, termId: ids.term, partyId: ids.party }),
    Negotiations: null,
    Moments: () => ({ slug }),
    Outlook: () => ({ outcomeId: ids.outcome }),
    PositionsAtTwoMoments: () => ({ slug, earlier: { cursor: at(STATEMENTS / 4) } }),
    Search: null,
    SearchActors: null,
    Statement: () => ({ id: id(33_000) }),
    Statistics: null,
    Timeline: () => ({ slug }),
    ChangesSince: () => ({ slug, since: at(20_000) }),
    Missed: () => ({ since: at(17_000), negotiationId: ids.negotiation }),
    Transit: () => ({ slug, asOf: { cursor: at(14_000) } }),
    ReportsOf: () => ({ outletId: gazette }),
    Claimable: () => ({ slug }),
    Names: () => ({ ids: Object.values(ids) }),
    Drafts: null,
    DraftsWhole: null,
    Viewer: null,
  };
  it('all expected queries are asked', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...QUERIES.keys()].sort());
  });
  it.each([...QUERIES].filter(([name]) => EXPECTED[name]))(
    '%s, as it is expected, costs what it shows',
    async (name, query) => {
      const plans = await plansOf(world, () => world.query(query, EXPECTED[name]?.()));
      const large = plans.flat().filter((node) => LARGE.has(node['Relation Name'] ?? ''));
      expect(large.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
      expect(large.reduce((sum, node) => sum + rowsOf(node), 0)).toBeLessThanOrEqual(ROWS_MOST);
    },
  );

  it('several boards that are asked for at once cost what they show, as one does', async () => {
    const slugs = [3, 4, 5, 6, 7, 8].map((n) => `talks-${n}`);
    const atOnce = async () => {
      const answers = await Promise.all(slugs.map((slug) => world.query(OPERATIONS.board.query, { slug })));
      return { errors: answers.find(({ errors }) => errors)?.errors };
    };
    const nodes = (await plansOf(world, atOnce)).flat();
    const large = nodes.filter((node) => LARGE.has(node['Relation Name'] ?? ''));
    expect(large.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    const looked = large.reduce((sum, node) => sum + rowsOf(node), 0);
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThanOrEqual(slugs.length * ROWS_MOST);
  });

  it.each([
    ['statements', 'statements(first: 50) { nodes { text } }'],
    ['statements from the last on', 'statements(last: 50) { nodes { text } }'],
    ['events', 'events(first: 5) { nodes { title } }'],
    ['the times of a channel', 'channels(first: 3) { nodes { legs { transit { count } } } }'],
  ])('%s of an early moment cost no more than those of now, however much came later', async (_, fields) => {
    const query = `query Q($slug: String!, $asOf: AsOf) { negotiation(slug: $slug, asOf: $asOf) { ${fields} } }`;
    const blocks = async (asOf: object | null) => {
      const plans = await plansOf(world, () => world.query(query, { slug, asOf }));
      return plans.reduce(
        (sum, [root]) => sum + (root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0),
        0,
      );
    };
    const [early, now] = [await blocks({ cursor: at(2_000) }), await blocks(null)];
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThanOrEqual(1.5 * now);
  });

  // Of other talks and from elsewhere than above: what was answered there is kept, and reads nothing.
  it.each(['board', 'log'] as const)(
    'a %s reads of actors and posts those that it shows, and not all',
    async (name) => {
      const variables = name === 'board' ? { slug: 'talks-2' } : { since: at(STATEMENTS / 4) };
      const plans = await plansOf(world, () => world.query(OPERATIONS[name].query, variables));
      const nodes = plans.flat().filter((node) => ['actor', 'post'].includes(node['Relation Name'] ?? ''));
      expect(nodes.length).toBeGreaterThan(0);
      expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    },
  );
});

/** One of each that talks have. */
async function someOf(world: World, slug: string) {
  const { data } = await world.query(
    `query Q($slug: String!) { negotiation(slug: $slug) { id outcomes(first: 1) { nodes { id } } events(first: 1) { nodes { id } }
      heldGroups(first: 1) { nodes { id } } terms(first: 1) { nodes { id positions { party { id } } } } } }`,
    { slug },
  );
  const { id, outcomes, events, heldGroups, terms } = data.negotiation;
  const [term] = terms.nodes;
  return {
    negotiation: id,
    outcome: outcomes.nodes[0].id,
    event: events.nodes[0].id,
    heldGroup: heldGroups.nodes[0].id,
    term: term.id,
    party: term.positions[0].party.id,
  };
}

function rowsOf(node: PlanNode): number {
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return (node['Actual Rows'] + removed) * node['Actual Loops'];
}

/** Five thousand say that the last event of the talks hinders them. */
async function assessOneEventOften({ database }: World): Promise<void> {
  await database.prisma.$executeRaw`
    INSERT INTO impact (statement_id, ordinal, from_position, until_position, first_position, said_earliest, said_latest, event_id, effect)
    SELECT s.id, 1000, s.from_position, s.until_position, s.first_position, s.said_earliest, s.said_latest, e.id, 'HINDERS'
    FROM (SELECT e.id FROM event e JOIN negotiation_slug g USING (negotiation_id) WHERE g.slug = 'talks-1'
          ORDER BY e.first_position DESC LIMIT 1) e,
         (SELECT * FROM statement WHERE until_position = 9223372036854775807 ORDER BY first_position LIMIT 5000) s`;
}

/** One statement, at the end of talks that have thousands, which is all that an outlet has of them. */
async function sayOnceInAPaperOfItsOwn(world: World): Promise<string> {
  await seedTalks(world);
  const { data } = await world.query('{ negotiation(slug: "talks-1") { id } }');
  await world.write('publishStatement', { negotiationId: data.negotiation.id, content: statement() });
  await world.database.prisma.$executeRaw`ANALYZE`;
  const found = await world.query('{ actors(first: 1, filter: { name: "Harbour Gazette" }) { nodes { id } } }');
  return found.data.actors.nodes[0].id;
}
