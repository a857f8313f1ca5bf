-- A node of before there were withdrawals writes all columns and knows nothing of this one.
CREATE FUNCTION stands_unless_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.withdrawn := coalesce(NEW.withdrawn, false);
  RETURN NEW;
END $$;
CREATE TRIGGER stands_unless_withdrawn BEFORE INSERT ON event
  FOR EACH ROW EXECUTE FUNCTION stands_unless_withdrawn();
CREATE TRIGGER stands_unless_withdrawn BEFORE INSERT ON held_group
  FOR EACH ROW EXECUTE FUNCTION stands_unless_withdrawn();
CREATE TRIGGER stands_unless_withdrawn BEFORE INSERT ON outcome
  FOR EACH ROW EXECUTE FUNCTION stands_unless_withdrawn();
