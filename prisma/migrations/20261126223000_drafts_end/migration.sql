-- A draft that ends leaves none of its words, whoever ends it: not in what it said before, nor in what was said about it,
-- nor in the answers that are kept under keys. That a key was used stays.
CREATE FUNCTION draft_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM draft_revision WHERE draft_id = NEW.id;
  DELETE FROM draft_comment WHERE draft_id = NEW.id;
  UPDATE idempotency_key SET digest = NULL, answer = NULL WHERE subject_id = NEW.id AND answer IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER draft_ends AFTER UPDATE OF content ON draft
  FOR EACH ROW WHEN (OLD.content IS NOT NULL AND NEW.content IS NULL) EXECUTE FUNCTION draft_ends();

-- What was kept before.
UPDATE idempotency_key SET digest = NULL, answer = NULL
WHERE answer IS NOT NULL AND subject_id IN (SELECT id FROM draft WHERE content IS NULL);
