-- Where in the record a judgement was told, by which the digests of what was given are found.
-- AlterTable
ALTER TABLE "source_judgement" ADD COLUMN "position" BIGINT;

-- What was judged before was told by the correction that came next.
UPDATE source_judgement j SET position = (
  SELECT min(l.position) FROM ledger l
  WHERE l.subject_id IN (j.statement_id, j.other_statement_id) AND l.action = 'CORRECTED' AND l.recorded_at >= j.made_at);

-- Drafts that wait under an external id of an expunged statement say the same, or what it was to say instead: they end
-- with it, and the audit and the desk's live view have a line for each.
DROP FUNCTION expunge_from_desk(uuid);
CREATE FUNCTION expunge_from_desk(expunged uuid, by jsonb, at timestamptz, record bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  ended draft;
BEGIN
  UPDATE idempotency_key SET digest = NULL, answer = NULL
  WHERE subject_id = expunged OR subject_id IN (SELECT id FROM proposal_answer WHERE statement_id = expunged);
  -- A reason is short, and its digest can be guessed: whichever of the two statements the judgement was told of.
  UPDATE external_id e SET digest = NULL FROM source_judgement j
  WHERE expunged IN (j.statement_id, j.other_statement_id)
    AND e.subject_id IN (j.statement_id, j.other_statement_id) AND e.position = j.position;
  UPDATE idempotency_key k SET digest = NULL, answer = NULL FROM source_judgement j
  WHERE expunged IN (j.statement_id, j.other_statement_id)
    AND k.subject_id IN (j.statement_id, j.other_statement_id) AND k.position = j.position;
  UPDATE source_judgement SET reason = '' WHERE expunged IN (statement_id, other_statement_id);
  PERFORM set_config('parley.expunging', 'on', true);
  UPDATE statement SET pseudonym_id = NULL WHERE id = expunged;
  PERFORM set_config('parley.expunging', 'off', true);
  FOR ended IN
    UPDATE draft SET
      state = 'DISCARDED', content = NULL, note = NULL, embargoed_until = NULL, external_id = NULL,
      descriptor_answer = NULL, revision = revision + 1, changed_by_id = (by ->> 'account_id')::uuid, changed_at = at
    WHERE content IS NOT NULL
      AND (external_id, negotiation_id) IN (SELECT e.external_id, e.scope FROM external_id e WHERE e.subject_id = expunged)
    RETURNING *
  LOOP
    PERFORM audit_append(by || jsonb_build_object('operation', 'expungeDraft', 'negotiation_id', ended.negotiation_id,
                                                  'subject_type', 'Draft', 'subject_id', ended.id), at, record, 0);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION ledger_append(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  item jsonb;
  columns text;
  affected bigint;
  doer CONSTANT jsonb := coalesce(plan -> 'audit', '{"operation": "ledger_append"}');
BEGIN
  -- Before the key is taken again.
  IF plan -> 'open' ? 'idempotency_key' THEN
    DELETE FROM idempotency_key WHERE created_at < clock_timestamp() - interval '24 hours';
  END IF;

  SELECT r.base, r.head, r.head_recorded_at INTO base, head, head_recorded_at FROM ledger_record(plan) AS r;

  FOR item IN SELECT jsonb_array_elements(plan -> 'change') LOOP
    SELECT string_agg(quote_ident(name), ', ') INTO columns FROM jsonb_object_keys(item -> 'set') AS name;
    EXECUTE format('UPDATE %1$I SET (%2$s) = (SELECT %2$s FROM jsonb_populate_record(NULL::%1$I, $1))
                    WHERE id = $2 %3$s', item ->> 'table', columns,
                    CASE WHEN item ? 'revision' THEN 'AND revision = $3' ELSE '' END)
    USING item -> 'set', (item ->> 'id')::uuid, (item ->> 'revision')::integer;
    GET DIAGNOSTICS affected = ROW_COUNT;
    IF affected = 0 THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'PY409', DETAIL = jsonb_build_object('table', item -> 'table', 'id', item -> 'id');
    END IF;
  END LOOP;

  FOR item IN SELECT jsonb_array_elements(plan -> 'remove') LOOP
    EXECUTE format('DELETE FROM %I WHERE %I = $1', item ->> 'table', item ->> 'key') USING (item ->> 'id')::uuid;
  END LOOP;

  PERFORM audit_append(doer, head_recorded_at, head, jsonb_array_length(plan -> 'entries'));

  FOR item IN SELECT e FROM jsonb_array_elements(plan -> 'entries') AS e WHERE e ->> 'action' = 'EXPUNGED' LOOP
    PERFORM expunge_from_desk((item ->> 'subject_id')::uuid, doer, head_recorded_at, head);
  END LOOP;
  RETURN NEXT;
END $$;
