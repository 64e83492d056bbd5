use super::{
    desk::{Desk, Made},
    undo::UNDONE,
};
use crate::{
    command::{Holder, Target},
    dossier::keys::{holder_path, to_value},
    fact::Fact,
    refusal::Refusal,
    world::household,
};
use shoulou_eventlog::{EntityState, Event, EventRef, Id, NewEvent, Value, Void};

/// Whether facts of a kind can be voided: what founded a project, a home or a file stays, and so does who looked
/// at what.
pub fn voidable(kind: &str) -> bool {
    crate::fact::is_known(kind)
        && !matches!(
            kind,
            "project.founded" | "project.template" | "unit.added" | "file.opened" | "file.revealed"
        )
}

/// On a closed file: the closing itself, and what still goes on after it.
fn voidable_after_closing(kind: &str) -> bool {
    matches!(
        kind,
        "file.closed"
            | "file.confirmed"
            | "file.key_moved"
            | "file.keys_returned"
            | "file.key_tried"
            | "file.delivered"
            | "file.transferred"
            | "file.scanned"
            | "file.page_scanned"
            | "file.pages_excused"
            | "file.defect_result"
            | "file.fee_paid"
            | "file.printed"
    )
}

pub(super) fn void(desk: &mut Desk<'_, '_>, target: Target, fact: &EventRef, reason: &str) -> Made {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    let (entity, state): (Id, &EntityState) = match target {
        Target::File { id } => (id, desk.dossier.file),
        Target::Unit { id } => (id, desk.world.unit.ok_or(Refusal::UnitMissing)?),
        Target::Project | Target::Staff { .. } => (desk.world.project_id, desk.world.project),
    };
    let recorded = state.facts.get(fact).ok_or(Refusal::FactUnknown)?;
    if state.is_voided(fact) {
        return Err(Refusal::AlreadyVoided);
    }
    if !voidable(&recorded.kind) {
        return Err(Refusal::NotVoidable);
    }
    if desk.dossier.closed.is_some()
        && matches!(target, Target::File { .. })
        && !voidable_after_closing(&recorded.kind)
    {
        return Err(Refusal::FileClosed);
    }
    push(desk, entity, &recorded.kind, *fact, reason);
    match Fact::decode(&recorded.kind, &recorded.payload) {
        Some(Fact::FeeAdded(_)) if desk.dossier.payments.iter().any(|p| p.fact.fee == *fact) => {
            return Err(Refusal::FeeHasPayments);
        }
        Some(Fact::Closed(_)) => {
            if let Some(confirmed) = desk.dossier.confirmed.as_ref().map(|entry| entry.at) {
                push(desk, entity, "file.confirmed", confirmed, reason);
            }
        }
        Some(Fact::DayClosed(_)) => {
            desk.set("outcome", Value::Null);
            desk.set("outcome/reason", Value::Null);
        }
        Some(Fact::KeyMoved(moved)) => move_back(desk, fact, &moved.keys),
        Some(Fact::KeysRetained(slip)) => with_movement(desk, entity, fact, &slip.keys, reason),
        Some(Fact::KeysReturned(slip)) => with_movement(desk, entity, fact, &slip.keys, reason),
        Some(Fact::KeyRegistered(_)) | Some(_) | None => {}
    }
    Ok(None)
}

/// The voiding itself holds nothing of anybody, so that erasing a household never makes a voided fact count
/// again. The reason is free text: it goes into the household's part, as a second voiding.
pub(super) fn voiding(entity: Id, kind: &str, target: EventRef, reason: &str) -> Vec<NewEvent> {
    let of = kind.split('.').next().unwrap_or("file");
    let void = |party: Option<Id>, reason: &str| {
        let void = Void { target, reason: reason.to_owned() };
        let payload = ciborium::Value::serialized(&void).expect("a void is a map of plain values");
        NewEvent { party, event: Event { kind: format!("{of}.void"), entity, payload } }
    };
    if of != "file" || reason == UNDONE {
        return vec![void(None, reason)];
    }
    vec![void(None, ""), void(Some(household(entity)), reason)]
}

fn push(desk: &mut Desk<'_, '_>, entity: Id, kind: &str, target: EventRef, reason: &str) {
    desk.events.extend(voiding(entity, kind, target, reason));
}

/// A movement that never was: the keys are where the movement before it left them.
fn move_back(desk: &mut Desk<'_, '_>, fact: &EventRef, keys: &[Id]) {
    for id in keys {
        let Some(key) = desk.dossier.key(*id) else { continue };
        if key.moves.last().is_none_or(|last| last.at != *fact) {
            continue;
        }
        let before =
            key.moves.iter().rev().nth(1).map_or(Holder::Missing, |moved| moved.to.clone());
        desk.set(&holder_path(*id), to_value(&before));
    }
}

/// A slip's movement was written with it and goes with it.
fn with_movement(desk: &mut Desk<'_, '_>, entity: Id, fact: &EventRef, keys: &[Id], reason: &str) {
    let moved = desk.dossier.keys.iter().filter(|key| keys.contains(&key.id));
    let same = moved.flat_map(|key| key.moves.iter()).find(|moved| moved.at.commit == fact.commit);
    if let Some(at) = same.map(|moved| moved.at) {
        push(desk, entity, "file.key_moved", at, reason);
        move_back(desk, &at, keys);
    }
}
