-- What was recorded wrongly as a whole stays, marked.
-- AlterTable
ALTER TABLE "event" ADD COLUMN "withdrawn" BOOLEAN NOT NULL DEFAULT false;
-- AlterTable
ALTER TABLE "held_group" ADD COLUMN "withdrawn" BOOLEAN NOT NULL DEFAULT false;
-- AlterTable
ALTER TABLE "outcome" ADD COLUMN "withdrawn" BOOLEAN NOT NULL DEFAULT false;
