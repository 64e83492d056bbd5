//! The field list: every register a person may edit directly, as data. It drives validation, labels, masks, the
//! targets of an import and what forms may name.

mod table;
pub mod text;
pub mod value;

use crate::{fact::PartOf, view::*, world::household};
use shoulou_eventlog::{Claim, EntityState, Event, EventRef, Id, NewEvent, Source, Value};
pub use table::FIELDS;

/// What a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Project,
    Staff,
    Unit,
    File,
}

/// Whose part a field's claims are sealed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Common,
    Household,
    /// The id in the path.
    Person,
}

/// How a field is shown where it need not be read in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    Open,
    Phone,
    Number,
    Address,
    Email,
}

/// One line of the field list. In `path`, `*` stands for an id or a key.
#[derive(Debug)]
pub struct Field {
    pub on: Entity,
    pub path: &'static str,
    pub kind: FieldKind,
    pub zh: &'static str,
    pub en: &'static str,
    pub scope: Scope,
    pub mask: Mask,
    pub importable: bool,
    pub required: bool,
    /// Names roles, departments or places, by the words of the template where it has one.
    pub worded: bool,
    /// Shown on screens with the others of its entity.
    pub listed: bool,
    /// `(value, zh, en)`
    pub choices: &'static [(&'static str, &'static str, &'static str)],
}

impl Field {
    pub fn title(&self) -> Text2 {
        Text2::new(self.zh, self.en)
    }

    pub fn masked(&self) -> bool {
        self.mask != Mask::Open
    }

    pub fn choices(&self) -> Vec<Choice> {
        let choice = |(value, zh, en): &(&str, &str, &str)| Choice {
            value: (*value).to_owned(),
            title: Text2::new(*zh, *en),
        };
        self.choices.iter().map(choice).collect()
    }

    /// Whether `path` is this field's: each `*` stands for one segment.
    pub fn matches(&self, path: &str) -> bool {
        let mut asked = path.bytes().peekable();
        let matches = self.path.bytes().all(|own| match own {
            b'*' => {
                let begins = asked.next_if(|byte| *byte != b'/').is_some();
                while asked.next_if(|byte| *byte != b'/').is_some() {}
                begins
            }
            own => asked.next() == Some(own),
        });
        matches && asked.next().is_none()
    }

    /// The path with `*` put in.
    pub fn path_for(&self, id: Id) -> String {
        self.path.replacen('*', &id.to_string(), 1)
    }
}

/// The field at a path, as it lies in the entity's registers.
pub fn find(on: Entity, path: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.on == on && field.matches(path))
}

/// The fields a list's columns may go to, in the order of the field list.
pub fn importable() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(|field| field.importable)
}

/// The id in `party/<id>/…` and `staff/<id>/…`.
pub fn person_in(path: &str) -> Option<Id> {
    let rest = path.strip_prefix("party/").or_else(|| path.strip_prefix("staff/"))?;
    rest.split('/').next()?.parse().ok()
}

/// The part a claim at `path` is sealed in. One path always goes to one part.
pub fn part_of(on: Entity, path: &str) -> PartOf {
    if let Some(person) = person_in(path) {
        return PartOf::Person(person);
    }
    let free_text = match on {
        Entity::File => {
            path == "outcome/reason"
                || path.starts_with("erased/")
                || path.starts_with("alarm/") && path.ends_with("/reason")
                || path.starts_with("item/")
                    && (path.ends_with("/outstanding") || path.ends_with("/waived"))
                || find(on, path).is_some_and(|field| field.scope == Scope::Household)
        }
        _ => false,
    };
    if free_text { PartOf::Household } else { PartOf::Common }
}

/// A claim on a register of `entity`, instead of those in `replaces`.
pub fn claim(
    on: Entity,
    entity: Id,
    path: impl Into<String>,
    value: Value,
    replaces: Vec<EventRef>,
    source: Source,
) -> NewEvent {
    let path = path.into();
    let kind = match on {
        Entity::Project | Entity::Staff => "project.set",
        Entity::Unit => "unit.set",
        Entity::File => "file.set",
    };
    let party = match part_of(on, &path) {
        PartOf::Common => None,
        PartOf::Household => Some(household(entity)),
        PartOf::Person(id) => Some(id),
    };
    let claim = Claim { path, value, replaces, source };
    let payload = ciborium::Value::serialized(&claim).expect("a claim is a map of plain values");
    NewEvent { party, event: Event { kind: kind.to_owned(), entity, payload } }
}

/// The open claims of a register that the person was shown: what a new claim replaces.
pub fn shown_claims(
    state: Option<&EntityState>,
    path: &str,
    shown: &dyn Fn(&EventRef) -> bool,
) -> Vec<EventRef> {
    let open = state.and_then(|state| state.registers.get(path));
    open.into_iter().flat_map(|open| open.keys()).filter(|at| shown(at)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_fields_share_a_path() {
        for (n, field) in FIELDS.iter().enumerate() {
            let twin = FIELDS[n + 1..].iter().find(|other| {
                other.on == field.on && (other.path == field.path || other.matches(field.path))
            });
            assert!(twin.is_none(), "{} is listed twice", field.path);
        }
    }

    #[test]
    fn a_star_stands_for_one_segment() {
        let field = FIELDS.iter().find(|field| field.path == "party/*/phone").unwrap();
        assert!(field.matches("party/0f/phone"));
        for other in
            ["party//phone", "party/0f/phone2", "party/0f/phon", "party/0f/1/phone", "party/0f"]
        {
            assert!(!field.matches(other), "{other}");
        }
    }

    #[test]
    fn what_describes_a_person_is_sealed_in_that_persons_part() {
        let id = Id::derive("test", &[b"a"]);
        let path = format!("party/{id}/phone");
        assert_eq!(part_of(Entity::File, &path), PartOf::Person(id));
        assert_eq!(part_of(Entity::Staff, &format!("staff/{id}/name")), PartOf::Person(id));
        for field in FIELDS.iter().filter(|field| field.path.starts_with("party/*/")) {
            assert_eq!(field.scope, Scope::Person, "{}", field.path);
        }
    }

    #[test]
    fn free_text_of_a_home_is_sealed_in_the_households_part() {
        for path in ["remark", "item/a/1/outstanding", "item/a/1/waived", "outcome/reason"] {
            assert_eq!(part_of(Entity::File, path), PartOf::Household, "{path}");
        }
        for path in ["item/a/1/seen", "outcome", "appointment/at", "key/0/holder"] {
            assert_eq!(part_of(Entity::File, path), PartOf::Common, "{path}");
        }
    }
}
