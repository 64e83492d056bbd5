use super::desk::{Desk, Made, required};
use crate::{
    fact::{Fact, FileOpened, UnitAdded},
    fields::{self, Entity},
    normalize::home::{self, Block},
    refusal::Refusal,
    template::Template,
    vocabulary::UnitKind,
    world::{self, standing},
};
use shoulou_eventlog::{Hash, Id, NewEvent, Source, Value};
use std::collections::BTreeMap;

pub(super) fn add_staff(desk: &mut Desk<'_, '_>, name: &str, role: &str, department: &str) -> Made {
    let name = required(name, "姓名", "Name")?;
    let role = desk.world.kept_word(&required(role, "岗位", "Role")?);
    let department = desk.world.kept_word(department);
    let id = desk.fresh();
    let project = desk.world.project_id;
    let mut say = |field: &str, value: Value| {
        let path = format!("staff/{id}/{field}");
        desk.state(Entity::Staff, project, None, &path, value);
    };
    say("name", name.into());
    say("role", role.into());
    if !department.is_empty() {
        say("department", department.into());
    }
    say("active", true.into());
    Ok(Some(id))
}

pub(super) fn add(
    desk: &mut Desk<'_, '_>,
    code: &str,
    kind: UnitKind,
    given: &BTreeMap<String, Value>,
) -> Made {
    let typed = required(code, "房号", "Home")?;
    let code = world::canonical_code(&typed);
    let id = world::unit_id(desk.world.project_id, &code);
    let there = desk.world.unit.filter(|_| desk.world.unit_id == Some(id));
    if there
        .is_some_and(|state| standing(state).any(|(.., fact)| matches!(fact, Fact::UnitAdded(_))))
    {
        return Err(Refusal::UnitAlreadyThere { code });
    }
    let mut values = BTreeMap::from([
        ("code".to_owned(), Value::from(code.as_str())),
        ("kind".to_owned(), Value::from(if kind == UnitKind::Villa { "villa" } else { "flat" })),
    ]);
    if let Ok(read) = home::parse(&code) {
        values.insert("building".to_owned(), read.building.into());
        values.insert("room".to_owned(), read.room.into());
        if let Block::Is(block) = read.block {
            values.insert("block".to_owned(), block.into());
        }
        if let Some(floor) = read.floor {
            values.insert("floor".to_owned(), Value::Int(floor));
        }
    }
    for (path, value) in given {
        let field = fields::find(Entity::Unit, path).filter(|field| field.importable);
        let field = field.ok_or_else(|| Refusal::FieldUnknown { path: path.clone() })?;
        let value = desk.normal(field, value)?;
        if path != "code" && !value.is_null() {
            values.insert(path.clone(), value);
        }
    }
    desk.events.push(Fact::UnitAdded(UnitAdded { code }).event(id));
    for (path, value) in values {
        desk.state(Entity::Unit, id, there, &path, value);
    }
    let sale = there.map_or(1, world::current_sale);
    open(desk, id, sale);
    Ok(Some(id))
}

pub(super) fn reopen(desk: &mut Desk<'_, '_>, unit: Id) -> Made {
    let state = desk.world.unit.ok_or(Refusal::UnitMissing)?;
    if desk.dossier.closed.is_none() && !desk.dossier.household_erased() {
        return Err(Refusal::SaleStillOpen);
    }
    let sale = world::current_sale(state) + 1;
    let path = "sale";
    desk.state(Entity::Unit, unit, Some(state), path, Value::Int(i64::from(sale)));
    Ok(Some(open(desk, unit, sale)))
}

fn open(desk: &mut Desk<'_, '_>, unit: Id, sale: u32) -> Id {
    let template: Hash =
        desk.world.template_in_use().unwrap_or_else(|| Template::default_template().address());
    let file = world::file_id(unit, sale);
    desk.events.push(Fact::FileOpened(FileOpened { unit, sale, template }).event(file));
    file
}

/// A claim nobody made before.
pub(super) fn first_claim(on: Entity, entity: Id, path: String, value: Value) -> NewEvent {
    fields::claim(on, entity, path, value, Vec::new(), Source::Person)
}
