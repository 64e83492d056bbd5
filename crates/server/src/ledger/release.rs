//! Out of quarantine, by an administrator's word.

use super::{
    Fault, Head, Ledger, May,
    arrived::Arrived,
    db::{Conn, Row},
    intake::Intake,
    push::{places, trusted},
    room,
    stored::bundle,
};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{News, Refusal},
};
use std::collections::HashMap;

/// Commits looked at together.
const CHUNK: usize = 256;

impl Ledger {
    /// Numbers what waits in quarantine of `device`, and of others only because it goes on from that. Whether the
    /// device is certified does not change, but for one that never was: it gets a certificate that is revoked, so
    /// that the PCs can check its commits. `by` is none for the server's own administrator.
    ///
    /// # Errors
    /// `by` is no administrator of the project.
    pub async fn release(
        &self,
        project: Id,
        by: Option<Id>,
        device: Id,
        now: i64,
    ) -> Result<News, Refusal> {
        Ok(self.let_out(project, by, device, now).await?)
    }

    async fn let_out(
        &self,
        project: Id,
        by: Option<Id>,
        device: Id,
        now: i64,
    ) -> Result<News, Fault> {
        let mut tx = self.0.db.write().await?;
        let mut head = Head::lock(&mut tx, project).await?;
        if let Some(by) = by {
            self.member(&mut tx, project, by, May::Administer, now).await?;
        }
        self.certify_released(&mut tx, &mut head, device, now).await?;
        room::forget_blobs(&mut tx, project, device).await?;
        head.members += 1;

        let mut intake = Intake::new(head, None, now);
        let mut useless = Vec::new();
        let mut last = 0;
        loop {
            let waiting = waiting(&mut tx, project, last).await?;
            let Some((arrival, _)) = waiting.last() else { break };
            last = *arrival;
            let released = self.choose(&mut tx, &mut intake, waiting, device).await?;
            useless.extend(intake.write(&mut tx).await?);
            for hash in released {
                end(&mut tx, project, hash).await?;
            }
        }
        intake.head.write(&mut tx).await?;
        tx.commit().await?;
        self.0.blobs.forget(project, &useless).await;
        self.0.changes.ring(project);
        Ok(intake.head.news(now))
    }

    /// What came first stands first, so parents were decided on before their children.
    async fn choose(
        &self,
        tx: &mut Conn,
        intake: &mut Intake,
        waiting: Vec<(u64, Arrived)>,
        device: Id,
    ) -> Result<Vec<Hash>, Fault> {
        let project = intake.head.project;
        let parents = waiting.iter().flat_map(|(_, one)| one.header.parents().copied());
        let mut known = places(tx, project, parents.collect()).await?;
        let signers = waiting.iter().map(|(_, one)| one.header.stream.device);
        let trusted = trusted(tx, project, signers.collect()).await?;
        let mut released = Vec::new();
        for (_, one) in waiting {
            let signer = one.header.stream.device;
            let numbered = |parent| known.get(parent).is_some_and(|place| place.number.is_some());
            if (signer == device || trusted.contains(&signer)) && one.header.parents().all(numbered)
            {
                let (hash, stream, seq) = (one.hash, one.stream, one.header.seq);
                let number = intake.take(one, true);
                known.insert(hash, super::intake::Place { stream, seq, number });
                released.push(hash);
            }
        }
        Ok(released)
    }
}

async fn waiting(tx: &mut Conn, project: Id, after: u64) -> Result<Vec<(u64, Arrived)>, Fault> {
    let select = "SELECT arrival, hash, envelope, common, parts FROM quarantine_commit
                  WHERE project = $1 AND arrival > $2 ORDER BY arrival LIMIT $3";
    let rows = tx.rows(select, args![project, after, CHUNK]).await?;
    let hashes = rows.iter().map(|row| row.bytes(1)).collect::<Result<_, _>>()?;
    let select = "SELECT hash, place, bytes FROM quarantine_part WHERE project";
    let mut parts: HashMap<Hash, Vec<Row>> = HashMap::new();
    for row in tx.among(select, "hash", project, hashes).await? {
        parts.entry(row.hash(0)?).or_default().push(row);
    }
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let of_parties = parts.remove(&row.hash(1)?).unwrap_or_default();
        let of_parties = of_parties.iter().map(|row| Ok((row.count(1)?, row.maybe_bytes(2)?)));
        let of_parties = of_parties.collect::<Result<Vec<_>, Fault>>()?;
        let bundle = bundle(row.bytes(2)?, row.maybe_bytes(3)?, row.count(4)?, of_parties);
        let one = Arrived::of(bundle, project).map_err(|_| Fault::Corrupt("a commit"))?;
        waiting.push((row.count(0)?, one));
    }
    Ok(waiting)
}

async fn end(tx: &mut Conn, project: Id, hash: Hash) -> Result<(), Fault> {
    if tx.is_postgres() {
        tx.run("SELECT end_quarantine($1, $2)", args![project, hash]).await?;
        return Ok(());
    }
    for sql in [
        "DELETE FROM quarantine_part WHERE project = $1 AND hash = $2",
        "DELETE FROM quarantine_commit WHERE project = $1 AND hash = $2",
    ] {
        tx.run(sql, args![project, hash]).await?;
    }
    Ok(())
}
