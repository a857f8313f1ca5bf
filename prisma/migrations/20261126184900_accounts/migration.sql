-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT,
    "subject" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_grant" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "negotiation_id" UUID,
    "role" "Role" NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "account_issuer_subject_key" ON "account"("issuer", "subject");

-- CreateIndex
CREATE INDEX "account_created_at_id_idx" ON "account"("created_at", "id");

-- One role for the whole desk, where the negotiation is null, and one for each negotiation.
-- CreateIndex
CREATE UNIQUE INDEX "role_grant_account_id_negotiation_id_key" ON "role_grant"("account_id", "negotiation_id") NULLS NOT DISTINCT;

-- Each key that there is becomes an account of its own, under the same id, by which drafts name their authors.
INSERT INTO "account" ("id", "name", "created_at") SELECT "id", "name", "created_at" FROM "desk_key";
INSERT INTO "role_grant" ("id", "account_id", "role", "granted_at")
SELECT gen_random_uuid(), "id", "role", "created_at" FROM "desk_key";

-- AlterTable
ALTER TABLE "desk_key" ADD COLUMN "account_id" UUID;
UPDATE "desk_key" SET "account_id" = "id";
ALTER TABLE "desk_key" ALTER COLUMN "account_id" SET NOT NULL;

-- CreateIndex
CREATE INDEX "desk_key_account_id_created_at_id_idx" ON "desk_key"("account_id", "created_at", "id");

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "desk_key" ADD CONSTRAINT "desk_key_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
