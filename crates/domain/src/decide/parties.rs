use super::{
    desk::{Desk, Made, required},
    units::first_claim,
};
use crate::{
    fields::{self, Entity},
    refusal::Refusal,
    vocabulary::{ErasureReason, PartyRole},
    world::household,
};
use shoulou_eventlog::{Erase, Event, Id, NewEvent, Value};
use std::collections::BTreeMap;

pub(super) fn add(
    desk: &mut Desk<'_, '_>,
    role: PartyRole,
    given: &BTreeMap<String, Value>,
) -> Made {
    let id = desk.fresh();
    let mut values = BTreeMap::new();
    for (name, value) in given {
        // Both `name` and `party/*/name` say which field is meant.
        let own = name.rsplit('/').next().unwrap_or(name);
        let path = format!("party/{id}/{own}");
        let field = fields::find(Entity::File, &path)
            .filter(|_| !["role", "ordinal", "removed"].contains(&own))
            .ok_or_else(|| Refusal::FieldUnknown { path: name.clone() })?;
        let value = desk.normal(field, value)?;
        if !value.is_null() {
            values.insert(own.to_owned(), value);
        }
    }
    let name = values.get("name").and_then(Value::as_text).unwrap_or_default();
    required(name, "姓名/名称", "Name")?;
    values.insert("role".to_owned(), word(role));
    let last =
        desk.dossier.parties.iter().map(|party| party.ordinal).filter(|n| *n < i64::MAX).max();
    values.insert("ordinal".to_owned(), Value::Int(last.unwrap_or(0).saturating_add(1)));
    let file = desk.file_id();
    for (field, value) in values {
        desk.events.push(first_claim(Entity::File, file, format!("party/{id}/{field}"), value));
    }
    Ok(Some(id))
}

fn word(role: PartyRole) -> Value {
    Value::from(match role {
        PartyRole::Owner => "owner",
        PartyRole::LegalRepresentative => "legal_representative",
        PartyRole::Delegate => "delegate",
        PartyRole::Family => "family",
        PartyRole::Emergency => "emergency",
    })
}

pub(super) fn remove(desk: &mut Desk<'_, '_>, party: Id, reason: &str) -> Made {
    let reason = reason.trim();
    let state = desk.dossier.party(party).filter(|party| party.present());
    let role = state.ok_or(Refusal::PartyUnknown)?.role;
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    if role == PartyRole::Owner && desk.dossier.owners().count() == 1 {
        return Err(Refusal::LastOwner);
    }
    desk.set(&format!("party/{party}/removed"), reason.into());
    Ok(None)
}

fn push_erasure(desk: &mut Desk<'_, '_>, party: Id, reason: String) {
    let erase = Erase { party, reason };
    let payload = ciborium::Value::serialized(&erase).expect("an erasure is a map of plain values");
    let event = Event { kind: "file.erase".to_owned(), entity: desk.file_id(), payload };
    desk.events.push(NewEvent { party: None, event });
}

/// Everyone's data and the home's free text go. Members of staff are of the project, and stay.
pub(super) fn erase_household(desk: &mut Desk<'_, '_>, why: ErasureReason) -> Option<Id> {
    let file = desk.file_id();
    let persons: Vec<Id> =
        desk.dossier.parties.iter().filter(|party| !party.erased).map(|party| party.id).collect();
    let why = serde_json::to_value(why).ok();
    let why = why.as_ref().and_then(|why| why.as_str()).unwrap_or_default();
    for party in persons.into_iter().chain([household(file)]) {
        push_erasure(desk, party, why.to_owned());
    }
    None
}

/// The person's data go, here and wherever they arrive later. The erasure itself lies in the open, so why is told
/// in the household's part.
pub(super) fn erase(desk: &mut Desk<'_, '_>, party: Id, reason: &str) -> Made {
    let reason = reason.trim();
    match desk.dossier.party(party) {
        None => return Err(Refusal::PartyUnknown),
        Some(state) if state.erased => return Err(Refusal::PartyErased),
        Some(_) if reason.is_empty() => return Err(Refusal::ReasonMissing),
        Some(_) => {}
    }
    push_erasure(desk, party, String::new());
    desk.set(&format!("erased/{party}/reason"), reason.into());
    Ok(None)
}
