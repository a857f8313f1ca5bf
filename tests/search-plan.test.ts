import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGlobalId } from '../src/ledger/subjects.ts';
import { onServer } from './support/database.ts';
import { type PlanNode, plansOf } from './support/plans.ts';
import { seedTalks } from './support/talks.ts';
import { openWorld, type World } from './support/world.ts';

const STATEMENTS = 100_000;

/** What a query of the API costs is decided by the server's planner, which the embedded database has no numbers for. */
describe.runIf(onServer)('a search of a hundred thousand statements', () => {
  let world: World;
  let negotiationId: string;
  let speakerId: string;
  let middle: string;
  beforeAll(async () => {
    world = await openWorld();
    await seedTalks(world);
    const { data } = await world.query(
      '{ head negotiation(slug: "talks") { id } actors(filter: { name: "Ada" }) { nodes { id } } }',
    );
    negotiationId = data.negotiation.id;
    speakerId = data.actors.nodes[0].id;
    await fill(world, readGlobalId(negotiationId)?.id ?? '', readGlobalId(speakerId)?.id ?? '');
    middle = world.server.ledger.cursors.seal(BigInt(STATEMENTS / 2));
  }, 120_000);
  afterAll(() => world.stop());

  it.each([
    ['two words that are common', 'crane strike', {}],
    ['two words of which one is rare', 'crane mediator', {}],
    ['a rare phrase', '"mediator crane"', {}],
    ['either of two words', 'mediator or arbiter', {}],
    ['a word, and not another', 'crane -strike', {}],
    ['the newest', 'crane strike', { orderBy: 'NEWEST_RECORDED' }],
    ['the newest of a rare word', 'mediator', { orderBy: 'NEWEST_RECORDED' }],
    ['a negotiation', 'crane strike', { inTalks: true }],
    ['a speaker', 'crane strike', { bySpeaker: true }],
    ['an earlier moment', 'crane strike', { earlier: true }],
    ['a name that is spelt otherwise', 'Adda Quai', {}],
  ])('reads no table through: %s', async (_, query, { inTalks, bySpeaker, earlier, orderBy }: Asked) => {
    const plans = await plansOf(world, () =>
      world.query(
        `query S($query: String!, $filter: StatementFilter, $negotiationId: ID, $orderBy: SearchOrder, $asOf: AsOf) {
          search(query: $query, filter: $filter, negotiationId: $negotiationId, orderBy: $orderBy, asOf: $asOf) {
            edges { highlight passages { html } node { id } }
          }
        }`,
        {
          query,
          ...(orderBy && { orderBy }),
          ...(inTalks && { negotiationId }),
          ...(bySpeaker && { filter: { speakerId } }),
          ...(earlier && { asOf: { cursor: middle } }),
        },
      ),
    );
    expect(plans.flat().filter((node) => node['Node Type'] === 'Seq Scan' && isLarge(node))).toEqual([]);
    expect(indexesOf(plans)).toEqual(expect.arrayContaining([expect.stringMatching(/^search_statement_/)]));
  });

  it('finds an actor by the index of trigrams alone', async () => {
    const client = new pg.Client(world.database.server ?? {});
    await client.connect();
    try {
      // What a function reads is in no plan of its caller's, but it is counted.
      const counted = async () => {
        await client.query('SELECT pg_stat_force_next_flush()');
        const { rows } = await client.query(`
          SELECT t.seq_scan::int, i.idx_scan::int FROM pg_stat_user_tables t
          JOIN pg_stat_user_indexes i USING (relid) WHERE i.indexrelname = 'search_name_name_idx'`);
        return rows[0];
      };
      const before = await counted();
      const { rows } = await client.query(`SELECT id FROM search_names_like('Adda Quai', ${2 * STATEMENTS})`);
      expect(rows).toEqual([{ id: readGlobalId(speakerId)?.id }]);
      const after = await counted();
      expect(after.seq_scan).toBe(before.seq_scan);
      expect(after.idx_scan).toBeGreaterThan(before.idx_scan);
    } finally {
      await client.end();
    }
  });

  it('finds a rare word by the index of words', async () => {
    const plans = await plansOf(world, () => world.query('{ search(query: "mediator arbiter") { nodes { id } } }'));
    expect(indexesOf(plans)).toContain('search_statement_words_idx');
  });

  it('gives statistics of some days by what was said on them', async () => {
    const plans = await plansOf(world, () =>
      world.query(`{ negotiation(slug: "talks") { statistics(from: "2026-02-01", to: "2026-02-03") {
        statements dayUnknown speechActs { statements } parties { statements } attributionLevels { statements }
        corrections { corrections } lagToReport { statements } lagToRecord { statements }
      } } }`),
    );
    const indexes = indexesOf(plans);
    expect(plans.flat().filter((node) => node['Node Type'] === 'Seq Scan' && isLarge(node))).toEqual([]);
    expect(indexes.filter((name) => name.startsWith('statement_negotiation_id_said_latest')).length).toBe(7);
  });

  it('ranks the five hundred recorded last of those that match, and lists them all by when they were recorded', async () => {
    const pages = async (orderBy: string) => {
      const lengths: number[] = [];
      let after: string | null = null;
      do {
        const { data }: { data: any } = await world.query(
          'query S($orderBy: SearchOrder, $after: String) { search(query: "gull", orderBy: $orderBy, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
          { orderBy, after },
        );
        lengths.push(data.search.nodes.length);
        after = data.search.pageInfo.hasNextPage ? data.search.pageInfo.endCursor : null;
      } while (after !== null);
      return lengths;
    };
    expect(await pages('RELEVANCE')).toEqual(Array(5).fill(100));
    expect(await pages('NEWEST_RECORDED')).toEqual([...Array(10).fill(100), 52]);
  });
});

