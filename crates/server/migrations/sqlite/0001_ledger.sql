-- The project comes first in every key. What was accepted is only ever added to: triggers refuse the rest,
-- but for the bytes of a part whose party was erased.

CREATE TABLE server_setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- One row a project; whoever numbers, certifies or begins an epoch holds it.
CREATE TABLE project_head (
  project     BLOB PRIMARY KEY,
  epoch       BLOB NOT NULL,
  head        INTEGER NOT NULL,
  checkpoint  BLOB NOT NULL,
  members     INTEGER NOT NULL,
  -- Of the last commit that erased a party; 0 before.
  erased      INTEGER NOT NULL,
  -- Counts what came into quarantine.
  quarantined INTEGER NOT NULL
) WITHOUT ROWID;

-- Where each epoch began: the last number that it shares with the one before.
CREATE TABLE project_epoch (
  project    BLOB NOT NULL,
  place      INTEGER NOT NULL,
  epoch      BLOB NOT NULL,
  number     INTEGER NOT NULL,
  checkpoint BLOB NOT NULL,
  began      INTEGER NOT NULL,
  PRIMARY KEY (project, place)
) WITHOUT ROWID;

CREATE TABLE log_commit (
  project    BLOB NOT NULL,
  number     INTEGER NOT NULL,
  hash       BLOB NOT NULL,
  stream     BLOB NOT NULL,
  seq        INTEGER NOT NULL,
  envelope   BLOB NOT NULL,
  -- The common part's bytes, where there is one.
  common     BLOB,
  -- Of the header, the common one included.
  parts      INTEGER NOT NULL,
  -- Envelope and parts in bytes.
  size       INTEGER NOT NULL,
  checkpoint BLOB NOT NULL,
  received   INTEGER NOT NULL,
  PRIMARY KEY (project, number)
);
CREATE UNIQUE INDEX log_commit_hash ON log_commit (project, hash);

-- Parts of parties. NULL: erased, or the carrier did not have the bytes.
CREATE TABLE log_part (
  project BLOB NOT NULL,
  number  INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  party   BLOB NOT NULL,
  bytes   BLOB,
  PRIMARY KEY (project, number, place)
);
CREATE INDEX log_part_party ON log_part (project, party);

-- Which commits name a blob.
CREATE TABLE log_blob (
  project BLOB NOT NULL,
  blob    BLOB NOT NULL,
  number  INTEGER NOT NULL,
  PRIMARY KEY (project, blob, number)
) WITHOUT ROWID;
CREATE INDEX log_blob_number ON log_blob (project, number);

-- The key of each stream, from its seq 0; of streams in quarantine too.
CREATE TABLE log_stream (
  project     BLOB NOT NULL,
  stream      BLOB NOT NULL,
  device      BLOB NOT NULL,
  key         BLOB NOT NULL,
  PRIMARY KEY (project, stream)
) WITHOUT ROWID;

CREATE TABLE log_erased (
  project BLOB NOT NULL,
  party   BLOB NOT NULL,
  number  INTEGER NOT NULL,
  PRIMARY KEY (project, party)
) WITHOUT ROWID;

-- The ends of the streams; a fork has several.
CREATE TABLE stream_end (
  project BLOB NOT NULL,
  hash    BLOB NOT NULL,
  stream  BLOB NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY (project, hash)
) WITHOUT ROWID;

CREATE TABLE quarantine_commit (
  project  BLOB NOT NULL,
  hash     BLOB NOT NULL,
  arrival  INTEGER NOT NULL,
  device   BLOB NOT NULL,
  stream   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  common   BLOB,
  parts    INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  PRIMARY KEY (project, hash)
);
CREATE INDEX quarantine_commit_device ON quarantine_commit (project, device);

CREATE TABLE quarantine_part (
  project BLOB NOT NULL,
  hash    BLOB NOT NULL,
  place   INTEGER NOT NULL,
  party   BLOB NOT NULL,
  bytes   BLOB,
  PRIMARY KEY (project, hash, place)
);
CREATE INDEX quarantine_part_party ON quarantine_part (project, party);

CREATE TABLE member (
  project     BLOB NOT NULL,
  device      BLOB NOT NULL,
  key         BLOB NOT NULL,
  role        TEXT NOT NULL,
  label       BLOB NOT NULL,
  enrolled    INTEGER NOT NULL,
  lease       INTEGER NOT NULL,
  revoked     INTEGER,
  revision    INTEGER NOT NULL,
  certificate BLOB NOT NULL,
  PRIMARY KEY (project, device)
) WITHOUT ROWID;

CREATE TABLE device_cursor (
  project     BLOB NOT NULL,
  device      BLOB NOT NULL,
  number      INTEGER NOT NULL,
  last_seen   INTEGER,
  app_version TEXT NOT NULL,
  PRIMARY KEY (project, device)
) WITHOUT ROWID;

-- A founding invitation holds no project: the PC that uses it brings its own.
CREATE TABLE invitation (
  locator    BLOB PRIMARY KEY,
  project    BLOB,
  token_hash BLOB NOT NULL UNIQUE,
  role       TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  expires    INTEGER NOT NULL,
  used_by    BLOB
) WITHOUT ROWID;

