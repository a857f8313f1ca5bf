-- How names are kept to be found by: without accents and capitals, without what only dresses letters (tatweel, points,
-- joiners, apostrophes), and with one space for whatever else stands between them, a dash of any kind too.
CREATE FUNCTION name_folded(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT trim(regexp_replace(lower(unaccent(regexp_replace(normalize(name, NFKD),
    '[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u00ad\u02b9-\u02bf\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff''`\u2018\u2019\u201b\u2032]',
    '', 'g'))),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u2212\u2e00-\u2e7f\u3000-\u303f]+', ' ', 'g'))
$$;

-- What somebody with a folded name may be called: all of it, and the family name, with the particles before it, with
-- these run into it, and without. A short one is too often something else.
CREATE FUNCTION called_by(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_append(ARRAY(
    SELECT called FROM unnest(ARRAY[family, replace(family, ' ', ''), substring(family FROM '[^ ]+$')]) AS called
    WHERE length(called) >= 3), name)
  FROM (SELECT substring(regexp_replace(name, ' (jr|sr|ii|iii|iv)$', '') FROM
    '(?:^| )((?:(?:abu|ad|af|al|an|ar|as|ash|at|av|az|ben|bin|bint|da|das|de|del|della|den|der|di|do|dos|du|el|ibn|la|le|st|ten|ter|umm|van|von|zu|zum|zur) )*[^ ]+)$'
  )) AS f(family)
$$;

DROP INDEX "search_name_whole_idx";
DROP INDEX "search_name_family_idx";
DROP FUNCTION family_name(text);
UPDATE search_name SET name = name_folded(name);
CREATE INDEX "search_name_called_by_idx" ON "search_name" USING GIN (called_by("name")) WITH (fastupdate = off);

CREATE OR REPLACE FUNCTION search_names(changed uuid[], since bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO search_name (actor_id, from_position, ordinal, until_position, name)
  SELECT a.id, a.from_position, n.ordinal, a.until_position, name_folded(n.name)
  FROM actor a CROSS JOIN unnest(a.name || a.aliases) WITH ORDINALITY AS n(name, ordinal)
  WHERE a.id = ANY(changed) AND a.from_position > since
$$;

CREATE OR REPLACE FUNCTION search_names_like(spelt text, at bigint) RETURNS TABLE (id uuid, score int)
LANGUAGE sql STABLE ROWS 20 SET enable_seqscan = off AS $$
  SELECT n.actor_id, max((similarity(n.name, q.name) + word_similarity(q.name, n.name)) * 500000)::int
  FROM (SELECT name_folded(spelt) AS name) AS q
  JOIN search_name n ON n.name % q.name OR q.name <% n.name
  WHERE n.from_position <= at AND n.until_position > at
    AND (similarity(n.name, q.name) >= 0.45 OR word_similarity(q.name, n.name) >= 0.7)
  GROUP BY n.actor_id
$$;
