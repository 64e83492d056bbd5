use super::{Dossier, word};
use crate::{fields, vocabulary::PartyRole, world::household};
use shoulou_eventlog::{EntityState, Id, Value};
use std::collections::BTreeMap;

/// An owner, delegate, family member or contact of a file.
pub struct PartyState<'a> {
    pub id: Id,
    pub role: PartyRole,
    pub ordinal: i64,
    pub removed: bool,
    pub erased: bool,
    file: &'a EntityState,
}

impl<'a> PartyState<'a> {
    pub fn value(&self, field: &str) -> Option<&'a Value> {
        self.file.value(&format!("party/{}/{field}", self.id)).filter(|value| !value.is_null())
    }

    pub fn text(&self, field: &str) -> Option<&'a str> {
        self.value(field).and_then(Value::as_text)
    }

    pub fn name(&self) -> &'a str {
        self.text("name").unwrap_or_default()
    }

    /// Takes part in the file now.
    pub fn present(&self) -> bool {
        !self.removed && !self.erased
    }
}

/// Everyone the file ever named: by role, then in the order they were added.
pub(super) fn read(file: &EntityState) -> Vec<PartyState<'_>> {
    let paths = file.registers.range("party/".to_owned().."party0".to_owned());
    let mut seen: BTreeMap<Id, ()> = BTreeMap::new();
    for (path, _) in paths {
        if let Some(id) = fields::person_in(path) {
            seen.insert(id, ());
        }
    }
    let says = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    let said = |id: Id, field: &str| file.value(&format!("party/{id}/{field}"));
    let party = |id: Id| PartyState {
        id,
        role: word(said(id, "role")).unwrap_or(PartyRole::Owner),
        ordinal: said(id, "ordinal").and_then(Value::as_int).unwrap_or(i64::MAX),
        removed: says(said(id, "removed")),
        erased: false,
        file,
    };
    // Whose name and role were taken back, was taken back.
    let named = |id: &Id| ["role", "name"].iter().any(|field| says(said(*id, field)));
    let mut parties: Vec<_> = seen.into_keys().filter(named).map(party).collect();
    parties.sort_by_key(|party| (party.role, party.ordinal, party.id));
    let erased = |id: &Id| PartyState {
        id: *id,
        role: PartyRole::Owner,
        ordinal: i64::MAX,
        removed: false,
        erased: true,
        file,
    };
    parties.extend(file.erased.iter().map(erased));
    parties
}

impl<'a> Dossier<'a> {
    pub fn party(&self, id: Id) -> Option<&PartyState<'a>> {
        self.parties.iter().find(|party| party.id == id)
    }

    pub fn present_parties(&self, role: PartyRole) -> impl Iterator<Item = &PartyState<'a>> {
        self.parties.iter().filter(move |party| party.present() && party.role == role)
    }

    pub fn owners(&self) -> impl Iterator<Item = &PartyState<'a>> {
        self.present_parties(PartyRole::Owner)
    }

    /// 陈嘉豪、李敏
    pub fn owner_names(&self) -> String {
        let names: Vec<_> = self.owners().map(PartyState::name).filter(|n| !n.is_empty()).collect();
        names.join("、")
    }

    /// Everything that described somebody is gone; the file stays as the mark of it.
    pub fn household_erased(&self) -> bool {
        self.world.file_id.is_some_and(|file| self.file.erased.contains(&household(file)))
    }

    /// The household is a party of the log, never of the file.
    pub fn is_household(&self, id: Id) -> bool {
        self.world.file_id.is_some_and(|file| household(file) == id)
    }
}
