// What is asked, of the server under test and of the limit: the same questions, and the same JSON in answer.

/** What one request is about: a negotiation, a statement, a place in the ledger; and the moment that it is read at. */
export interface Subject {
  readonly slug: string;
  readonly statementId: string;
  readonly since: string;
  readonly words: string;
  /** A position; null for now. */
  readonly at: string | null;
}

export interface Operation {
  readonly words: string;
  readonly query: string;
  /** @param cursor what the API has for a position, and `globalId` for the id of a statement */
  variables(subject: Subject, cursor: (position: string) => string, globalId: (id: string) => string): object;
  /** One hand-written statement that builds the answer as JSON. */
  readonly limit: string;
  values(subject: Subject): readonly (string | null)[];
}

const asOf = ({ at }: Subject, cursor: (position: string) => string) => (at === null ? null : { cursor: cursor(at) });

/** The position that is read at: the one asked for, else the head. */
const AT = 'h AS MATERIALIZED (SELECT coalesce($1::bigint, (SELECT position FROM ledger_head)) AS p)';
const inForce = (alias: string) => `${alias}.from_position <= h.p AND ${alias}.until_position > h.p`;
const actor = (column: string) =>
  `(SELECT json_build_object('id', a.id, 'name', a.name) FROM actor a WHERE a.id = ${column} AND ${inForce('a')})`;
const said = `json_build_object('earliest', s.said_earliest, 'latest', s.said_latest, 'precision', s.said_precision, 'phrase', s.said_phrase)`;

const BOARD: Operation = {
  words: 'board: 20 statements with speaker, post, report, outlet, terms; all terms',
  query: `query Board($slug: String!, $asOf: AsOf) {
    negotiation(slug: $slug, asOf: $asOf) {
      title status
      terms(first: 50) { nodes { id title category status } }
      statements(first: 20, orderBy: NEWEST_SAID) {
        nodes {
          id text speechActs quotationType attributionLevel
          said { earliest latest precision phrase }
          source { kind descriptor person { id name } post { title organization { id name } } onBehalfOf { id name } }
          stances { kind party { id name } term { id title } }
          appearances { exact medium report { id headline outlet { id name } } }
        }
      }
    }
  }`,
  variables: (subject, cursor) => ({ slug: subject.slug, asOf: asOf(subject, cursor) }),
  limit: `WITH ${AT}
    SELECT json_build_object('data', json_build_object('negotiation', json_build_object(
      'title', n.title, 'status', n.status,
      'terms', json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object('id', t.id, 'title', t.title, 'category', t.category, 'status', t.status)), '[]')
        FROM (SELECT * FROM term t WHERE t.negotiation_id = n.id AND ${inForce('t')} ORDER BY t.first_position LIMIT 50) t)),
      'statements', json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object(
          'id', s.id, 'text', s.text, 'speechActs', s.speech_acts, 'quotationType', s.quotation_type, 'attributionLevel', s.attribution_level,
          'said', ${said},
          'source', json_build_object('kind', s.source_kind, 'descriptor', s.descriptor, 'person', ${actor('s.speaker_id')},
            'post', (SELECT json_build_object('title', p.title, 'organization', ${actor('p.organization_id')})
                     FROM post p WHERE p.id = s.post_id AND ${inForce('p')}),
            'onBehalfOf', ${actor('s.on_behalf_of_id')}),
          'stances', (SELECT coalesce(json_agg(json_build_object('kind', c.kind, 'party', ${actor('c.party_id')},
              'term', (SELECT json_build_object('id', t.id, 'title', t.title) FROM term t WHERE t.id = c.term_id AND ${inForce('t')})) ORDER BY c.ordinal), '[]')
            FROM stance c WHERE c.statement_id = s.id AND ${inForce('c')}),
          'appearances', (SELECT coalesce(json_agg(json_build_object('exact', e.exact, 'medium', e.medium,
              'report', (SELECT json_build_object('id', r.id, 'headline', r.headline, 'outlet', ${actor('r.outlet_id')})
                         FROM report r WHERE r.id = e.report_id AND ${inForce('r')})) ORDER BY e.ordinal), '[]')
            FROM appearance e WHERE e.statement_id = s.id AND ${inForce('e')}))), '[]')
        FROM (SELECT * FROM statement s WHERE s.negotiation_id = n.id AND ${inForce('s')}
              ORDER BY s.said_latest DESC, s.said_earliest DESC, s.first_position DESC LIMIT 20) s)))))::text AS json
    FROM h JOIN negotiation_slug g ON g.slug = $2 JOIN negotiation n ON n.id = g.negotiation_id AND ${inForce('n')}`,
  values: ({ at, slug }) => [at, slug],
};

