use super::Dossier;
use crate::{command::Holder, fact::*, view::Text2, vocabulary::KeyKind};
use shoulou_eventlog::{EntityState, EventRef, Id, Meta, Settled, Value};
use std::collections::BTreeMap;

/// One physical key, card or remote.
pub struct KeyState<'a> {
    pub id: Id,
    pub at: EventRef,
    pub kind: KeyKind,
    pub name: String,
    pub position: String,
    pub number: String,
    pub label: Option<String>,
    /// `None`: not tried on site yet.
    pub fits: Option<bool>,
    pub note: Option<String>,
    /// More than one while two records say different things.
    pub holders: Vec<Holder>,
    pub moves: Vec<KeyMove<'a>>,
}

pub struct KeyMove<'a> {
    pub at: EventRef,
    pub meta: &'a Meta,
    pub to: Holder,
    pub when: String,
    pub purpose: Option<String>,
}

impl KeyState<'_> {
    /// Who has it: of several that are said, the first in order.
    pub fn holder(&self) -> &Holder {
        self.holders.first().unwrap_or(&Holder::Missing)
    }

    pub fn retained(&self) -> bool {
        matches!(self.holder(), Holder::Custody { .. })
    }

    pub fn with_owner(&self) -> bool {
        matches!(self.holder(), Holder::Party { .. })
    }
}

#[derive(Default)]
pub(super) struct Reader<'a> {
    keys: Vec<KeyState<'a>>,
    tries: BTreeMap<Id, KeyTried>,
    moves: BTreeMap<Id, Vec<KeyMove<'a>>>,
}

impl<'a> Reader<'a> {
    pub fn registered(&mut self, at: EventRef, _: &Meta, fact: KeyRegistered) {
        if self.keys.iter().any(|key| key.id == fact.key) {
            return;
        }
        self.keys.push(KeyState {
            id: fact.key,
            at,
            kind: fact.kind,
            name: fact.name,
            position: fact.position,
            number: fact.number,
            label: None,
            fits: None,
            note: None,
            holders: Vec::new(),
            moves: Vec::new(),
        });
    }

    pub fn tried(&mut self, fact: KeyTried) {
        self.tries.insert(fact.key, fact);
    }

    pub fn moved(&mut self, at: EventRef, meta: &'a Meta, fact: KeyMoved) {
        for key in fact.keys {
            self.moves.entry(key).or_default().push(KeyMove {
                at,
                meta,
                to: fact.to.clone(),
                when: fact.at.clone(),
                purpose: fact.purpose.clone(),
            });
        }
    }

    pub fn finish(mut self, file: &EntityState) -> Vec<KeyState<'a>> {
        for key in &mut self.keys {
            if let Some(tried) = self.tries.remove(&key.id) {
                key.fits = Some(tried.fits);
                key.label = tried.label;
                key.note = tried.note;
            }
            key.moves = self.moves.remove(&key.id).unwrap_or_default();
            key.holders = match file.register(&holder_path(key.id)) {
                Settled::Nothing => Vec::new(),
                Settled::Value(value, _) => from_value(value).into_iter().collect(),
                Settled::Disputed(sides) => {
                    sides.iter().filter_map(|(_, stated)| from_value(&stated.value)).collect()
                }
            };
        }
        self.keys
    }
}

pub fn holder_path(key: Id) -> String {
    format!("key/{key}/holder")
}

/// A holder as a register keeps it.
pub fn to_value(holder: &Holder) -> Value {
    let (by, rest) = match holder {
        Holder::Department { name } => ("department", Some(("name", name.clone()))),
        Holder::Custody { name } => ("custody", Some(("name", name.clone()))),
        Holder::Staff { id } => ("staff", Some(("id", id.to_string()))),
        Holder::Party { id } => ("party", Some(("id", id.to_string()))),
        Holder::Missing => ("missing", None),
    };
    let mut map = BTreeMap::from([("held_by".to_owned(), Value::from(by))]);
    map.extend(rest.map(|(key, value)| (key.to_owned(), Value::from(value))));
    Value::Map(map)
}

pub fn from_value(value: &Value) -> Option<Holder> {
    let Value::Map(map) = value else { return None };
    let text = |key: &str| map.get(key).and_then(Value::as_text);
    let name = || text("name").map(str::to_owned);
    let id = || text("id").and_then(|id| id.parse().ok());
    match text("held_by")? {
        "department" => Some(Holder::Department { name: name()? }),
        "custody" => Some(Holder::Custody { name: name()? }),
        "staff" => Some(Holder::Staff { id: id()? }),
        "party" => Some(Holder::Party { id: id()? }),
        "missing" => Some(Holder::Missing),
        _ => None,
    }
}

impl Dossier<'_> {
    pub fn key(&self, id: Id) -> Option<&KeyState<'_>> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// A holder as a person reads it.
    pub fn holder_shown(&self, holder: &Holder) -> Text2 {
        match holder {
            Holder::Department { name } => self.world.word(name),
            Holder::Custody { name } => {
                let name = self.world.word(name);
                Text2::new(format!("留存（{}）", name.zh), format!("Retained ({})", name.en))
            }
            Holder::Staff { id } => match self.world.staff_name(*id) {
                Some(name) => Text2::new(name, name),
                None => Text2::new("经办人", "Staff"),
            },
            Holder::Party { id } => match self.party(*id).map(|party| (party.name(), party.role)) {
                Some((name, role)) if !name.is_empty() => {
                    use crate::vocabulary::Lang;
                    Text2::new(
                        format!("{name}（{}）", role.title(Lang::Zh)),
                        format!("{name} ({})", role.title(Lang::En).to_lowercase()),
                    )
                }
                _ => Text2::new("业主", "Owner"),
            },
            Holder::Missing => Text2::new("缺失", "Missing"),
        }
    }
}
