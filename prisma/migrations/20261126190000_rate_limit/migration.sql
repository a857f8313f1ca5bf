-- What callers asked for, where nodes count together. It says nothing of the record and is worth a window's length at
-- most, so a crash of the server may empty it.
CREATE UNLOGGED TABLE rate_limit (
  key text PRIMARY KEY,
  points integer NOT NULL,
  expire bigint
);
