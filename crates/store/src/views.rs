//! The views of a transaction: entities it touches, and the rows of the homes they belong to.

use crate::{
    entities::{self, CHUNK, ROWS},
    error::StoreError,
    fold::{Entity, Happened, Opened, apply, concerns_all_homes, id},
    knows::Knows,
    memory::Memory,
    script::Script,
    transaction::Transaction,
};
use shoulou_domain::{
    view::HomeRow,
    views::summarize,
    world::{World, current_file},
};
use shoulou_eventlog::{EntityState, Id, ProjectKey};
use sqlx::{Row, SqliteConnection};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[derive(Clone)]
pub(crate) struct Home {
    pub unit: Id,
    pub place: Vec<u8>,
    pub row: Arc<HomeRow>,
}

impl Home {
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.row, &mut bytes).map_err(|_| StoreError::row("view_home"))?;
        Ok(bytes)
    }
}

/// What a transaction reads and changes of the views.
pub(crate) struct Workset<'m> {
    memory: &'m Mutex<Memory>,
    key: &'m ProjectKey,
    knows: Knows,
    project: Id,
    /// The last commit before this transaction.
    since: u64,
    entities: HashMap<Id, Entity>,
    absent: HashSet<Id>,
    dirty: BTreeSet<Id>,
    all_homes: bool,
}

/// What a transaction made of the views, to be kept in memory once it is durable.
pub(crate) struct Changed {
    pub entities: HashMap<Id, Entity>,
    /// Those whose row was written.
    pub homes: Vec<Home>,
    pub gone: Vec<Id>,
    /// The units that what was said is about, also where their row stays.
    pub units: Vec<Id>,
}

impl<'m> Workset<'m> {
    pub fn new(
        memory: &'m Mutex<Memory>,
        key: &'m ProjectKey,
        knows: Knows,
        project: Id,
        since: u64,
    ) -> Self {
        Workset {
            memory,
            key,
            knows,
            project,
            since,
            entities: HashMap::new(),
            absent: HashSet::new(),
            dirty: BTreeSet::new(),
            all_homes: false,
        }
    }

    pub async fn load(
        &mut self,
        db: &mut SqliteConnection,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<(), StoreError> {
        let mut missing = Vec::new();
        {
            let mut memory = lock(self.memory);
            for id in ids {
                if self.entities.contains_key(&id) || self.absent.contains(&id) {
                    continue;
                }
                match memory.take(&id) {
                    Some(entity) => drop(self.entities.insert(id, entity)),
                    None => missing.push(id),
                }
            }
        }
        self.entities.extend(entities::load(db, &missing, self.since, self.key, self.knows).await?);
        self.absent.extend(missing.into_iter().filter(|id| !self.entities.contains_key(id)));
        Ok(())
    }

    pub async fn apply(
        &mut self,
        db: &mut SqliteConnection,
        opened: &Opened,
    ) -> Result<(), StoreError> {
        let told = opened.entities();
        self.load(db, told.iter().copied()).await?;
        opened.events.iter().for_each(|happened| self.apply_one(happened));
        entities::lengthen(&mut self.entities, told);
        Ok(())
    }

    fn apply_one(&mut self, happened: &Happened) {
        self.dirty.insert(happened.event.entity);
        self.absent.remove(&happened.event.entity);
        self.all_homes |= concerns_all_homes(&happened.event);
        apply(&mut self.entities, happened, self.knows);
    }

    /// Starts an entity again from nothing, to be folded from what is left of its log.
    pub fn reset(&mut self, id: Id) {
        self.entities.remove(&id);
        self.absent.insert(id);
        self.dirty.insert(id);
        self.all_homes |= id == self.project;
    }

    /// Makes every entity as if these parties' parts had never come: for a log that lacks its beginning.
    pub async fn forget(
        &mut self,
        db: &mut SqliteConnection,
        parties: &[Id],
    ) -> Result<(), StoreError> {
        let mut all: BTreeSet<Id> = self.entities.keys().copied().collect();
        all.extend(entities::all(db).await?);
        for ids in all.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
            let before: HashSet<Id> = self.entities.keys().copied().collect();
            self.load(db, ids.iter().copied()).await?;
            for id in ids {
                let Some(entity) = self.entities.get_mut(id) else { continue };
                let mut left = (*entity.state).clone();
                parties.iter().for_each(|party| left.forget(*party));
                if left.is_empty() {
                    self.reset(*id);
                } else if left != *entity.state || self.dirty.contains(id) {
                    // Also where the erasure's own event made it forget: the file still has it.
                    (entity.state, entity.tail) = (Arc::new(left), None);
                    self.dirty.insert(*id);
                }
            }
            let dirty = &self.dirty;
            self.entities.retain(|id, _| before.contains(id) || dirty.contains(id));
        }
        Ok(())
    }

