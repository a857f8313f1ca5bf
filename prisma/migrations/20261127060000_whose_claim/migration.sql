-- The last claim of each source is found by jumping from one source to the next, whatever lies behind: for that, claims of
-- which the last are shown know whose they are. It is nothing that a writer gives, so a node of before goes on writing.
-- AlterTable
ALTER TABLE "estimate" ADD COLUMN "whose" UUID;

-- AlterTable
ALTER TABLE "count_claim" ADD COLUMN "whose" UUID;

-- Of those who have no id there are only words; whatever their case, they are of one.
CREATE FUNCTION whose_words(words text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT encode(substr(sha256(convert_to(lower(words), 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- What tells the source of a version of a statement from that of another: whose view it is, else the speaker, else whoever
-- is described together with the organization spoken for. Null when its origin is unknown, as it then stands for itself.
CREATE FUNCTION whose_statement(statement_id uuid, at bigint) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT coalesce(s.view_of_id, s.speaker_id, whose_words(s.descriptor || ' ' || coalesce(s.on_behalf_of_id::text, '')),
                  s.on_behalf_of_id)
  FROM statement s WHERE s.id = statement_id AND s.from_position <= at AND s.until_position > at
$$;

CREATE FUNCTION estimate_is_somebodys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.whose := coalesce(NEW.holder_id, whose_words(NEW.holder), whose_statement(NEW.statement_id, NEW.from_position));
  RETURN NEW;
END $$;

CREATE FUNCTION count_claim_is_somebodys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.whose := whose_statement(NEW.statement_id, NEW.from_position);
  RETURN NEW;
END $$;

-- Only an expunction changes what a claim is about, once the statement is blank: then it is nobody's.
CREATE TRIGGER estimate_is_somebodys BEFORE INSERT OR UPDATE OF outcome_id ON estimate
  FOR EACH ROW EXECUTE FUNCTION estimate_is_somebodys();
CREATE TRIGGER count_claim_is_somebodys BEFORE INSERT OR UPDATE OF held_group_id ON count_claim
  FOR EACH ROW EXECUTE FUNCTION count_claim_is_somebodys();

-- What was recorded before.
SELECT set_config('parley.expunging', 'on', true);
UPDATE estimate SET outcome_id = outcome_id;
UPDATE count_claim SET held_group_id = held_group_id;
SELECT set_config('parley.expunging', 'off', true);

-- CreateIndex
CREATE INDEX "estimate_outcome_id_whose_said_latest_said_earliest_first_p_idx" ON "estimate"("outcome_id", "whose", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

-- CreateIndex
CREATE INDEX "count_claim_held_group_id_whose_said_latest_said_earliest_f_idx" ON "count_claim"("held_group_id", "whose", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

CREATE OR REPLACE FUNCTION ledger_write(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
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

  -- Statements first: claims look at theirs.
  FOR rows_of IN SELECT name FROM jsonb_object_keys(plan -> 'open') AS name ORDER BY name <> 'statement' LOOP
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
