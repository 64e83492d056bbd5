use super::{Decision, voiding::voiding};
use crate::{
    fact::said_again,
    fields::{self, Entity, shown_claims},
    refusal::Refusal,
    view::Text2,
    world::World,
};
use shoulou_eventlog::{Claim, EntityState, Event, EventRef, Id, NewEvent, Source, Value, Void};
use std::collections::BTreeSet;

/// Why a fact was taken back.
pub const UNDONE: &str = "撤销";

/// Takes one commit back by new events: fields say what they said before, facts are voided, and a fact that was
/// voided is recorded anew, naming the one it says again, so that what was attached to that stays with it. `before` is the world the commit was decided from, `made` its events by their place.
pub fn undo(
    now: &World<'_>,
    before: &World<'_>,
    made: &[(EventRef, NewEvent)],
) -> Result<Decision, Refusal> {
    let mut events = Vec::new();
    let mut restored = BTreeSet::new();
    for (at, event) in made {
        let Event { kind, entity, payload } = &event.event;
        match kind.rsplit('.').next().unwrap_or_default() {
            "set" => {
                if let Ok(claim) = payload.deserialized() {
                    restore(now, before, kind, *entity, at, &claim, &mut events);
                }
            }
            "void" => {
                // The voiding and its reason are two events; the fact is one.
                if let Ok(void) = payload.deserialized::<Void>()
                    && restored.insert(void.target)
                {
                    record_anew(before, *entity, &void.target, &mut events);
                }
            }
            "erase" => {}
            _ if takes_back(kind) => {
                let gone = state(now, *entity).is_some_and(|state| state.is_voided(at));
                if !gone {
                    events.extend(voiding(*entity, kind, *at, UNDONE));
                }
            }
            _ => {}
        }
    }
    if events.is_empty() {
        return Err(Refusal::NothingToUndo);
    }
    Ok(Decision {
        events, made: None, summary: Text2::new("撤销上一步", "Undo the last action")
    })
}

/// What left the program as paper, or says who looked, happened and stays.
fn takes_back(kind: &str) -> bool {
    !matches!(kind, "project.founded" | "project.template" | "file.printed" | "file.revealed")
}

fn state<'a>(world: &World<'a>, entity: Id) -> Option<&'a EntityState> {
    if entity == world.project_id {
        Some(world.project)
    } else if Some(entity) == world.unit_id {
        world.unit
    } else if Some(entity) == world.file_id {
        world.file
    } else {
        None
    }
}

fn restore(
    now: &World<'_>,
    before: &World<'_>,
    kind: &str,
    entity: Id,
    at: &EventRef,
    claim: &Claim,
    events: &mut Vec<NewEvent>,
) {
    let present = state(now, entity);
    // Somebody has said something else since: that stands. An entity not at hand is taken to be untouched.
    let stands = present
        .is_none_or(|state| !shown_claims(Some(state), &claim.path, &|open| open == at).is_empty());
    if !stands {
        return;
    }
    let on = match kind {
        "project.set" if claim.path.starts_with("staff/") => Entity::Staff,
        "project.set" => Entity::Project,
        "unit.set" => Entity::Unit,
        _ => Entity::File,
    };
    let open = state(before, entity).and_then(|state| state.registers.get(&claim.path));
    let said = |target: &EventRef| open.and_then(|open| open.get(target));
    let mut values: BTreeSet<Value> = BTreeSet::new();
    for target in &claim.replaces {
        values.extend(said(target).map(|stated| stated.value.clone()));
    }
    if values.is_empty() {
        values.insert(Value::Null);
    }
    // A dispute that was closed opens again: one claim for each side.
    events.extend(values.into_iter().map(|value| {
        fields::claim(on, entity, claim.path.clone(), value, vec![*at], Source::Person)
    }));
}

fn record_anew(before: &World<'_>, entity: Id, target: &EventRef, events: &mut Vec<NewEvent>) {
    let Some(recorded) = state(before, entity).and_then(|state| state.facts.get(target)) else {
        return;
    };
    let payload = said_again(&recorded.payload, *target);
    let event = Event { kind: recorded.kind.clone(), entity, payload };
    events.push(NewEvent { party: recorded.meta.party, event });
}
