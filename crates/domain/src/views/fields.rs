use crate::{
    checks,
    dossier::{Dossier, PartyState},
    fields::{Entity, FIELDS, Field, value},
    view::*,
    world::World,
};
use chrono::NaiveDate;
use shoulou_eventlog::{EntityState, EventRef, Settled, Stated, Value};

/// One field as screens show it.
pub fn field_view(
    world: &World<'_>,
    field: &Field,
    path: String,
    state: Option<&EntityState>,
) -> FieldView {
    let settled = state.map_or(Settled::Nothing, |state| state.register(&path));
    let (value, disputed) = match settled {
        Settled::Nothing => (Value::Null, Vec::new()),
        Settled::Value(value, _) => (value.clone(), Vec::new()),
        Settled::Disputed(sides) => {
            let value = sides.first().map_or(Value::Null, |(_, stated)| stated.value.clone());
            (value, sides.iter().map(|(at, stated)| claim(world, field, at, stated)).collect())
        }
    };
    FieldView {
        path,
        title: field.title(),
        kind: field.kind,
        shown: told(world, field, &value),
        // The full text of a masked field is asked for on its own, and that is recorded.
        value: if field.masked() { masked(field, &value) } else { value },
        masked: field.masked(),
        warning: None,
        disputed,
        choices: field.choices(),
    }
}

fn masked(field: &Field, full: &Value) -> Value {
    if full.is_null() { Value::Null } else { Value::from(value::shown(field, full)) }
}

/// For reading, in both languages.
pub(super) fn told(world: &World<'_>, field: &Field, value: &Value) -> Text2 {
    if !field.worded {
        return value::told(field, value);
    }
    let words: Vec<Text2> = match value {
        Value::Text(word) => vec![world.word(word)],
        Value::List(words) => {
            words.iter().filter_map(Value::as_text).map(|word| world.word(word)).collect()
        }
        _ => Vec::new(),
    };
    let list = |pick: fn(&Text2) -> &str, join: &str| {
        words.iter().map(pick).collect::<Vec<_>>().join(join)
    };
    Text2::new(list(|word| &word.zh, "、"), list(|word| &word.en, ", "))
}

fn claim(world: &World<'_>, field: &Field, at: &EventRef, stated: &Stated) -> ClaimView {
    ClaimView {
        claim: *at,
        value: if field.masked() { masked(field, &stated.value) } else { stated.value.clone() },
        shown: told(world, field, &stated.value),
        by: stated.meta.actor,
        time: stated.meta.time,
        imported: !stated.source.is_person(),
    }
}

/// The listed fields of the project.
pub fn project_fields(world: &World<'_>) -> Vec<FieldView> {
    listed(world, Entity::Project, Some(world.project))
}

pub fn unit_fields(world: &World<'_>) -> Vec<FieldView> {
    listed(world, Entity::Unit, world.unit)
}

fn listed(world: &World<'_>, on: Entity, state: Option<&EntityState>) -> Vec<FieldView> {
    FIELDS
        .iter()
        .filter(|field| field.on == on && field.listed && !field.path.contains('*'))
        .map(|field| field_view(world, field, field.path.to_owned(), state))
        .collect()
}

/// The file's own fields, and those of each vehicle and pet there is.
pub(super) fn file_fields(dossier: &Dossier<'_>) -> Vec<FieldView> {
    let mut views = listed(&dossier.world, Entity::File, dossier.world.file);
    let pets = u32::from(dossier.case.pet == Some(true));
    for (prefix, count) in [("vehicle/*/", dossier.case.vehicles.unwrap_or(0)), ("pet/*/", pets)] {
        for n in 1..=count {
            for field in FIELDS.iter().filter(|field| field.path.starts_with(prefix)) {
                let mut view = field_view(
                    &dossier.world,
                    field,
                    field.path.replacen('*', &n.to_string(), 1),
                    dossier.world.file,
                );
                if count > 1 {
                    view.title = Text2::new(
                        format!("{} {n}", view.title.zh),
                        format!("{} {n}", view.title.en),
                    );
                }
                views.push(view);
            }
        }
    }
    views
}

/// What a field says of a person, and what is doubtful about it.
pub(super) fn party_fields(
    dossier: &Dossier<'_>,
    party: &PartyState<'_>,
    today: NaiveDate,
) -> Vec<FieldView> {
    FIELDS
        .iter()
        .filter(|field| field.listed && field.path.starts_with("party/*/"))
        .map(|field| {
            let own = field.path.trim_start_matches("party/*/");
            let path = field.path_for(party.id);
            let mut view = field_view(&dossier.world, field, path, dossier.world.file);
            view.warning = doubt(dossier, party, own, today);
            view
        })
        .collect()
}

fn doubt(
    dossier: &Dossier<'_>,
    party: &PartyState<'_>,
    field: &str,
    today: NaiveDate,
) -> Option<Text2> {
    let text = party.text(field)?;
    let company =
        party.text("company_code").is_some() || party.text("paper_kind") == Some("company_code");
    let doubt = match field {
        "name" if company => checks::name::company(text),
        "name" => checks::name::person(text),
        "paper_no" => checks::identity::paper(party.text("paper_kind").unwrap_or_default(), text),
        "company_code" => checks::identity::company_code(text),
        "phone" | "phone2" => checks::phone::phone(text),
        "poa_until" => return expired(dossier, text, today),
        _ => None,
    };
    doubt.map(checks::Doubt::text)
}

/// A power of attorney that ends before the day of the handover.
fn expired(dossier: &Dossier<'_>, until: &str, today: NaiveDate) -> Option<Text2> {
    let appointed = super::row::appointed_day(dossier);
    let day = if dossier.arrival.is_some() { today } else { appointed.unwrap_or(today) };
    let until: NaiveDate = until.parse().ok()?;
    (until < day).then(|| {
        Text2::new(
            format!("委托期限 {until} 早于收楼日 {day}"),
            format!("The power of attorney ends {until}, before the day of the handover {day}"),
        )
    })
}
