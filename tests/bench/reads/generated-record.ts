// A record of so many statements, the same for the same seed, straight into the tables: importing a million takes too
// long. It is what `ledger_append` would have written of the same inputs, which tests/bench-record.test.ts holds it to.

/** How much of everything there is in a record of so many statements. */
export interface Shape {
  readonly parties: number;
  readonly outlets: number;
  readonly persons: number;
  readonly negotiations: number;
  readonly reports: number;
  readonly statements: number;
  /** Entries before the first statement. */
  readonly setup: number;
  /** Positions of the whole record. */
  readonly head: number;
}

const PARTIES_EACH = 4;
const TERMS_EACH = 8;
const EVENTS_EACH = 3;
const OUTCOMES_EACH = 2;
const GROUPS_EACH = 2;
const MESSAGES_EACH = 3;
/** After so many statements one of them is corrected or withdrawn. */
const BLOCK = 50;

export function shapeOf(statements: number): Shape {
  const parties = 24 + Math.floor(statements / 2_000);
  const outlets = 10 + Math.floor(statements / 10_000);
  const persons = 40 + Math.floor(statements / 400);
  const negotiations = 12 + Math.floor(statements / 2_000);
  const reports = Math.ceil(statements / 4);
  const each = 1 + PARTIES_EACH + TERMS_EACH + EVENTS_EACH + OUTCOMES_EACH + GROUPS_EACH + 1 + MESSAGES_EACH;
  const setup = parties + outlets + 2 * persons + negotiations * each + reports;
  return {
    parties,
    outlets,
    persons,
    negotiations,
    reports,
    statements,
    setup,
    head: setup + statements + Math.floor(statements / BLOCK),
  };
}

/** Where the nth statement entered the record. */
export function positionOfStatement({ setup }: Shape, n: number): number {
  return setup + n + Math.floor((n - 1) / BLOCK);
}

/** The number of a negotiation, of which the first ones hold most statements, from one between 0 and 1. */
export function skewed(count: number, uniform: number): number {
  return 1 + Math.floor(count * uniform ** 3);
}

const WORDS =
  'the talks went on through night with both sides holding to what they had said before about crossing pause prisoners wages cranes strike harbour date by which any of it could be signed envoy ceasefire corridor convoy hospital fuel ministry cabinet deadline exchange list names families guarantee border aid trucks north south quay port union company offer demand reply draft text clause annex witness monitor patrol withdrawal outpost shelling truce round table delegation spokesman mediator channel message';

const TABLES = [
  'ledger',
  'actor',
  'post',
  'negotiation',
  'participation',
  'report',
  'term',
  'event',
  'outcome',
  'held_group',
  'channel',
  'message',
  'message_leg',
  'statement',
  'pseudonym',
  'appearance',
  'relation',
  'stance',
  'estimate',
  'impact',
  'count_claim',
  'transit_claim',
  'search_statement',
  'search_name',
]; // prettier-ignore

/** Runs one statement, over a connection that is the same for all of them. */
export type Execute = (sql: string) => Promise<unknown>;

/** Fills an empty, migrated database. */
export async function generate(execute: Execute, statements: number, seed: number): Promise<void> {
  const shape = shapeOf(statements);
  const steps = [
    ...preparing(shape, seed),
    ...settingUp(shape),
    ...publishing(shape),
    ...revising(),
    ...deriving(shape),
  ];
  for (const step of steps) await execute(step);
}

