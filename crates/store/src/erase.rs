//! Erasure of a party: its parts' bytes and its blobs go, the headers stay and the chain still holds.

use crate::{
    error::StoreError,
    fold::{Happened, Opened},
    identity::column,
    log::{Incoming, PARTS, Writer, put_setting},
    read::commits_of,
    sync::{Base, may_be_named},
    transaction::Transaction,
    views::Workset,
};
use ciborium::Value;
use shoulou_eventlog::{Hash, Id, ProjectKey, read_header};
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeSet, HashSet};

const CLEAN_UP_DUE: &str = "store/clean_up_due";

/// Drops the bytes of the parties' parts and folds again what they had touched. Answers with the blobs
/// that nothing names any more.
pub(crate) async fn parties(
    db: &mut SqliteConnection,
    parties: &[Id],
    key: &ProjectKey,
    base: Base,
    work: &mut Workset<'_>,
) -> Result<Vec<Hash>, StoreError> {
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    let (mut entities, mut blobs) = (BTreeSet::new(), BTreeSet::new());
    for party in parties {
        for opened in parts_of(db, party, key).await? {
            entities.extend(opened.entities());
            let named = |blob: &&Hash| opened.events.iter().any(|happened| names(happened, blob));
            blobs.extend(opened.header.blobs.iter().filter(named).copied());
        }
        sqlx::query("UPDATE log_part SET bytes = NULL WHERE party = ?")
            .bind(&party.0[..])
            .execute(&mut *db)
            .await?;
        sqlx::query("INSERT OR IGNORE INTO log_erased (party) VALUES (?)")
            .bind(&party.0[..])
            .execute(&mut *db)
            .await?;
    }
    match base.provisional {
        // The log lacks its beginning: nothing can be folded anew.
        true => work.forget(db, parties).await?,
        false => {
            for entity in entities {
                refold(db, entity, key, work).await?;
            }
        }
    }
    put_setting(db, CLEAN_UP_DUE, b"1").await?;
    let mut unnamed = Vec::new();
    for blob in blobs {
        if !still_named(db, &blob, key).await? {
            unnamed.push(blob);
        }
    }
    Ok(unnamed)
}

/// Blobs of commits that say something of a party erased before, and that nothing names.
pub(crate) async fn of_the_erased(
    tx: &mut Transaction<'_>,
    incoming: &[Incoming],
    erased: &HashSet<Id>,
    key: &ProjectKey,
) -> Result<Vec<Hash>, StoreError> {
    let headers = incoming.iter().map(|one| &one.opened.header).filter(|header| {
        let mut parties = header.parts.iter().filter_map(|part| part.party);
        !header.blobs.is_empty() && parties.any(|party| erased.contains(&party))
    });
    let blobs: BTreeSet<Hash> = headers.flat_map(|header| header.blobs.iter().copied()).collect();
    let mut useless = Vec::new();
    for blob in blobs {
        let db = tx.send().await?;
        if !may_be_named(db, &blob).await? && !still_named(db, &blob, key).await? {
            useless.push(blob);
        }
    }
    Ok(useless)
}

async fn parts_of(
    db: &mut SqliteConnection,
    party: &Id,
    key: &ProjectKey,
) -> Result<Vec<Opened>, StoreError> {
    let rows = sqlx::query(
        "SELECT p.place, p.bytes, c.header, c.depth FROM log_part p \
         JOIN log_commit c ON c.arrival = p.place / 65536 \
         WHERE p.party = ? AND p.bytes IS NOT NULL",
    )
    .bind(&party.0[..])
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let index = usize::try_from(row.try_get::<i64, _>("place")? % PARTS).unwrap_or(0);
            let header = read_header(row.try_get("header")?)?;
            let depth = row.try_get::<i64, _>("depth")?.unsigned_abs();
            let part = std::iter::once((index, row.try_get("bytes")?));
            Ok(Opened::read(header, depth, part, key, &HashSet::new()))
        })
        .collect()
}

