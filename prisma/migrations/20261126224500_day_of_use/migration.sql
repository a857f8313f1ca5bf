-- When a key was used is kept to the day.
UPDATE "desk_key" SET "last_used_at" = date_trunc('day', "last_used_at", 'UTC') WHERE "last_used_at" IS NOT NULL;
