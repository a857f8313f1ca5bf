-- What others say of a statement is read in its order off an index; without one, all relations were walked through.
-- CreateIndex
CREATE INDEX "relation_to_id_statement_id_ordinal_from_position_until_pos_idx" ON "relation"("to_id", "statement_id", "ordinal", "from_position", "until_position");

-- DropIndex
DROP INDEX "relation_to_id_idx";
