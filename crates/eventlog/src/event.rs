use crate::{Hash, Id, Value, cbor::items};
use ciborium::Value as Cbor;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, fmt, str::FromStr};
use ts_rs::TS;

/// `[kind, entity, payload]`: this framing is permanent, and a kind's meaning never changes.
/// The part of `kind` before the first dot names the type of the entity (`file.set` → `file`).
#[derive(Clone, PartialEq)]
pub struct Event {
    pub kind: String,
    pub entity: Id,
    pub payload: Cbor,
}

/// Events in one commit, at most.
pub const MAX_EVENTS: usize = 65_536;

/// Lower-case words joined by dots, two at least, 64 bytes at most: `file.key_moved`.
pub fn kind_is_well_formed(kind: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    kind.len() <= 64 && kind.contains('.') && kind.split('.').all(word)
}

pub(crate) fn to_cbor(event: &Event) -> Cbor {
    Cbor::Array(vec![event.kind.clone().into(), items::id(&event.entity), event.payload.clone()])
}

pub(crate) fn from_cbor(value: Cbor) -> Option<Event> {
    let [kind, entity, payload] = items::tuple(value)?;
    let kind = kind.into_text().ok().filter(|kind| kind_is_well_formed(kind))?;
    Some(Event { kind, entity: items::as_id(entity)?, payload })
}

/// A payload is often personal: it does not get into logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind, self.entity)
    }
}

/// An event on its way into a commit. With a party it is sealed into that party's part.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub party: Option<Id>,
    pub event: Event,
}

/// One event of one commit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, TS)]
#[ts(type = "string")]
pub struct EventRef {
    pub commit: Hash,
    pub ordinal: u32,
}

/// The payload of every claim: `path` of the entity is `value`, instead of what `replaces` said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub path: String,
    pub value: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventRef>,
    #[serde(default, skip_serializing_if = "Source::is_person")]
    pub source: Source,
}

/// Who made a claim: a person at the screen, or a list that was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    #[default]
    Person,
    Import,
}

impl Source {
    pub fn is_person(&self) -> bool {
        *self == Source::Person
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.commit, self.ordinal)
    }
}

impl FromStr for EventRef {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (commit, ordinal) = text.split_once(':').ok_or("expected commit:ordinal")?;
        Ok(EventRef {
            commit: commit.parse().map_err(|_| "expected a commit's hash")?,
            ordinal: ordinal.parse().map_err(|_| "expected an ordinal")?,
        })
    }
}

impl Serialize for EventRef {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            (self.commit, self.ordinal).serialize(s)
        }
    }
}

impl<'de> Deserialize<'de> for EventRef {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(de::Error::custom)
        } else {
            let (commit, ordinal) = Deserialize::deserialize(d)?;
            Ok(EventRef { commit, ordinal })
        }
    }
}

impl JsonSchema for EventRef {
    fn schema_name() -> Cow<'static, str> {
        "EventRef".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}:[0-9]+$" })
    }
}
