//! One home's papers, filled in: 8-2-1203, a delegate, two defects, one key retained.

use serde_json::Value as Json;
use shoulou_domain::paper::FORMS;
use shoulou_eventlog::Value;
use std::collections::BTreeMap;

#[allow(dead_code)]
pub fn forms() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|form| form.key)
}

/// What stands on every form, without a form's own fields.
pub fn common() -> Value {
    parse(include_str!("common.json"))
}

macro_rules! samples {
    ($($form:literal),+ $(,)?) => {
        &[$(($form, include_str!(concat!($form, ".json")))),+]
    };
}

const SAMPLES: &[(&str, &str)] = samples![
    "admission_notice",
    "handover_record",
    "defect_list",
    "meter_readings",
    "owner_registration",
    "document_receipt",
    "house_handover",
    "key_custody",
    "family_registration",
    "vehicle_pass_application",
    "pet_registration",
    "dog_agreement",
    "gas_safety",
    "fire_safety",
    "equipment_receipt",
    "house_rules",
    "personal_information",
    "fee_list",
    "fee_difference_agreement",
    "utility_note",
    "intake_guide",
    "welcome_letter",
    "flow_note",
    "contact_sheet",
    "work_note",
    "stamping",
    "power_of_attorney",
    "company_power_of_attorney",
    "renovation_authorisation",
    "quality_guarantee",
    "area_settlement",
    "missing_list",
    "rectification_list",
    "utility_readings",
    "custody_keys",
    "pass_papers",
    "pass_keys",
    "file_list",
    "follow_up_sheet",
    "vehicle_pass",
    "vehicle_pass_list",
    "user_manual",
    "equipment_list",
    "pass_things",
    "intake_list",
    "outstanding_register",
    "rectification_summary",
    "vehicle_pass_register",
    "custody_register",
    "stamping_register",
];

pub fn filled(form: &str) -> Value {
    let own = SAMPLES.iter().find(|(key, _)| *key == form).map(|(_, json)| *json);
    let own = own.unwrap_or_else(|| panic!("no sample of {form}"));
    merged(common(), parse(own))
}

pub fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Map(mut one), Value::Map(other)) => {
            one.extend(other);
            Value::Map(one)
        }
        _ => panic!("a sample is a map"),
    }
}

fn parse(json: &str) -> Value {
    let mut value = value(serde_json::from_str(json).expect("the samples are JSON"));
    draw_signatures(&mut value);
    value
}

fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => flag.into(),
        Json::Number(number) => number.as_i64().expect("the samples have whole numbers").into(),
        Json::String(text) => text.into(),
        Json::Array(items) => Value::List(items.into_iter().map(value).collect()),
        Json::Object(map) => Value::Map(map.into_iter().map(|(k, v)| (k, value(v))).collect()),
    }
}

/// `"strokes": "sign"` stands for a hand's strokes, to keep the samples readable.
fn draw_signatures(value: &mut Value) {
    match value {
        Value::Map(map) => {
            let name = map.get("name").or(map.get("handler")).cloned();
            for (key, value) in map.iter_mut() {
                if key == "strokes" && *value == Value::from("sign") {
                    let name = name.as_ref().and_then(Value::as_text).unwrap_or_default();
                    *value = signature(name);
                } else {
                    draw_signatures(value);
                }
            }
        }
        Value::List(items) => items.iter_mut().for_each(draw_signatures),
        _ => {}
    }
}

/// Loops as a quick hand draws them; another name, other loops.
pub fn signature(name: &str) -> Value {
    let mut state =
        name.bytes().fold(2_166_136_261_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619));
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from((state >> 8) % below)
    };
    let mut strokes = Vec::new();
    for character in 0..name.chars().count().max(2) as i64 {
        for _ in 0..3 {
            let (mut x, mut y) = (400 + character * 2600 + next(1600), 600 + next(2200));
            let (mut dx, mut dy) = (next(400) - 100, next(300) - 150);
            let stroke = (0..14).map(|step| {
                dx += next(180) - 90;
                dy += next(220) - 110;
                x = (x + dx).clamp(0, 10_000);
                y = (y + dy).clamp(0, 3_300);
                let pressure = 350 + 40 * i64::min(step, 13 - step);
                Value::List([x, y, pressure].map(Value::Int).to_vec())
            });
            strokes.push(Value::List(stroke.collect()));
        }
    }
    Value::List(strokes)
}

#[allow(dead_code)]
pub fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Map(entries.collect::<BTreeMap<_, _>>())
}

/// A form to be filled in by hand.
#[allow(dead_code)]
pub fn blank() -> Value {
    map([("document", map([("blank", true.into()), ("qr", "SL:0192F3A45B6C7D8E".into())]))])
}