function preparing(shape: Shape, seed: number): string[] {
  return [
    // No statement of a server takes as long as some of these.
    'SET statement_timeout = 0',
    // A number from 0 to 1 for the nth of something; `which` tells the draws for one thing apart.
    `CREATE FUNCTION pg_temp.u(n bigint, which int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
      'SELECT (hashint8extended($1 * 97 + $2, ${seed}) & 9007199254740991)::float8 / 9007199254740992.0'`,
    // Ids in the order of time, as the record has them.
    `CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
      'SELECT (lpad(to_hex(1700000000000 + $2), 12, ''0'') || ''7'' || substr(m, 1, 3) || ''8'' || substr(m, 4, 15))::uuid
       FROM md5($1 || $2 || ''/${seed}'') AS m'`,
    `CREATE FUNCTION pg_temp.recorded(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
      'SELECT ''2020-01-02T00:00:00Z''::timestamptz + ($1 - ${shape.setup}) * interval ''3 minutes'''`,
    `CREATE FUNCTION pg_temp.words(n bigint, which int, count int) RETURNS text LANGUAGE sql IMMUTABLE AS
      'SELECT string_agg(w.all[1 + floor(cardinality(w.all) * pg_temp.u($1 * 64 + i, $2) ^ 2)::int], '' '' ORDER BY i)
       FROM (SELECT string_to_array(''${WORDS}'', '' '') AS all) w, generate_series(1, $3) AS i'`,
    // Indexes are made at the end, as that is faster, and so is what a row gets when it is written.
    'ALTER TABLE ledger DISABLE TRIGGER USER',
    `CREATE TEMP TABLE later AS SELECT i.indexname, i.indexdef FROM pg_indexes i
      WHERE i.schemaname = current_schema() AND i.tablename = ANY('{${TABLES.join(',')}}') AND i.indexdef NOT LIKE 'CREATE UNIQUE%'`,
    `DO $$ DECLARE i record; BEGIN
      FOR i IN SELECT indexname FROM later LOOP EXECUTE format('DROP INDEX %I', i.indexname); END LOOP; END $$`,
  ];
}

