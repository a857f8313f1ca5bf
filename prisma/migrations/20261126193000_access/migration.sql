-- Who may read a negotiation. It is a column of its versions; what counts is the version in force, whatever moment is
-- read.
CREATE TYPE "NegotiationAccess" AS ENUM ('PUBLIC', 'RESTRICTED');
ALTER TABLE "negotiation" ADD COLUMN "access" "NegotiationAccess" NOT NULL DEFAULT 'PUBLIC';
ALTER TABLE "negotiation" ALTER COLUMN "access" DROP DEFAULT;

-- CreateIndex
CREATE INDEX "negotiation_access_until_position_idx" ON "negotiation"("access", "until_position");

-- Actors, posts and reports may be kept to one negotiation, whose readers alone they are there for.
ALTER TABLE "actor" ADD COLUMN "negotiation_id" UUID;
ALTER TABLE "post" ADD COLUMN "negotiation_id" UUID;
ALTER TABLE "report" ADD COLUMN "negotiation_id" UUID;

-- An answer belongs to the talks of its proposal, as all else says of itself.
ALTER TABLE "proposal_answer" ADD COLUMN "negotiation_id" UUID;
SELECT set_config('parley.expunging', 'on', true);
UPDATE "proposal_answer" a SET "negotiation_id" =
  (SELECT p."negotiation_id" FROM "proposal" p WHERE p."id" = a."proposal_id" LIMIT 1);
SELECT set_config('parley.expunging', 'off', true);
ALTER TABLE "proposal_answer" ALTER COLUMN "negotiation_id" SET NOT NULL;

-- The position of the last entry that changed who may read something: a node that knows it knows all of that.
ALTER TABLE "ledger_head" ADD COLUMN "access_position" BIGINT NOT NULL DEFAULT 0;

-- Within a scope a name belongs to one thing. Zeros are the scope of what is for everybody: restricted talks have one
-- of their own, so that nobody learns from a name that is taken that they are there. External ids of what belongs to a
-- negotiation are in its scope in any case.
ALTER TABLE "negotiation_slug" ADD COLUMN "scope" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE "negotiation_slug" ALTER COLUMN "scope" DROP DEFAULT;
ALTER TABLE "negotiation_slug" DROP CONSTRAINT "negotiation_slug_pkey", ADD CONSTRAINT "negotiation_slug_pkey" PRIMARY KEY ("slug", "scope");

-- CreateIndex
CREATE INDEX "negotiation_slug_negotiation_id_idx" ON "negotiation_slug"("negotiation_id");

ALTER TABLE "external_id" ADD COLUMN "scope" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
UPDATE "external_id" e SET "scope" = l."negotiation_id" FROM "ledger" l
WHERE l."position" = e."position" AND l."negotiation_id" IS NOT NULL AND e."subject_type" <> 'Negotiation';
ALTER TABLE "external_id" ALTER COLUMN "scope" DROP DEFAULT;
ALTER TABLE "external_id" DROP CONSTRAINT "external_id_pkey", ADD CONSTRAINT "external_id_pkey" PRIMARY KEY ("external_id", "scope");

-- A draft's external id likewise: nobody drafts for talks that are not there for them.
DROP INDEX "draft_external_id_key";

-- CreateIndex
CREATE UNIQUE INDEX "draft_external_id_negotiation_id_key" ON "draft"("external_id", "negotiation_id");

-- Runs under the head's lock, within the transaction that writes the version.
CREATE FUNCTION access_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  everybody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  before "NegotiationAccess";
BEGIN
  SELECT access INTO before FROM negotiation
  WHERE id = NEW.id AND from_position < NEW.from_position ORDER BY from_position DESC LIMIT 1;
  IF NEW.access = coalesce(before, 'PUBLIC') THEN
    RETURN NULL;
  END IF;
  UPDATE ledger_head SET access_position = NEW.from_position;
  IF NEW.access = 'RESTRICTED' THEN
    UPDATE negotiation_slug SET scope = NEW.id WHERE negotiation_id = NEW.id;
    UPDATE external_id SET scope = NEW.id WHERE subject_id = NEW.id AND subject_type = 'Negotiation';
  ELSE
    -- The address must be free, or another is given with it; an external id that is not stays in the scope it is in.
    UPDATE negotiation_slug SET scope = everybody WHERE negotiation_id = NEW.id AND slug = NEW.slug;
    DELETE FROM negotiation_slug WHERE negotiation_id = NEW.id AND scope <> everybody;
    UPDATE external_id e SET scope = everybody WHERE subject_id = NEW.id AND subject_type = 'Negotiation'
      AND NOT EXISTS (SELECT FROM external_id o WHERE o.external_id = e.external_id AND o.scope = everybody);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER access_is_kept AFTER INSERT ON negotiation
  FOR EACH ROW EXECUTE FUNCTION access_is_kept();

-- A plan's rows of negotiations are written before those of their slugs.
CREATE FUNCTION slug_has_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.scope := coalesce((SELECT id FROM negotiation WHERE id = NEW.negotiation_id AND access = 'RESTRICTED'
                           AND until_position = 9223372036854775807),
                        '00000000-0000-0000-0000-000000000000');
  RETURN NEW;
END $$;

CREATE TRIGGER slug_has_scope BEFORE INSERT ON negotiation_slug
  FOR EACH ROW EXECUTE FUNCTION slug_has_scope();
