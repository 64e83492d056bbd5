-- The project comes first in every key. What was accepted is only ever added to: triggers refuse the rest,
-- but for the bytes of a part whose party was erased.

CREATE TABLE server_setting (name TEXT PRIMARY KEY, value BYTEA NOT NULL);

-- One row a project; whoever numbers, certifies or begins an epoch holds it.
CREATE TABLE project_head (
  project     BYTEA PRIMARY KEY,
  epoch       BYTEA NOT NULL,
  head        BIGINT NOT NULL,
  checkpoint  BYTEA NOT NULL,
  members     BIGINT NOT NULL,
  -- Of the last commit that erased a party; 0 before.
  erased      BIGINT NOT NULL,
  -- Counts what came into quarantine.
  quarantined BIGINT NOT NULL
);

-- Where each epoch began: the last number that it shares with the one before.
CREATE TABLE project_epoch (
  project    BYTEA NOT NULL,
  place      BIGINT NOT NULL,
  epoch      BYTEA NOT NULL,
  number     BIGINT NOT NULL,
  checkpoint BYTEA NOT NULL,
  began      BIGINT NOT NULL,
  PRIMARY KEY (project, place)
);

CREATE TABLE log_commit (
  project    BYTEA NOT NULL,
  number     BIGINT NOT NULL,
  hash       BYTEA NOT NULL,
  stream     BYTEA NOT NULL,
  seq        BIGINT NOT NULL,
  envelope   BYTEA NOT NULL,
  -- The common part's bytes, where there is one.
  common     BYTEA,
  -- Of the header, the common one included.
  parts      BIGINT NOT NULL,
  -- Envelope and parts in bytes.
  size       BIGINT NOT NULL,
  checkpoint BYTEA NOT NULL,
  received   BIGINT NOT NULL,
  PRIMARY KEY (project, number)
);
CREATE UNIQUE INDEX log_commit_hash ON log_commit (project, hash);

-- Parts of parties. NULL: erased, or the carrier did not have the bytes.
CREATE TABLE log_part (
  project BYTEA NOT NULL,
  number  BIGINT NOT NULL,
  place   BIGINT NOT NULL,
  party   BYTEA NOT NULL,
  bytes   BYTEA,
  PRIMARY KEY (project, number, place)
);
CREATE INDEX log_part_party ON log_part (project, party);

-- Which commits name a blob.
CREATE TABLE log_blob (
  project BYTEA NOT NULL,
  blob    BYTEA NOT NULL,
  number  BIGINT NOT NULL,
  PRIMARY KEY (project, blob, number)
);
CREATE INDEX log_blob_number ON log_blob (project, number);

-- The key of each stream, from its seq 0; of streams in quarantine too.
CREATE TABLE log_stream (
  project     BYTEA NOT NULL,
  stream      BYTEA NOT NULL,
  device      BYTEA NOT NULL,
  key         BYTEA NOT NULL,
  PRIMARY KEY (project, stream)
);

CREATE TABLE log_erased (
  project BYTEA NOT NULL,
  party   BYTEA NOT NULL,
  number  BIGINT NOT NULL,
  PRIMARY KEY (project, party)
);

-- The ends of the streams; a fork has several.
CREATE TABLE stream_end (
  project BYTEA NOT NULL,
  hash    BYTEA NOT NULL,
  stream  BYTEA NOT NULL,
  seq     BIGINT NOT NULL,
  PRIMARY KEY (project, hash)
);

CREATE TABLE quarantine_commit (
  project  BYTEA NOT NULL,
  hash     BYTEA NOT NULL,
  arrival  BIGINT NOT NULL,
  device   BYTEA NOT NULL,
  stream   BYTEA NOT NULL,
  seq      BIGINT NOT NULL,
  envelope BYTEA NOT NULL,
  common   BYTEA,
  parts    BIGINT NOT NULL,
  size     BIGINT NOT NULL,
  PRIMARY KEY (project, hash)
);
CREATE INDEX quarantine_commit_device ON quarantine_commit (project, device);

CREATE TABLE quarantine_part (
  project BYTEA NOT NULL,
  hash    BYTEA NOT NULL,
  place   BIGINT NOT NULL,
  party   BYTEA NOT NULL,
  bytes   BYTEA,
  PRIMARY KEY (project, hash, place)
);
CREATE INDEX quarantine_part_party ON quarantine_part (project, party);

CREATE TABLE member (
  project     BYTEA NOT NULL,
  device      BYTEA NOT NULL,
  key         BYTEA NOT NULL,
  role        TEXT NOT NULL,
  label       BYTEA NOT NULL,
  enrolled    BIGINT NOT NULL,
  lease       BIGINT NOT NULL,
  revoked     BIGINT,
  revision    BIGINT NOT NULL,
  certificate BYTEA NOT NULL,
  PRIMARY KEY (project, device)
);

CREATE TABLE device_cursor (
  project     BYTEA NOT NULL,
  device      BYTEA NOT NULL,
  number      BIGINT NOT NULL,
  last_seen   BIGINT,
  app_version TEXT NOT NULL,
  PRIMARY KEY (project, device)
);

-- A founding invitation holds no project: the PC that uses it brings its own.
CREATE TABLE invitation (
  locator    BYTEA PRIMARY KEY,
  project    BYTEA,
  token_hash BYTEA NOT NULL UNIQUE,
  role       TEXT NOT NULL,
  sealed     BYTEA NOT NULL,
  expires    BIGINT NOT NULL,
  used_by    BYTEA
);

