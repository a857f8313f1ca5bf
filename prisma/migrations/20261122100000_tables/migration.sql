-- CreateEnum
CREATE TYPE "SubjectType" AS ENUM ('Person', 'Organization', 'Post', 'Negotiation', 'Participation', 'Report', 'Statement', 'Term', 'Proposal', 'ProposalAnswer', 'Channel', 'Message', 'Event', 'HeldGroup', 'Outcome');

-- CreateEnum
CREATE TYPE "LedgerAction" AS ENUM ('RECORDED', 'CHANGED', 'PUBLISHED', 'CORRECTED', 'WITHDRAWN', 'EXPUNGED');

-- CreateEnum
CREATE TYPE "Precision" AS ENUM ('YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'EXACT');

-- CreateEnum
CREATE TYPE "DateBasis" AS ENUM ('STATED', 'INFERRED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('PERSON', 'ORGANIZATION');

-- CreateEnum
CREATE TYPE "OrganizationKind" AS ENUM ('STATE', 'GOVERNMENT_BODY', 'ARMED_GROUP', 'POLITICAL_PARTY', 'INTERNATIONAL_ORGANIZATION', 'NGO', 'NEWS_OUTLET', 'COMPANY', 'TRADE_UNION', 'OTHER');

-- CreateEnum
CREATE TYPE "NegotiationStatus" AS ENUM ('EXPLORATORY', 'ACTIVE', 'SUSPENDED', 'AGREED', 'IMPLEMENTED', 'COLLAPSED');

-- CreateEnum
CREATE TYPE "ParticipationRole" AS ENUM ('PRINCIPAL', 'MEDIATOR', 'FACILITATOR', 'GUARANTOR', 'OBSERVER');

-- CreateEnum
CREATE TYPE "ReportKind" AS ENUM ('ARTICLE', 'BROADCAST', 'RELEASE', 'POST');

-- CreateEnum
CREATE TYPE "StatementState" AS ENUM ('PUBLISHED', 'WITHDRAWN', 'EXPUNGED');

-- CreateEnum
CREATE TYPE "SourceKind" AS ENUM ('NAMED_PERSON', 'UNNAMED_PERSON', 'UNNAMED_GROUP', 'COLLECTIVE', 'DOCUMENT', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "AttributionLevel" AS ENUM ('ON_THE_RECORD', 'BACKGROUND', 'DEEP_BACKGROUND', 'NOT_STATED');

-- CreateEnum
CREATE TYPE "QuotationType" AS ENUM ('DIRECT', 'MIXED', 'INDIRECT', 'REPORTED_ACT');

-- CreateEnum
CREATE TYPE "SpeechAct" AS ENUM ('COMMENT', 'ASSESS', 'CONFIRM', 'DENY', 'DECLINE_COMMENT', 'ANNOUNCE', 'DEMAND', 'REQUEST', 'OFFER', 'PROMISE', 'ACCEPT', 'REJECT', 'CONCEDE', 'THREATEN', 'ACCUSE', 'APPEAL', 'CONSULT', 'MEDIATE');

-- CreateEnum
CREATE TYPE "Reliability" AS ENUM ('A', 'B', 'C', 'D', 'E', 'F');

-- CreateEnum
CREATE TYPE "RelationKind" AS ENUM ('REPEATS', 'CORROBORATES', 'CONTRADICTS', 'SHIFTS_FROM', 'RESPONDS_TO');

-- CreateEnum
CREATE TYPE "StanceKind" AS ENUM ('DEMANDS', 'OFFERS', 'ACCEPTS', 'CONDITIONS', 'REJECTS', 'UNDECIDED');

-- CreateEnum
CREATE TYPE "EstimateScheme" AS ENUM ('PERCENT', 'ODDS', 'ICD_203', 'WORDS');

-- CreateEnum
CREATE TYPE "Confidence" AS ENUM ('LOW', 'MODERATE', 'HIGH');

-- CreateEnum
CREATE TYPE "ImpactEffect" AS ENUM ('HELPS', 'HINDERS', 'MIXED', 'NONE');

-- CreateEnum
CREATE TYPE "TermCategory" AS ENUM ('CAPTIVE_RELEASE', 'PRISONER_RELEASE', 'CEASEFIRE', 'HUMANITARIAN_PAUSE', 'HUMANITARIAN_ACCESS', 'BORDER_CROSSING', 'WITHDRAWAL', 'RECOGNITION', 'COMPENSATION', 'WAGES', 'OTHER');

-- CreateEnum
CREATE TYPE "TermStatus" AS ENUM ('OPEN', 'AGREED', 'DROPPED');

-- CreateEnum
CREATE TYPE "AnswerKind" AS ENUM ('ACCEPT', 'REJECT', 'COUNTER');

-- CreateEnum
CREATE TYPE "EventKind" AS ENUM ('MILITARY_OPERATION', 'RELEASE', 'PAUSE', 'AID_DELIVERY', 'BORDER_OPENING', 'MEETING', 'AGREEMENT', 'BREAKDOWN', 'OTHER');

-- CreateEnum
CREATE TYPE "Resolution" AS ENUM ('OPEN', 'OCCURRED', 'DID_NOT_OCCUR');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('READER', 'REPORTER', 'EDITOR', 'ADMIN');

-- CreateEnum
CREATE TYPE "DraftState" AS ENUM ('DRAFT', 'EMBARGOED');

-- CreateTable
CREATE TABLE "ledger_head" (
    "singleton" BOOLEAN NOT NULL DEFAULT true,
    "position" BIGINT NOT NULL DEFAULT 0,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "cursor_key" BYTEA NOT NULL,

    CONSTRAINT "ledger_head_pkey" PRIMARY KEY ("singleton")
);

-- CreateTable
CREATE TABLE "ledger" (
    "position" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "negotiation_id" UUID,
    "action" "LedgerAction" NOT NULL,
    "subject_type" "SubjectType" NOT NULL,
    "subject_id" UUID NOT NULL,
    "note" TEXT,

    CONSTRAINT "ledger_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "actor" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "kind" "ActorKind" NOT NULL,
    "name" TEXT NOT NULL,
    "aliases" TEXT[],
    "description" TEXT,
    "url" TEXT,
    "organization_kind" "OrganizationKind",
    "parent_id" UUID,

    CONSTRAINT "actor_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "post" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "person_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "since" DATE,
    "until" DATE,

    CONSTRAINT "post_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "negotiation" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT,
    "status" "NegotiationStatus" NOT NULL,
    "since" DATE,

    CONSTRAINT "negotiation_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "negotiation_slug" (
    "slug" TEXT NOT NULL,
    "negotiation_id" UUID NOT NULL,

    CONSTRAINT "negotiation_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateTable
CREATE TABLE "participation" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "role" "ParticipationRole" NOT NULL,
    "since" DATE,
    "until" DATE,

    CONSTRAINT "participation_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "outlet_id" UUID NOT NULL,
    "kind" "ReportKind" NOT NULL,
    "headline" TEXT,
    "url" TEXT,
    "bylines" JSONB NOT NULL,
    "language" TEXT,
    "dateline" TEXT,
    "published_earliest" TIMESTAMPTZ(3),
    "published_latest" TIMESTAMPTZ(3),
    "published_precision" "Precision",
    "published_phrase" TEXT,
    "published_basis" "DateBasis",

    CONSTRAINT "report_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "statement" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "state" "StatementState" NOT NULL,
    "revision" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "quotation_type" "QuotationType" NOT NULL,
    "speech_acts" "SpeechAct"[],
    "source_kind" "SourceKind" NOT NULL,
    "speaker_id" UUID,
    "post_id" UUID,
    "descriptor" TEXT,
    "on_behalf_of_id" UUID,
    "view_of_id" UUID,
    "addressed_to_id" UUID,
    "attribution_level" "AttributionLevel" NOT NULL,
    "attribution_inferred" BOOLEAN NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "said_precision" "Precision" NOT NULL,
    "said_phrase" TEXT,
    "said_basis" "DateBasis" NOT NULL,
    "about" JSONB NOT NULL,
    "relays" JSONB NOT NULL,
    "translations" JSONB NOT NULL,
    "reliability" "Reliability",
    "credibility" SMALLINT,
    "search_text" TEXT NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, search_text)) STORED,

    CONSTRAINT "statement_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "appearance" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "report_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "exact" TEXT,
    "prefix" TEXT,
    "suffix" TEXT,
    "medium" TEXT,
    "republished_from_id" UUID,

    CONSTRAINT "appearance_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "relation" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "kind" "RelationKind" NOT NULL,
    "to_id" UUID NOT NULL,

    CONSTRAINT "relation_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "stance" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "speaker_id" UUID,
    "term_id" UUID NOT NULL,
    "party_id" UUID NOT NULL,
    "kind" "StanceKind" NOT NULL,
    "note" TEXT,

    CONSTRAINT "stance_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "estimate" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "outcome_id" UUID NOT NULL,
    "holder_id" UUID,
    "holder" TEXT,
    "words" TEXT NOT NULL,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "scheme" "EstimateScheme" NOT NULL,
    "confidence" "Confidence",

    CONSTRAINT "estimate_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "impact" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "event_id" UUID NOT NULL,
    "effect" "ImpactEffect" NOT NULL,
    "note" TEXT,

    CONSTRAINT "impact_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "count_claim" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "held_group_id" UUID NOT NULL,
    "low" INTEGER,
    "high" INTEGER,
    "words" TEXT,

    CONSTRAINT "count_claim_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "transit_claim" (
    "statement_id" UUID NOT NULL,
    "ordinal" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "said_earliest" TIMESTAMPTZ(3) NOT NULL,
    "said_latest" TIMESTAMPTZ(3) NOT NULL,
    "channel_id" UUID NOT NULL,
    "leg" SMALLINT,
    "words" TEXT NOT NULL,
    "low_seconds" INTEGER,
    "high_seconds" INTEGER,

    CONSTRAINT "transit_claim_pkey" PRIMARY KEY ("statement_id","ordinal","from_position")
);

-- CreateTable
CREATE TABLE "term" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "category" "TermCategory" NOT NULL,
    "status" "TermStatus" NOT NULL,
    "description" TEXT,

    CONSTRAINT "term_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "proposal" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "by_id" UUID NOT NULL,
    "through_id" UUID,
    "to_ids" UUID[],
    "items" JSONB NOT NULL,
    "statement_id" UUID,
    "tabled_earliest" TIMESTAMPTZ(3),
    "tabled_latest" TIMESTAMPTZ(3),
    "tabled_precision" "Precision",
    "tabled_phrase" TEXT,
    "tabled_basis" "DateBasis",
    "lapsed" BOOLEAN NOT NULL,

    CONSTRAINT "proposal_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "proposal_answer" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "proposal_id" UUID NOT NULL,
    "by_id" UUID,
    "kind" "AnswerKind",
    "statement_id" UUID NOT NULL,
    "counter_proposal_id" UUID,

    CONSTRAINT "proposal_answer_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "hops" UUID[],

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "statement_id" UUID,
    "proposal_id" UUID,

    CONSTRAINT "message_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "message_leg" (
    "message_id" UUID NOT NULL,
    "leg" SMALLINT NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "channel_id" UUID NOT NULL,
    "sent_earliest" TIMESTAMPTZ(3),
    "sent_latest" TIMESTAMPTZ(3),
    "received_earliest" TIMESTAMPTZ(3),
    "received_latest" TIMESTAMPTZ(3),
    "answered_earliest" TIMESTAMPTZ(3),
    "answered_latest" TIMESTAMPTZ(3),

    CONSTRAINT "message_leg_pkey" PRIMARY KEY ("message_id","leg","from_position")
);

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "kind" "EventKind" NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "place" TEXT,
    "actor_ids" UUID[],
    "occurred_earliest" TIMESTAMPTZ(3),
    "occurred_latest" TIMESTAMPTZ(3),
    "occurred_precision" "Precision",
    "occurred_phrase" TEXT,
    "occurred_basis" "DateBasis",

    CONSTRAINT "event_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "held_group" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "descriptor" TEXT NOT NULL,
    "held_by_id" UUID,
    "part_of_id" UUID,

    CONSTRAINT "held_group_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "outcome" (
    "id" UUID NOT NULL,
    "from_position" BIGINT NOT NULL,
    "until_position" BIGINT NOT NULL DEFAULT 9223372036854775807,
    "first_position" BIGINT NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "due_by" DATE,
    "resolution" "Resolution" NOT NULL,
    "resolved_on" DATE,
    "statement_id" UUID,
    "event_id" UUID,

    CONSTRAINT "outcome_pkey" PRIMARY KEY ("id","from_position")
);

