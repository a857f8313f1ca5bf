-- CreateEnum
CREATE TYPE "AuditOutcome" AS ENUM ('DONE', 'REFUSED', 'DENIED');

-- What was done and what was attempted, by whom and when, in one order. It holds ids and names of operations, and
-- nothing that anybody gave.
-- CreateTable
CREATE TABLE "audit" (
    "position" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "account_id" UUID,
    "key_id" UUID,
    "operation" TEXT NOT NULL,
    "outcome" "AuditOutcome" NOT NULL,
    "reason" TEXT,
    "negotiation_id" UUID,
    "subject_type" TEXT,
    "subject_id" UUID,
    "record_position" BIGINT NOT NULL,
    "entries" INTEGER NOT NULL,
    "times" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("position")
);

-- What a mutation answered under a key of its caller's own, for as long as it may be asked for again.
-- CreateTable
CREATE TABLE "idempotency_key" (
    "account_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "digest" BYTEA,
    "subject_type" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "negotiation_id" UUID,
    "position" BIGINT,
    "answer" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("account_id","key")
);

-- CreateIndex
CREATE INDEX "audit_negotiation_id_position_idx" ON "audit"("negotiation_id", "position");

-- CreateIndex
CREATE INDEX "audit_account_id_position_idx" ON "audit"("account_id", "position");

-- CreateIndex
CREATE INDEX "audit_subject_id_position_idx" ON "audit"("subject_id", "position");

-- CreateIndex
CREATE INDEX "idempotency_key_subject_id_idx" ON "idempotency_key"("subject_id");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'PY001';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Appends one row, whose hash is SHA-256 over the hash before it and the row's own text: its columns in their order, a
-- line each, an instant in milliseconds of the epoch, nothing for null. Whoever calls it holds the head's lock.
-- `src/desk/audit-chain.ts` computes the same without asking the database.
CREATE FUNCTION audit_append(given jsonb, at timestamptz, record bigint, wrote integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  before audit;
  made audit;
BEGIN
  SELECT * INTO before FROM audit ORDER BY position DESC LIMIT 1;
  made := jsonb_populate_record(NULL::audit, given);
  made.position := coalesce(before.position, 0) + 1;
  made.recorded_at := greatest(at, before.recorded_at);
  made.outcome := coalesce(made.outcome, 'DONE');
  made.record_position := record;
  made.entries := wrote;
  made.times := coalesce(made.times, 1);
  made.hash := sha256(coalesce(before.hash, '') || convert_to(array_to_string(ARRAY[
    made.position::text, (extract(epoch FROM made.recorded_at) * 1000)::bigint::text, made.account_id::text,
    made.key_id::text, made.operation, made.outcome::text, made.reason, made.negotiation_id::text, made.subject_type,
    made.subject_id::text, made.record_position::text, made.entries::text, made.times::text], E'\n', ''), 'UTF8'));
  INSERT INTO audit SELECT made.*;
END $$;

-- Attempts that came to nothing: in their order, in a transaction of their own.
CREATE FUNCTION audit_attempts(attempts jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  attempt jsonb;
BEGIN
  SELECT position INTO head FROM ledger_head FOR UPDATE;
  FOR attempt IN SELECT jsonb_array_elements(attempts) LOOP
    PERFORM audit_append(attempt, date_trunc('milliseconds', clock_timestamp()), head, 0);
  END LOOP;
END $$;

-- What the desk keeps beside the record for a while goes with the words of an expunged statement. That a key was used
-- stays, so that nobody publishes the same once more by asking again.
CREATE FUNCTION expunge_from_desk(expunged uuid) RETURNS void LANGUAGE sql AS $$
  UPDATE idempotency_key SET digest = NULL, answer = NULL
  WHERE subject_id = expunged OR subject_id IN (SELECT id FROM proposal_answer WHERE statement_id = expunged)
$$;

-- Writing is three steps from here on: the record, what it is found by, and what the desk keeps beside it:
--
--   plan.change  rows of the desk's own that stand otherwise: [{ table, id, revision, set }]. When one is of another
--                revision by then, the whole plan is refused with PY409
--   plan.remove  rows of the desk's own that go: [{ table, key, id }]
--   plan.audit   who does what: the columns of `audit` that the caller knows
ALTER FUNCTION ledger_append(jsonb) RENAME TO ledger_record;

CREATE FUNCTION ledger_append(plan jsonb) RETURNS TABLE (base bigint, head bigint, head_recorded_at timestamptz)
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
                    WHERE id = $2 AND revision = $3', item ->> 'table', columns)
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
