//! Opening the SQLite file: key, settings, schema.

use crate::{
    error::{Damage, Doing, Place, StoreError},
    slots::{DataKey, Slots},
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{fs, path::Path, time::Duration};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");
const PAGE: u64 = 4096;

fn options(path: &Path, key: &DataKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", key.pragma().to_string())
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(64)
        .disable_statement_logging()
}

pub(crate) async fn write_to(
    path: &Path,
    key: &DataKey,
    create: bool,
) -> Result<SqliteConnection, StoreError> {
    let options = options(path, key)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut db = open(path, key, options).await?;
    check_schema(&mut db).await?;
    MIGRATOR.run(&mut db).await?;
    Ok(db)
}

/// `immutable` reads a file that nothing can change, from a folder that cannot be written to.
pub(crate) async fn read_from(
    path: &Path,
    key: &DataKey,
    immutable: bool,
) -> Result<SqliteConnection, StoreError> {
    let options = options(path, key).create_if_missing(false).read_only(true).immutable(immutable);
    open(path, key, options).await
}

async fn open(
    path: &Path,
    key: &DataKey,
    options: SqliteConnectOptions,
) -> Result<SqliteConnection, StoreError> {
    let wrong = |error: StoreError| match error {
        StoreError::WrongKey if key_fits(path, key) => header_damage(),
        other => other,
    };
    let mut db = options.connect().await.map_err(|error| wrong(error.into()))?;
    sqlx::query("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut db)
        .await
        .map_err(|error| wrong(error.into()))?;
    check_length(path, &mut db).await?;
    Ok(db)
}

fn header_damage() -> StoreError {
    StoreError::Damaged(Damage { place: Place::Header, readable: None })
}

/// The slots know the key they hold: what it does not open is damaged.
fn key_fits(path: &Path, key: &DataKey) -> bool {
    Slots::open(path).is_ok_and(|slots| slots.fits(key))
}

/// A file cut short, found before anything stumbles over the missing pages. Pages that are still in
/// the write-ahead log are not missing.
async fn check_length(path: &Path, db: &mut SqliteConnection) -> Result<(), StoreError> {
    let wal = fs::metadata(beside_wal(path)).map_or(0, |file| file.len());
    if wal > 0 {
        return Ok(());
    }
    let pages = fs::metadata(path).doing("reading the database's length")?.len() / PAGE;
    let expected: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(db).await?;
    let expected = expected.unsigned_abs();
    if pages < expected {
        let place = Place::Truncated { pages, expected };
        return Err(StoreError::Damaged(Damage { place, readable: None }));
    }
    Ok(())
}

fn beside_wal(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The version of the schema this program writes.
pub(crate) fn schema_known() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// A database that a newer program has changed is not touched.
pub(crate) async fn check_schema(db: &mut SqliteConnection) -> Result<i64, StoreError> {
    let migrated: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_optional(&mut *db)
            .await?;
    if migrated.is_none() {
        return Ok(0);
    }
    let found: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(db).await?;
    let (found, known) = (found.unwrap_or(0), schema_known());
    if found > known { Err(StoreError::NewerSchema { found, known }) } else { Ok(found) }
}

pub(crate) async fn close(db: SqliteConnection) -> Result<(), StoreError> {
    Ok(db.close().await?)
}
