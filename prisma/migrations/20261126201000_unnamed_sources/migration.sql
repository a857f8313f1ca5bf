-- Descriptors of unnamed sources are looked through for the names of known people.
CREATE FUNCTION family_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(substring(name FROM '[^ ]+$'))
$$;
CREATE INDEX "search_name_whole_idx" ON "search_name" (lower("name"));
CREATE INDEX "search_name_family_idx" ON "search_name" (family_name("name"));

-- AlterTable
ALTER TABLE "draft" ADD COLUMN "descriptor_answer" TEXT;

-- What the unnamed source of a statement is called in its negotiation. Each has its own, until the desk judges that two
-- are one.
-- CreateTable
CREATE TABLE "pseudonym" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "negotiation_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "joined_to_id" UUID,

    CONSTRAINT "pseudonym_pkey" PRIMARY KEY ("id","from_position")
);

-- Why the desk judged so. It is the desk's own: a reason may say more than readers are to know.
-- CreateTable
CREATE TABLE "source_judgement" (
    "id" UUID NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "statement_id" UUID NOT NULL,
    "other_statement_id" UUID,
    "reason" TEXT NOT NULL,
    "account_id" UUID,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_judgement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pseudonym_negotiation_id_number_idx" ON "pseudonym"("negotiation_id", "number");

-- CreateIndex
CREATE INDEX "pseudonym_joined_to_id_idx" ON "pseudonym"("joined_to_id");

-- CreateIndex
CREATE INDEX "source_judgement_negotiation_id_made_at_id_idx" ON "source_judgement"("negotiation_id", "made_at", "id");

-- AlterTable
ALTER TABLE "statement" ADD COLUMN "pseudonym_id" UUID;

-- What was recorded before.
SELECT set_config('parley.expunging', 'on', true);
UPDATE statement SET pseudonym_id = gen_random_uuid()
WHERE source_kind IN ('UNNAMED_PERSON', 'UNNAMED_GROUP') AND from_position = first_position;
UPDATE statement s SET pseudonym_id = f.pseudonym_id
FROM statement f
WHERE f.id = s.id AND f.from_position = f.first_position AND s.from_position > s.first_position
  AND s.source_kind IN ('UNNAMED_PERSON', 'UNNAMED_GROUP');
SELECT set_config('parley.expunging', 'off', true);
INSERT INTO pseudonym (id, from_position, negotiation_id, number)
SELECT pseudonym_id, first_position, negotiation_id,
       row_number() OVER (PARTITION BY negotiation_id ORDER BY first_position, id)
FROM statement WHERE pseudonym_id IS NOT NULL AND from_position = first_position;

CREATE TRIGGER version_is_kept BEFORE UPDATE OR DELETE ON pseudonym
  FOR EACH ROW EXECUTE FUNCTION version_is_kept();

-- Numbers are given under the head's lock, so that none is given twice, and none again.
CREATE FUNCTION pseudonym_has_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.number := coalesce(NEW.number,
    (SELECT max(number) FROM pseudonym WHERE negotiation_id = NEW.negotiation_id) + 1, 1);
  RETURN NEW;
END $$;

CREATE TRIGGER pseudonym_has_number BEFORE INSERT ON pseudonym
  FOR EACH ROW EXECUTE FUNCTION pseudonym_has_number();

-- Who was taken for one with the source of an expunged statement is not to be known either, nor why.
CREATE OR REPLACE FUNCTION expunge_from_desk(expunged uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE idempotency_key SET digest = NULL, answer = NULL
  WHERE subject_id = expunged
     OR subject_id IN (SELECT id FROM proposal_answer WHERE statement_id = expunged)
     OR subject_id IN (SELECT id FROM draft WHERE statement_id = expunged);
  UPDATE source_judgement SET reason = '' WHERE expunged IN (statement_id, other_statement_id);
  PERFORM set_config('parley.expunging', 'on', true);
  UPDATE statement SET pseudonym_id = NULL WHERE id = expunged;
  PERFORM set_config('parley.expunging', 'off', true);
END $$;
