-- The one row whose lock orders all writing. The key is random, so that no other record opens its cursors.
INSERT INTO ledger_head (singleton, position, recorded_at, cursor_key)
VALUES (true, 0, 'epoch', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- The ledger is append-only. Only an expunction may blank the note of an entry.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('parley.expunging', true) = 'on'
     AND NEW.note IS NULL AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'PY001';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

-- A version is never changed, only closed, once. Only an expunction may blank it. (The generated column
-- `search` is not computed yet when this runs.)
CREATE FUNCTION version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (
       current_setting('parley.expunging', true) = 'on'
       OR (OLD.until_position = 9223372036854775807
           AND to_jsonb(NEW) - ARRAY['until_position', 'search'] = to_jsonb(OLD) - ARRAY['until_position', 'search'])) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a version in % is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'PY001';
END $$;

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT table_name FROM information_schema.columns
           WHERE table_schema = current_schema() AND column_name = 'until_position' LOOP
    EXECUTE format('CREATE TRIGGER version_is_kept BEFORE UPDATE OR DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION version_is_kept()', t);
  END LOOP;
END $$;

-- Blanks every version of a statement, of what it claimed, which also empties its range, and of the answers given in
-- it. What stays is that it was there: where in the record, in which talks, when it was said, how many claims it made.
CREATE FUNCTION expunge_statement(expunged uuid, at bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  t text;
BEGIN
  PERFORM set_config('parley.expunging', 'on', true);
  UPDATE statement SET
    state = 'EXPUNGED', text = '', search_text = '', language = 'und', quotation_type = 'INDIRECT',
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

-- The only writer of the record: one call, one round trip, one transaction.
--
--   plan.entries  ledger entries, in order
--   plan.consume  rows of the desk's own that must still be there, and go: [{ table, id }]
--   plan.basis    rows that it was decided on: [{ table, key, id, since }]. When one of them has begun or ended
--                 after `since`, the whole plan is refused with PY409
--   plan.close    versions that end: [{ table, key, id, expected, until }]. With `expected`, the version in
--                 force must have begun there, or the whole plan is refused with PY409
--   plan.open     rows that begin, by table
--
-- A negative position anywhere in a plan means "the nth entry of this plan"; a positive one is itself.
CREATE FUNCTION ledger_append(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  forever CONSTANT bigint := 9223372036854775807;
  item jsonb;
  rows_of text;
  columns text;
  vals text;
  affected bigint;
  found_from bigint;
BEGIN
  -- The lock is held from here to commit: the order of positions is the order of commits, and a rollback
  -- leaves no gap. The instant is taken under it and never repeats, so that an instant means one position.
  UPDATE ledger_head SET
    position = position + jsonb_array_length(plan -> 'entries'),
    recorded_at = greatest(date_trunc('milliseconds', clock_timestamp()), recorded_at) + interval '1 millisecond'
  RETURNING position - jsonb_array_length(plan -> 'entries'), position, recorded_at
  INTO base, head, head_recorded_at;

  INSERT INTO ledger (position, recorded_at, negotiation_id, action, subject_type, subject_id, note)
  SELECT base + e.n, head_recorded_at, (e.j ->> 'negotiation_id')::uuid, (e.j ->> 'action')::"LedgerAction",
         (e.j ->> 'subject_type')::"SubjectType", (e.j ->> 'subject_id')::uuid, e.j ->> 'note'
  FROM jsonb_array_elements(plan -> 'entries') WITH ORDINALITY AS e(j, n);

  FOR item IN SELECT jsonb_array_elements(plan -> 'consume') LOOP
    EXECUTE format('DELETE FROM %I WHERE id = $1', item ->> 'table') USING (item ->> 'id')::uuid;
    GET DIAGNOSTICS affected = ROW_COUNT;
    IF affected = 0 THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'PY409', DETAIL = jsonb_build_object('table', item -> 'table', 'id', item -> 'id');
    END IF;
  END LOOP;

  -- Rules over rows that a plan does not end itself (is the proposal accepted, does the actor take part already)
  -- hold for two at once only like this: the second sees under the lock what the first wrote, and is decided again.
  FOR item IN SELECT jsonb_array_elements(plan -> 'basis') LOOP
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE %I = $1
                      AND (from_position > $2 OR until_position > $2 AND until_position < $3) LIMIT 1) AS moved',
                    item ->> 'table', item ->> 'key')
    INTO affected USING (item ->> 'id')::uuid, (item ->> 'since')::bigint, forever;
    IF affected > 0 THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'PY409', DETAIL = jsonb_build_object('table', item -> 'table', 'id', item -> 'id');
    END IF;
  END LOOP;

  FOR item IN SELECT jsonb_array_elements(plan -> 'close') LOOP
    EXECUTE format('UPDATE %I SET until_position = $1 WHERE %I = $2 AND until_position = $3
                    AND ($4 IS NULL OR from_position = $4)%s', item ->> 'table', item ->> 'key',
                    CASE WHEN item ? 'leg' THEN format(' AND leg = %L', item ->> 'leg') ELSE '' END)
    USING base - (item ->> 'until')::bigint, (item ->> 'id')::uuid, forever, (item ->> 'expected')::bigint;
    GET DIAGNOSTICS affected = ROW_COUNT;
    IF affected = 0 AND item ? 'expected' THEN
      RAISE EXCEPTION 'conflict' USING ERRCODE = 'PY409', DETAIL = jsonb_build_object('table', item -> 'table', 'id', item -> 'id');
    END IF;
  END LOOP;

  FOR rows_of IN SELECT jsonb_object_keys(plan -> 'open') LOOP
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
           string_agg(CASE
             WHEN attname = 'until_position' THEN format('coalesce(CASE WHEN r.until_position < 0 THEN $2 - r.until_position ELSE r.until_position END, %s)', forever)
             WHEN attname IN ('from_position', 'first_position', 'position') THEN format('CASE WHEN r.%1$I < 0 THEN $2 - r.%1$I ELSE r.%1$I END', attname)
             ELSE format('r.%I', attname) END, ', ' ORDER BY attnum)
    INTO columns, vals
    FROM pg_attribute
    WHERE attrelid = rows_of::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %3$s FROM jsonb_populate_recordset(NULL::%1$I, $1) AS r', rows_of, columns, vals)
    USING plan -> 'open' -> rows_of, base;
  END LOOP;

  FOR item IN SELECT e.j || jsonb_build_object('n', e.n) FROM jsonb_array_elements(plan -> 'entries') WITH ORDINALITY AS e(j, n)
              WHERE e.j ->> 'action' = 'EXPUNGED' LOOP
    PERFORM expunge_statement((item ->> 'subject_id')::uuid, base + (item ->> 'n')::bigint);
  END LOOP;

  RETURN NEXT;
END $$;
