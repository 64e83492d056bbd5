//! From commits to entities. The only place where events are applied.

use crate::{error::StoreError, identity::fixed, knows::Knows};
use shoulou_eventlog::{
    Commit, EntityState, Erase, Event, EventRef, Header, Id, Meta, Order, ProjectKey, open_part,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// What the fold gives depends on this number and on the kinds the program knows; where either
/// changed, the views are made anew.
pub(crate) const FOLD_VERSION: u32 = 4;

#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// `unit`: the first of its events' types in the order of the alphabet.
    pub kind: Arc<str>,
    pub state: Arc<EntityState>,
    /// Commits after the state that the file stores; `None` where it stores none under this kind.
    pub tail: Option<u32>,
}

/// A commit as it arrives: the parts of an erased party may be missing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Arriving {
    /// The exact signed bytes.
    #[serde(with = "bytes")]
    pub header: Vec<u8>,
    /// In the order of the header.
    #[serde(with = "many_bytes")]
    pub parts: Vec<Option<Vec<u8>>>,
}

impl From<Commit> for Arriving {
    fn from(commit: Commit) -> Self {
        let parts = commit.parts.into_iter().map(|part| Some(part.bytes)).collect();
        Arriving { header: commit.bytes, parts }
    }
}

/// A commit that was read.
pub(crate) struct Opened {
    pub header: Header,
    pub depth: u64,
    pub events: Vec<Happened>,
    /// Parts that this project's key does not open, or that are malformed. They stay as they are.
    pub unreadable: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    pub at: EventRef,
    pub meta: Meta,
    pub event: Event,
}

impl Opened {
    /// Opens all parts that are there, but for those of erased parties.
    pub fn read<'a>(
        header: Header,
        depth: u64,
        parts: impl Iterator<Item = (usize, &'a [u8])>,
        key: &ProjectKey,
        erased: &HashSet<Id>,
    ) -> Self {
        let mut opened = Opened { header, depth, events: Vec::new(), unreadable: 0 };
        for (index, bytes) in parts {
            opened.read_part(index, bytes, key, erased);
        }
        opened.events.sort_by_key(|happened| happened.at.ordinal);
        opened
    }

    fn read_part(&mut self, index: usize, bytes: &[u8], key: &ProjectKey, erased: &HashSet<Id>) {
        let header = &self.header;
        let Some(entry) = header.parts.get(index) else {
            self.unreadable += 1;
            return;
        };
        if entry.party.is_some_and(|party| erased.contains(&party)) {
            return;
        }
        match open_part(header, index, bytes, key) {
            Ok(events) => {
                let meta = header.meta(self.depth, 0, entry.party);
                let commit = header.commit;
                self.events.extend(events.into_iter().map(|(ordinal, event)| Happened {
                    at: EventRef { commit, ordinal },
                    meta: Meta { order: Order { ordinal, ..meta.order }, ..meta },
                    event,
                }));
            }
            Err(_) => self.unreadable += 1,
        }
    }

    pub fn entities(&self) -> HashSet<Id> {
        self.events.iter().map(|happened| happened.event.entity).collect()
    }

    /// Erasures take effect from the common part alone: in a party's part one would go with the party,
    /// and whether it counted would depend on which came first.
    pub fn erasures(&self) -> impl Iterator<Item = (Id, Erase)> {
        self.events.iter().filter_map(|happened| {
            let erase = is_erasure(&happened.event) && happened.meta.party.is_none();
            let erase: Option<Erase> =
                erase.then(|| happened.event.payload.deserialized().ok()).flatten();
            erase.map(|erase| (happened.event.entity, erase))
        })
    }
}

fn is_erasure(event: &Event) -> bool {
    event.kind.ends_with(".erase")
}

/// Applies one event to its entity.
pub(crate) fn apply(entities: &mut HashMap<Id, Entity>, happened: &Happened, knows: Knows) {
    let kind = happened.event.kind.split('.').next().unwrap_or_default();
    let entity = entities.entry(happened.event.entity).or_insert_with(|| Entity {
        kind: kind.into(),
        state: Arc::default(),
        tail: None,
    });
    if kind < &*entity.kind {
        entity.kind = kind.into();
        entity.tail = None;
    }
    let known = |kind: &str| knows.kind(kind);
    Arc::make_mut(&mut entity.state).apply(happened.at, happened.meta, &happened.event, known);
}

/// Whether a change of the project may change the sentence of every home. People's names do not.
pub(crate) fn concerns_all_homes(event: &Event) -> bool {
    let of_staff = || {
        let claim: Option<shoulou_eventlog::Claim> = event.payload.deserialized().ok();
        claim.is_some_and(|claim| claim.path.starts_with("staff/"))
    };
    event.kind.starts_with("project.") && !(event.kind == "project.set" && of_staff())
}

/// A state that grows a little keeps its length in the file: SQLite then writes only the pages that differ.
const STEP: usize = 2048;
/// What fits a page is written with it anyway.
const ONE_PAGE: usize = 4000;
/// Ends a state; zeros may follow.
const END: u8 = 0x80;

pub(crate) fn encode_state(state: &EntityState) -> Vec<u8> {
    let mut bytes = state.to_bytes();
    bytes.push(END);
    if bytes.len() > ONE_PAGE {
        bytes.resize(bytes.len().next_multiple_of(STEP), 0);
    }
    bytes
}

pub(crate) fn decode_state(bytes: &[u8]) -> Result<EntityState, StoreError> {
    let end = bytes.iter().rposition(|byte| *byte != 0).filter(|end| bytes[*end] == END);
    end.and_then(|end| EntityState::from_bytes(&bytes[..end])).ok_or(StoreError::row("view_entity"))
}

pub(crate) fn id(bytes: Vec<u8>) -> Result<Id, StoreError> {
    fixed(bytes).map(Id)
}

mod bytes {
    use serde::{Deserializer, Serializer, de};
    use std::fmt;

    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }
        }
        d.deserialize_byte_buf(Visitor)
    }
}

mod many_bytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Bytes(#[serde(with = "super::bytes")] Vec<u8>);

    pub fn serialize<S: Serializer>(all: &[Option<Vec<u8>>], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(all.iter().map(|bytes| bytes.clone().map(Bytes)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Option<Vec<u8>>>, D::Error> {
        let all = Vec::<Option<Bytes>>::deserialize(d)?;
        Ok(all.into_iter().map(|bytes| bytes.map(|bytes| bytes.0)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shoulou_eventlog::Stated;

    #[test]
    fn a_state_of_any_length_reads_back() {
        for length in [0, 1, 3900, 4000, 4096, 9000] {
            let meta = Meta {
                order: Order::default(),
                actor: Id::default(),
                time: 0,
                party: Some(Id::default()),
            };
            let value = "\0".repeat(length).as_str().into();
            let stated = Stated { value, source: Default::default(), meta };
            let at = EventRef { commit: Default::default(), ordinal: 0 };
            let mut state = EntityState::default();
            state.registers.entry("remark".into()).or_default().insert(at, stated);
            let bytes = encode_state(&state);
            assert!(bytes.len() <= ONE_PAGE || bytes.len().is_multiple_of(STEP));
            assert!(decode_state(&bytes).unwrap() == state);
            assert!(decode_state(&[]).is_err());
        }
    }
}
