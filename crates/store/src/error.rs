use shoulou_eventlog::Hash;
use std::{fmt, io};

/// Why the store did not do what it was asked. Messages carry no content of the project.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("this key does not open the database")]
    WrongKey,
    #[error("the database is damaged: {0}")]
    Damaged(Damage),
    #[error("the folder or file cannot be written to")]
    ReadOnly,
    #[error("the disk is full")]
    DiskFull,
    #[error("the database has schema {found}, this version knows up to {known}")]
    NewerSchema { found: i64, known: i64 },
    #[error("another program holds this database")]
    InUse,
    #[error("there is a database here already")]
    Exists,
    #[error("there is no database here")]
    NotFound,
    /// Something the decision was made from has changed since.
    #[error("the record changed in between")]
    Stale,
    #[error("a commit needs at least one event")]
    EmptyCommit,
    #[error("blob {0} is not on this PC")]
    BlobMissing(Hash),
    #[error("blob {0} is damaged")]
    BlobDamaged(Hash),
    #[error("the password, code or key does not fit")]
    WrongSecret,
    /// Told from a wrong code by its check digits.
    #[error("the recovery code was mistyped")]
    MistypedCode,
    #[error("there is no such key slot")]
    NoSlot,
    #[error("the last way to open the project cannot be removed")]
    LastSlot,
    #[error("the key slots are unreadable")]
    SlotsDamaged,
    #[error("the key slots were written by a newer version")]
    SlotsNewer,
    #[error("this is not a backup, or it is damaged: {0}")]
    BadBackup(&'static str),
    #[error("the backup was written by a newer version")]
    NewerBackup,
    #[error("a commit is not valid: {0}")]
    Commit(#[from] shoulou_eventlog::CommitError),
    #[error("{doing}: {kind}")]
    Io { doing: &'static str, kind: io::ErrorKind },
    #[error("database error {code}")]
    Sqlite { code: i32 },
    #[error("database driver: {0}")]
    Driver(&'static str),
    #[error("the system gave no random bytes")]
    NoRandomness,
    #[error("this PC is tied to no server")]
    Unlinked,
    /// Not what this PC's server says, or not signed by it. Nothing of it was taken.
    #[error("what came from the server is not what it should be: {0}")]
    NotFromServer(&'static str),
    #[error("the snapshot is not what its note says: {0}")]
    BadSnapshot(&'static str),
}

/// Where the damage is, and what of the log can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub place: Place,
    /// Commits whose headers can still be read; `None` where that was not looked into.
    pub readable: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first page: nothing can be opened.
    Header,
    /// The file ends after this many pages, and should have more.
    Truncated { pages: u64 },
    /// A page's content does not fit its check sum.
    Page(Option<u64>),
    /// A stored row does not decode.
    Row(&'static str),
}

impl StoreError {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::WrongKey => "wrong_key",
            StoreError::Damaged(_) => "damaged",
            StoreError::ReadOnly => "read_only",
            StoreError::DiskFull => "disk_full",
            StoreError::NewerSchema { .. } => "newer_schema",
            StoreError::InUse => "in_use",
            StoreError::Exists => "exists",
            StoreError::NotFound => "not_found",
            StoreError::Stale => "stale",
            StoreError::EmptyCommit => "empty_commit",
            StoreError::BlobMissing(_) => "blob_missing",
            StoreError::BlobDamaged(_) => "blob_damaged",
            StoreError::WrongSecret => "wrong_secret",
            StoreError::MistypedCode => "mistyped_code",
            StoreError::NoSlot => "no_slot",
            StoreError::LastSlot => "last_slot",
            StoreError::SlotsDamaged => "slots_damaged",
            StoreError::SlotsNewer => "slots_newer",
            StoreError::BadBackup(_) => "bad_backup",
            StoreError::NewerBackup => "newer_backup",
            StoreError::Commit(_) => "bad_commit",
            StoreError::Io { .. } => "io",
            StoreError::Sqlite { .. } => "sqlite",
            StoreError::Driver(_) => "driver",
            StoreError::NoRandomness => "no_randomness",
            StoreError::Unlinked => "unlinked",
            StoreError::NotFromServer(_) => "not_from_server",
            StoreError::BadSnapshot(_) => "bad_snapshot",
        }
    }

    pub(crate) fn row(what: &'static str) -> Self {
        StoreError::Damaged(Damage { place: Place::Row(what), readable: None })
    }

    pub(crate) fn page() -> Self {
        StoreError::Damaged(Damage { place: Place::Page(None), readable: None })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Header => write!(f, "the first page is unreadable")?,
            Place::Truncated { pages } => write!(f, "it ends after {pages} pages")?,
            Place::Page(Some(page)) => write!(f, "page {page} is unreadable")?,
            Place::Page(None) => write!(f, "a page is unreadable")?,
            Place::Row(what) => write!(f, "a row of {what} is unreadable")?,
        }
        match self.readable {
            Some(commits) => write!(f, "; {commits} commits are readable"),
            None => Ok(()),
        }
    }
}

/// Says what was being done when the system refused.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                StoreError::ReadOnly
            }
            kind => StoreError::Io { doing, kind },
        })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse().ok()).unwrap_or(-1);
                from_sqlite(code)
            }
            sqlx::Error::Io(io) => StoreError::Io { doing: "database", kind: io.kind() },
            sqlx::Error::RowNotFound => StoreError::Driver("row not found"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::row("a table"),
            sqlx::Error::WorkerCrashed => StoreError::Driver("worker crashed"),
            _ => StoreError::Driver("driver"),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error)
            | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            _ => StoreError::Driver("migration"),
        }
    }
}

/// SQLite's primary result codes; the low byte of the extended ones.
fn from_sqlite(code: i32) -> StoreError {
    // A journal that cannot grow: SQLite calls it an I/O error of the shared memory (SQLITE_IOERR_SHMSIZE).
    if code == 4874 {
        return StoreError::DiskFull;
    }
    match code & 0xff {
        5 | 6 => StoreError::InUse,
        8 => StoreError::ReadOnly,
        11 | 26 => StoreError::page(),
        13 => StoreError::DiskFull,
        _ => StoreError::Sqlite { code },
    }
}