CREATE TABLE snapshot (
  project BLOB PRIMARY KEY,
  note    BLOB NOT NULL,
  blob    BLOB NOT NULL
) WITHOUT ROWID;

-- Blobs that an erasure or a newer snapshot made useless: none of them is taken again.
CREATE TABLE dropped_blob (
  project BLOB NOT NULL,
  blob    BLOB NOT NULL,
  PRIMARY KEY (project, blob)
) WITHOUT ROWID;

CREATE TRIGGER log_commit_stays BEFORE UPDATE ON log_commit
BEGIN SELECT RAISE(ABORT, 'accepted commits stay as they are'); END;
CREATE TRIGGER log_commit_is_kept BEFORE DELETE ON log_commit
BEGIN SELECT RAISE(ABORT, 'accepted commits stay as they are'); END;
CREATE TRIGGER log_part_is_kept BEFORE DELETE ON log_part
BEGIN SELECT RAISE(ABORT, 'accepted parts stay as they are'); END;
-- Only from bytes to NULL where the party was erased, or from NULL to bytes where it was not.
CREATE TRIGGER log_part_stays BEFORE UPDATE ON log_part
WHEN NEW.project IS NOT OLD.project OR NEW.number IS NOT OLD.number OR NEW.place IS NOT OLD.place
  OR NEW.party IS NOT OLD.party
  OR CASE WHEN EXISTS (SELECT 1 FROM log_erased e WHERE e.project = OLD.project AND e.party = OLD.party)
          THEN NEW.bytes IS NOT NULL ELSE OLD.bytes IS NOT NULL END
BEGIN SELECT RAISE(ABORT, 'accepted parts stay as they are'); END;
CREATE TRIGGER log_blob_stays BEFORE UPDATE ON log_blob
BEGIN SELECT RAISE(ABORT, 'accepted commits stay as they are'); END;
CREATE TRIGGER log_blob_is_kept BEFORE DELETE ON log_blob
BEGIN SELECT RAISE(ABORT, 'accepted commits stay as they are'); END;
CREATE TRIGGER log_stream_stays BEFORE UPDATE ON log_stream
BEGIN SELECT RAISE(ABORT, 'a stream keeps its key'); END;
CREATE TRIGGER log_stream_is_kept BEFORE DELETE ON log_stream
BEGIN SELECT RAISE(ABORT, 'a stream keeps its key'); END;
CREATE TRIGGER log_erased_stays BEFORE UPDATE ON log_erased
BEGIN SELECT RAISE(ABORT, 'an erasure is final'); END;
CREATE TRIGGER log_erased_is_kept BEFORE DELETE ON log_erased
BEGIN SELECT RAISE(ABORT, 'an erasure is final'); END;
CREATE TRIGGER project_epoch_stays BEFORE UPDATE ON project_epoch
BEGIN SELECT RAISE(ABORT, 'epochs stay as they began'); END;
CREATE TRIGGER project_epoch_is_kept BEFORE DELETE ON project_epoch
BEGIN SELECT RAISE(ABORT, 'epochs stay as they began'); END;
CREATE TRIGGER project_head_is_kept BEFORE DELETE ON project_head
BEGIN SELECT RAISE(ABORT, 'a project is never dropped'); END;
CREATE TRIGGER project_head_never_falls BEFORE UPDATE ON project_head
WHEN NEW.head < OLD.head OR NEW.members < OLD.members
BEGIN SELECT RAISE(ABORT, 'numbers never fall'); END;
CREATE TRIGGER quarantine_commit_stays BEFORE UPDATE ON quarantine_commit
BEGIN SELECT RAISE(ABORT, 'commits in quarantine stay as they are'); END;
-- Out of quarantine leads only the log.
CREATE TRIGGER quarantine_commit_is_kept BEFORE DELETE ON quarantine_commit
WHEN NOT EXISTS (SELECT 1 FROM log_commit c WHERE c.project = OLD.project AND c.hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'commits in quarantine are kept until they are released'); END;
CREATE TRIGGER quarantine_part_is_kept BEFORE DELETE ON quarantine_part
WHEN NOT EXISTS (SELECT 1 FROM log_commit c WHERE c.project = OLD.project AND c.hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'commits in quarantine are kept until they are released'); END;
CREATE TRIGGER quarantine_part_stays BEFORE UPDATE ON quarantine_part
WHEN NEW.project IS NOT OLD.project OR NEW.hash IS NOT OLD.hash OR NEW.place IS NOT OLD.place
  OR NEW.party IS NOT OLD.party
  OR NEW.bytes IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM log_erased e WHERE e.project = OLD.project AND e.party = OLD.party)
BEGIN SELECT RAISE(ABORT, 'commits in quarantine stay as they are'); END;
-- Receipts and certificates of a lifetime hang on it.
CREATE TRIGGER server_setting_stays BEFORE UPDATE ON server_setting
WHEN OLD.name IN ('signing key', 'session secret')
BEGIN SELECT RAISE(ABORT, 'the keys of the server stay'); END;
CREATE TRIGGER server_setting_is_kept BEFORE DELETE ON server_setting
WHEN OLD.name IN ('signing key', 'session secret')
BEGIN SELECT RAISE(ABORT, 'the keys of the server stay'); END;
