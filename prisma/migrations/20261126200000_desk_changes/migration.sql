-- Accounts, keys and roles have no revisions: whoever changes them last has the last word. A change of such a row names
-- none, and is refused only when the row is gone.
CREATE OR REPLACE FUNCTION ledger_append(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  item jsonb;
  columns text;
  affected bigint;
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

  FOR item IN SELECT e FROM jsonb_array_elements(plan -> 'entries') AS e WHERE e ->> 'action' = 'EXPUNGED' LOOP
    PERFORM expunge_from_desk((item ->> 'subject_id')::uuid);
  END LOOP;

  PERFORM audit_append(coalesce(plan -> 'audit', '{"operation": "ledger_append"}'), head_recorded_at, head,
                       jsonb_array_length(plan -> 'entries'));
  RETURN NEXT;
END $$;
