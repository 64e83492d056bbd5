//! How far this PC has come in the server's log, and the ways back.

use super::{blobs, send, snapshot};
use crate::{
    error::StoreError,
    identity::fixed,
    log::put_setting,
    store::{Store, VIEWS_OF, setting},
};
use shoulou_eventlog::{
    Hash,
    sync::{Checkpoint, wire, wire::Cursor},
};
use sqlx::{Connection, Row, SqliteConnection};

const CURSOR: &str = "sync/cursor";

impl Store {
    /// What this PC has from the server; `None` before [`Store::turn_epoch`] was called for the first time.
    pub async fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        load(&mut *self.reader().await?).await
    }

    /// The checkpoints this PC remembers, highest number first. The beginning (number 0) is not among them.
    pub async fn checkpoints_at_or_below(
        &self,
        number: u64,
    ) -> Result<Vec<(u64, Checkpoint)>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, checkpoint FROM local_checkpoint WHERE number <= ? ORDER BY number DESC",
        );
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let rows = rows.bind(number).fetch_all(&mut *self.reader().await?).await?;
        rows.iter().map(checkpoint).collect()
    }

    /// The same as cursors of the present epoch, lowest number first: for [`shoulou_eventlog::sync::machine::Kept`].
    pub async fn remembered(&self) -> Result<Vec<Cursor>, StoreError> {
        let Some(cursor) = self.cursor().await? else { return Ok(Vec::new()) };
        let mut all = self.checkpoints_at_or_below(cursor.number).await?;
        all.reverse();
        let at = |(number, checkpoint)| Cursor { number, checkpoint, ..cursor };
        Ok(all.into_iter().map(at).collect())
    }

    /// Goes on in an epoch from `cursor`, which must be the beginning (number 0) or a remembered checkpoint.
    /// What had a number above it has none any more and is sent again, and so is all that was set aside; all
    /// blobs that are here are on offer ([`Store::next_offer`]).
    ///
    /// # Errors
    /// [`StoreError::NotFromServer`] where this PC does not remember the place.
    pub async fn turn_epoch(&self, cursor: Cursor) -> Result<(), StoreError> {
        let start = Checkpoint::start(self.project());
        let turned = self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                let known = match cursor.number {
                    0 => Some(start),
                    number => remembered(&mut tx, number).await?,
                };
                if known != Some(cursor.checkpoint) {
                    return Err(StoreError::NotFromServer("the start of an epoch"));
                }
                blobs::offer_all(&mut tx).await?;
                for forget in [
                    "DELETE FROM local_upload",
                    "DELETE FROM local_dropped",
                    "DELETE FROM local_aside",
                    // The server may count its certificates from a lower revision now.
                    "DELETE FROM local_setting WHERE key = 'sync/members'",
                ] {
                    sqlx::query(forget).execute(&mut *tx).await?;
                }
                forget_above(&mut tx, cursor.number).await?;
                put(&mut tx, &cursor).await?;
                let left = snapshot::leave_if_above(&mut tx, cursor.number).await?;
                tx.commit().await?;
                writer.base = snapshot::base(&mut writer.db).await?;
                writer.identity.load_heads(&mut writer.db).await?;
                Ok(left)
            })
        });
        if turned.await? {
            self.rebuild().await?;
            self.set_setting(VIEWS_OF, self.fold().as_bytes()).await?;
        }
        Ok(())
    }

    /// The server no longer has what it had numbered above `number`.
    pub async fn forget_numbers_above(&self, number: u64) -> Result<(), StoreError> {
        self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                forget_above(&mut tx, number).await?;
                Ok(tx.commit().await?)
            })
        })
        .await
    }
}

async fn forget_above(db: &mut SqliteConnection, number: u64) -> Result<(), StoreError> {
    for forget in [
        "DELETE FROM local_number WHERE number > ?",
        "DELETE FROM local_checkpoint WHERE number > ?",
        "UPDATE local_held SET number = NULL WHERE number > ?",
    ] {
        sqlx::query(forget).bind(number.cast_signed()).execute(&mut *db).await?;
    }
    send::lower_watermark(db).await
}

/// Everything that one server said, but for its receipts.
pub(super) async fn forget_server(db: &mut SqliteConnection) -> Result<(), StoreError> {
    for forget in [
        "DELETE FROM local_number",
        "DELETE FROM local_checkpoint",
        "DELETE FROM local_member",
        "DELETE FROM local_aside",
        "DELETE FROM local_upload",
        "DELETE FROM local_dropped",
        "DELETE FROM local_offer",
        "UPDATE local_held SET number = NULL",
        "DELETE FROM local_setting WHERE key IN ('sync/cursor', 'sync/members', 'sync/watermark')",
    ] {
        sqlx::query(forget).execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn load(db: &mut SqliteConnection) -> Result<Option<Cursor>, StoreError> {
    let bytes = setting(db, CURSOR).await?;
    let cursor = bytes.map(|bytes| wire::decode(&bytes));
    cursor.transpose().map_err(|_| StoreError::row("the cursor"))
}

pub(super) async fn put(db: &mut SqliteConnection, cursor: &Cursor) -> Result<(), StoreError> {
    put_setting(db, CURSOR, &wire::encode(cursor)).await
}

/// Moves on and remembers the place; those in `forget` are remembered no longer.
pub(super) async fn advance(
    db: &mut SqliteConnection,
    cursor: &Cursor,
    forget: &[u64],
) -> Result<(), StoreError> {
    put(db, cursor).await?;
    for number in forget {
        let forget = sqlx::query("DELETE FROM local_checkpoint WHERE number = ?");
        forget.bind(number.cast_signed()).execute(&mut *db).await?;
    }
    sqlx::query("INSERT OR REPLACE INTO local_checkpoint (number, checkpoint) VALUES (?, ?)")
        .bind(cursor.number.cast_signed())
        .bind(&cursor.checkpoint.0.0[..])
        .execute(&mut *db)
        .await?;
    Ok(())
}

async fn remembered(
    db: &mut SqliteConnection,
    number: u64,
) -> Result<Option<Checkpoint>, StoreError> {
    let query = sqlx::query_scalar("SELECT checkpoint FROM local_checkpoint WHERE number = ?");
    let bytes: Option<Vec<u8>> = query.bind(number.cast_signed()).fetch_optional(db).await?;
    bytes.map(|bytes| fixed(bytes).map(|bytes| Checkpoint(Hash(bytes)))).transpose()
}

fn checkpoint(row: &sqlx::sqlite::SqliteRow) -> Result<(u64, Checkpoint), StoreError> {
    let number: i64 = row.try_get("number")?;
    let bytes = crate::identity::column(row, "checkpoint")?;
    Ok((number.unsigned_abs(), Checkpoint(Hash(bytes))))
}
