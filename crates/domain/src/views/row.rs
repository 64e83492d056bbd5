use super::sentence;
use crate::{
    command::ItemRef,
    dossier::{Dossier, word},
    fact::Fact,
    fields::{text::mask_phone, value},
    view::*,
    vocabulary::*,
    world::{World, current_file, standing},
};
use chrono::NaiveDate;
use shoulou_eventlog::Value;

/// The home's line in the list: the same words as on its page and on paper.
pub fn summarize(world: &World<'_>) -> HomeRow {
    row(&Dossier::of(world))
}

pub(super) fn row(dossier: &Dossier<'_>) -> HomeRow {
    let world = &dossier.world;
    let unit_value = |path: &str| world.unit.and_then(|unit| unit.value(path));
    let unit_text = |path: &str| unit_value(path).and_then(Value::as_text).unwrap_or_default();
    let phone = dossier.owners().find_map(|owner| owner.text("phone")).map(mask_phone);
    let unit = world.unit_id.unwrap_or_default();
    let removed = world.unit.is_some_and(|unit| {
        !unit.facts.is_empty()
            && !standing(unit).any(|(.., fact)| matches!(fact, Fact::UnitAdded(_)))
    });
    HomeRow {
        unit,
        file: world
            .file_id
            .or_else(|| world.unit.map(|state| current_file(unit, state)))
            .unwrap_or_default(),
        code: unit_text("code").to_owned(),
        kind: word(unit_value("kind")).unwrap_or(UnitKind::Flat),
        building: unit_text("building").to_owned(),
        floor: unit_value("floor").and_then(Value::as_int),
        owners: dossier.owner_names(),
        phone: phone.unwrap_or_default(),
        appointment: appointment(dossier).map(str::to_owned),
        stages: dossier.stages(),
        sentence: sentence::of(dossier),
        outstanding: (owed(dossier).count() + dossier.scan_gaps().len()) as u32,
        open_defects: dossier.open_defects() as u32,
        keys: dossier.keys.len() as u32,
        retained_keys: dossier.keys.iter().filter(|key| key.retained()).count() as u32,
        outcome: dossier.outcome(),
        closed: dossier.closed.is_some(),
        confirmed: dossier.confirmed.is_some(),
        disputes: dossier.disputes(),
        alarms: super::alarms::of(dossier).len() as u32,
        removed,
        search: search(dossier, unit_text("code")),
    }
}

pub(super) fn appointment<'a>(dossier: &Dossier<'a>) -> Option<&'a str> {
    dossier.file.value("appointment/at").and_then(Value::as_text)
}

pub(super) fn appointed_day(dossier: &Dossier<'_>) -> Option<NaiveDate> {
    value::date(appointment(dossier)?.get(..10)?)
}

fn owed<'d, 'a>(
    dossier: &'d Dossier<'a>,
) -> impl Iterator<Item = &'d crate::dossier::ItemState<'a>> + use<'d, 'a> {
    dossier.items.iter().filter(|state| state.outstanding.is_some() && !state.dropped)
}

/// The home's lines in the list of everything outstanding.
pub fn outstanding(world: &World<'_>) -> Vec<OutstandingRow> {
    let dossier = Dossier::of(world);
    let code = world.unit.and_then(|unit| unit.value("code")).and_then(Value::as_text);
    let owners = dossier.owner_names();
    let line = |state: &crate::dossier::ItemState<'_>| {
        let outstanding = state.outstanding.clone()?;
        Some(OutstandingRow {
            unit: world.unit_id.unwrap_or_default(),
            code: code.unwrap_or_default().to_owned(),
            owners: owners.clone(),
            item: state.item.clone(),
            title: dossier.item_title(&state.item),
            reason: outstanding.reason,
            missing_pages: Vec::new(),
            follower: outstanding.follower,
            promised: outstanding.promised,
            since: outstanding.since,
        })
    };
    let gap = |gap: crate::dossier::scans::Gap| {
        let project = world.project_text("name").unwrap_or_default();
        let of = crate::paper::title_of(&gap.form).titled(project);
        let item = dossier.signed_item(&gap.form);
        OutstandingRow {
            unit: world.unit_id.unwrap_or_default(),
            code: code.unwrap_or_default().to_owned(),
            owners: owners.clone(),
            item: item
                .unwrap_or_else(|| ItemRef { key: format!("sign.{}", gap.form), instance: 1 }),
            title: Text2::new(
                format!("{} {}", of.zh, gap.number),
                format!("{} {}", of.en, gap.number),
            ),
            reason: gap.reason(),
            missing_pages: gap.pages,
            follower: gap.follower,
            promised: None,
            since: gap.since,
        }
    };
    let gaps = dossier.scan_gaps().into_iter().map(gap);
    owed(&dossier).filter_map(line).chain(gaps).collect()
}

fn search(dossier: &Dossier<'_>, code: &str) -> Vec<String> {
    let mut words = vec![code.to_owned()];
    for party in dossier.parties.iter().filter(|party| party.present()) {
        let fields = ["name", "former_name", "phone", "phone2"];
        words.extend(fields.iter().filter_map(|field| party.text(field)).map(str::to_owned));
    }
    let contract = dossier.file.value("contract/no").and_then(Value::as_text);
    words.extend(contract.map(str::to_owned));
    words.retain(|word| !word.is_empty());
    words
}
