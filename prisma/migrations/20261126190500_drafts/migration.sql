-- AlterEnum
ALTER TYPE "DraftState" ADD VALUE 'SUBMITTED';
ALTER TYPE "DraftState" ADD VALUE 'FAILED';
ALTER TYPE "DraftState" ADD VALUE 'PUBLISHED';
ALTER TYPE "DraftState" ADD VALUE 'DISCARDED';

-- AlterTable
ALTER TABLE "draft" ALTER COLUMN "content" DROP NOT NULL,
ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN "changed_by_id" UUID,
ADD COLUMN "changed_at" TIMESTAMPTZ(3),
ADD COLUMN "embargoed_until" TIMESTAMPTZ(3),
ADD COLUMN "note" TEXT,
ADD COLUMN "statement_id" UUID;

UPDATE draft SET changed_by_id = author_id, changed_at = created_at;

ALTER TABLE "draft" ALTER COLUMN "changed_at" SET NOT NULL;

-- CreateTable
CREATE TABLE "draft_revision" (
    "draft_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "changed_by_id" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "draft_revision_pkey" PRIMARY KEY ("draft_id","revision")
);

INSERT INTO draft_revision (draft_id, revision, content, changed_by_id, changed_at)
SELECT id, revision, content, author_id, created_at FROM draft;

-- CreateTable
CREATE TABLE "draft_comment" (
    "id" UUID NOT NULL,
    "draft_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "draft_comment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "draft_embargoed_until_idx" ON "draft"("embargoed_until");

-- CreateIndex
CREATE INDEX "draft_statement_id_idx" ON "draft"("statement_id");

-- CreateIndex
CREATE INDEX "draft_comment_draft_id_created_at_id_idx" ON "draft_comment"("draft_id", "created_at", "id");

-- What was said in answers about a draft goes with the words of the statement that it became.
CREATE OR REPLACE FUNCTION expunge_from_desk(expunged uuid) RETURNS void LANGUAGE sql AS $$
  UPDATE idempotency_key SET digest = NULL, answer = NULL
  WHERE subject_id = expunged
     OR subject_id IN (SELECT id FROM proposal_answer WHERE statement_id = expunged)
     OR subject_id IN (SELECT id FROM draft WHERE statement_id = expunged)
$$;
