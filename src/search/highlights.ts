import { randomUUID } from 'node:crypto';
import { ALONE } from '../database/connect.ts';
import type { StatementModel } from '../database/generated/models.ts';
import { empty, type Sql, sql } from '../ledger/page.ts';
import type { Batch, Snapshot } from '../ledger/snapshot.ts';
import { highlightHtml } from './rules.ts';
import { soughtBy } from './store.ts';

/** A version of a statement that a search found. */
export interface Hit {
  readonly version: Pick<StatementModel, 'id' | 'fromPosition'>;
  readonly query: string;
}

/** Where else than in its text a statement was found. */
export interface Passage {
  readonly place: 'SOURCE' | 'APPEARANCE' | 'TRANSLATION';
  /** Which appearance; 0 elsewhere. */
  readonly ordinal: number;
  /** As HTML, with marks. */
  readonly html: string;
}

const cacheKey = ({ version, query }: Hit) => `${version.id}:${query}`;

/** The texts of what was found as HTML, with what was found in them marked, in one query a search. */
export const highlights: Batch<Hit, string> = {
  cacheKey,
  load: async (snapshot, hits) => {
    const marked = await markedIn(snapshot, hits, sql`SELECT 'TEXT', 0, t.language, t.text`, false);
    return hits.map((hit) => marked.get(hit)?.[0]?.html ?? new Error('a statement went while it was searched'));
  },
};

/** What was found elsewhere than in the texts, in one query a search. */
export const passages: Batch<Hit, Passage[]> = {
  cacheKey,
  load: async (snapshot, hits) => {
    const inForce = sql`from_position <= ${snapshot.position} AND until_position > ${snapshot.position}`;
    const marked = await markedIn(
      snapshot,
      hits,
      sql`
        SELECT 'SOURCE', 0, t.language, t.descriptor
        UNION ALL
        SELECT 'SOURCE', 0, t.language, n.name
        FROM (SELECT name, aliases FROM actor WHERE id IN (t.speaker_id, t.on_behalf_of_id) AND ${inForce}) a
        CROSS JOIN unnest(a.name || a.aliases) AS n(name)
        UNION ALL
        SELECT 'APPEARANCE', p.ordinal, coalesce(r.language, t.language), w.words
        FROM (SELECT * FROM appearance WHERE statement_id = t.id AND ${inForce}) p
        LEFT JOIN (SELECT id, language FROM report WHERE ${inForce}) r ON r.id = p.report_id
        CROSS JOIN LATERAL (VALUES (nullif(concat_ws(' ', p.prefix, p.exact, p.suffix), '')), (p.medium)) AS w(words)
        UNION ALL
        SELECT 'TRANSLATION', 0, e.one ->> 'language', e.one ->> 'text'
        FROM jsonb_array_elements(t.translations) AS e(one)`,
      true,
    );
    return hits.map((hit) => (marked.get(hit) ?? []) as Passage[]);
  },
};

interface Marked {
  readonly place: string;
  readonly ordinal: number;
  readonly html: string;
}

/**
 * Texts of statements `t` with what a search finds in them marked.
 * @param texts selects (place, ordinal, language, words)
 * @param onlyFound leaves out what bears no mark
 */
async function markedIn(
  snapshot: Snapshot,
  hits: readonly Hit[],
  texts: Sql,
  onlyFound: boolean,
): Promise<Map<Hit, Marked[]>> {
  const marked = new Map<Hit, Marked[]>();
  for (const query of new Set(hits.map((hit) => hit.query))) {
    const found = hits.filter((hit) => hit.query === query);
    const sought = await snapshot.load(soughtBy, query);
    // Nobody can have written these into a text: they are made anew each time.
    const [begin, end] = [randomUUID(), randomUUID()];
    const options = `HighlightAll=true, StartSel="${begin}", StopSel="${end}"`;
    const headline = (configuration: Sql) =>
      sql`ts_headline(${configuration}::regconfig, w.words, ${sought?.words ?? ''}::tsquery, ${options})`;
    const rows = await snapshot.read<Omit<Marked, 'html'> & { hit: number; ways: string[] }>(
      sql`
      SELECT v.hit::int, w.place, w.ordinal::int, h.ways
      FROM unnest(${found.map(({ version }) => version.id)}::uuid[], ${found.map(({ version }) => version.fromPosition)}::bigint[])
        WITH ORDINALITY AS v(id, from_position, hit)
      JOIN statement t ON t.id = v.id AND t.from_position = v.from_position
      CROSS JOIN LATERAL (${texts}) AS w(place, ordinal, language, words)
      CROSS JOIN LATERAL (SELECT search_language(w.language) AS name) AS l
      -- What a stemmer finds by the accents, and what it finds without them.
      CROSS JOIN LATERAL (
        SELECT ARRAY[${headline(sql`('parley_' || l.name)`)}]
               || CASE WHEN l.name NOT IN ('simple', 'english') THEN ARRAY[${headline(sql`l.name`)}] END AS ways
        OFFSET 0) AS h
      WHERE w.words IS NOT NULL ${onlyFound ? sql`AND strpos(array_to_string(h.ways, ''), ${begin}) > 0` : empty}
      ORDER BY v.hit, w.place DESC, w.ordinal`,
      ALONE,
    );
    for (const { hit, place, ordinal, ways } of rows) {
      const of = found[hit - 1];
      if (of === undefined) continue;
      marked.set(of, [...(marked.get(of) ?? []), { place, ordinal, html: highlightHtml(ways, begin, end) }]);
    }
  }
  return marked;
}
