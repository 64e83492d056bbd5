//! What came from elsewhere since a screen was made.

use crate::{Store, error::StoreError, identity::column, views::lock};
use shoulou_eventlog::{Hash, Id};
use sqlx::SqliteConnection;
use std::collections::HashSet;

impl Store {
    /// Commits of other streams that arrived after `arrival`: nobody at this PC was shown them by a view
    /// made then. What this PC's own stream says, its people have seen.
    pub async fn strangers_since(&self, arrival: u64) -> Result<HashSet<Hash>, StoreError> {
        let arrival = {
            let memory = lock(&self.shared.memory);
            let arrival = arrival.max(memory.shown_until);
            if memory.strangers_until.is_some_and(|until| until <= arrival) {
                return Ok(HashSet::new());
            }
            arrival
        };
        let stream = self.own_stream().await?.id();
        let after = i64::try_from(arrival).unwrap_or(i64::MAX);
        let rows = sqlx::query("SELECT hash FROM log_commit WHERE arrival > ? AND stream <> ?")
            .bind(after)
            .bind(&stream.0[..])
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| Ok(Hash(column(row, "hash")?))).collect()
    }
}

/// The number of the last commit that is not of `own`; 0 where there is none.
pub(crate) async fn last_stranger(db: &mut SqliteConnection, own: Id) -> Result<u64, StoreError> {
    // A stream's last commit came last of it.
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(c.arrival) FROM local_head h JOIN log_commit c ON c.hash = h.hash \
         WHERE h.stream <> ?",
    )
    .bind(&own.0[..])
    .fetch_one(db)
    .await?;
    Ok(last.map_or(0, i64::unsigned_abs))
}
