//! The views of the log as a PC left them, for new PCs. The server cannot read them.

use super::{Fault, Head, Ledger, May, db::Conn, malformed, pull::check_cursor};
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        SnapshotNote,
        wire::{Bytes, Refusal, RefusalCode},
    },
};

impl Ledger {
    /// Keeps a PC's signed note of a snapshot whose blob it has sent; the one before is forgotten.
    ///
    /// # Errors
    /// The device may not, the note is not its own, the blob is not there, or the snapshot is older than an
    /// erasure.
    pub async fn put_snapshot(
        &self,
        project: Id,
        device: Id,
        note: Bytes,
        now: i64,
    ) -> Result<(), Refusal> {
        let keeping = async {
            let read = SnapshotNote::read(&note.0).map_err(|_| malformed("snapshot note"))?;
            if read.project != project || read.device != device {
                return Err(malformed("snapshot note"));
            }
            let mut tx = self.0.db.write().await?;
            let head = Head::lock(&mut tx, project).await?;
            self.member(&mut tx, project, device, May::Pull, now).await?;
            check_cursor(&mut tx, &head, &read.cursor).await?;
            if read.cursor.number < head.erased {
                return Err(malformed("older than an erasure"));
            }
            if self.0.blobs.size(project, read.blob).await? != Some(read.size) {
                return Err(RefusalCode::NotFound.into());
            }
            let mut useless = forget(&mut tx, project).await?;
            useless.retain(|blob| *blob != read.blob);
            let put = "INSERT INTO snapshot (project, note, blob) VALUES ($1, $2, $3)";
            tx.run(put, args![project, note.0, read.blob]).await?;
            tx.commit().await?;
            self.0.blobs.forget(project, &useless).await;
            Ok(())
        };
        Ok(keeping.await?)
    }

    /// The signed note.
    ///
    /// # Errors
    /// The device may not pull, or there is no snapshot.
    pub async fn snapshot(&self, project: Id, device: Id, now: i64) -> Result<Bytes, Refusal> {
        let reading = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, device, May::Pull, now).await?;
            let select = "SELECT note FROM snapshot WHERE project = $1";
            let row = db.row(select, args![project]).await?.ok_or(RefusalCode::NotFound)?;
            Ok::<_, Fault>(Bytes(row.bytes(0)?))
        };
        Ok(reading.await?)
    }
}

/// The blob that is of no use any more. It is not noted as dropped: whoever still fetches it finds nothing.
pub(super) async fn forget(tx: &mut Conn, project: Id) -> Result<Vec<Hash>, Fault> {
    let rows = tx.rows("SELECT blob FROM snapshot WHERE project = $1", args![project]).await?;
    tx.run("DELETE FROM snapshot WHERE project = $1", args![project]).await?;
    rows.iter().map(|row| row.hash(0)).collect()
}
