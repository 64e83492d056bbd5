use super::desk::{Desk, Made};
use crate::{
    command::Target,
    fields::{self, Entity},
    refusal::Refusal,
    view::Text2,
    vocabulary::Outcome,
};
use shoulou_eventlog::{Id, Value};

pub(super) fn set(desk: &mut Desk<'_, '_>, target: Target, path: &str, value: &Value) -> Made {
    let unknown = || Refusal::FieldUnknown { path: path.to_owned() };
    match target {
        Target::Project => {
            let field = fields::find(Entity::Project, path).ok_or_else(unknown)?;
            let value = desk.normal(field, value)?;
            project_rules(desk, path, &value)?;
            desk.state(
                Entity::Project,
                desk.world.project_id,
                Some(desk.world.project),
                path,
                value,
            );
        }
        Target::Staff { id } => {
            let own = path.strip_prefix(&format!("staff/{id}/")).unwrap_or(path);
            let path = format!("staff/{id}/{own}");
            let field = fields::find(Entity::Staff, &path).ok_or_else(unknown)?;
            if desk.world.staff_name(id).is_none() {
                return Err(Refusal::StaffUnknown);
            }
            let value = desk.normal(field, value)?;
            staff_rules(desk, id, own, &value)?;
            let (project, state) = (desk.world.project_id, desk.world.project);
            desk.state(Entity::Staff, project, Some(state), &path, value);
        }
        Target::Unit { id } => {
            let field = fields::find(Entity::Unit, path).filter(|field| field.path != "sale");
            let value = desk.normal(field.ok_or_else(unknown)?, value)?;
            desk.state(Entity::Unit, id, desk.world.unit, path, value);
        }
        Target::File { .. } => file(desk, path, value)?,
    }
    Ok(None)
}

fn file(desk: &mut Desk<'_, '_>, path: &str, value: &Value) -> Result<(), Refusal> {
    let unknown = || Refusal::FieldUnknown { path: path.to_owned() };
    let field = fields::find(Entity::File, path).ok_or_else(unknown)?;
    let value = desk.normal(field, value)?;
    if let Some(person) = fields::person_in(path) {
        match desk.dossier.party(person) {
            Some(party) if party.erased => return Err(Refusal::PartyErased),
            Some(_) => {}
            None => return Err(Refusal::PartyUnknown),
        }
        // Who is removed, and why, is a command of its own; only taking it back is an edit.
        if path.ends_with("/removed") && !value.is_null() {
            return Err(unknown());
        }
    }
    if path == "assistant"
        && let Some(id) = value.as_text()
    {
        desk.staff(id.parse().map_err(|_| Refusal::StaffUnknown)?)?;
    }
    desk.set(path, value);
    if path == "appointment/at" {
        begin_anew(desk);
    }
    Ok(())
}

/// A new appointment, or an arrival, after a day that failed: that day's outcome no longer stands.
pub(super) fn begin_anew(desk: &mut Desk<'_, '_>) {
    let failed = matches!(
        desk.dossier.outcome(),
        Some(Outcome::Refused | Outcome::Postponed | Outcome::NoShow)
    );
    if failed && !desk.dossier.days_closed.is_empty() {
        desk.set("outcome", Value::Null);
        desk.set("outcome/reason", Value::Null);
    }
}

/// What only some values of a project's or a person's field keep in order.
pub(super) fn rules(
    desk: &Desk<'_, '_>,
    target: Target,
    path: &str,
    value: &Value,
) -> Result<(), Refusal> {
    match (target, fields::person_in(path)) {
        (Target::Project | Target::Staff { .. }, Some(id)) => {
            staff_rules(desk, id, path.rsplit('/').next().unwrap_or_default(), value)
        }
        (Target::Project | Target::Staff { .. }, None) => project_rules(desk, path, value),
        _ => Ok(()),
    }
}

fn project_rules(desk: &Desk<'_, '_>, path: &str, value: &Value) -> Result<(), Refusal> {
    let template = desk.world.template_in_use().and_then(|address| desk.world.template(address));
    match (path, value) {
        ("station_order", Value::List(keys)) => {
            let Some(template) = template else { return Ok(()) };
            let known =
                |key: &Value| key.as_text().is_some_and(|key| template.station(key).is_some());
            if keys.iter().all(known) {
                return Ok(());
            }
            let keys: Vec<_> = template.stations.iter().map(|s| s.key.as_str()).collect();
            let keys = keys.join(" ");
            Err(Refusal::ValueUnreadable {
                field: Text2::new("办理顺序", "Order of the stations"),
                expected: Text2::new(
                    format!("办理点代号（{keys}）"),
                    format!("keys of stations ({keys})"),
                ),
            })
        }
        ("template", Value::Text(address)) => {
            let held = address.parse().ok().and_then(|address| desk.world.template(address));
            held.map(|_| ()).ok_or_else(|| Refusal::ValueUnreadable {
                field: Text2::new("档案模板", "Template of files"),
                expected: Text2::new("项目里已有的模板", "a template the project holds"),
            })
        }
        ("logo", Value::Text(blob)) => super::items::address(blob).map(|_| ()),
        _ => Ok(()),
    }
}

/// Somebody must be left who can confirm files.
fn staff_rules(desk: &Desk<'_, '_>, id: Id, field: &str, value: &Value) -> Result<(), Refusal> {
    let roles = crate::views::supervisor_roles(&desk.world);
    let leaves = match (field, value) {
        ("active", Value::Bool(active)) => !active,
        ("role", Value::Text(role)) => !roles.contains(role),
        _ => false,
    };
    let confirms = |person: &crate::view::StaffView| person.active && roles.contains(&person.role);
    let staff = crate::views::staff(&desk.world);
    let is_one = staff.iter().any(|person| person.id == id && confirms(person));
    if leaves && is_one && !staff.iter().any(|person| person.id != id && confirms(person)) {
        return Err(Refusal::LastSupervisor);
    }
    Ok(())
}