/// Makes an entity's state anew from all that the log still says of it.
pub(crate) async fn refold(
    db: &mut SqliteConnection,
    entity: Id,
    key: &ProjectKey,
    work: &mut Workset<'_>,
) -> Result<(), StoreError> {
    work.reset(entity);
    for (_, mut opened) in commits_of(db, &entity, i64::MAX, key).await? {
        opened.events.retain(|happened| happened.event.entity == entity);
        work.apply(db, &opened).await?;
    }
    Ok(())
}

pub(crate) async fn still_named(
    db: &mut SqliteConnection,
    blob: &Hash,
    key: &ProjectKey,
) -> Result<bool, StoreError> {
    let rows = sqlx::query(
        "SELECT 0 AS place, c.common AS bytes, c.header FROM log_blob b \
         JOIN log_commit c ON c.arrival = b.arrival WHERE b.blob = ?1 AND c.common IS NOT NULL \
         UNION ALL SELECT p.place, p.bytes, c.header FROM log_blob b \
         JOIN log_commit c ON c.arrival = b.arrival \
         JOIN log_part p ON p.place BETWEEN b.arrival * 65536 AND b.arrival * 65536 + 65535 \
         WHERE b.blob = ?1 AND p.bytes IS NOT NULL",
    )
    .bind(&blob.0[..])
    .fetch_all(db)
    .await?;
    for row in &rows {
        let index = usize::try_from(row.try_get::<i64, _>("place")? % PARTS).unwrap_or(0);
        let header = read_header(row.try_get("header")?)?;
        let part = std::iter::once((index, row.try_get("bytes")?));
        let opened = Opened::read(header, 0, part, key, &HashSet::new());
        if opened.unreadable > 0 || opened.events.iter().any(|event| names(event, blob)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a payload names a blob, as bytes or in hexadecimal.
fn names(happened: &Happened, blob: &Hash) -> bool {
    fn inside(value: &Value, bytes: &[u8], hex: &str) -> bool {
        match value {
            Value::Bytes(found) => found == bytes,
            Value::Text(found) => found.eq_ignore_ascii_case(hex),
            Value::Array(items) => items.iter().any(|item| inside(item, bytes, hex)),
            Value::Map(entries) => entries
                .iter()
                .any(|(key, value)| inside(key, bytes, hex) || inside(value, bytes, hex)),
            _ => false,
        }
    }
    inside(&happened.event.payload, &blob.0, &blob.to_string())
}

impl Writer {
    /// What was erased must not linger in free pages or files either. The log is durable by now, so a
    /// failure here is made up for at the next start.
    pub async fn after_erasure(&mut self, incoming: &[Incoming], blobs: Vec<Hash>) {
        if let Some(mark) = &self.mark {
            for one in incoming {
                for (entity, erase) in one.opened.erasures() {
                    let header = &one.opened.header;
                    mark.remember_erasure(entity, erase.party, header);
                }
            }
        }
        for blob in blobs {
            self.blobs.remove(&blob);
        }
        let _ = self.clean_up().await;
    }

    pub async fn clean_up_if_due(&mut self) -> Result<(), StoreError> {
        let due: Option<i64> = sqlx::query_scalar("SELECT 1 FROM local_setting WHERE key = ?")
            .bind(CLEAN_UP_DUE)
            .fetch_optional(&mut self.db)
            .await?;
        if due.is_some() { self.clean_up().await } else { Ok(()) }
    }

    async fn clean_up(&mut self) -> Result<(), StoreError> {
        sqlx::query("VACUUM").execute(&mut self.db).await?;
        sqlx::query("DELETE FROM local_setting WHERE key = ?")
            .bind(CLEAN_UP_DUE)
            .execute(&mut self.db)
            .await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut self.db).await?;
        Ok(())
    }
}

/// Parties that are erased here.
pub(crate) async fn load(db: &mut SqliteConnection) -> Result<HashSet<Id>, StoreError> {
    let rows = sqlx::query("SELECT party FROM log_erased").fetch_all(db).await?;
    rows.iter().map(|row| column(row, "party").map(Id)).collect()
}
