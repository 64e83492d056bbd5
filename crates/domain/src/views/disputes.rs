use crate::{
    command::{ItemRef, Target},
    dossier::{Dossier, keys, may_be_disputed},
    fields::{self, Entity, Mask, value},
    paper::wording,
    template::Mark,
    view::*,
    vocabulary::*,
    world::World,
};
use shoulou_eventlog::{EntityState, EventRef, Settled, Stated, Value};

/// The registers of the world's home and file whose sides differ.
pub fn disputes(world: &World<'_>) -> Vec<Disputed> {
    let dossier = Dossier::of(world);
    let file = world.file_id.zip(world.file);
    let unit = world.unit_id.zip(world.unit);
    let of_file = file.map(|(id, state)| of(&dossier, Entity::File, Target::File { id }, state));
    let of_unit = unit.map(|(id, state)| of(&dossier, Entity::Unit, Target::Unit { id }, state));
    of_unit.into_iter().chain(of_file).flatten().collect()
}

/// What merging broke in the world's file, as far as nobody has looked into it.
pub fn alarms(world: &World<'_>) -> Vec<Alarm> {
    super::alarms::of(&Dossier::of(world))
}

/// Those of the project itself and of its people.
pub fn project_disputes(world: &World<'_>) -> Vec<Disputed> {
    of(&Dossier::of(world), Entity::Project, Target::Project, world.project)
}

fn of(dossier: &Dossier<'_>, on: Entity, target: Target, state: &EntityState) -> Vec<Disputed> {
    let paths = state.disputed().filter(|path| may_be_disputed(path));
    let disputed = paths.filter_map(|path| {
        let Settled::Disputed(sides) = state.register(path) else { return None };
        Some(Disputed {
            target,
            path: path.to_owned(),
            title: title(dossier, on, path),
            sides: shown_sides(dossier, on, path, &sides),
        })
    });
    disputed.collect()
}

fn field(on: Entity, path: &str) -> Option<&'static fields::Field> {
    let on = if on == Entity::Project && path.starts_with("staff/") { Entity::Staff } else { on };
    fields::find(on, path)
}

fn title(dossier: &Dossier<'_>, on: Entity, path: &str) -> Text2 {
    if let Some(field) = field(on, path) {
        let title = field.title();
        let person = fields::person_in(path);
        let whose = match on {
            Entity::File => person.and_then(|id| dossier.party(id)).map(|party| party.name()),
            _ => person.and_then(|id| dossier.world.staff_name(id)),
        };
        return match whose.filter(|name| !name.is_empty()) {
            Some(name) => {
                Text2::new(format!("{name} · {}", title.zh), format!("{name}: {}", title.en))
            }
            None => title,
        };
    }
    let segments: Vec<&str> = path.split('/').collect();
    match segments[..] {
        ["item", key, instance, what] => {
            let item = ItemRef { key: key.to_owned(), instance: instance.parse().unwrap_or(1) };
            let title = dossier.item_title(&item);
            let what = match what {
                "waived" => Text2::new("不需要", "Not needed"),
                "outstanding" => Text2::new("欠缺", "Outstanding"),
                mark => Mark::from_word(mark).map(Mark::title).unwrap_or_default(),
            };
            Text2::new(
                format!("{} · {}", title.zh, what.zh),
                format!("{}: {}", title.en, what.en.to_lowercase()),
            )
        }
        ["key", id, "holder"] => {
            let key = id.parse().ok().and_then(|id| dossier.key(id));
            let name = key.map(|key| format!("{} {}", key.name, key.number));
            let name = name.unwrap_or_default();
            let name = name.trim();
            Text2::new(format!("钥匙“{name}”的持有人"), format!("Holder of the key “{name}”"))
        }
        ["outcome"] => Text2::new("收楼结果", "Outcome"),
        ["outcome", "reason"] => Text2::new("结果的原因", "Reason of the outcome"),
        ["template"] => Text2::new("档案模板", "Template"),
        ["form", form] => super::templates::title_of(&dossier.world, form),
        _ => Text2::new(path, path),
    }
}

