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

    /// The time of the last commit of this PC's own stream, as its clock had it then.
    pub async fn last_own(&self) -> Result<Option<i64>, StoreError> {
        let stream = self.own_stream().await?.id();
        let mut db = self.reader().await?;
        let heads = crate::read::heads(&mut db).await?;
        let Some(head) = heads.iter().rfind(|head| head.stream == stream) else { return Ok(None) };
        let query = sqlx::query_scalar("SELECT time FROM log_commit WHERE hash = ?");
        Ok(query.bind(&head.hash.0[..]).fetch_optional(&mut *db).await?)
    }

    /// Commits that wait for the certificate of their device.
    pub async fn held_uncertified(&self) -> Result<usize, StoreError> {
        let count = "SELECT count(*) FROM local_held WHERE device IS NOT NULL";
        let count: i64 = sqlx::query_scalar(count).fetch_one(&mut *self.reader().await?).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}