const LOG: Operation = {
  words: 'log: 50 statements from the middle of the ledger, with speaker and whom they speak for',
  query: `query Log($since: Cursor!) {
    changes(since: $since, kinds: [STATEMENT], first: 50) {
      nodes {
        recordedAt action note
        subject {
          ... on Statement {
            id state revision text speechActs
            said { earliest latest precision phrase }
            source { kind descriptor person { id name } onBehalfOf { id name } }
          }
        }
      }
    }
  }`,
  variables: ({ since }, cursor) => ({ since: cursor(since) }),
  limit: `SELECT json_build_object('data', json_build_object('changes', json_build_object('nodes', coalesce(json_agg(json_build_object(
      'recordedAt', h.recorded_at, 'action', h.action, 'note', h.note,
      'subject', json_build_object('id', s.id, 'state', s.state, 'revision', s.revision, 'text', s.text, 'speechActs', s.speech_acts,
        'said', ${said},
        'source', json_build_object('kind', s.source_kind, 'descriptor', s.descriptor, 'person', ${actor('s.speaker_id')},
          'onBehalfOf', ${actor('s.on_behalf_of_id')}))) ORDER BY h.p), '[]'))))::text AS json
    FROM (SELECT l.position AS p, l.recorded_at, l.action, l.note, l.subject_id FROM ledger l
          WHERE l.position > $1::bigint AND l.position <= (SELECT position FROM ledger_head) AND l.subject_type = 'Statement'
          ORDER BY l.position LIMIT 50) h
    JOIN statement s ON s.id = h.subject_id AND ${inForce('s')}`,
  values: ({ since }) => [since],
};

const ONE: Operation = {
  words: 'one statement by id',
  query: `query One($id: ID!, $asOf: AsOf) {
    statement(id: $id, asOf: $asOf) {
      id state revision text language speechActs quotationType attributionLevel
      said { earliest latest precision phrase }
      source { kind descriptor }
    }
  }`,
  variables: (subject, cursor, globalId) => ({ id: globalId(subject.statementId), asOf: asOf(subject, cursor) }),
  limit: `WITH ${AT}
    SELECT json_build_object('data', json_build_object('statement', (SELECT json_build_object(
      'id', s.id, 'state', s.state, 'revision', s.revision, 'text', s.text, 'language', s.language, 'speechActs', s.speech_acts,
      'quotationType', s.quotation_type, 'attributionLevel', s.attribution_level, 'said', ${said},
      'source', json_build_object('kind', s.source_kind, 'descriptor', s.descriptor))
      FROM statement s WHERE s.id = $2::uuid AND ${inForce('s')})))::text AS json FROM h`,
  values: ({ at, statementId }) => [at, statementId],
};

const SEARCH: Operation = {
  words: 'search: two words, the first page with highlights',
  query: `query Search($query: String!) {
    search(query: $query, first: 20) { edges { highlight node { id said { earliest latest precision phrase } } } }
  }`,
  variables: ({ words }) => ({ query: words }),
  // In both languages of the record: each of its statements is searched by the rules of its own.
  limit: `WITH h AS MATERIALIZED (SELECT position AS p FROM ledger_head),
      r AS MATERIALIZED (SELECT websearch_to_tsquery('parley_english', $1) AS en, websearch_to_tsquery('parley_french', $1) AS fr),
      q AS MATERIALIZED (SELECT en || fr AS q, ('''@english'''::tsquery && en) || ('''@french'''::tsquery && fr) AS found FROM r)
    SELECT json_build_object('data', json_build_object('search', json_build_object('edges', coalesce(json_agg(json_build_object(
      'highlight', ts_headline(CASE s.language WHEN 'fr' THEN 'parley_french' ELSE 'parley_english' END::regconfig,
        s.text, f.q, 'HighlightAll=true, StartSel=<mark>, StopSel=</mark>'),
      'node', json_build_object('id', s.id, 'said', ${said})) ORDER BY f.score DESC, f.first_position DESC), '[]'))))::text AS json
    FROM h, (
      SELECT m.statement_id, m.from_position, m.first_position, m.q, ts_rank_cd(m.words, m.q, 32) AS score
      FROM (SELECT w.*, q.q FROM h, q, search_statement w
            WHERE w.words @@ q.found AND w.from_position <= h.p AND w.until_position > h.p
            ORDER BY w.first_position DESC LIMIT 500) m
      ORDER BY score DESC, m.first_position DESC LIMIT 20) f
    JOIN statement s ON s.id = f.statement_id AND s.from_position = f.from_position`,
  values: ({ words }) => [words],
};

export const OPERATIONS = { board: BOARD, log: LOG, one: ONE, search: SEARCH } as const;
export type OperationName = keyof typeof OPERATIONS;