-- CreateTable
CREATE TABLE "desk_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "desk_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "draft" (
    "id" UUID NOT NULL,
    "negotiation_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "state" "DraftState" NOT NULL,
    "external_id" TEXT,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "external_id" (
    "external_id" TEXT NOT NULL,
    "subject_type" "SubjectType" NOT NULL,
    "subject_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "digest" BYTEA,

    CONSTRAINT "external_id_pkey" PRIMARY KEY ("external_id")
);

-- CreateIndex
CREATE INDEX "ledger_negotiation_id_position_idx" ON "ledger"("negotiation_id", "position");

-- CreateIndex
CREATE INDEX "ledger_subject_id_position_idx" ON "ledger"("subject_id", "position");

-- CreateIndex
CREATE INDEX "ledger_recorded_at_position_idx" ON "ledger"("recorded_at", "position");

-- CreateIndex
CREATE INDEX "actor_name_id_idx" ON "actor"("name", "id");

-- CreateIndex
CREATE INDEX "actor_parent_id_idx" ON "actor"("parent_id");

-- CreateIndex
CREATE INDEX "post_person_id_idx" ON "post"("person_id");

-- CreateIndex
CREATE INDEX "post_organization_id_idx" ON "post"("organization_id");

-- CreateIndex
CREATE INDEX "negotiation_first_position_idx" ON "negotiation"("first_position");

-- CreateIndex
CREATE INDEX "participation_negotiation_id_first_position_idx" ON "participation"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "participation_actor_id_first_position_idx" ON "participation"("actor_id", "first_position");

-- CreateIndex
CREATE INDEX "report_outlet_id_first_position_idx" ON "report"("outlet_id", "first_position");

-- CreateIndex
CREATE INDEX "statement_negotiation_id_first_position_idx" ON "statement"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "statement_negotiation_id_said_latest_said_earliest_first_po_idx" ON "statement"("negotiation_id", "said_latest", "said_earliest", "first_position");

-- CreateIndex
CREATE INDEX "statement_speaker_id_said_latest_said_earliest_first_positi_idx" ON "statement"("speaker_id", "said_latest", "said_earliest", "first_position");

-- CreateIndex
CREATE INDEX "statement_on_behalf_of_id_said_latest_said_earliest_first_p_idx" ON "statement"("on_behalf_of_id", "said_latest", "said_earliest", "first_position");

-- CreateIndex
CREATE INDEX "statement_first_position_idx" ON "statement"("first_position");

-- CreateIndex
CREATE INDEX "statement_search_idx" ON "statement" USING GIN ("search");

-- CreateIndex
CREATE INDEX "appearance_report_id_idx" ON "appearance"("report_id");

-- CreateIndex
CREATE INDEX "appearance_outlet_id_idx" ON "appearance"("outlet_id");

-- CreateIndex
CREATE INDEX "relation_to_id_idx" ON "relation"("to_id");

-- CreateIndex
CREATE INDEX "stance_term_id_party_id_said_latest_said_earliest_first_pos_idx" ON "stance"("term_id", "party_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "stance_term_id_said_latest_said_earliest_first_position_ord_idx" ON "stance"("term_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "stance_speaker_id_said_latest_said_earliest_first_position__idx" ON "stance"("speaker_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "estimate_outcome_id_said_latest_said_earliest_first_positio_idx" ON "estimate"("outcome_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "impact_event_id_said_latest_said_earliest_first_position_or_idx" ON "impact"("event_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "count_claim_held_group_id_said_latest_said_earliest_first_p_idx" ON "count_claim"("held_group_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "transit_claim_channel_id_said_latest_said_earliest_first_po_idx" ON "transit_claim"("channel_id", "said_latest", "said_earliest", "first_position", "ordinal");

-- CreateIndex
CREATE INDEX "term_negotiation_id_first_position_idx" ON "term"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "proposal_negotiation_id_first_position_idx" ON "proposal"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "proposal_answer_proposal_id_first_position_idx" ON "proposal_answer"("proposal_id", "first_position");

-- CreateIndex
CREATE INDEX "channel_negotiation_id_first_position_idx" ON "channel"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "message_channel_id_first_position_idx" ON "message"("channel_id", "first_position");

-- CreateIndex
CREATE INDEX "message_leg_channel_id_leg_idx" ON "message_leg"("channel_id", "leg");

-- CreateIndex
CREATE INDEX "event_negotiation_id_first_position_idx" ON "event"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "held_group_negotiation_id_first_position_idx" ON "held_group"("negotiation_id", "first_position");

-- CreateIndex
CREATE INDEX "outcome_negotiation_id_first_position_idx" ON "outcome"("negotiation_id", "first_position");

-- CreateIndex
CREATE UNIQUE INDEX "desk_key_prefix_key" ON "desk_key"("prefix");

-- CreateIndex
CREATE UNIQUE INDEX "draft_external_id_key" ON "draft"("external_id");

-- CreateIndex
CREATE INDEX "draft_negotiation_id_created_at_id_idx" ON "draft"("negotiation_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "external_id_subject_id_idx" ON "external_id"("subject_id");
