-- Where the clock of a node was ahead of its database's, a judgement of before was tied to a later correction, or to none.
-- It was told by an entry with the note of its kind, the nearest in time.
WITH told AS (
  SELECT j.id, l.position, abs(extract(epoch FROM l.recorded_at - j.made_at)) AS apart
  FROM source_judgement j
  JOIN ledger l ON l.subject_id IN (j.statement_id, j.other_statement_id) AND l.action = 'CORRECTED'
    AND l.note = CASE WHEN j.other_statement_id IS NULL
                      THEN 'The desk judges that its source is another than was thought.'
                      ELSE 'The desk judges that its source is the one of another statement.' END
  WHERE j.reason <> '')
UPDATE source_judgement j SET position = (SELECT t.position FROM told t WHERE t.id = j.id ORDER BY t.apart LIMIT 1)
WHERE EXISTS (SELECT FROM told t WHERE t.id = j.id)
  AND (NOT EXISTS (SELECT FROM told t WHERE t.id = j.id AND t.position = j.position)
       OR EXISTS (SELECT FROM source_judgement k WHERE k.position = j.position AND k.id <> j.id));