/** The first entries: everything that statements refer to, kind by kind. */
function settingUp({ parties, outlets, persons, negotiations, reports }: Shape): string[] {
  let base = 0;
  const entry = (type: string, kind: string, count: number, talks: string | null) => {
    const from = base;
    base += count;
    return {
      from,
      ledger: `INSERT INTO ledger (position, recorded_at, negotiation_id, action, subject_type, subject_id)
        SELECT ${from} + n, pg_temp.recorded(${from} + n), ${talks ?? 'NULL'}, 'RECORDED', '${type}', pg_temp.id('${kind}', n)
        FROM generate_series(1, ${count}) AS n`,
      rows: `generate_series(1, ${count}) AS n`,
    };
  };
  const talksOf = (each: number) => `pg_temp.id('talks', 1 + (n - 1) / ${each})`;
  const partyOf = (n: string, j: string) =>
    `pg_temp.id('party', 1 + (((${n}) - 1) * ${PARTIES_EACH} + (${j})) % ${parties})`;

  const party = entry('Organization', 'party', parties, null);
  const outlet = entry('Organization', 'outlet', outlets, null);
  const person = entry('Person', 'person', persons, null);
  const post = entry('Post', 'post', persons, null);
  const talks = entry('Negotiation', 'talks', negotiations, talksOf(1));
  const participation = entry('Participation', 'participation', negotiations * PARTIES_EACH, talksOf(PARTIES_EACH));
  const term = entry('Term', 'term', negotiations * TERMS_EACH, talksOf(TERMS_EACH));
  const event = entry('Event', 'event', negotiations * EVENTS_EACH, talksOf(EVENTS_EACH));
  const outcome = entry('Outcome', 'outcome', negotiations * OUTCOMES_EACH, talksOf(OUTCOMES_EACH));
  const group = entry('HeldGroup', 'group', negotiations * GROUPS_EACH, talksOf(GROUPS_EACH));
  const channel = entry('Channel', 'channel', negotiations, talksOf(1));
  const message = entry('Message', 'message', negotiations * MESSAGES_EACH, talksOf(MESSAGES_EACH));
  const report = entry('Report', 'report', reports, null);
  const versioned = ({ from }: { from: number }) => `${from} + n, ${from} + n`;

  return [
    party.ledger,
    `INSERT INTO actor (id, from_position, kind, name, aliases, organization_kind)
      SELECT pg_temp.id('party', n), ${party.from} + n, 'ORGANIZATION', 'Party ' || n, '{}', 'OTHER' FROM ${party.rows}`,
    outlet.ledger,
    `INSERT INTO actor (id, from_position, kind, name, aliases, organization_kind)
      SELECT pg_temp.id('outlet', n), ${outlet.from} + n, 'ORGANIZATION', 'Outlet ' || n, '{}', 'NEWS_OUTLET' FROM ${outlet.rows}`,
    person.ledger,
    `INSERT INTO actor (id, from_position, kind, name, aliases)
      SELECT pg_temp.id('person', n), ${person.from} + n, 'PERSON', 'Speaker ' || n, ARRAY['S. ' || n] FROM ${person.rows}`,
    post.ledger,
    `INSERT INTO post (id, from_position, person_id, organization_id, title, since)
      SELECT pg_temp.id('post', n), ${post.from} + n, pg_temp.id('person', n), pg_temp.id('party', 1 + n % ${parties}), 'Spokesperson', '2015-01-01'
      FROM ${post.rows}`,
    talks.ledger,
    `INSERT INTO negotiation (id, from_position, first_position, slug, title, summary, status, access)
      SELECT pg_temp.id('talks', n), ${versioned(talks)}, 'talks-' || n, 'Talks ' || n, pg_temp.words(n, 1, 20), 'ACTIVE', 'PUBLIC' FROM ${talks.rows}`,
    `INSERT INTO negotiation_slug (slug, negotiation_id) SELECT 'talks-' || n, pg_temp.id('talks', n) FROM ${talks.rows}`,
    participation.ledger,
    `INSERT INTO participation (id, from_position, first_position, negotiation_id, actor_id, role)
      SELECT pg_temp.id('participation', n), ${versioned(participation)}, ${talksOf(PARTIES_EACH)},
        ${partyOf(`1 + (n - 1) / ${PARTIES_EACH}`, `(n - 1) % ${PARTIES_EACH}`)},
        (CASE (n - 1) % ${PARTIES_EACH} WHEN 2 THEN 'MEDIATOR' WHEN 3 THEN 'OBSERVER' ELSE 'PRINCIPAL' END)::"ParticipationRole"
      FROM ${participation.rows}`,
    term.ledger,
    `INSERT INTO term (id, from_position, first_position, negotiation_id, title, category, status)
      SELECT pg_temp.id('term', n), ${versioned(term)}, ${talksOf(TERMS_EACH)}, 'Term ' || n, 'OTHER', 'OPEN' FROM ${term.rows}`,
    event.ledger,
    `INSERT INTO event (id, from_position, first_position, negotiation_id, kind, title, actor_ids)
      SELECT pg_temp.id('event', n), ${versioned(event)}, ${talksOf(EVENTS_EACH)}, 'MEETING', 'Event ' || n, '{}' FROM ${event.rows}`,
    outcome.ledger,
    `INSERT INTO outcome (id, from_position, first_position, negotiation_id, question, resolution)
      SELECT pg_temp.id('outcome', n), ${versioned(outcome)}, ${talksOf(OUTCOMES_EACH)}, 'Outcome ' || n || '?', 'OPEN' FROM ${outcome.rows}`,
    group.ledger,
    `INSERT INTO held_group (id, from_position, first_position, negotiation_id, descriptor)
      SELECT pg_temp.id('group', n), ${versioned(group)}, ${talksOf(GROUPS_EACH)}, 'Held group ' || n FROM ${group.rows}`,
    channel.ledger,
    `INSERT INTO channel (id, from_position, first_position, negotiation_id, title, hops)
      SELECT pg_temp.id('channel', n), ${versioned(channel)}, ${talksOf(1)}, 'Channel ' || n,
        ARRAY[${partyOf('n', '0')}, ${partyOf('n', '2')}, ${partyOf('n', '1')}] FROM ${channel.rows}`,
    message.ledger,
    `INSERT INTO message (id, from_position, first_position, negotiation_id, channel_id, subject)
      SELECT pg_temp.id('message', n), ${versioned(message)}, ${talksOf(MESSAGES_EACH)}, pg_temp.id('channel', 1 + (n - 1) / ${MESSAGES_EACH}), 'Message ' || n
      FROM ${message.rows}`,
    `INSERT INTO message_leg (message_id, leg, from_position, channel_id, sent_earliest, sent_latest, received_earliest, received_latest)
      SELECT pg_temp.id('message', n), 1, ${message.from} + n, pg_temp.id('channel', 1 + (n - 1) / ${MESSAGES_EACH}),
        s.at, s.at, s.at + interval '5 hours', s.at + interval '6 hours'
      FROM ${message.rows}, LATERAL (SELECT '2020-01-01T00:00:00Z'::timestamptz + n * interval '1 hour' AS at) s`,
    report.ledger,
    `INSERT INTO report (id, from_position, first_position, outlet_id, kind, headline, url, bylines, language,
        published_earliest, published_latest, published_precision, published_basis)
      SELECT pg_temp.id('report', n), ${versioned(report)}, pg_temp.id('outlet', 1 + floor(${outlets} * pg_temp.u(n, 2) ^ 3)::bigint), 'ARTICLE',
        pg_temp.words(n, 3, 6), 'https://news.example/' || n, '[]', 'en', p.at, p.at, 'EXACT', 'STATED'
      FROM ${report.rows}, LATERAL (SELECT '2020-01-01T02:00:00Z'::timestamptz + n * interval '12 minutes' AS at) p`,
  ];
}

