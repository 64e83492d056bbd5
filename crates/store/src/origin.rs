//! Where commits come from.

use crate::{Store, error::StoreError};
use shoulou_eventlog::{Hash, Id, read_header};
use sqlx::Row;

impl Store {
    /// The device that signed a commit; `None` where the commit is not in the log.
    pub async fn device_of(&self, commit: &Hash) -> Result<Option<Id>, StoreError> {
        let query = sqlx::query("SELECT header FROM log_commit WHERE hash = ?");
        let row = query.bind(&commit.0[..]).fetch_optional(&mut *self.reader().await?).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(read_header(row.try_get("header")?)?.stream.device))
    }
}
