-- A search as of a moment is read in the languages that occurred by then, and goes on so, whatever is recorded later.
-- AlterTable
ALTER TABLE "search_language" ADD COLUMN "first_position" BIGINT NOT NULL DEFAULT 0;

-- What a language was first said in may have been expunged: then it may have occurred all along.
UPDATE search_language l SET first_position = coalesce((
  SELECT min(s.from_position) FROM search_statement s WHERE s.words @@ format('%L', '@' || l.language)::tsquery), 0);

ALTER TABLE "search_language" ALTER COLUMN "first_position" DROP DEFAULT;

-- Makes the versions of some statements that began after a position findable: by their words, weighed by where they
-- stand (A the text, B whom it is credited to, C reports, with what stands around, D translations), each in its
-- language, and by '@' and the id of whom it is credited to.
CREATE OR REPLACE FUNCTION search_statements(changed uuid[], since bigint) RETURNS void LANGUAGE plpgsql AS $$
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

  INSERT INTO search_language (language, first_position)
  SELECT search_language(said.tag), min(said.from_position)
  FROM (
    SELECT t.language, t.from_position FROM statement t WHERE t.id = ANY(changed) AND t.from_position > since
    UNION ALL
    SELECT e.translation ->> 'language', t.from_position
    FROM statement t CROSS JOIN jsonb_array_elements(t.translations) AS e(translation)
    WHERE t.id = ANY(changed) AND t.from_position > since
    UNION ALL
    SELECT r.language, p.from_position FROM appearance p JOIN report r ON r.id = p.report_id
    WHERE p.statement_id = ANY(changed) AND p.from_position > since AND r.language IS NOT NULL
  ) AS said(tag, from_position)
  GROUP BY 1
  ON CONFLICT DO NOTHING;
END $$;
