-- A slug that was public once goes on meaning those talks, also while they are restricted: who wants it hears that it is
-- taken, as they did when everybody read them. Slugs of talks that were never public stay in a scope of their own.
CREATE OR REPLACE FUNCTION access_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Those that were freed come back, where nobody has taken them since.
UPDATE negotiation_slug s SET scope = '00000000-0000-0000-0000-000000000000'
WHERE s.scope = s.negotiation_id
  AND EXISTS (SELECT FROM negotiation n WHERE n.id = s.negotiation_id AND n.slug = s.slug AND n.access = 'PUBLIC')
  AND NOT EXISTS (SELECT FROM negotiation_slug o
    WHERE o.slug = s.slug AND (o.scope = '00000000-0000-0000-0000-000000000000'
      OR o.scope > s.scope AND EXISTS (
        SELECT FROM negotiation n WHERE n.id = o.negotiation_id AND n.slug = o.slug AND n.access = 'PUBLIC')));
