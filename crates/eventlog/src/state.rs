use crate::{EventRef, Id, Source, Value};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

mod fold;

/// Changes when the same events fold to another state or other bytes: kept states are then folded
/// anew from the log.
pub const FOLD_VERSION: u32 = 1;

/// Where an event stands for display: depth in the `seen` graph, then stream, then place in it.
/// No clock takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order {
    pub depth: u64,
    pub stream: Id,
    pub seq: u64,
    pub ordinal: u32,
}

/// What every event carries from its commit's header. `time` is milliseconds since 1970 UTC as the
/// author's clock had it: shown, never decided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "MetaRow", into = "MetaRow")]
pub struct Meta {
    pub order: Order,
    pub actor: Id,
    pub time: i64,
    pub party: Option<Id>,
}

/// Every register and fact carries a [`Meta`]: without names of fields a state is a third smaller.
type MetaRow = (u64, Id, u64, u32, Id, i64, Option<Id>);

impl From<Meta> for MetaRow {
    fn from(
        Meta { order: Order { depth, stream, seq, ordinal }, actor, time, party }: Meta,
    ) -> Self {
        (depth, stream, seq, ordinal, actor, time, party)
    }
}

impl From<MetaRow> for Meta {
    fn from((depth, stream, seq, ordinal, actor, time, party): MetaRow) -> Self {
        Meta { order: Order { depth, stream, seq, ordinal }, actor, time, party }
    }
}

/// What a claim states.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    pub value: Value,
    #[serde(default, skip_serializing_if = "Source::is_person")]
    pub source: Source,
    pub meta: Meta,
}

/// What became of a claim that others name as replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// In whose parts the claims are that name it.
    pub by: BTreeSet<Option<Id>>,
    /// The claim itself, as long as erasing parties could open it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Stated>,
}

/// A fact: add-only. It is voided by naming it, never removed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub kind: String,
    pub payload: ciborium::Value,
    pub meta: Meta,
}

/// 作废: the payload of every `….void` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    pub target: EventRef,
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voiding {
    pub reason: String,
    pub meta: Meta,
}

/// The payload of every `….erase` event. It counts only in a commit's common part: there it cannot
/// be erased itself. So the reason must not be personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erase {
    pub party: Id,
    pub reason: String,
}

/// Everything the log says of one entity. A function of the *set* of events applied: any order of
/// arrival gives the same bytes, and an event applied twice changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityState {
    /// Open claims, those that nobody who saw them has replaced, by path. Never an empty map.
    pub registers: BTreeMap<String, BTreeMap<EventRef, Stated>>,
    /// Every claim that another of the same path names as replaced, by path. A replacement may
    /// arrive before its target.
    pub replaced: BTreeMap<String, BTreeMap<EventRef, Replaced>>,
    pub facts: BTreeMap<EventRef, Recorded>,
    /// Of a fact, or of one that is still to come: the events that void it.
    pub voids: BTreeMap<EventRef, BTreeMap<EventRef, Voiding>>,
    /// Parties that an event of this entity erased: their parts are ignored whenever they arrive.
    pub erased: BTreeSet<Id>,
    /// Events this version does not understand, by kind, with their parts' parties. As long as
    /// there are any, the entity is read-only: it needs a newer version.
    pub unknown: BTreeMap<String, BTreeMap<EventRef, Option<Id>>>,
}

/// What a register says now.
#[derive(Clone, Debug, PartialEq)]
pub enum Settled<'a> {
    Nothing,
    /// One claim, or several that say the same: the first in display order. All authors are in
    /// [`EntityState::open`].
    Value(&'a Value, &'a Stated),
    /// Different values whose authors did not see each other, in display order.
    Disputed(Vec<(&'a EventRef, &'a Stated)>),
}

impl EntityState {
    pub fn register(&self, path: &str) -> Settled<'_> {
        let open = self.open(path);
        let Some((_, first)) = open.first().copied() else { return Settled::Nothing };
        if open.iter().all(|(_, stated)| stated.value == first.value) {
            Settled::Value(&first.value, first)
        } else {
            Settled::Disputed(open)
        }
    }

    /// The open claims of a path, in display order: what a screen shows, and what a claim made on
    /// that screen replaces.
    pub fn open(&self, path: &str) -> Vec<(&EventRef, &Stated)> {
        let mut open: Vec<_> = self.registers.get(path).into_iter().flatten().collect();
        open.sort_by_key(|(at, stated)| (stated.meta.order, **at));
        open
    }

    /// The value to work with: of a disputed register the first in display order.
    pub fn value(&self, path: &str) -> Option<&Value> {
        let open = self.registers.get(path)?.iter();
        open.min_by_key(|(at, stated)| (stated.meta.order, **at)).map(|(_, stated)| &stated.value)
    }

    /// Paths whose open claims differ.
    pub fn disputed(&self) -> impl Iterator<Item = &str> {
        let paths = self.registers.keys().map(String::as_str);
        paths.filter(|path| matches!(self.register(path), Settled::Disputed(_)))
    }

    pub fn is_voided(&self, fact: &EventRef) -> bool {
        self.voids.contains_key(fact)
    }

    /// Facts that stand, in display order.
    pub fn standing(&self) -> Vec<(&EventRef, &Recorded)> {
        let mut facts: Vec<_> = self.facts.iter().filter(|(at, _)| !self.is_voided(at)).collect();
        facts.sort_by_key(|(at, fact)| (fact.meta.order, **at));
        facts
    }

    pub fn needs_newer_version(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// Whether nothing is left to say of the entity.
    pub fn is_empty(&self) -> bool {
        *self == EntityState::default()
    }

    /// The bytes of this state: equal states, equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("a Vec takes all that is written to it");
        bytes
    }

    /// The state that [`EntityState::to_bytes`] wrote; none of damaged bytes.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<EntityState> {
        let state = ciborium::from_reader(&mut bytes).ok()?;
        bytes.is_empty().then_some(state)
    }
}

/// What people said is often personal: it does not get into logs.
impl fmt::Debug for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stated by {:?}", self.meta)
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {:?}", self.kind, self.meta)
    }
}

impl fmt::Debug for Voiding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "voided by {:?}", self.meta)
    }
}

#[cfg(test)]
mod tests;
