-- What ties this PC to its server. Nothing here is written on the way of a tick: what is still to be sent
-- is what has no number.

-- The server's numbers of the commits in the log.
CREATE TABLE local_number (
    arrival INTEGER PRIMARY KEY,
    number  INTEGER NOT NULL
) STRICT;
CREATE INDEX local_number_by_number ON local_number (number);

-- Checkpoints of the server's log that this PC agreed with, to go back to.
-- Thinned out as the caller says.
CREATE TABLE local_checkpoint (
    number     INTEGER PRIMARY KEY,
    checkpoint BLOB NOT NULL
) STRICT;

-- The newest certificate of every device, as the server signed it.
CREATE TABLE local_member (
    device      BLOB PRIMARY KEY,
    revision    INTEGER NOT NULL,
    certificate BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The server's word that it has commits, as it signed it.
CREATE TABLE local_receipt (
    id      INTEGER PRIMARY KEY,
    receipt BLOB NOT NULL
) STRICT;

-- Commits that are not sent, and why.
CREATE TABLE local_aside (
    arrival INTEGER PRIMARY KEY,
    why     TEXT NOT NULL
) STRICT;

-- How far the upload of a blob has come.
CREATE TABLE local_upload (
    blob     BLOB PRIMARY KEY,
    size     INTEGER NOT NULL,
    complete INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Blobs of erased parties that the server was told to drop.
CREATE TABLE local_dropped (
    blob BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Blobs that the server may have lost.
CREATE TABLE local_offer (
    blob BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Blobs to fetch, in the order in which they were asked for.
CREATE TABLE local_wanted (
    id   INTEGER PRIMARY KEY,
    blob BLOB NOT NULL UNIQUE
) STRICT;

-- The server's number of a commit that waits.
ALTER TABLE local_held ADD COLUMN number INTEGER;
-- The device whose certificate it waits for.
ALTER TABLE local_held ADD COLUMN device BLOB;
-- 1 when its signature and parts were checked.
ALTER TABLE local_held ADD COLUMN checked INTEGER NOT NULL DEFAULT 0;

-- Of a head that came with a snapshot, until its commit is in the log.
ALTER TABLE local_head ADD COLUMN depth INTEGER;