function publishing({ parties, persons, negotiations, reports, statements, setup }: Shape): string[] {
  const isDay = 'pg_temp.u(n, 14) < 0.3';
  const party = (which: number) =>
    `pg_temp.id('party', 1 + ((talks - 1) * ${PARTIES_EACH} + floor(${PARTIES_EACH} * pg_temp.u(n, ${which}))::bigint) % ${parties})`;
  const one = (kind: string, each: number, which: number) =>
    `pg_temp.id('${kind}', (talks - 1) * ${each} + 1 + floor(${each} * pg_temp.u(n, ${which}))::bigint)`;
  const said = 'position, position, said_earliest, said_latest';
  return [
    // What the nth statement is, once for all the tables that it stands in. It was said up to a day before it was recorded.
    `CREATE TEMP TABLE said AS
      SELECT n, ${setup} + n + (n - 1) / ${BLOCK} AS position, pg_temp.id('statement', n) AS id,
        1 + floor(${negotiations} * pg_temp.u(n, 10) ^ 3)::bigint AS talks,
        CASE WHEN pg_temp.u(n, 11) < 0.7 THEN 1 + floor(${persons} * pg_temp.u(n, 12) ^ 3)::bigint END AS speaker,
        CASE WHEN ${isDay} THEN date_trunc('day', s.at, 'UTC') ELSE s.at END AS said_earliest,
        CASE WHEN ${isDay} THEN date_trunc('day', s.at, 'UTC') + interval '1 day' ELSE s.at + interval '1 minute' END - interval '1 millisecond' AS said_latest,
        ${isDay} AS is_day
      FROM generate_series(1, ${statements}::bigint) AS n,
        LATERAL (SELECT '2020-01-01T00:00:00Z'::timestamptz + n * interval '3 minutes' - floor(1440 * pg_temp.u(n, 13)) * interval '1 minute' AS at) s`,
    `INSERT INTO ledger (position, recorded_at, negotiation_id, action, subject_type, subject_id)
      SELECT position, pg_temp.recorded(position), pg_temp.id('talks', talks), 'PUBLISHED', 'Statement', id FROM said`,
    `INSERT INTO statement (id, from_position, first_position, negotiation_id, state, revision, text, language, quotation_type,
        speech_acts, source_kind, speaker_id, post_id, descriptor, on_behalf_of_id, attribution_level, attribution_inferred,
        said_earliest, said_latest, said_precision, said_phrase, said_basis, about, relays, translations, pseudonym_id)
      SELECT id, position, position, pg_temp.id('talks', talks), 'PUBLISHED', 1, pg_temp.words(n, 15, 24), CASE WHEN n % 20 = 0 THEN 'fr' ELSE 'en' END, 'MIXED',
        CASE WHEN n % 3 = 0 THEN '{DEMAND,THREATEN}'::"SpeechAct"[] ELSE '{COMMENT}'::"SpeechAct"[] END,
        (CASE WHEN speaker IS NULL THEN 'UNNAMED_PERSON' ELSE 'NAMED_PERSON' END)::"SourceKind",
        pg_temp.id('person', speaker), pg_temp.id('post', speaker), CASE WHEN speaker IS NULL THEN 'an official briefed on talks ' || talks END,
        ${party(16)}, (CASE WHEN speaker IS NULL THEN 'BACKGROUND' ELSE 'ON_THE_RECORD' END)::"AttributionLevel", false,
        said_earliest, said_latest, (CASE WHEN is_day THEN 'DAY' ELSE 'MINUTE' END)::"Precision", CASE WHEN is_day THEN 'that day' END, 'STATED',
        CASE WHEN n % 3 = 0 THEN jsonb_build_array(jsonb_build_object('type', 'Term', 'id', ${one('term', TERMS_EACH, 17)})) ELSE '[]' END,
        jsonb_build_array(jsonb_build_object('kind', 'HOLDER', 'actorId', pg_temp.id('person', speaker), 'descriptor', CASE WHEN speaker IS NULL THEN 'an official' END)),
        '[]', CASE WHEN speaker IS NULL THEN pg_temp.id('pseudonym', n) END
      FROM said`,
    `INSERT INTO pseudonym (id, from_position, negotiation_id, number)
      SELECT pg_temp.id('pseudonym', n), position, pg_temp.id('talks', talks), row_number() OVER (PARTITION BY talks ORDER BY n)
      FROM said WHERE speaker IS NULL`,
    `INSERT INTO appearance (statement_id, ordinal, from_position, report_id, outlet_id, exact, prefix, suffix)
      SELECT s.id, o, s.position, r.id, r.outlet_id, pg_temp.words(s.n * 2 + o, 18, 4), pg_temp.words(s.n * 2 + o, 19, 3), pg_temp.words(s.n * 2 + o, 20, 3)
      FROM said s CROSS JOIN generate_series(1, 2) AS o
      JOIN report r ON r.id = pg_temp.id('report', CASE o WHEN 1 THEN 1 + (s.n - 1) / 4 ELSE 1 + ((s.n - 1) / 4 + 1) % ${reports} END)
      WHERE o = 1 OR pg_temp.u(s.n, 21) < 0.3`,
    `INSERT INTO relation (statement_id, ordinal, from_position, kind, to_id)
      SELECT id, 1, position, 'RESPONDS_TO', pg_temp.id('statement', 1 + floor((n - 1) * pg_temp.u(n, 23))::bigint)
      FROM said WHERE n > 1 AND pg_temp.u(n, 22) < 0.1`,
    `INSERT INTO stance (statement_id, ordinal, from_position, first_position, said_earliest, said_latest, speaker_id, term_id, party_id, kind)
      SELECT id, 1, ${said}, pg_temp.id('person', speaker), ${one('term', TERMS_EACH, 25)}, ${party(26)},
        ('{DEMANDS,OFFERS,ACCEPTS,CONDITIONS,REJECTS,UNDECIDED}'::"StanceKind"[])[1 + n % 6]
      FROM said WHERE pg_temp.u(n, 24) < 0.6`,
    `INSERT INTO estimate (statement_id, ordinal, from_position, first_position, said_earliest, said_latest, outcome_id, words, low, high, scheme)
      SELECT id, 1, ${said}, ${one('outcome', OUTCOMES_EACH, 28)}, n % 100 || ' per cent', n % 100, n % 100, 'PERCENT'
      FROM said WHERE pg_temp.u(n, 27) < 0.05`,
    `INSERT INTO impact (statement_id, ordinal, from_position, first_position, said_earliest, said_latest, event_id, effect)
      SELECT id, 1, ${said}, ${one('event', EVENTS_EACH, 30)}, ('{HELPS,HINDERS,MIXED}'::"ImpactEffect"[])[1 + n % 3]
      FROM said WHERE pg_temp.u(n, 29) < 0.04`,
    `INSERT INTO count_claim (statement_id, ordinal, from_position, first_position, said_earliest, said_latest, held_group_id, low, high)
      SELECT id, 1, ${said}, ${one('group', GROUPS_EACH, 32)}, n % 200, n % 200 + 20 FROM said WHERE pg_temp.u(n, 31) < 0.03`,
    `INSERT INTO transit_claim (statement_id, ordinal, from_position, first_position, said_earliest, said_latest, channel_id, leg, words, low_seconds, high_seconds)
      SELECT id, 1, ${said}, pg_temp.id('channel', talks), 1, n % 48 || ' hours', 3600 * (n % 48), 3600 * (n % 48)
      FROM said WHERE pg_temp.u(n, 33) < 0.01`,
  ];
}

