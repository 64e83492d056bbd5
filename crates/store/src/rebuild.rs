//! The views made anew from the log: every commit read once, every row written once. Signatures were
//! checked on arrival and are not checked again.

use crate::{
    entities::{self, CHUNK as ENTITIES, ROWS},
    error::StoreError,
    fold::{Entity, Opened, apply, encode_state},
    identity::column,
    knows::Knows,
    log::{PARTS, Writer},
    memory::Memory,
    store::Store,
    transaction::Transaction,
    views::{Home, lock, summary, write_homes},
};
use sha2::{Digest, Sha256};
use shoulou_eventlog::{Hash, Id, ProjectKey, read_header};
use sqlx::{Connection, Row, SqliteConnection};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

/// Commits read at a time.
const CHUNK: i64 = 1000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub commits: u64,
    pub events: u64,
    pub entities: u64,
    pub homes: u64,
}

/// A commit as the log has it.
pub(crate) struct Stored {
    pub arrival: i64,
    pub hash: Hash,
    pub stream: Id,
    pub seq: i64,
    pub depth: i64,
    pub header: Vec<u8>,
    pub parts: Vec<StoredPart>,
}

pub(crate) struct StoredPart {
    pub index: usize,
    pub party: Option<Vec<u8>>,
    pub bytes: Option<Vec<u8>>,
}

impl Stored {
    pub fn open(&self, key: &ProjectKey) -> Result<Opened, StoreError> {
        let header = read_header(&self.header)?;
        let parts = self.parts.iter();
        let parts = parts.filter_map(|part| Some((part.index, part.bytes.as_deref()?)));
        Ok(Opened::read(header, self.depth.unsigned_abs(), parts, key, &HashSet::new()))
    }
}

/// The next commits after `arrival`, in the order taken in.
pub(crate) async fn stored_after(
    db: &mut SqliteConnection,
    arrival: i64,
) -> Result<Vec<Stored>, StoreError> {
    let rows = sqlx::query(
        "SELECT arrival, hash, stream, seq, depth, header, common FROM log_commit \
         WHERE arrival > ? ORDER BY arrival LIMIT ?",
    )
    .bind(arrival)
    .bind(CHUNK)
    .fetch_all(&mut *db)
    .await?;
    let mut commits = Vec::with_capacity(rows.len());
    for row in rows {
        let common: Option<Vec<u8>> = row.try_get("common")?;
        let common = common.map(|bytes| StoredPart { index: 0, party: None, bytes: Some(bytes) });
        commits.push(Stored {
            arrival: row.try_get("arrival")?,
            hash: Hash(column(&row, "hash")?),
            stream: Id(column(&row, "stream")?),
            seq: row.try_get("seq")?,
            depth: row.try_get("depth")?,
            header: row.try_get("header")?,
            parts: common.into_iter().collect(),
        });
    }
    let (Some(first), Some(last)) = (commits.first(), commits.last()) else { return Ok(commits) };
    let parts = sqlx::query("SELECT place, party, bytes FROM log_part WHERE place BETWEEN ? AND ?")
        .bind(first.arrival * PARTS)
        .bind(last.arrival * PARTS + PARTS - 1)
        .fetch_all(db)
        .await?;
    let mut at = 0;
    for row in parts {
        let place: i64 = row.try_get("place")?;
        while commits.get(at).is_some_and(|commit| commit.arrival < place / PARTS) {
            at += 1;
        }
        if let Some(commit) = commits.get_mut(at).filter(|one| one.arrival == place / PARTS) {
            let index = usize::try_from(place % PARTS).unwrap_or(usize::MAX);
            let (party, bytes) = (Some(row.try_get("party")?), row.try_get("bytes")?);
            commit.parts.push(StoredPart { index, party, bytes });
        }
    }
    Ok(commits)
}

/// All views, as the log alone gives them.
pub(crate) struct Fold {
    knows: Knows,
    pub entities: HashMap<Id, Entity>,
    pub commits: u64,
    pub events: u64,
}

impl Fold {
    pub fn new(knows: Knows) -> Self {
        Fold { knows, entities: HashMap::new(), commits: 0, events: 0 }
    }

    pub async fn all(
        db: &mut SqliteConnection,
        key: &ProjectKey,
        knows: Knows,
    ) -> Result<Self, StoreError> {
        let mut fold = Fold::new(knows);
        let mut arrival = 0;
        loop {
            let commits = stored_after(db, arrival).await?;
            let Some(last) = commits.last() else { return Ok(fold) };
            arrival = last.arrival;
            for commit in &commits {
                fold.add(&commit.open(key)?);
            }
        }
    }

    pub fn add(&mut self, opened: &Opened) {
        self.commits += 1;
        self.events += opened.events.len() as u64;
        let (entities, knows) = (&mut self.entities, self.knows);
        opened.events.iter().for_each(|happened| apply(entities, happened, knows));
    }

    pub fn homes(&self, project: Id) -> Result<BTreeMap<Id, Home>, StoreError> {
        let mut homes = BTreeMap::new();
        for (id, _) in self.entities.iter().filter(|(_, entity)| &*entity.kind == "unit") {
            if let Some(home) = summary(project, id, |id| self.entities.get(id))? {
                homes.insert(*id, home);
            }
        }
        Ok(homes)
    }
}

impl Store {
    /// Makes the views anew from the log, in one transaction.
    pub async fn rebuild(&self) -> Result<Rebuilt, StoreError> {
        self.write(|writer, memory| Box::pin(writer.rebuild(memory))).await
    }

    /// SHA-256 over all rows of the views in the order of their keys: equal on any two PCs that hold
    /// the same commits.
    pub async fn views_digest(&self) -> Result<Hash, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let mut digest = Sha256::new();
        let mut add = |columns: &[&[u8]]| {
            for column in columns {
                digest.update((column.len() as u64).to_be_bytes());
                digest.update(column);
            }
        };
        let ids = entities::all(&mut tx).await?;
        for chunk in ids.chunks(ENTITIES) {
            let (key, knows) = (self.project_key(), self.shared.knows);
            let entities = entities::load(&mut tx, chunk, entities::LATEST, key, knows).await?;
            for (id, entity) in chunk.iter().filter_map(|id| entities.get_key_value(id)) {
                add(&[&id.0, entity.kind.as_bytes(), &encode_state(&entity.state)]);
            }
        }
        let homes = sqlx::query("SELECT unit, place, row FROM view_home ORDER BY unit");
        for row in homes.fetch_all(&mut *tx).await? {
            add(&[row.try_get("unit")?, row.try_get("place")?, row.try_get("row")?]);
        }
        tx.commit().await?;
        Ok(Hash(digest.finalize().into()))
    }
}

impl Writer {
    async fn rebuild(&mut self, memory: &Mutex<Memory>) -> Result<Rebuilt, StoreError> {
        let mut tx = Transaction::new(&mut self.db);
        let mut fold = Fold::all(tx.read()?, &self.identity.project_key, self.knows).await?;
        tx.script().then("DELETE FROM view_entity").then("DELETE FROM view_home");
        tx.send().await?;
        entities::write(&mut tx, fold.entities.iter_mut().collect(), self.arrival).await?;
        let homes = fold.homes(self.identity.stream.project)?;
        for some in homes.values().cloned().collect::<Vec<_>>().chunks(ROWS) {
            write_homes(tx.script(), some)?;
            tx.send().await?;
        }
        tx.commit().await?;
        lock(memory).forget();
        Ok(Rebuilt {
            commits: fold.commits,
            events: fold.events,
            entities: fold.entities.len() as u64,
            homes: homes.len() as u64,
        })
    }
}
