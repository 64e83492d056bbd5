//! How much may wait of a PC that was taken out of the project. It keeps everything itself, and sends the rest after a
//! release; without a bound it could fill the server's disk.

use super::{Fault, Ledger, db::Conn, members::Member, tables::QUARANTINE_UPLOAD};
use shoulou_eventlog::{Hash, Id, sync::wire::RefusalCode};

/// Commits that one PC brought into quarantine, in bytes: months of a desk's work.
pub const COMMITS_ROOM: u64 = 32 << 20;
/// Blobs that it uploaded since it was taken out, in bytes.
pub const BLOBS_ROOM: u64 = 1 << 30;

/// That so many more bytes of commits may wait. Under the project's lock.
pub(super) async fn for_commits(
    tx: &mut Conn,
    project: Id,
    carrier: Id,
    more: u64,
) -> Result<(), Fault> {
    let member = Member::find(tx, project, carrier).await?;
    if more == 0 || member.is_none_or(|member| member.revoked.is_none()) {
        return Ok(());
    }
    let select = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM quarantine_commit
                  WHERE project = $1 AND carrier = $2";
    let waiting = sum(tx, select, project, carrier).await?;
    if waiting + more > COMMITS_ROOM { Err(RefusalCode::QuarantineFull.into()) } else { Ok(()) }
}

impl Ledger {
    /// That a PC which was taken out may send a blob of so many bytes; what it began counts as a whole.
    pub(super) async fn room_for_blob(
        &self,
        project: Id,
        device: Id,
        blob: Hash,
        bytes: u64,
    ) -> Result<(), Fault> {
        let mut tx = self.0.db.write().await?;
        super::Head::lock(&mut tx, project).await?;
        let select =
            "SELECT bytes FROM quarantine_upload WHERE project = $1 AND device = $2 AND blob = $3";
        match tx.row(select, args![project, device, blob]).await? {
            Some(begun) if begun.count(0)? == bytes => return Ok(()),
            Some(_) => return Err(RefusalCode::WrongBytes.into()),
            None => {}
        }
        let select = "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM quarantine_upload
                      WHERE project = $1 AND device = $2";
        if sum(&mut tx, select, project, device).await? + bytes > BLOBS_ROOM {
            return Err(RefusalCode::QuarantineFull.into());
        }
        let row = Vec::from(args![project, device, blob, bytes]);
        tx.insert(&QUARANTINE_UPLOAD, vec![row], "").await?;
        tx.commit().await
    }
}

async fn sum(tx: &mut Conn, select: &'static str, project: Id, device: Id) -> Result<u64, Fault> {
    let row = tx.row(select, args![project, device]).await?;
    row.ok_or(Fault::Corrupt("a sum"))?.count(0)
}

/// The device was released, or is trusted again.
pub(super) async fn forget_blobs(tx: &mut Conn, project: Id, device: Id) -> Result<(), Fault> {
    let delete = "DELETE FROM quarantine_upload WHERE project = $1 AND device = $2";
    tx.run(delete, args![project, device]).await.map(drop)
}