const CHILDREN = ['appearance', 'relation', 'stance', 'estimate', 'impact', 'count_claim', 'transit_claim'];
const CLAIMS = ['stance', 'estimate', 'impact', 'count_claim', 'transit_claim'];

/** One statement of each block is corrected, of every second block withdrawn: its version ends, and the next begins. */
function revising(): string[] {
  const reopened = (table: string) => `DO $$ DECLARE columns text; BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('from_position', 'until_position');
    EXECUTE format('INSERT INTO %I (from_position, %s) SELECT r.position, %s FROM ${table} t JOIN revised r ON r.id = t.statement_id WHERE NOT r.is_withdrawn', '${table}', columns, columns); END $$`;
  return [
    `CREATE TEMP TABLE revised AS
      SELECT said.id, said.talks, b.n % 2 = 0 AS is_withdrawn, (SELECT min(position) FROM said) - 1 + b.n * ${BLOCK + 1} AS position
      FROM generate_series(1, (SELECT count(*) FROM said) / ${BLOCK}) AS b(n) JOIN said ON said.n = ${BLOCK} * b.n - (b.n * 7) % 40`,
    'CREATE INDEX ON revised (id)',
    'ANALYZE revised',
    `INSERT INTO ledger (position, recorded_at, negotiation_id, action, subject_type, subject_id, note)
      SELECT position, pg_temp.recorded(position), pg_temp.id('talks', talks), (CASE WHEN is_withdrawn THEN 'WITHDRAWN' ELSE 'CORRECTED' END)::"LedgerAction",
        'Statement', id, 'It was said otherwise.' FROM revised`,
    ...CHILDREN.map(reopened),
    ...CHILDREN.map(
      (table) => `UPDATE ${table} t SET until_position = r.position FROM revised r
        WHERE t.statement_id = r.id AND t.from_position < r.position ${CLAIMS.includes(table) ? '' : 'AND NOT r.is_withdrawn'}`,
    ),
    `INSERT INTO statement (id, from_position, first_position, negotiation_id, state, revision, text, language, quotation_type,
        speech_acts, source_kind, speaker_id, post_id, descriptor, on_behalf_of_id, attribution_level, attribution_inferred,
        said_earliest, said_latest, said_precision, said_phrase, said_basis, about, relays, translations, pseudonym_id)
      SELECT t.id, r.position, first_position, negotiation_id, (CASE WHEN is_withdrawn THEN 'WITHDRAWN' ELSE 'PUBLISHED' END)::"StatementState", 2,
        CASE WHEN is_withdrawn THEN text ELSE text || ' at last' END, language, quotation_type, speech_acts, source_kind, speaker_id,
        post_id, descriptor, on_behalf_of_id, attribution_level, attribution_inferred, said_earliest, said_latest, said_precision,
        said_phrase, said_basis, about, relays, translations, pseudonym_id
      FROM statement t JOIN revised r ON r.id = t.id`,
    `UPDATE statement t SET until_position = r.position FROM revised r WHERE t.id = r.id AND t.from_position < r.position`,
  ];
}

