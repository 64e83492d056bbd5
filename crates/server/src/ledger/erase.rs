//! Erasing a party: the bytes of its parts go, and the blobs that only they named. Envelopes stay.

use super::{Fault, Head, Ledger, May, db::Conn, tables::DROPPED_BLOB};
use shoulou_eventlog::{
    Hash, Id, read_header,
    sync::wire::{DropBlobs, Refusal, RefusalCode},
};
use std::collections::HashSet;

/// Blobs of one request.
const BLOBS_LIMIT: usize = 8192;

impl Ledger {
    /// Drops blobs that only the parts of an erased party named: a PC, which could read them, says so.
    ///
    /// # Errors
    /// The device may not, or the party is not erased.
    pub async fn drop_blobs(
        &self,
        project: Id,
        device: Id,
        wish: DropBlobs,
        now: i64,
    ) -> Result<(), Refusal> {
        let dropping = async {
            if wish.blobs.len() > BLOBS_LIMIT {
                return Err(RefusalCode::TooLarge.into());
            }
            let mut tx = self.0.db.write().await?;
            Head::lock(&mut tx, project).await?;
            self.member(&mut tx, project, device, May::Pull, now).await?;
            if erased(&mut tx, project, HashSet::from([wish.party])).await?.is_empty() {
                return Err(Fault::from(RefusalCode::NotFound));
            }
            let named = "SELECT b.blob FROM log_blob b
                         JOIN log_part p ON p.project = b.project AND p.number = b.number
                         WHERE p.project = $1 AND p.party = $2 AND NOT EXISTS (
                           SELECT 1 FROM log_blob o WHERE o.project = $1 AND o.blob = b.blob
                           AND NOT EXISTS (SELECT 1 FROM log_part q WHERE q.project = $1
                                           AND q.number = o.number AND q.party = $2))";
            let rows = tx.rows(named, args![project, wish.party]).await?;
            let only_his = rows.iter().map(|row| row.hash(0)).collect::<Result<HashSet<_>, _>>()?;
            let wished: HashSet<Hash> = wish.blobs.into_iter().collect();
            let mut blobs = only_his;
            blobs.retain(|blob| wished.contains(blob));
            let dropped = drop_unless_named(&mut tx, project, blobs).await?;
            tx.commit().await?;
            self.0.blobs.forget(project, &dropped).await;
            Ok(())
        };
        Ok(dropping.await?)
    }
}

/// Those of `parties` that are erased.
pub(super) async fn erased(
    tx: &mut Conn,
    project: Id,
    parties: HashSet<Id>,
) -> Result<HashSet<Id>, Fault> {
    let parties = parties.into_iter().map(|party| party.0.to_vec()).collect();
    let rows = tx.among("SELECT party FROM log_erased WHERE project", "party", project, parties);
    rows.await?.iter().map(|row| row.id(0)).collect()
}

/// The first of several erasures of a party counts.
pub(super) async fn note(tx: &mut Conn, project: Id, party: Id, number: u64) -> Result<(), Fault> {
    let add = "INSERT INTO log_erased (project, party, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    tx.run(add, args![project, party, number]).await?;
    Ok(())
}

/// `erasing` were erased by commits just stored; parts of `late`, erased before, came with them.
pub(super) async fn carry_out(
    tx: &mut Conn,
    project: Id,
    erasing: &HashSet<Id>,
    late: &HashSet<Id>,
) -> Result<Vec<Hash>, Fault> {
    let mut useless = HashSet::new();
    for party in erasing {
        if tx.is_postgres() {
            tx.run("SELECT erase_parts($1, $2)", args![project, *party]).await?;
        } else {
            for sql in [
                "UPDATE log_part SET bytes = NULL WHERE project = $1 AND party = $2 AND bytes IS NOT NULL",
                "UPDATE quarantine_part SET bytes = NULL WHERE project = $1 AND party = $2 AND bytes IS NOT NULL",
            ] {
                tx.run(sql, args![project, *party]).await?;
            }
        }
    }
    for party in erasing.union(late) {
        let rows = tx.rows(USELESS, args![project, *party]).await?;
        for row in rows {
            useless.insert(row.hash(0)?);
        }
    }
    let mut dropped = drop_unless_named(tx, project, useless).await?;
    if !erasing.is_empty() {
        dropped.extend(super::snapshot::forget(tx, project).await?);
    }
    Ok(dropped)
}

/// Blobs that a commit with a part of the party names, and that no commit names but such as have parts of
/// parties, all of them erased.
const USELESS: &str = "
    SELECT DISTINCT b.blob FROM log_blob b
    JOIN log_part p ON p.project = b.project AND p.number = b.number
    WHERE p.project = $1 AND p.party = $2 AND NOT EXISTS (
      SELECT 1 FROM log_blob o WHERE o.project = $1 AND o.blob = b.blob AND (
        NOT EXISTS (SELECT 1 FROM log_part q WHERE q.project = $1 AND q.number = o.number)
        OR EXISTS (SELECT 1 FROM log_part q WHERE q.project = $1 AND q.number = o.number AND NOT EXISTS (
          SELECT 1 FROM log_erased e WHERE e.project = $1 AND e.party = q.party))))";

/// Keeps what a common part or a commit in quarantine names.
async fn drop_unless_named(
    tx: &mut Conn,
    project: Id,
    mut blobs: HashSet<Hash>,
) -> Result<Vec<Hash>, Fault> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let keys = blobs.iter().map(|blob| blob.0.to_vec()).collect();
    let commons = "SELECT b.blob, c.common FROM log_blob b
                   JOIN log_commit c ON c.project = b.project AND c.number = b.number
                   WHERE c.common IS NOT NULL AND b.project";
    for row in tx.among(commons, "b.blob", project, keys).await? {
        let blob = row.hash(0)?;
        if names(&row.bytes(1)?, &blob) {
            blobs.remove(&blob);
        }
    }
    let waiting = "SELECT envelope FROM quarantine_commit WHERE project = $1";
    for row in tx.rows(waiting, args![project]).await? {
        let header = read_header(&row.bytes(0)?).map_err(|_| Fault::Corrupt("a commit"))?;
        blobs.retain(|blob| !header.blobs.contains(blob));
    }
    let blobs: Vec<Hash> = blobs.into_iter().collect();
    let rows = blobs.iter().map(|blob| Vec::from(args![project, *blob])).collect();
    tx.insert(&DROPPED_BLOB, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(blobs)
}

/// As bytes or as hexadecimal text.
fn names(common: &[u8], blob: &Hash) -> bool {
    let hex = blob.to_string();
    let has = |needle: &[u8]| common.windows(needle.len()).any(|window| window == needle);
    has(&blob.0) || has(hex.as_bytes())
}
