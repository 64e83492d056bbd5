//! A home as a list has it, to the events that bring the records up to what the list says. A list replaces only
//! what lists said; what a person entered stays, and the clash is told.

mod buyers;
#[cfg(test)]
mod tests;

use crate::{
    decide::Context,
    fact::{Fact, FileOpened, UnitAdded},
    fields::{self, Entity},
    normalize::{
        home::{Block, HomeCode},
        paper::PaperNumber,
    },
    template::Template,
    vocabulary::UnitKind,
    world::{self, World},
};
use shoulou_eventlog::{EntityState, EventRef, Hash, Id, NewEvent, Source, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// For a project that names no template of its own.
static SHIPPED: LazyLock<Hash> = LazyLock::new(|| Template::default_template().address());

/// One home of a list. Nothing stands for what the list does not say; it never clears a field.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedHome {
    /// With its 单元 known.
    pub home: HomeCode,
    /// The list has a column of its own for the floor; otherwise it was read off the room.
    pub floor_stated: bool,
    /// Fields of the unit by path.
    pub unit: BTreeMap<&'static str, Value>,
    /// Fields of the file by path.
    pub file: BTreeMap<&'static str, Value>,
    pub buyers: Vec<ImportedBuyer>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedBuyer {
    pub name: String,
    pub company: bool,
    pub paper: Option<PaperNumber>,
    /// Further fields by the last segment of their path (`phone`, `address`).
    pub fields: BTreeMap<&'static str, Value>,
    pub representative: Option<ImportedRepresentative>,
}

/// A company's 法定代表人.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedRepresentative {
    pub name: Option<String>,
    pub paper: Option<PaperNumber>,
}

#[derive(Clone, Debug)]
pub struct HomeImport {
    pub code: String,
    pub unit: Id,
    pub file: Id,
    pub events: Vec<NewEvent>,
    pub clashes: Vec<Clash>,
    pub notices: Vec<Notice>,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    New,
    Changed,
    Same,
}

/// The list says something else than a person entered: the person's value stays.
#[derive(Clone, Debug)]
pub struct Clash {
    pub field: &'static fields::Field,
    /// The buyer's place in the list, from 1, where the field is a buyer's.
    pub buyer: Option<usize>,
    pub kept: Value,
    pub list: Value,
}

/// What a person should look at; `buyer` counts from 1 in the list's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file names more owners than the list.
    FewerBuyers { file: usize, list: usize },
    /// An imported owner's name became another.
    Renamed { buyer: usize, from: String, to: String },
    /// The rounded number cannot be the one in the file.
    RoundedDisagrees { buyer: usize },
    /// The file has the full number of which the list has a rounded one.
    RoundedKnown { buyer: usize },
    /// Removed by a person; the list does not bring the owner back.
    Removed { buyer: usize },
    /// Erased; no list brings the owner back.
    Erased { buyer: usize },
    /// Nothing is imported into a closed file.
    Closed,
    /// Nor into one whose household was erased.
    HouseholdErased,
    /// The records hold entries of a newer version.
    NeedsNewerVersion,
}

/// What brings the records to what the list says. `world` holds the unit and file as they are, where they are;
/// `None` where the 单元 is not known.
pub fn home(world: &World<'_>, home: &ImportedHome, context: &Context<'_>) -> Option<HomeImport> {
    let code = home.home.canonical()?;
    let unit = world::unit_id(world.project_id, &code);
    let file = match (world.file_id, world.unit) {
        (Some(file), _) => file,
        (None, Some(state)) => world::current_file(unit, state),
        (None, None) => world::file_id(unit, 1),
    };
    let nothing = EntityState::default();
    let mut writing = Writing {
        shown: context.shown,
        unit: Place { on: Entity::Unit, id: unit, state: world.unit.unwrap_or(&nothing) },
        file: Place { on: Entity::File, id: file, state: world.file.unwrap_or(&nothing) },
        events: Vec::new(),
        clashes: Vec::new(),
        notices: Vec::new(),
    };
    let new = !is_recorded(world.unit);
    if let Some(notice) = writing.untouchable() {
        writing.notices.push(notice);
    } else {
        if new {
            writing.events.push(Fact::UnitAdded(UnitAdded { code: code.clone() }).event(unit));
        }
        writing.unit_fields(home, &code);
        if !is_recorded(world.file) {
            let template = world.template_in_use().unwrap_or(*SHIPPED);
            let sale = world.unit.map_or(1, world::current_sale);
            writing.events.push(Fact::FileOpened(FileOpened { unit, sale, template }).event(file));
        }
        for (path, value) in &home.file {
            writing.say(Entity::File, path, None, value.clone());
        }
        writing.buyers(&home.buyers);
    }
    let Writing { events, clashes, notices, .. } = writing;
    let outcome = match (new, events.is_empty()) {
        (_, true) => Outcome::Same,
        (true, _) => Outcome::New,
        (false, _) => Outcome::Changed,
    };
    Some(HomeImport { code, unit, file, events, clashes, notices, outcome })
}