    pub fn touched(&self) -> Vec<Id> {
        self.dirty.iter().copied().collect()
    }

    /// Writes what changed (states whose tail grew too long, and every home's row once) and ends the
    /// transaction. `upto` is its last commit.
    pub async fn commit(
        mut self,
        mut tx: Transaction<'_>,
        upto: u64,
    ) -> Result<Changed, StoreError> {
        let touched = self.entities.iter_mut().filter(|(id, _)| self.dirty.contains(id));
        entities::write(&mut tx, touched.collect(), upto).await?;
        for id in self.dirty.iter().filter(|id| !self.entities.contains_key(id)) {
            tx.script().then("DELETE FROM view_entity WHERE id = ?").bind(&id.0[..])?;
        }
        let units = self.units_to_tell(tx.read()?).await?;
        let (whole, last) = units.split_at(units.len().saturating_sub(1) / CHUNK * CHUNK);
        let (mut homes, mut gone) = (Vec::new(), Vec::new());
        for chunk in whole.chunks(CHUNK) {
            self.load_homes(tx.read()?, chunk).await?;
            let rows = self.rows(chunk, tx.script(), &mut gone)?;
            for some in rows.chunks(ROWS) {
                write_homes(tx.script(), some)?;
                tx.send().await?;
            }
            homes.extend(rows);
            self.entities.retain(|id, _| self.dirty.contains(id) || *id == self.project);
        }
        self.load_homes(tx.read()?, last).await?;
        let told = tx.commit_meanwhile(|script| {
            let rows = self.rows(last, script, &mut gone)?;
            write_homes(script, &rows)?;
            Ok(rows)
        });
        homes.extend(told.await?);
        Ok(Changed { entities: self.entities, homes, gone, units })
    }

    /// What the rows of these homes say of.
    async fn load_homes(
        &mut self,
        db: &mut SqliteConnection,
        units: &[Id],
    ) -> Result<(), StoreError> {
        if units.is_empty() {
            return Ok(());
        }
        self.load(db, units.iter().copied().chain([self.project])).await?;
        let unit = |id: &Id| self.entities.get(id).map(|unit| current_file(*id, &unit.state));
        let files: Vec<Id> = units.iter().filter_map(unit).collect();
        self.load(db, files).await
    }

    /// The rows that change; those of homes that are no more are deleted.
    fn rows(
        &self,
        units: &[Id],
        script: &mut Script,
        gone: &mut Vec<Id>,
    ) -> Result<Vec<Home>, StoreError> {
        let mut rows = Vec::new();
        for unit in units {
            match self.home(unit)? {
                Some(home) if self.is_written(&home) => {}
                Some(home) => rows.push(home),
                None => {
                    script.then("DELETE FROM view_home WHERE unit = ?").bind(&unit.0[..])?;
                    gone.push(*unit);
                }
            }
        }
        Ok(rows)
    }

    /// The units whose sentence may have changed.
    async fn units_to_tell(&self, db: &mut SqliteConnection) -> Result<Vec<Id>, StoreError> {
        let mut units = BTreeSet::new();
        for id in self.dirty.iter().filter(|id| **id != self.project) {
            let entity = self.entities.get(id);
            let opened = entity.map(|entity| units_of(&entity.state)).unwrap_or_default();
            if opened.is_empty() || entity.is_none_or(|entity| &*entity.kind != "file") {
                units.insert(*id);
            }
            units.extend(opened);
        }
        if self.all_homes {
            let all: Vec<Vec<u8>> =
                sqlx::query_scalar("SELECT id FROM view_entity WHERE kind = 'unit'")
                    .fetch_all(&mut *db)
                    .await?;
            for bytes in all {
                units.insert(id(bytes)?);
            }
        }
        Ok(units.into_iter().collect())
    }

