-- What this PC hands to printers, and how far its batches are. `content` is the app's.

CREATE TABLE local_print_job (
    id      BLOB PRIMARY KEY,
    made    INTEGER NOT NULL,
    -- 1 as long as something may still become of it
    open    INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE local_batch (
    id      BLOB PRIMARY KEY,
    made    INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE local_batch_home (
    batch   BLOB NOT NULL REFERENCES local_batch (id) ON DELETE CASCADE,
    -- in the order in which they are printed
    place   INTEGER NOT NULL,
    unit    BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;

-- For the newest entries that name blobs, of all homes: what was printed.
CREATE INDEX log_blob_by_arrival ON log_blob (arrival);
