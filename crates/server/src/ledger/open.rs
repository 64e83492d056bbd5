//! Opening the ledger by its URL, and bringing its schema up to date.

use super::{Blobs, Changes, Db, Fault, Inner, Ledger, Options, db::Conn};
use ed25519_dalek::SigningKey;
use shoulou_eventlog::sync::wire::Refusal;
use sqlx::{
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, str::FromStr, sync::Arc, thread, time::Duration};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

const POOL: u32 = 16;
const READERS: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("a store is sqlite:PATH or postgres:URL")]
    Url,
    #[error("there is no store here yet: run `shoulou-server init`")]
    Absent,
    #[error("the store was written by a newer version")]
    Newer,
    #[error(
        "the store is of an older version, and this role may not change it: run `shoulou-server init --service-role` as its owner"
    )]
    Older,
    #[error("the database does not open: {0}")]
    Database(#[source] sqlx::Error),
    #[error("the schema cannot be brought up to date: {0}")]
    Migrate(#[source] MigrateError),
    #[error("the folder for blobs cannot be used: {0}")]
    Blobs(#[source] std::io::Error),
    #[error("the store does not hold what it should")]
    Content,
    #[error("there is no backup in this folder: it has no ledger.sqlite3")]
    NoBackup,
    #[error("the store is in use already: a backup goes back into an empty one")]
    Occupied,
}

impl Ledger {
    /// Opens the store at `url`, `sqlite:PATH` or `postgres://…`; makes it where there is none.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str, options: Options) -> Result<Ledger, OpenError> {
        let db = connect(url, options.durable).await?;
        bring_up_to_date(&db).await?;
        let blobs =
            Blobs::open(options.blobs.clone(), options.durable).map_err(OpenError::Blobs)?;
        let [server, secret] = secrets(&db, &options).await?;
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Ok(Ledger(Arc::new(Inner {
            db,
            blobs,
            server: SigningKey::from_bytes(&server),
            secret,
            entropy: options.entropy,
            changes: Changes::default(),
            checking: Semaphore::new(threads),
            threads,
        })))
    }

    /// Lets a role of PostgreSQL serve: it may add and read, and change no commit.
    ///
    /// # Errors
    /// The store is no PostgreSQL, or there is no such role, or this one may not grant.
    pub async fn grant(&self, role: &str) -> Result<(), Refusal> {
        let mut db = self.0.db.write().await?;
        if !db.is_postgres() {
            return Err(super::refusal(super::RefusalCode::Malformed, "only PostgreSQL has roles"));
        }
        for line in GRANTS {
            db.run_text(line.replace("ROLE", &format!("\"{}\"", role.replace('"', "\"\""))))
                .await?;
        }
        Ok(db.commit().await?)
    }
}

/// What the role that serves may do. `USAGE` on the schema it has, or the owner gives it.
const GRANTS: &[&str] = &[
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ROLE",
    "REVOKE ALL ON FUNCTION erase_parts, fill_part, end_quarantine FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO ROLE",
    "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO ROLE",
    "REVOKE INSERT ON _sqlx_migrations FROM ROLE",
    "GRANT UPDATE ON project_head, member, device_cursor, invitation, snapshot, server_setting TO ROLE",
    "GRANT UPDATE, DELETE ON stream_end TO ROLE",
    "GRANT DELETE ON snapshot, quarantine_upload TO ROLE",
    "GRANT EXECUTE ON FUNCTION erase_parts, fill_part, end_quarantine TO ROLE",
];

pub(super) async fn connect(url: &str, durable: bool) -> Result<Db, OpenError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return sqlite(Path::new(path), durable).await;
    }
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Err(OpenError::Url);
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| OpenError::Url)?;
    let options = options.application_name("shoulou-server").statement_cache_capacity(128);
    let options = sqlx::ConnectOptions::disable_statement_logging(options);
    let pool = PgPoolOptions::new().max_connections(POOL).acquire_timeout(PATIENCE);
    Ok(Db::Postgres(pool.connect_with(options).await.map_err(OpenError::Database)?))
}

async fn sqlite(path: &Path, durable: bool) -> Result<Db, OpenError> {
    let synchronous = if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .busy_timeout(PATIENCE)
        .pragma("cache_size", "-65536")
        .statement_cache_capacity(128);
    let options = sqlx::ConnectOptions::disable_statement_logging(options);
    let pool = |size| SqlitePoolOptions::new().max_connections(size).acquire_timeout(PATIENCE);
    let write = pool(1).connect_with(options.clone()).await.map_err(OpenError::Database)?;
    let read = pool(READERS).connect_lazy_with(options);
    Ok(Db::Sqlite { write, read })
}

pub(super) async fn bring_up_to_date(db: &Db) -> Result<(), OpenError> {
    match db {
        Db::Sqlite { write, .. } => SQLITE.run(write).await.map_err(outdated),
        Db::Postgres(pool) => {
            // The role that serves may not even ask for the migrations' lock table to be made.
            let latest = "SELECT max(version) FROM _sqlx_migrations WHERE success";
            let found: Option<i64> =
                sqlx::query_scalar(latest).fetch_one(pool).await.unwrap_or(None);
            let known = POSTGRES.iter().map(|one| one.version).max();
            if found.is_some() && found == known {
                return Ok(());
            }
            match POSTGRES.run(pool).await.map_err(outdated) {
                Err(OpenError::Migrate(MigrateError::Execute(error))) if may_not(&error) => {
                    Err(if found.is_some() { OpenError::Older } else { OpenError::Absent })
                }
                done => done,
            }
        }
    }
}

fn may_not(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).as_deref() == Some("42501")
}

fn outdated(error: MigrateError) -> OpenError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => OpenError::Newer,
        error => OpenError::Migrate(error),
    }
}

/// The server's signing key and the secret of its sessions: made once, shared by all instances.
async fn secrets(db: &Db, options: &Options) -> Result<[Zeroizing<[u8; 32]>; 2], OpenError> {
    let failed = |fault| match fault {
        Fault::Database(error) => OpenError::Database(error),
        _ => OpenError::Content,
    };
    let read = async |name: &'static str| {
        let mut found = setting(&mut db.read().await?, name).await?;
        if found.is_none() {
            let mut fresh = Zeroizing::new([0; 32]);
            (options.entropy)(&mut fresh[..]);
            let mut tx = db.write().await?;
            let add =
                "INSERT INTO server_setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            tx.run(add, args![name, &fresh[..]]).await?;
            found = setting(&mut tx, name).await?;
            tx.commit().await?;
        }
        found.ok_or(Fault::Corrupt("a setting"))
    };
    Ok([read("signing key").await.map_err(failed)?, read("session secret").await.map_err(failed)?])
}

async fn setting(db: &mut Conn, name: &'static str) -> Result<Option<Zeroizing<[u8; 32]>>, Fault> {
    let row = db.row("SELECT value FROM server_setting WHERE name = $1", args![name]).await?;
    let Some(row) = row else { return Ok(None) };
    let bytes = Zeroizing::new(row.bytes(0)?);
    let exact = bytes.as_slice().try_into().map_err(|_| Fault::Corrupt("a setting"))?;
    Ok(Some(Zeroizing::new(exact)))
}
