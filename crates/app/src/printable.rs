//! Characters that no font has are told where they are entered, not only when paper is asked for.

use shoulou_domain::{
    fields::{self, Entity},
    view::{Alarm, FieldView, HomeView, Text2},
    world::World,
};
use shoulou_eventlog::EntityState;
use shoulou_forms::Fonts;

/// Warns at every field of a home whose text a form could not print, and in the alarms for what is
/// no field.
pub fn mark_home(view: &mut HomeView, world: &World<'_>) {
    mark(&mut view.unit_fields, Entity::Unit, world.unit);
    mark(&mut view.file_fields, Entity::File, world.file);
    for party in &mut view.parties {
        mark(&mut party.fields, Entity::File, world.file);
    }
    let alarms = alarms(view);
    view.alarms.extend(alarms);
}

/// Adds the warning to what a field's own check says.
pub fn mark(views: &mut [FieldView], on: Entity, state: Option<&EntityState>) {
    for view in views {
        // What a mask hides is printed all the same.
        let full =
            state.and_then(|state| state.value(&view.path)).zip(fields::find(on, &view.path));
        let full = full.map(|(value, field)| fields::value::in_full(field, value));
        let Some(character) = Fonts::bundled().missing(full.as_deref().unwrap_or(&view.shown.zh))
        else {
            continue;
        };
        let glyph = warning(character);
        view.warning = Some(match view.warning.take() {
            Some(own) => Text2 {
                zh: format!("{}；{}", own.zh, glyph.zh),
                en: format!("{}; {}", own.en, glyph.en),
            },
            None => glyph,
        });
    }
}

fn warning(character: char) -> Text2 {
    let code = character as u32;
    Text2::new(
        format!("“{character}”（U+{code:04X}）没有字体可印，含此字的表格无法打印"),
        format!("No font has “{character}” (U+{code:04X}); forms with it cannot be printed"),
    )
}

/// Texts of a home that are not fields, where a character of theirs cannot be printed.
fn alarms(view: &HomeView) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let mut look = |what: Text2, texts: &[Option<&str>]| {
        let found = texts.iter().flatten().find_map(|text| Fonts::bundled().missing(text));
        let Some(said) = found.map(warning) else { return };
        let text =
            Text2::new(format!("{}：{}", what.zh, said.zh), format!("{}: {}", what.en, said.en));
        alarms.push(Alarm { key: "missing_glyph".into(), text, seen: String::new() });
    };
    for view in view.defects.iter().filter(|defect| defect.voided.is_none()) {
        let (no, it) = (view.no, &view.defect);
        look(
            Text2::new(format!("问题 {no}"), format!("Defect {no}")),
            &[
                Some(&it.room),
                Some(&it.part),
                Some(&it.text),
                it.wish.as_deref(),
                it.responsible.as_deref(),
            ],
        );
    }
    for view in view.meters.iter().filter(|meter| meter.voided.is_none()) {
        let it = &view.fact_is;
        look(
            Text2::new("能源表", "Meter"),
            &[
                Some(&it.number),
                Some(&it.place),
                Some(&it.unit),
                it.card.as_deref(),
                it.balance.as_deref(),
            ],
        );
    }
    for view in view.fees.iter().filter(|fee| fee.voided.is_none()) {
        let it = &view.fee;
        look(
            Text2::new("费用", "Fee"),
            &[Some(&it.title), it.base.as_deref(), it.period.as_deref()],
        );
    }
    for key in &view.keys {
        look(Text2::new("钥匙", "Key"), &[Some(&key.name), Some(&key.position), Some(&key.number)]);
    }
    for item in &view.items {
        let reason = item.outstanding.as_ref().map(|outstanding| outstanding.reason.as_str());
        look(item.title.clone(), &[reason, item.waived.as_deref()]);
    }
    for station in &view.stations {
        for sign_off in &station.sign_offs {
            look(
                station.title.clone(),
                &[Some(&sign_off.signer), Some(&sign_off.result), sign_off.slip.as_deref()],
            );
        }
    }
    for lifted in &view.overrides {
        look(lifted.step_title.clone(), &[Some(&lifted.name), Some(&lifted.reason)]);
    }
    alarms
}
