-- Both are trusted extensions: whoever owns the database may create them.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One configuration for each language that PostgreSQL 15 can stem, and `simple` for the others, which are matched as
-- written. Each folds accents before it stems.
DO $$
DECLARE
  language text;
BEGIN
  FOREACH language IN ARRAY ARRAY['simple', 'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english',
      'finnish', 'french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian',
      'nepali', 'norwegian', 'portuguese', 'romanian', 'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish',
      'yiddish'] LOOP
    EXECUTE format('CREATE TEXT SEARCH CONFIGURATION parley_%s (COPY = pg_catalog.%I)', language, language);
    EXECUTE format('ALTER TEXT SEARCH CONFIGURATION parley_%s ALTER MAPPING FOR hword, hword_part, word
                    WITH unaccent, %s', language, CASE language WHEN 'simple' THEN 'simple' ELSE language || '_stem' END);
  END LOOP;
END $$;

-- The configuration of a language tag (BCP 47), without its prefix.
CREATE FUNCTION search_language(tag text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE lower(split_part(tag, '-', 1))
    WHEN 'ar' THEN 'arabic' WHEN 'ca' THEN 'catalan' WHEN 'da' THEN 'danish' WHEN 'de' THEN 'german'
    WHEN 'el' THEN 'greek' WHEN 'en' THEN 'english' WHEN 'es' THEN 'spanish' WHEN 'eu' THEN 'basque'
    WHEN 'fi' THEN 'finnish' WHEN 'fr' THEN 'french' WHEN 'ga' THEN 'irish' WHEN 'hi' THEN 'hindi'
    WHEN 'hu' THEN 'hungarian' WHEN 'hy' THEN 'armenian' WHEN 'id' THEN 'indonesian' WHEN 'it' THEN 'italian'
    WHEN 'lt' THEN 'lithuanian' WHEN 'nb' THEN 'norwegian' WHEN 'ne' THEN 'nepali' WHEN 'nl' THEN 'dutch'
    WHEN 'nn' THEN 'norwegian' WHEN 'no' THEN 'norwegian' WHEN 'pt' THEN 'portuguese' WHEN 'ro' THEN 'romanian'
    WHEN 'ru' THEN 'russian' WHEN 'sr' THEN 'serbian' WHEN 'sv' THEN 'swedish' WHEN 'ta' THEN 'tamil'
    WHEN 'tr' THEN 'turkish' WHEN 'yi' THEN 'yiddish'
    ELSE 'simple' END
$$;

-- Some stemmers go by the accents (negociación and negociaciones have one stem, negociacion has another), and people
-- type words with and without: so such words are kept, and looked for, both ways.
CREATE FUNCTION search_query(language text, words text) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF language IN ('simple', 'english') OR unaccent(words) = words THEN
    RETURN websearch_to_tsquery(('parley_' || language)::regconfig, words);
  END IF;
  RETURN websearch_to_tsquery(('parley_' || language)::regconfig, words)
      || websearch_to_tsquery(language::regconfig, words);
END $$;

CREATE AGGREGATE search_joined(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');

-- What a version of a statement is found by. Derived from the record whenever it is written, and never shown.
-- CreateTable
CREATE TABLE "search_statement" (
    "statement_id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "words" tsvector NOT NULL,

    CONSTRAINT "search_statement_pkey" PRIMARY KEY ("statement_id","from_position")
);

-- Every name and alias of an actor's versions, without accents.
-- CreateTable
CREATE TABLE "search_name" (
    "actor_id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "until_position" BIGINT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "search_name_pkey" PRIMARY KEY ("actor_id","from_position","ordinal")
);

-- The languages that occur in the record: a search is read in each of them.
-- CreateTable
CREATE TABLE "search_language" (
    "language" TEXT NOT NULL,

    CONSTRAINT "search_language_pkey" PRIMARY KEY ("language")
);

-- CreateIndex
CREATE INDEX "search_statement_first_position_idx" ON "search_statement"("first_position");

-- CreateIndex
CREATE INDEX "search_statement_negotiation_id_first_position_idx" ON "search_statement"("negotiation_id", "first_position");

-- What was inserted last waits in a list that every search reads through: so that list is short, and names, which are
-- seldom recorded, have none.
-- CreateIndex
CREATE INDEX "search_statement_words_idx" ON "search_statement" USING GIN ("words") WITH (gin_pending_list_limit = 256);

-- CreateIndex
CREATE INDEX "search_name_name_idx" ON "search_name" USING GIN ("name" gin_trgm_ops) WITH (fastupdate = off);

-- Words of a statement as it is found by them, with a word that no text has, '@' and the language.
CREATE FUNCTION search_part(language text, words text, weight "char") RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
DECLARE
  folding CONSTANT regconfig := 'parley_' || language;
  found tsvector := to_tsvector(folding, words);
BEGIN
  IF language NOT IN ('simple', 'english') AND unaccent(words) <> words THEN
    found := found || to_tsvector(language::regconfig, words);
  END IF;
  RETURN setweight(found, weight) || array_to_tsvector(ARRAY['@' || language]);
END $$;

-- Makes the versions of some statements that began after a position findable: by their words, weighed by where they
-- stand (A the text, B whom it is credited to, C reports, with what stands around, D translations), each in its
-- language, and by '@' and the id of whom it is credited to.
CREATE FUNCTION search_statements(changed uuid[], since bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_statement (statement_id, from_position, until_position, first_position, negotiation_id, words)
  SELECT t.id, t.from_position, t.until_position, t.first_position, t.negotiation_id,
    search_part(t.own, t.text, 'A')
    || search_part(t.own, concat_ws(E'\n', t.descriptor, (
         SELECT string_agg(array_to_string(a.name || a.aliases, E'\n'), E'\n') FROM actor a
         WHERE a.id IN (t.speaker_id, t.on_behalf_of_id)
           AND a.from_position <= t.from_position AND a.until_position > t.from_position)), 'B')
    || coalesce((
         SELECT search_joined(search_part(said.language, said.words, 'C')) FROM (
           SELECT coalesce((SELECT search_language(r.language) FROM report r
                            WHERE r.id = p.report_id AND r.language IS NOT NULL
                              AND r.from_position <= t.from_position AND r.until_position > t.from_position),
                           t.own) AS language,
                  string_agg(concat_ws(' ', p.prefix, p.exact, p.suffix, p.medium), E'\n' ORDER BY p.ordinal) AS words
           FROM appearance p
           WHERE p.statement_id = t.id AND p.from_position <= t.from_position AND p.until_position > t.from_position
           GROUP BY 1) AS said), '')
    || coalesce((
         SELECT search_joined(search_part(search_language(e.translation ->> 'language'), e.translation ->> 'text', 'D'))
         FROM jsonb_array_elements(t.translations) AS e(translation)), '')
    || array_to_tsvector(array_remove(ARRAY['@' || t.speaker_id, '@' || t.on_behalf_of_id], NULL))
  FROM (SELECT *, search_language(language) AS own FROM statement
        WHERE id = ANY(changed) AND from_position > since AND state <> 'EXPUNGED' OFFSET 0) AS t;

  INSERT INTO search_language (language)
  SELECT DISTINCT search_language(said.tag)
  FROM (
    SELECT t.language FROM statement t WHERE t.id = ANY(changed) AND t.from_position > since
    UNION ALL
    SELECT e.translation ->> 'language'
    FROM statement t CROSS JOIN jsonb_array_elements(t.translations) AS e(translation)
    WHERE t.id = ANY(changed) AND t.from_position > since
    UNION ALL
    SELECT r.language FROM appearance p JOIN report r ON r.id = p.report_id
    WHERE p.statement_id = ANY(changed) AND p.from_position > since AND r.language IS NOT NULL
  ) AS said(tag)
  ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION search_names(changed uuid[], since bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO search_name (actor_id, from_position, ordinal, until_position, name)
  SELECT a.id, a.from_position, n.ordinal, a.until_position, unaccent(n.name)
  FROM actor a CROSS JOIN unnest(a.name || a.aliases) WITH ORDINALITY AS n(name, ordinal)
  WHERE a.id = ANY(changed) AND a.from_position > since
$$;

-- Actors of whom a name is like one as somebody spells it, as a whole or as a part of theirs, and how like, in
-- millionths. The operators are for the index, and let through more. The planner takes comparing trigrams for as cheap
-- as comparing numbers, and would rather read all names.
CREATE FUNCTION search_names_like(spelt text, at bigint) RETURNS TABLE (id uuid, score int)
LANGUAGE sql STABLE ROWS 20 SET enable_seqscan = off AS $$
  SELECT n.actor_id, max((similarity(n.name, q.name) + word_similarity(q.name, n.name)) * 500000)::int
  FROM (SELECT unaccent(spelt) AS name) AS q
  JOIN search_name n ON n.name % q.name OR q.name <% n.name
  WHERE n.from_position <= at AND n.until_position > at
    AND (similarity(n.name, q.name) >= 0.45 OR word_similarity(q.name, n.name) >= 0.7)
  GROUP BY n.actor_id
$$;

-- What was recorded before.
SELECT search_statements(ARRAY(SELECT DISTINCT id FROM statement), 0);
SELECT search_names(ARRAY(SELECT DISTINCT id FROM actor), 0);

-- Writing is two steps from here on: the record, then what it is found by, in the same transaction. Rows of one plan
-- may come in any order, so the second waits for all of the first.
ALTER FUNCTION ledger_append(jsonb) RENAME TO ledger_write;

CREATE FUNCTION ledger_append(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  statements uuid[];
  actors uuid[];
BEGIN
  SELECT w.base, w.head, w.head_recorded_at INTO base, head, head_recorded_at FROM ledger_write(plan) AS w;

  SELECT array_agg((e.j ->> 'subject_id')::uuid) FILTER (WHERE e.j ->> 'subject_type' = 'Statement'),
         array_agg((e.j ->> 'subject_id')::uuid) FILTER (WHERE e.j ->> 'subject_type' IN ('Person', 'Organization'))
  INTO statements, actors
  FROM jsonb_array_elements(plan -> 'entries') AS e(j);

  IF statements IS NOT NULL THEN
    UPDATE search_statement s SET until_position = t.until_position
    FROM statement t
    WHERE s.statement_id = ANY(statements) AND t.id = s.statement_id AND t.from_position = s.from_position
      AND t.until_position <> s.until_position;
    PERFORM search_statements(statements, base);
  END IF;
  IF actors IS NOT NULL THEN
    UPDATE search_name n SET until_position = a.until_position
    FROM actor a
    WHERE n.actor_id = ANY(actors) AND a.id = n.actor_id AND a.from_position = n.from_position
      AND a.until_position <> n.until_position;
    PERFORM search_names(actors, base);
  END IF;
  RETURN NEXT;
END $$;

-- What a statement was found by goes with its words.
CREATE OR REPLACE FUNCTION expunge_statement(expunged uuid, at bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  t text;
BEGIN
  PERFORM set_config('parley.expunging', 'on', true);
  DELETE FROM search_statement WHERE statement_id = expunged;
  UPDATE statement SET
    state = 'EXPUNGED', text = '', language = 'und', quotation_type = 'INDIRECT',
    descriptor = NULL, speech_acts = '{}',
    source_kind = 'UNKNOWN', speaker_id = NULL, post_id = NULL, on_behalf_of_id = NULL,
    view_of_id = NULL, addressed_to_id = NULL, attribution_level = 'NOT_STATED', attribution_inferred = false,
    said_phrase = NULL, about = '[]', relays = '[]', translations = '[]', reliability = NULL, credibility = NULL
  WHERE id = expunged;
  UPDATE appearance SET report_id = nobody, outlet_id = nobody, republished_from_id = NULL,
    exact = NULL, prefix = NULL, suffix = NULL, medium = NULL WHERE statement_id = expunged;
  UPDATE relation SET kind = 'RESPONDS_TO', to_id = nobody WHERE statement_id = expunged;
  UPDATE stance SET kind = 'UNDECIDED', term_id = nobody, party_id = nobody, speaker_id = NULL, note = NULL
    WHERE statement_id = expunged;
  UPDATE estimate SET outcome_id = nobody, words = '', holder = NULL, holder_id = NULL, low = NULL, high = NULL,
    scheme = 'WORDS', confidence = NULL WHERE statement_id = expunged;
  UPDATE impact SET event_id = nobody, effect = 'NONE', note = NULL WHERE statement_id = expunged;
  UPDATE count_claim SET held_group_id = nobody, words = NULL, low = NULL, high = NULL WHERE statement_id = expunged;
  UPDATE transit_claim SET channel_id = nobody, leg = NULL, words = '', low_seconds = NULL, high_seconds = NULL
    WHERE statement_id = expunged;
  FOREACH t IN ARRAY ARRAY['appearance', 'relation', 'stance', 'estimate', 'impact', 'count_claim', 'transit_claim'] LOOP
    EXECUTE format('UPDATE %I SET until_position = from_position WHERE statement_id = $1', t) USING expunged;
  END LOOP;
  -- Of so little content a digest can be guessed.
  UPDATE external_id SET digest = NULL
  WHERE subject_id IN (SELECT id FROM proposal_answer WHERE statement_id = expunged);
  UPDATE proposal_answer SET by_id = NULL, kind = NULL, counter_proposal_id = NULL WHERE statement_id = expunged;
  UPDATE ledger SET note = NULL WHERE subject_id = expunged AND position <> at;
  UPDATE external_id SET digest = NULL WHERE subject_id = expunged AND position <> at;
  PERFORM set_config('parley.expunging', 'off', true);
END $$;

-- DropIndex
DROP INDEX "statement_search_idx";

-- AlterTable
ALTER TABLE "statement" DROP COLUMN "search", DROP COLUMN "search_text";

-- The generated column that had to be left out here is gone.
CREATE OR REPLACE FUNCTION version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (
       current_setting('parley.expunging', true) = 'on'
       OR (OLD.until_position = 9223372036854775807
           AND to_jsonb(NEW) - 'until_position' = to_jsonb(OLD) - 'until_position')) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a version in % is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'PY001';
END $$;