/** What is derived from the record as it is written, the head, and what the planner goes by. */
function deriving({ statements, head }: Shape): string[] {
  const chunk = 20_000;
  const chunks = Array.from({ length: Math.ceil(statements / chunk) }, (_, index) => index * chunk);
  return [
    ...chunks.map(
      (from) =>
        `DO $$ BEGIN PERFORM search_statements(ARRAY(SELECT id FROM said WHERE n > ${from} AND n <= ${from + chunk}), 0); END $$`,
    ),
    'DO $$ BEGIN PERFORM search_names(ARRAY(SELECT DISTINCT id FROM actor), 0); END $$',
    `UPDATE ledger l SET ordinal = o.ordinal
      FROM (SELECT position, row_number() OVER (PARTITION BY negotiation_id ORDER BY position) AS ordinal
            FROM ledger WHERE negotiation_id IS NOT NULL) o
      WHERE l.position = o.position`,
    'ALTER TABLE ledger ENABLE TRIGGER USER',
    `UPDATE ledger_head SET position = ${head}, recorded_at = pg_temp.recorded(${head})`,
    `DO $$ DECLARE i record; BEGIN FOR i IN SELECT indexdef FROM later LOOP EXECUTE i.indexdef; END LOOP; END $$`,
    'DROP TABLE said, revised, later',
    'VACUUM ANALYZE',
  ];
}
