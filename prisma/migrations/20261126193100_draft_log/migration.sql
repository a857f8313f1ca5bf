-- CreateIndex
CREATE INDEX "audit_subject_type_position_idx" ON "audit"("subject_type", "position");

-- What happened to drafts, in the audit's order and in the form of the ledger, so that it is followed the same way.
-- A draft is of a statement; what was done to it is the audit's operation.
CREATE VIEW draft_log AS
SELECT position, recorded_at, negotiation_id, 'CHANGED'::"LedgerAction" AS action,
       'Statement'::"SubjectType" AS subject_type, subject_id, NULL::text AS note
FROM audit
WHERE subject_type = 'Draft' AND outcome = 'DONE';
