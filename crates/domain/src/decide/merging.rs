use super::desk::{Desk, Made};
use crate::{
    command::Target,
    fields::{Entity, person_in},
    refusal::Refusal,
    views::alarms,
};
use shoulou_eventlog::{EntityState, EventRef, Id, Settled, Value};

pub(super) fn settle(desk: &mut Desk<'_, '_>, target: Target, path: &str, side: &EventRef) -> Made {
    let (on, entity, state): (Entity, Id, &EntityState) = match target {
        Target::File { id } => (Entity::File, id, desk.dossier.file),
        Target::Unit { id } => (Entity::Unit, id, desk.world.unit.ok_or(Refusal::UnitMissing)?),
        Target::Project | Target::Staff { .. } => {
            let on = if person_in(path).is_some() { Entity::Staff } else { Entity::Project };
            (on, desk.world.project_id, desk.world.project)
        }
    };
    let Settled::Disputed(sides) = state.register(path) else { return Err(Refusal::NotDisputed) };
    let chosen = sides.iter().find(|(at, _)| *at == side).ok_or(Refusal::NotDisputed)?;
    let value: Value = chosen.1.value.clone();
    super::fields::rules(desk, target, path, &value)?;
    desk.state(on, entity, Some(state), path, value);
    Ok(None)
}

/// What the alarm was about when it was cleared is kept with the clearing: anything new raises it again.
pub(super) fn clear(desk: &mut Desk<'_, '_>, key: &str, seen: &str, reason: &str) -> Made {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    let raised = alarms::of(&desk.dossier);
    if !raised.iter().any(|alarm| alarm.key == key && alarm.seen == seen) {
        return Err(Refusal::NoSuchAlarm);
    }
    desk.set(&alarms::path(key), Value::from(seen));
    desk.set(&format!("{}/reason", alarms::path(key)), Value::from(reason));
    Ok(None)
}
