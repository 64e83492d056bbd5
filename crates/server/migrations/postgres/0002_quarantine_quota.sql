-- Who brought what waits: a PC that was taken out of the project has so much room and no more. NULL: of before this was noted.
ALTER TABLE quarantine_commit ADD COLUMN carrier BYTEA;
CREATE INDEX quarantine_commit_carrier ON quarantine_commit (project, carrier);

-- Blobs that such a PC began to upload, until it is released.
CREATE TABLE quarantine_upload (
  project BYTEA NOT NULL,
  device  BYTEA NOT NULL,
  blob    BYTEA NOT NULL,
  -- Of the whole.
  bytes   BIGINT NOT NULL,
  PRIMARY KEY (project, device, blob)
);
