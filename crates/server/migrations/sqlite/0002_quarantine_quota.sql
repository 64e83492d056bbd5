-- Who brought what waits: a PC that was taken out of the project has so much room and no more. NULL: of before this was noted.
ALTER TABLE quarantine_commit ADD COLUMN carrier BLOB;
CREATE INDEX quarantine_commit_carrier ON quarantine_commit (project, carrier);

-- Blobs that such a PC began to upload, until it is released.
CREATE TABLE quarantine_upload (
  project BLOB NOT NULL,
  device  BLOB NOT NULL,
  blob    BLOB NOT NULL,
  -- Of the whole.
  bytes   INTEGER NOT NULL,
  PRIMARY KEY (project, device, blob)
) WITHOUT ROWID;
