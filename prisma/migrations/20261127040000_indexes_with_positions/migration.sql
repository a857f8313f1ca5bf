-- Changes of a kind that is rare are found without walking through all that came between. What a list passes over, as it was
-- recorded after the moment that is read, is passed over in its index: the row itself need not be fetched.

-- CreateIndex
CREATE INDEX "ledger_negotiation_id_subject_type_position_idx" ON "ledger"("negotiation_id", "subject_type", "position");

-- CreateIndex
CREATE INDEX "ledger_subject_type_position_idx" ON "ledger"("subject_type", "position");

DROP INDEX "stance_term_id_party_id_said_latest_said_earliest_first_pos_idx";
CREATE INDEX "stance_term_id_party_id_said_latest_said_earliest_first_pos_idx" ON "stance"("term_id", "party_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "stance_term_id_said_latest_said_earliest_first_position_ord_idx";
CREATE INDEX "stance_term_id_said_latest_said_earliest_first_position_ord_idx" ON "stance"("term_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "stance_speaker_id_said_latest_said_earliest_first_position__idx";
CREATE INDEX "stance_speaker_id_said_latest_said_earliest_first_position__idx" ON "stance"("speaker_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "estimate_outcome_id_said_latest_said_earliest_first_positio_idx";
CREATE INDEX "estimate_outcome_id_said_latest_said_earliest_first_positio_idx" ON "estimate"("outcome_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "impact_event_id_said_latest_said_earliest_first_position_or_idx";
CREATE INDEX "impact_event_id_said_latest_said_earliest_first_position_or_idx" ON "impact"("event_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "count_claim_held_group_id_said_latest_said_earliest_first_p_idx";
CREATE INDEX "count_claim_held_group_id_said_latest_said_earliest_first_p_idx" ON "count_claim"("held_group_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "transit_claim_channel_id_said_latest_said_earliest_first_po_idx";
CREATE INDEX "transit_claim_channel_id_said_latest_said_earliest_first_po_idx" ON "transit_claim"("channel_id", "said_latest", "said_earliest", "first_position", "ordinal", "from_position", "until_position");

DROP INDEX "statement_negotiation_id_said_latest_said_earliest_first_po_idx";
CREATE INDEX "statement_negotiation_id_said_latest_said_earliest_first_po_idx" ON "statement"("negotiation_id", "said_latest", "said_earliest", "first_position", "from_position", "until_position");

DROP INDEX "statement_speaker_id_said_latest_said_earliest_first_positi_idx";
CREATE INDEX "statement_speaker_id_said_latest_said_earliest_first_positi_idx" ON "statement"("speaker_id", "said_latest", "said_earliest", "first_position", "from_position", "until_position");

DROP INDEX "statement_on_behalf_of_id_said_latest_said_earliest_first_p_idx";
CREATE INDEX "statement_on_behalf_of_id_said_latest_said_earliest_first_p_idx" ON "statement"("on_behalf_of_id", "said_latest", "said_earliest", "first_position", "from_position", "until_position");

DROP INDEX "statement_negotiation_id_first_position_idx";
CREATE INDEX "statement_negotiation_id_first_position_from_position_until_idx" ON "statement"("negotiation_id", "first_position", "from_position", "until_position");

-- CreateIndex
CREATE INDEX "statement_speaker_id_first_position_from_position_until_pos_idx" ON "statement"("speaker_id", "first_position", "from_position", "until_position");