interface Asked {
  readonly inTalks?: boolean;
  readonly bySpeaker?: boolean;
  readonly earlier?: boolean;
  readonly orderBy?: string;
}

function isLarge(node: PlanNode): boolean {
  return ['statement', 'search_statement', 'search_name', 'actor'].includes(node['Relation Name'] ?? '');
}

function indexesOf(plans: readonly PlanNode[][]): string[] {
  return plans.flat().flatMap((node) => node['Index Name'] ?? []);
}

/** Straight into the tables: a mutation each would take an hour, and the planner sees no difference. */
async function fill({ database: { prisma } }: World, negotiationId: string, speakerId: string): Promise<void> {
  await prisma.$executeRaw`
    INSERT INTO statement (id, from_position, first_position, negotiation_id, state, revision, text, language,
      quotation_type, speech_acts, source_kind, speaker_id, attribution_level, attribution_inferred,
      said_earliest, said_latest, said_precision, said_basis, about, relays, translations)
    SELECT gen_random_uuid(), h.position + n, h.position + n,
      CASE WHEN n % 7 = 0 THEN ${negotiationId}::uuid ELSE gen_random_uuid() END, 'PUBLISHED', 1,
      concat_ws(' ', 'The crane', CASE WHEN n % 10 = 0 THEN 'on strike' END, CASE WHEN n % 1000 = 0 THEN 'mediator' END,
                CASE WHEN n % 1500 = 0 THEN 'arbiter' END,
                CASE WHEN n % 95 = 0 THEN 'gull' END, 'number', n), 'en',
      'INDIRECT', ARRAY['COMMENT']::"SpeechAct"[], 'NAMED_PERSON', CASE WHEN n % 500 = 0 THEN ${speakerId}::uuid END,
      'ON_THE_RECORD', false, '2026-01-01'::timestamptz + n * interval '1 minute', '2026-01-01'::timestamptz + n * interval '1 minute',
      'MINUTE', 'STATED', '[]', '[]', '[]'
    FROM ledger_head h, generate_series(1, ${STATEMENTS}::int) AS n`;
  await prisma.$executeRaw`
    INSERT INTO actor (id, from_position, kind, name, aliases)
    SELECT gen_random_uuid(), h.position + n, 'PERSON', concat('Person ', md5(n::text)), '{}'
    FROM ledger_head h, generate_series(1, 20000) AS n`;
  await prisma.$executeRaw`UPDATE ledger_head SET position = position + ${STATEMENTS}::int`;
  await prisma.$executeRaw`SELECT search_statements(ARRAY(SELECT id FROM statement), 0)::text`;
  await prisma.$executeRaw`SELECT search_names(ARRAY(SELECT id FROM actor WHERE name LIKE 'Person %'), 0)::text`;
  await prisma.$executeRaw`ANALYZE`;
}
