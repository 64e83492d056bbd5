//! Beginning with another PC's views, and making sure of them afterwards. The rules are at the head of
//! [`crate::sync`].

mod export;
mod format;
mod import;
mod settle;

pub use export::Exported;

use super::cursor;
use crate::{
    error::StoreError,
    log::put_setting,
    store::{Store, VIEWS_OF, setting},
};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::sync::wire;
use sqlx::{Connection, SqliteConnection};

const SNAPSHOT: &str = "sync/snapshot";

/// A store whose views came with a snapshot, and whose log is not whole yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provisional {
    /// The snapshot covers the commits up to this number.
    pub number: u64,
    /// Those that were pulled.
    pub pulled: u64,
}

/// What became of provisional views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// There are none.
    Nothing,
    /// The log is not whole yet.
    NotYet,
    /// They are what the log says.
    Equal,
    /// They were not: the views are now those that the log gives. Somebody's snapshot was wrong.
    Different,
}

/// What the file keeps of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    number: u64,
    state: State,
    /// The log said something else.
    #[serde(default)]
    differed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Provisional,
    Settled,
    /// The log that it covers is no longer the server's, or this version folds otherwise: the views are those
    /// of what is here, and commits are taken in as if there had been no snapshot.
    Left,
}

/// What the writer must know of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Base {
    /// Arrivals up to it are those of the commits that the snapshot covers; 0 without one.
    pub number: u64,
    pub provisional: bool,
}

impl Base {
    /// Up to where a commit's number is its arrival, and its effect is in the views already.
    pub fn open_until(&self) -> Option<u64> {
        self.provisional.then_some(self.number)
    }
}

impl From<Option<Marker>> for Base {
    fn from(marker: Option<Marker>) -> Self {
        marker.map_or_else(Base::default, |marker| Base {
            number: marker.number,
            provisional: marker.state == State::Provisional,
        })
    }
}

impl Store {
    /// `None` where the views are this PC's own.
    pub async fn provisional(&self) -> Result<Option<Provisional>, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let marker = load(&mut tx).await?.filter(|marker| marker.state == State::Provisional);
        let cursor = cursor::load(&mut tx).await?.map_or(0, |cursor| cursor.number);
        tx.commit().await?;
        Ok(marker.map(|Marker { number, .. }| Provisional { number, pulled: cursor.min(number) }))
    }

    /// Whether the snapshot that this PC began with turned out to be wrong. Stays so.
    pub async fn snapshot_differed(&self) -> Result<bool, StoreError> {
        Ok(load(&mut *self.reader().await?).await?.is_some_and(|marker| marker.differed))
    }

    /// What a snapshot must have been made with to be of use here.
    pub fn fold(&self) -> String {
        crate::store::views_of(self.shared.knows)
    }
}

async fn load(db: &mut SqliteConnection) -> Result<Option<Marker>, StoreError> {
    let bytes = setting(db, SNAPSHOT).await?;
    let marker = bytes.map(|bytes| wire::decode(&bytes));
    marker.transpose().map_err(|_| StoreError::row("the mark of a snapshot"))
}

async fn put(db: &mut SqliteConnection, marker: Marker) -> Result<(), StoreError> {
    put_setting(db, SNAPSHOT, &wire::encode(&marker)).await
}

pub(crate) async fn base(db: &mut SqliteConnection) -> Result<Base, StoreError> {
    Ok(load(db).await?.into())
}

/// A snapshot whose commits need not all be here, nor before those that name them.
pub(crate) struct Behind {
    number: i64,
    /// They are awaited in their places; else the places stay empty.
    awaited: bool,
}

impl Behind {
    /// How many arrivals from `next` on may be missing before the commit that has arrival `found`.
    pub fn absent(&self, next: i64, found: i64) -> i64 {
        (found.min(self.number.saturating_add(1)) - next).max(0)
    }

    pub fn count(&self, absent: i64) -> u64 {
        if self.awaited { absent.unsigned_abs() } else { 0 }
    }
}

pub(crate) async fn behind(db: &mut SqliteConnection) -> Result<Option<Behind>, StoreError> {
    let marker = load(db).await?.filter(|marker| marker.state != State::Settled);
    Ok(marker.map(|marker| Behind {
        number: marker.number.cast_signed(),
        awaited: marker.state == State::Provisional,
    }))
}

/// Gives provisional views up: they are to be made anew from what is here. Says whether there were any.
pub(crate) async fn leave(db: &mut SqliteConnection) -> Result<bool, StoreError> {
    let Some(marker) = load(db).await?.filter(|marker| marker.state == State::Provisional) else {
        return Ok(false);
    };
    put(db, Marker { state: State::Left, ..marker }).await?;
    find_heads(db).await?;
    let stale = sqlx::query("DELETE FROM local_setting WHERE key = ?");
    stale.bind(VIEWS_OF).execute(db).await?;
    Ok(true)
}

/// The ends of the streams as the log here has them.
async fn find_heads(db: &mut SqliteConnection) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM local_head WHERE NOT EXISTS \
         (SELECT 1 FROM log_commit c WHERE c.hash = local_head.hash)",
        "INSERT OR IGNORE INTO local_head (hash, stream, seq, told) \
         SELECT c.hash, c.stream, c.seq, 0 FROM log_commit c",
        "DELETE FROM local_head WHERE (hash, stream, seq + 1) IN \
         (SELECT prev, stream, seq FROM log_commit WHERE prev IS NOT NULL)",
    ] {
        sqlx::query(statement).execute(&mut *db).await?;
    }
    Ok(())
}

/// The server has numbered anew what lies above `number`.
pub(super) async fn leave_if_above(
    db: &mut SqliteConnection,
    number: u64,
) -> Result<bool, StoreError> {
    match load(db).await? {
        Some(marker) if marker.number > number => leave(db).await,
        _ => Ok(false),
    }
}

/// Parts whose bytes are not here although their party is not erased, as far as this PC was told.
async fn lacks_parts(db: &mut SqliteConnection) -> Result<bool, StoreError> {
    let lacking: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM log_part WHERE bytes IS NULL \
         AND party NOT IN (SELECT party FROM log_erased) LIMIT 1",
    )
    .fetch_optional(db)
    .await?;
    Ok(lacking.is_some())
}