    /// Whether the row is known to be the one in the file.
    fn is_written(&self, home: &Home) -> bool {
        lock(self.memory).home(&home.unit).flatten().is_some_and(|known| known == home.row)
    }

    fn home(&self, unit: &Id) -> Result<Option<Home>, StoreError> {
        summary(self.project, unit, |id| self.entities.get(id))
    }
}

/// The row of a home: a function of project, unit and current file. `None` where there is no such unit.
pub(crate) fn summary<'a>(
    project_id: Id,
    unit_id: &Id,
    entity: impl Fn(&Id) -> Option<&'a Entity>,
) -> Result<Option<Home>, StoreError> {
    let Some(unit) = entity(unit_id).filter(|unit| &*unit.kind == "unit") else { return Ok(None) };
    let nothing = EntityState::default();
    let project = entity(&project_id).map_or(&nothing, |project| &*project.state);
    let world = World::of_project(project_id, project).with_unit(*unit_id, &unit.state);
    let file_id = current_file(*unit_id, &unit.state);
    let opened = |file: &&Entity| units_of(&file.state).contains(unit_id);
    let world = match entity(&file_id).filter(opened) {
        Some(file) => world.with_file(file_id, &file.state),
        None => world,
    };
    let row = summarize(&world);
    Ok(Some(Home { unit: *unit_id, place: place(&row.code), row: Arc::new(row) }))
}

/// The units a file was opened for: one, unless somebody's program was wrong.
fn units_of(file: &EntityState) -> BTreeSet<Id> {
    let opened = file.facts.values().filter(|fact| fact.kind == "file.opened");
    opened
        .filter_map(|fact| fact.payload.deserialized::<shoulou_domain::fact::FileOpened>().ok())
        .map(|opened| opened.unit)
        .collect()
}

/// Sorts codes the way people count: `8-2-1203` before `8-10-101`.
fn place(code: &str) -> Vec<u8> {
    let bytes = code.as_bytes();
    let mut place = Vec::with_capacity(bytes.len() + 4);
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            place.push(bytes[at]);
            at += 1;
            continue;
        }
        let number = &bytes[at..at + digits];
        let zeros = number.iter().take_while(|digit| **digit == b'0').count().min(digits - 1);
        place.push(b'0'.saturating_add(u8::try_from(digits - zeros).unwrap_or(u8::MAX)));
        place.extend_from_slice(&number[zeros..]);
        at += digits;
    }
    place
}

pub(crate) fn read_home(row: &sqlx::sqlite::SqliteRow) -> Result<Home, StoreError> {
    let bytes: &[u8] = row.try_get("row")?;
    let home = ciborium::from_reader(bytes).map_err(|_| StoreError::row("view_home"))?;
    Ok(Home { unit: id(row.try_get("unit")?)?, place: row.try_get("place")?, row: Arc::new(home) })
}

pub(crate) fn write_homes(script: &mut Script, homes: &[Home]) -> Result<(), StoreError> {
    for home in homes {
        script
            .then(
                "INSERT INTO view_home (unit, place, row) VALUES (?, ?, ?) \
                 ON CONFLICT (unit) DO UPDATE SET place = excluded.place, row = excluded.row",
            )
            .bind(&home.unit.0[..])?
            .bind(&home.place[..])?
            .bind(home.bytes()?)?;
    }
    Ok(())
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn homes_stand_in_the_order_people_count_in() {
        let counted = [
            "1-1-101", "1-1-102", "1-1-1001", "2-1-101", "8-2-1203", "8-10-101", "别墅2", "别墅12",
        ];
        let mut sorted = counted;
        sorted.reverse();
        sorted.sort_by_key(|code| place(code));
        assert_eq!(sorted, counted);
        assert_eq!(place("8-02-0101"), place("8-2-101"));
    }
}
