-- Which change of its negotiation an entry is, so that moments that lie equally many changes apart are looked up rather
-- than counted.
ALTER TABLE "ledger" ADD COLUMN "ordinal" INTEGER;

ALTER TABLE ledger DISABLE TRIGGER append_only;
UPDATE ledger l SET ordinal = numbered.ordinal
FROM (SELECT position, row_number() OVER (PARTITION BY negotiation_id ORDER BY position) AS ordinal
      FROM ledger WHERE negotiation_id IS NOT NULL) numbered
WHERE l.position = numbered.position;
ALTER TABLE ledger ENABLE TRIGGER append_only;

-- CreateIndex
CREATE UNIQUE INDEX "ledger_negotiation_id_ordinal_key" ON "ledger"("negotiation_id", "ordinal");

-- Entries come in order, under the head's lock, and each sees those of its own plan that came before it.
CREATE FUNCTION ledger_has_ordinal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ordinal := 1 + coalesce(
    (SELECT max(ordinal) FROM ledger WHERE negotiation_id = NEW.negotiation_id), 0);
  RETURN NEW;
END $$;
CREATE TRIGGER has_ordinal BEFORE INSERT ON ledger
  FOR EACH ROW WHEN (NEW.negotiation_id IS NOT NULL) EXECUTE FUNCTION ledger_has_ordinal();

CREATE OR REPLACE VIEW draft_log AS
SELECT position, recorded_at, negotiation_id, 'CHANGED'::"LedgerAction" AS action,
       'Statement'::"SubjectType" AS subject_type, subject_id, NULL::text AS note, NULL::integer AS ordinal
FROM audit
WHERE subject_type = 'Draft' AND outcome = 'DONE';
