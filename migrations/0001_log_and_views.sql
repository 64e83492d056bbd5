-- log_*: what was recorded, byte for byte. view_*: a pure function of log_*, disposable.
-- local_*: what concerns this PC alone (arrival numbers are its own, too).

CREATE TABLE log_commit (
    arrival INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE,
    stream  BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    prev    BLOB,
    depth   INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    actor   BLOB NOT NULL,
    -- the exact signed bytes
    header  BLOB NOT NULL,
    -- the part that is no party's, always the first: beside its header, a tick writes one page for both
    common  BLOB
) STRICT;

-- The parties' parts.
CREATE TABLE log_part (
    -- arrival * 65536 + index of the part in its commit
    place INTEGER PRIMARY KEY,
    party BLOB NOT NULL,
    -- NULL once the party was erased
    bytes BLOB
) STRICT;
CREATE INDEX log_part_party ON log_part (party);

CREATE TABLE log_entity (
    entity  BLOB NOT NULL,
    arrival INTEGER NOT NULL REFERENCES log_commit (arrival),
    PRIMARY KEY (entity, arrival)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_blob (
    blob    BLOB NOT NULL,
    arrival INTEGER NOT NULL REFERENCES log_commit (arrival),
    PRIMARY KEY (blob, arrival)
) STRICT, WITHOUT ROWID;

-- A stream's public key, as the stream's first commit carries it.
CREATE TABLE log_stream (
    stream BLOB PRIMARY KEY,
    key    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Parties whose parts are dropped whenever they arrive.
CREATE TABLE log_erased (
    party BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What the commits up to arrival `upto` say of an entity. Those after it are folded in as it is read.
CREATE TABLE view_entity (
    id    BLOB PRIMARY KEY,
    kind  TEXT NOT NULL,
    upto  INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT;

CREATE TABLE view_home (
    unit  BLOB PRIMARY KEY,
    -- sorts homes by code the way people count
    place BLOB NOT NULL,
    row   BLOB NOT NULL
) STRICT;

CREATE TABLE local_identity (
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    project     BLOB NOT NULL,
    device      BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    -- the head of the incarnation before, which this one goes on from
    continues   BLOB,
    -- names this very database file, for the marker outside the data folder
    instance    BLOB NOT NULL,
    signing_key BLOB NOT NULL,
    project_key BLOB NOT NULL
) STRICT;

-- The ends of every stream: more than one where a stream was forked. Where the last commit in the log is of
-- the own stream, that is its end, and its row here may be an ancestor.
CREATE TABLE local_head (
    hash   BLOB PRIMARY KEY,
    stream BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    -- 1 when a commit of our own stream has named it as seen
    told   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Commits that wait for their ancestors, or for the rest of their batch.
CREATE TABLE local_held (
    hash    BLOB PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE local_setting (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