CREATE TABLE snapshot (
  project BYTEA PRIMARY KEY,
  note    BYTEA NOT NULL,
  blob    BYTEA NOT NULL
);

-- Blobs that an erasure or a newer snapshot made useless: none of them is taken again.
CREATE TABLE dropped_blob (
  project BYTEA NOT NULL,
  blob    BYTEA NOT NULL,
  PRIMARY KEY (project, blob)
);


CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE TRIGGER log_commit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_commit
FOR EACH STATEMENT EXECUTE FUNCTION refuse('accepted commits stay as they are');
CREATE TRIGGER log_blob_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_blob
FOR EACH STATEMENT EXECUTE FUNCTION refuse('accepted commits stay as they are');
CREATE TRIGGER log_stream_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_stream
FOR EACH STATEMENT EXECUTE FUNCTION refuse('a stream keeps its key');
CREATE TRIGGER log_erased_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log_erased
FOR EACH STATEMENT EXECUTE FUNCTION refuse('an erasure is final');
CREATE TRIGGER project_epoch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON project_epoch
FOR EACH STATEMENT EXECUTE FUNCTION refuse('epochs stay as they began');
CREATE TRIGGER project_head_is_kept BEFORE DELETE OR TRUNCATE ON project_head
FOR EACH STATEMENT EXECUTE FUNCTION refuse('a project is never dropped');
CREATE TRIGGER project_head_never_falls BEFORE UPDATE ON project_head
FOR EACH ROW WHEN (NEW.head < OLD.head OR NEW.members < OLD.members)
EXECUTE FUNCTION refuse('numbers never fall');
-- Receipts and certificates of a lifetime hang on it.
CREATE TRIGGER server_setting_stays BEFORE UPDATE OR DELETE ON server_setting
FOR EACH ROW WHEN (OLD.name IN ('signing key', 'session secret'))
EXECUTE FUNCTION refuse('the keys of the server stay');
CREATE TRIGGER log_part_is_kept BEFORE DELETE OR TRUNCATE ON log_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse('accepted parts stay as they are');
CREATE TRIGGER quarantine_commit_stays BEFORE UPDATE OR TRUNCATE ON quarantine_commit
FOR EACH STATEMENT EXECUTE FUNCTION refuse('commits in quarantine stay as they are');
CREATE TRIGGER quarantine_part_is_whole BEFORE TRUNCATE ON quarantine_part
FOR EACH STATEMENT EXECUTE FUNCTION refuse('commits in quarantine stay as they are');

-- Only from bytes to NULL where the party was erased, or from NULL to bytes where it was not.
CREATE FUNCTION log_part_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.project, NEW.number, NEW.place, NEW.party) IS DISTINCT FROM
     (OLD.project, OLD.number, OLD.place, OLD.party)
  OR (CASE WHEN EXISTS (SELECT 1 FROM log_erased e WHERE e.project = OLD.project AND e.party = OLD.party)
           THEN NEW.bytes IS NOT NULL ELSE OLD.bytes IS NOT NULL END)
  THEN RAISE EXCEPTION 'accepted parts stay as they are' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_part_stays BEFORE UPDATE ON log_part
FOR EACH ROW EXECUTE FUNCTION log_part_changes();

-- Out of quarantine leads only the log.
CREATE FUNCTION quarantine_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM log_commit c WHERE c.project = OLD.project AND c.hash = OLD.hash)
  THEN RAISE EXCEPTION 'commits in quarantine are kept until they are released'
    USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER quarantine_commit_is_kept BEFORE DELETE ON quarantine_commit
FOR EACH ROW EXECUTE FUNCTION quarantine_ends();
CREATE TRIGGER quarantine_part_is_kept BEFORE DELETE ON quarantine_part
FOR EACH ROW EXECUTE FUNCTION quarantine_ends();

CREATE FUNCTION quarantine_part_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.project, NEW.hash, NEW.place, NEW.party) IS DISTINCT FROM
     (OLD.project, OLD.hash, OLD.place, OLD.party)
  OR NEW.bytes IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM log_erased e WHERE e.project = OLD.project AND e.party = OLD.party)
  THEN RAISE EXCEPTION 'commits in quarantine stay as they are' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER quarantine_part_stays BEFORE UPDATE ON quarantine_part
FOR EACH ROW EXECUTE FUNCTION quarantine_part_changes();

-- The role that serves may add, and may change neither commits nor parts. These three are its only ways to,
-- and the triggers above bind them as well.
CREATE FUNCTION erase_parts(of_project BYTEA, of_party BYTEA) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE log_part SET bytes = NULL
  WHERE project = of_project AND party = of_party AND bytes IS NOT NULL;
  UPDATE quarantine_part SET bytes = NULL
  WHERE project = of_project AND party = of_party AND bytes IS NOT NULL;
$$;
CREATE FUNCTION fill_part(of_project BYTEA, at_number BIGINT, at_place BIGINT, with_bytes BYTEA) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  UPDATE log_part SET bytes = with_bytes
  WHERE project = of_project AND number = at_number AND place = at_place AND bytes IS NULL;
$$;
CREATE FUNCTION end_quarantine(of_project BYTEA, of_hash BYTEA) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DELETE FROM quarantine_part WHERE project = of_project AND hash = of_hash;
  DELETE FROM quarantine_commit WHERE project = of_project AND hash = of_hash;
$$;
