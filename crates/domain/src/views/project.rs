use crate::{
    template::{self, Template},
    view::{StaffView, Text2},
    world::World,
};
use shoulou_eventlog::{Id, Value};
use std::{collections::BTreeSet, sync::Arc};

/// The project's staff, in the order their names sort.
pub fn staff(world: &World<'_>) -> Vec<StaffView> {
    let paths = world.project.registers.range("staff/".to_owned().."staff0".to_owned());
    let ids: BTreeSet<Id> = paths.filter_map(|(path, _)| crate::fields::person_in(path)).collect();
    let text = |id, field: &str| world.staff_text(id, field).unwrap_or_default().to_owned();
    let mut staff: Vec<StaffView> = ids
        .into_iter()
        .map(|id| StaffView {
            id,
            name: text(id, "name"),
            role_shown: world.word(&text(id, "role")),
            role: text(id, "role"),
            department_shown: world.word(&text(id, "department")),
            department: text(id, "department"),
            active: world.project.value(&format!("staff/{id}/active")) != Some(&Value::Bool(false)),
        })
        .collect();
    staff.sort_by(|a, b| (!a.active, &a.name, a.id).cmp(&(!b.active, &b.name, b.id)));
    staff
}

fn list(world: &World<'_>, path: &str) -> Vec<String> {
    match world.project.value(path) {
        Some(Value::List(list)) => {
            list.iter().filter_map(Value::as_text).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// The roles that may confirm a closed file.
pub fn supervisor_roles(world: &World<'_>) -> Vec<String> {
    let said = list(world, "supervisor_roles");
    if said.is_empty() {
        ["客服经理", "客服主管"].map(str::to_owned).to_vec()
    } else {
        said
    }
}

fn template_of(world: &World<'_>) -> Option<Arc<Template>> {
    world.template(world.template_in_use()?)
}

/// The roles to choose from: the project's own list, or the template's, and whatever its staff have.
pub fn roles(world: &World<'_>) -> Vec<Text2> {
    choices(world, "roles", template::WhoKind::Role, |person| &person.role)
}

pub fn departments(world: &World<'_>) -> Vec<Text2> {
    choices(world, "departments", template::WhoKind::Department, |person| &person.department)
}

fn choices(
    world: &World<'_>,
    path: &str,
    kind: template::WhoKind,
    of: fn(&StaffView) -> &String,
) -> Vec<Text2> {
    let mut names = list(world, path);
    if names.is_empty()
        && let Some(template) = template_of(world)
    {
        let known = template.who.iter().filter(|who| who.kind == kind);
        names.extend(known.map(|who| who.title.zh.clone()));
    }
    for person in staff(world) {
        let name = of(&person);
        if !name.is_empty() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.iter().map(|name| world.word(name)).collect()
}

/// A ready-made order of the stations.
#[derive(Clone, Debug)]
pub struct ReadyOrder {
    pub key: String,
    pub title: Text2,
    pub order: Vec<String>,
    /// Money or signatures stand before the inspection.
    pub warns: bool,
}

pub fn ready_orders(world: &World<'_>) -> Vec<ReadyOrder> {
    let Some(template) = template_of(world) else { return Vec::new() };
    let ready = |order: &template::StationOrder| ReadyOrder {
        key: order.key.clone(),
        title: order.title.clone(),
        order: order.stations.clone(),
        warns: template::order_warns(&template.stations_in(Some(&order.key))),
    };
    template.orders.iter().map(ready).collect()
}

/// Key and title of each station.
pub fn stations(world: &World<'_>) -> Vec<(String, Text2)> {
    let Some(template) = template_of(world) else { return Vec::new() };
    template.stations.iter().map(|station| (station.key.clone(), station.title.clone())).collect()
}

/// Keys of the stations in the project's order; those it does not name follow in the template's.
pub fn order_in_use(world: &World<'_>) -> Vec<String> {
    template_of(world).map_or_else(Vec::new, |template| {
        let order = crate::dossier::steps::ordered(world, &template);
        order.into_iter().map(|station| station.key.clone()).collect()
    })
}

pub fn order_warns(world: &World<'_>) -> bool {
    template_of(world).is_some_and(|template| {
        template::order_warns(&crate::dossier::steps::ordered(world, &template))
    })
}
