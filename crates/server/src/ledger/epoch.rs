//! Epochs: what an administrator begins after the server was put back to an older state.

use super::{Fault, Head, Ledger, db::Conn};
use shoulou_eventlog::{
    Id,
    sync::wire::{News, Refusal},
};

impl Ledger {
    /// Begins a new epoch at the last number that there is.
    ///
    /// # Errors
    /// There is no such project.
    pub async fn new_epoch(&self, project: Id, now: i64) -> Result<News, Refusal> {
        let beginning = async {
            let mut tx = self.0.db.write().await?;
            let mut head = Head::lock(&mut tx, project).await?;
            let select = "SELECT count(*) FROM project_epoch WHERE project = $1";
            let row = tx.row(select, args![project]).await?;
            let place = row.ok_or(Fault::Corrupt("a count"))?.count(0)?;
            head.epoch = Id(self.0.random());
            note(&mut tx, &head, place, now).await?;
            head.write(&mut tx).await?;
            // It says where it stood in an epoch that is over.
            let useless = super::snapshot::forget(&mut tx, project).await?;
            tx.commit().await?;
            self.0.blobs.forget(project, &useless).await;
            self.0.changes.ring(project);
            Ok::<_, Fault>(head.news(now))
        };
        Ok(beginning.await?)
    }
}

pub(super) async fn note(tx: &mut Conn, head: &Head, place: u64, now: i64) -> Result<(), Fault> {
    let add = "INSERT INTO project_epoch (project, place, epoch, number, checkpoint, began)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = args![head.project, place, head.epoch, head.number, head.checkpoint.0, now];
    tx.run(add, values).await?;
    Ok(())
}
