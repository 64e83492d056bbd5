//! Stored states beside the log: each is compared when the walk along the log has come to the commit it was
//! stored with, and where it has a tail, once more with that, at the end.

use super::{FaultAt, Report};
use crate::{
    entities,
    error::StoreError,
    fold::{Entity, Opened, encode_state},
    rebuild::Fold,
    store::Store,
};
use shoulou_eventlog::{Hash, Id};
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows read with one statement.
const CHUNK: i64 = 1000;
const NOT_OF_THE_LOG: &str = "the view is not what the log says";

pub(super) struct States {
    upto: HashMap<Id, i64>,
    /// Hashes of what is stored, by the commit it was stored with.
    due: BTreeMap<i64, Vec<(Id, Hash)>>,
    with_tail: BTreeSet<Id>,
    wrong: Option<Id>,
}

fn digest(kind: &str, state: &[u8]) -> Hash {
    Hash::of(&[kind.as_bytes(), b".", state].concat())
}

impl States {
    pub async fn read(db: &mut SqliteConnection) -> Result<Self, StoreError> {
        let mut states = States {
            upto: HashMap::new(),
            due: BTreeMap::new(),
            with_tail: BTreeSet::new(),
            wrong: None,
        };
        let mut last = Vec::new();
        loop {
            let rows = sqlx::query(
                "SELECT id, kind, upto, state FROM view_entity WHERE id > ? ORDER BY id LIMIT ?",
            );
            let rows = rows.bind(&last[..]).bind(CHUNK).fetch_all(&mut *db).await?;
            for row in &rows {
                last = row.try_get("id")?;
                let (id, upto) = (crate::fold::id(last.clone())?, row.try_get("upto")?);
                let digest = digest(row.try_get("kind")?, row.try_get("state")?);
                states.upto.insert(id, upto);
                states.due.entry(upto).or_default().push((id, digest));
            }
            if rows.is_empty() {
                return Ok(states);
            }
        }
    }

    /// `opened` is the commit of this number, and the last that `fold` took in.
    pub fn follow(&mut self, arrival: i64, opened: &Opened, fold: &Fold) {
        for (id, stored) in self.due.remove(&arrival).into_iter().flatten() {
            let said = fold.entities.get(&id);
            let said = said.map(|entity| digest(&entity.kind, &encode_state(&entity.state)));
            if said != Some(stored) {
                self.wrong.get_or_insert(id);
            }
        }
        let after = |id: &Id| self.upto.get(id).is_some_and(|upto| *upto < arrival);
        self.with_tail.extend(opened.entities().into_iter().filter(after));
    }

    pub async fn finish(
        self,
        db: &mut SqliteConnection,
        store: &Store,
        fold: &Fold,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        report.entities = fold.entities.len() as u64;
        let not_reached = self.due.values().flatten().map(|(id, _)| *id);
        let not_stored = fold.entities.keys().filter(|id| !self.upto.contains_key(id)).copied();
        if let Some(id) = self.wrong.into_iter().chain(not_stored).chain(not_reached).next() {
            report.found(FaultAt::Entity(id), NOT_OF_THE_LOG);
            return Ok(());
        }
        let with_tail: Vec<Id> = self.with_tail.into_iter().collect();
        let (key, knows) = (store.project_key(), store.shared.knows);
        for ids in with_tail.chunks(entities::CHUNK) {
            let read = entities::load(db, ids, entities::LATEST, key, knows).await?;
            for id in ids {
                if !read.get(id).zip(fold.entities.get(id)).is_some_and(same) {
                    report.found(FaultAt::Entity(*id), NOT_OF_THE_LOG);
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn same((read, said): (&Entity, &Entity)) -> bool {
    read.kind == said.kind && read.state == said.state
}
