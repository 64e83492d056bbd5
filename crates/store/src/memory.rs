//! What the store keeps in memory of its views, to answer at once.

use crate::{fold::Entity, views::Home};
use shoulou_domain::view::HomeRow;
use shoulou_eventlog::Id;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

const HOT: usize = 512;

/// Hot entities and all homes. Filled by readers, changed only after the writer's transaction is
/// durable.
#[derive(Default)]
pub(crate) struct Memory {
    /// Grows with every write: what was read from the file before may not be put in after.
    pub epoch: u64,
    /// The number of the last commit of another stream; unknown where others may write.
    pub strangers_until: Option<u64>,
    /// Up to this number everything was shown from the beginning: it came with a snapshot.
    pub shown_until: u64,
    clock: u64,
    entities: HashMap<Id, (Entity, u64)>,
    homes: Option<Homes>,
}

#[derive(Default)]
struct Homes {
    places: HashMap<Id, Vec<u8>>,
    rows: BTreeMap<(Vec<u8>, Id), Arc<HomeRow>>,
    list: Option<Arc<Vec<Arc<HomeRow>>>>,
}

impl Memory {
    pub fn entity(&mut self, id: &Id) -> Option<Entity> {
        self.clock += 1;
        let (entity, used) = self.entities.get_mut(id)?;
        *used = self.clock;
        Some(entity.clone())
    }

    /// Taken out by the writer, so that it changes it in place; put back when it is durable.
    pub fn take(&mut self, id: &Id) -> Option<Entity> {
        self.entities.remove(id).map(|(entity, _)| entity)
    }

    pub fn put(&mut self, id: Id, entity: Entity) {
        self.clock += 1;
        self.entities.insert(id, (entity, self.clock));
        if self.entities.len() > HOT {
            let mut ages: Vec<u64> = self.entities.values().map(|(_, used)| *used).collect();
            let (_, oldest, _) = ages.select_nth_unstable(HOT / 4);
            let oldest = *oldest;
            self.entities.retain(|_, (_, used)| *used > oldest);
        }
    }

    pub fn forget(&mut self) {
        self.entities.clear();
        self.homes = None;
        self.epoch += 1;
    }

    pub fn homes(&mut self) -> Option<Arc<Vec<Arc<HomeRow>>>> {
        let homes = self.homes.as_mut()?;
        let rows = &homes.rows;
        let list = homes.list.get_or_insert_with(|| Arc::new(rows.values().cloned().collect()));
        Some(list.clone())
    }

    pub fn home(&self, unit: &Id) -> Option<Option<Arc<HomeRow>>> {
        let homes = self.homes.as_ref()?;
        let place = homes.places.get(unit);
        Some(place.and_then(|place| homes.rows.get(&(place.clone(), *unit)).cloned()))
    }

    pub fn set_homes(&mut self, all: impl IntoIterator<Item = Home>) {
        let mut homes = Homes::default();
        all.into_iter().for_each(|home| homes.put(home));
        self.homes = Some(homes);
    }

    pub fn put_homes(&mut self, changed: impl IntoIterator<Item = Home>, gone: &[Id]) {
        let Some(homes) = &mut self.homes else { return };
        homes.list = None;
        gone.iter().for_each(|unit| homes.remove(unit));
        changed.into_iter().for_each(|home| homes.put(home));
    }
}

impl Homes {
    fn put(&mut self, home: Home) {
        self.remove(&home.unit);
        self.places.insert(home.unit, home.place.clone());
        self.rows.insert((home.place, home.unit), home.row);
    }

    fn remove(&mut self, unit: &Id) {
        if let Some(place) = self.places.remove(unit) {
            self.rows.remove(&(place, *unit));
        }
    }
}
