-- Whether an event is contested, and the assessments of one effect, are looked up however many there are of the others.
-- CreateIndex
CREATE INDEX "impact_event_id_effect_said_latest_said_earliest_first_posi_idx" ON "impact"("event_id", "effect", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

-- Nothing has called it since a search is read in the languages that the record has.
DROP FUNCTION search_query(text, text);
