-- A source that is judged in the batch that publishes it gets its number with its first version, and keeps it in the next.
CREATE OR REPLACE FUNCTION pseudonym_has_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.number := coalesce(NEW.number,
    (SELECT number FROM pseudonym WHERE id = NEW.id LIMIT 1),
    (SELECT max(number) FROM pseudonym WHERE negotiation_id = NEW.negotiation_id) + 1, 1);
  RETURN NEW;
END $$;