fn shown_sides(
    dossier: &Dossier<'_>,
    on: Entity,
    path: &str,
    sides: &[(&EventRef, &Stated)],
) -> Vec<DisputeSide> {
    let masked = field(on, path).filter(|field| field.mask != Mask::Open);
    let texts: Vec<Text2> = match masked {
        Some(field) => {
            let full = sides.iter().map(|(_, side)| value::in_full(field, &side.value));
            let masked = sides.iter().map(|(_, side)| value::shown(field, &side.value));
            let apart = told_apart(&full.collect::<Vec<_>>(), masked.collect());
            apart.into_iter().map(|text| said(Text2::new(text.clone(), text))).collect()
        }
        None => sides.iter().map(|(_, side)| said(text(dossier, on, path, &side.value))).collect(),
    };
    let side = |((at, stated), shown): (&(&EventRef, &Stated), Text2)| DisputeSide {
        claim: **at,
        shown,
        by: stated.meta.actor,
        by_name: dossier.world.staff_name(stated.meta.actor).unwrap_or_default().to_owned(),
        time: stated.meta.time,
        imported: !stated.source.is_person(),
    };
    sides.iter().zip(texts).map(side).collect()
}

fn said(shown: Text2) -> Text2 {
    if shown.zh.is_empty() { Text2::new("（空）", "(empty)") } else { shown }
}

/// Masks that hide just what differs tell nobody which side is right: then the places that differ show.
fn told_apart(full: &[String], masked: Vec<String>) -> Vec<String> {
    let distinct = masked.iter().enumerate().all(|(n, one)| !masked[..n].contains(one));
    if distinct {
        return masked;
    }
    let full: Vec<Vec<char>> = full.iter().map(|text| text.chars().collect()).collect();
    let hidden: Vec<Vec<char>> = masked.iter().map(|text| text.chars().collect()).collect();
    let length = full.first().map_or(0, Vec::len);
    let aligned = full.iter().chain(&hidden).all(|text| text.len() == length);
    if !aligned {
        return full.into_iter().map(String::from_iter).collect();
    }
    let same = |at: usize| full.iter().all(|text| text[at] == full[0][at]);
    let shown = |n: usize| {
        (0..length).map(|at| if same(at) { hidden[n][at] } else { full[n][at] }).collect()
    };
    (0..full.len()).map(shown).collect()
}

fn text(dossier: &Dossier<'_>, on: Entity, path: &str, value: &Value) -> Text2 {
    if let Some(field) = field(on, path) {
        return value::told(field, value);
    }
    if let Some(form) = wording::form_of(path).filter(|_| on == Entity::Project) {
        return super::templates::named(&dossier.world, form, value);
    }
    if path.starts_with("key/") {
        return keys::from_value(value)
            .map(|holder| dossier.holder_shown(&holder))
            .unwrap_or_default();
    }
    if path == "outcome" {
        let outcome: Option<Outcome> = crate::dossier::word(Some(value));
        let title = |outcome: Outcome| Text2::new(outcome.title(Lang::Zh), outcome.title(Lang::En));
        return outcome.map(title).unwrap_or_default();
    }
    match value {
        Value::Null => Text2::default(),
        Value::Bool(true) => Text2::new("已勾选", "Ticked"),
        Value::Bool(false) => Text2::new("未勾选", "Not ticked"),
        Value::Int(int) => Text2::new(int.to_string(), int.to_string()),
        Value::Text(text) => Text2::new(text, text),
        Value::List(list) => {
            let list: Vec<_> = list.iter().filter_map(Value::as_text).collect();
            Text2::new(list.join("、"), list.join(", "))
        }
        Value::Map(map) => {
            let reason = map.get("reason").and_then(Value::as_text).unwrap_or_default();
            let promised = map.get("promised").and_then(Value::as_text);
            match promised {
                Some(day) => Text2::new(
                    format!("{reason}（承诺 {day}）"),
                    format!("{reason} (promised for {day})"),
                ),
                None => Text2::new(reason, reason),
            }
        }
    }
}