fn is_recorded(state: Option<&EntityState>) -> bool {
    state.is_some_and(|state| !state.facts.is_empty() || !state.registers.is_empty())
}

#[derive(Clone, Copy)]
struct Place<'a> {
    on: Entity,
    id: Id,
    state: &'a EntityState,
}

struct Writing<'a> {
    /// Whether a claim was there to be seen: only those are replaced.
    shown: &'a dyn Fn(&EventRef) -> bool,
    unit: Place<'a>,
    file: Place<'a>,
    events: Vec<NewEvent>,
    clashes: Vec<Clash>,
    notices: Vec<Notice>,
}

impl Writing<'_> {
    fn untouchable(&self) -> Option<Notice> {
        if !self.unit.state.unknown.is_empty() || !self.file.state.unknown.is_empty() {
            return Some(Notice::NeedsNewerVersion);
        }
        if self.file.state.erased.contains(&world::household(self.file.id)) {
            return Some(Notice::HouseholdErased);
        }
        let closed =
            world::standing(self.file.state).any(|(_, _, fact)| matches!(fact, Fact::Closed(_)));
        closed.then_some(Notice::Closed)
    }

    fn unit_fields(&mut self, home: &ImportedHome, code: &str) {
        let HomeCode { kind, building, block, room, floor } = &home.home;
        let kind = match kind {
            UnitKind::Flat => "flat",
            UnitKind::Villa => "villa",
        };
        self.say(Entity::Unit, "code", None, code.into());
        self.say(Entity::Unit, "kind", None, kind.into());
        self.say(Entity::Unit, "building", None, building.as_str().into());
        if let Block::Is(block) = block {
            self.say(Entity::Unit, "block", None, block.as_str().into());
        }
        self.say(Entity::Unit, "room", None, room.as_str().into());
        if let Some(floor) = floor {
            // Read off the room it only fills the gap; a column of its own says more.
            let known = self.unit.state.value("floor").is_some_and(|value| !value.is_null());
            if home.floor_stated || !known {
                self.say(Entity::Unit, "floor", None, Value::Int(*floor));
            }
        }
        for (path, value) in &home.unit {
            self.say(Entity::Unit, path, None, value.clone());
        }
    }

    /// States one field, unless it stands already or a person said otherwise.
    fn say(&mut self, on: Entity, path: &str, buyer: Option<usize>, value: Value) {
        let place = if on == Entity::Unit { self.unit } else { self.file };
        let open = place.state.registers.get(path);
        let stated = || open.into_iter().flatten().map(|(_, stated)| stated);
        if stated().next().is_some() && stated().all(|stated| stated.value == value) {
            return;
        }
        if let Some(person) = stated().find(|stated| stated.source.is_person()) {
            let kept = place.state.value(path).unwrap_or(&person.value).clone();
            if let Some(field) = fields::find(on, path) {
                self.clashes.push(Clash { field, buyer, kept, list: value });
            }
            return;
        }
        let replaces = fields::shown_claims(Some(place.state), path, self.shown);
        self.events.push(fields::claim(place.on, place.id, path, value, replaces, Source::Import));
    }
}
