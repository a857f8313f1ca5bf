-- Where the record stood when its audit began: 0, unless it is older. What was written from there on has rows in the
-- audit, so that one that was emptied does not pass for one that has just begun.
ALTER TABLE ledger_head ADD COLUMN audited_from BIGINT NOT NULL DEFAULT 0;
UPDATE ledger_head
SET audited_from = coalesce((SELECT record_position - entries FROM audit ORDER BY position LIMIT 1), position);
