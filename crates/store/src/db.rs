//! Opening the SQLite file: key, settings, schema.

use crate::{
    error::{Damage, Place, StoreError},
    slots::{DataKey, Slots},
};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection,
    migrate::Migrator,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous, SqliteTransactionManager,
    },
};
use sqlx_core::transaction::TransactionManager;
use std::{fs, path::Path, time::Duration};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");
const PAGE: u64 = 4096;
/// What SQLite allows.
const MOST_PAGES: i64 = 0xffff_fffe;
/// So many commits in a row that cannot be read count as the end.
const GAP: u32 = 500;

fn options(path: &Path, key: &DataKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", keyed(key))
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(64)
        .disable_statement_logging()
}

/// Errors come back as results; SQLCipher would print them, too, unless it is told not to together with the
/// key, before any other setting reads the first page.
fn keyed(key: &DataKey) -> String {
    format!("{}; PRAGMA cipher_log_level = NONE", key.pragma().as_str())
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

/// Where a disk is full, SQLite rolls a transaction back by itself; sqlx takes it for open, and would begin no other.
pub(crate) async fn leave_transaction(db: &mut SqliteConnection) -> Result<(), StoreError> {
    // Whatever was dropped is rolled back before this is answered.
    db.ping().await?;
    if db.is_in_transaction() {
        // So that there is something to roll back; where there is, this one fails.
        let _ = sqlx::query("BEGIN").execute(&mut *db).await;
        SqliteTransactionManager::rollback(db).await?;
    }
    Ok(())
}

/// Lets the file grow by so many pages from here and no further; `None`: as it likes.
pub(crate) async fn limit_growth(
    db: &mut SqliteConnection,
    pages: Option<u32>,
) -> Result<(), StoreError> {
    let here: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *db).await?;
    let most = pages.map_or(MOST_PAGES, |pages| here + i64::from(pages));
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
    sqlx::query(limit).execute(db).await?;
    Ok(())
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
    let wrong = |error: sqlx::Error| match is_not_a_database(&error) {
        true if key_fits(path, key) => {
            StoreError::Damaged(Damage { place: Place::Header, readable: None })
        }
        true => StoreError::WrongKey,
        false => error.into(),
    };
    let mut db = options.connect().await.map_err(wrong)?;
    sqlx::query("SELECT count(*) FROM sqlite_schema").fetch_one(&mut db).await.map_err(wrong)?;
    Ok(db)
}

/// What SQLCipher says of a first page that the key does not open.
fn is_not_a_database(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.as_deref() == Some("26")
}

/// What can still be read of a damaged file, which stays as it is.
pub(crate) async fn survey(path: &Path, key: &DataKey, damage: Damage) -> Damage {
    let reading = options(path, key).create_if_missing(false).read_only(true).immutable(true);
    let reading = reading.pragma("writable_schema", "ON");
    let Ok(mut db) = open(path, key, reading).await else { return damage };
    let place = missing_pages(path, key).await.unwrap_or(damage.place);
    let (mut readable, mut arrival, mut failed) = (0, 0i64, 0);
    while failed < GAP {
        arrival += 1;
        let row = "SELECT length(header) FROM log_commit WHERE arrival = ?";
        let row = sqlx::query_scalar::<_, i64>(row).bind(arrival);
        match row.fetch_optional(&mut db).await {
            Ok(Some(_)) => (readable, failed) = (readable + 1, 0),
            _ => failed += 1,
        }
    }
    Damage { place, readable: Some(readable) }
}

/// SQLite opens a file that lacks pages only when told not to trust it.
async fn missing_pages(path: &Path, key: &DataKey) -> Option<Place> {
    match read_from(path, key, true).await {
        Ok(_) => None,
        Err(_) => Some(Place::Truncated { pages: fs::metadata(path).ok()?.len() / PAGE }),
    }
}

/// The slots know the key they hold: what it does not open is damaged.
fn key_fits(path: &Path, key: &DataKey) -> bool {
    Slots::open(path).is_ok_and(|slots| slots.fits(key))
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
