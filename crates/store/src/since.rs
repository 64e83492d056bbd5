//! What came from elsewhere since a screen was made.

use crate::{Store, error::StoreError, identity::column};
use shoulou_eventlog::Hash;
use std::collections::HashSet;

impl Store {
    /// Commits of other streams that arrived after `arrival`: nobody at this PC was shown them by a view
    /// made then. What this PC's own stream says, its people have seen.
    pub async fn strangers_since(&self, arrival: u64) -> Result<HashSet<Hash>, StoreError> {
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
