use super::*;
use crate::{command::*, fact::*, vocabulary::*};
use fixture::*;
use shoulou_eventlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

mod documents;
mod fixture;
mod forms;
mod lists;

/// The text, flag or list at a path; `rows[2].name` reads one row.
fn at<'v>(data: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(data, |value, step| {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Value::Map(map) = value else { panic!("{path}: {step} is in no map") };
        let found = map.get(name).unwrap_or_else(|| panic!("{path}: no {name}"));
        match (found, index) {
            (Value::List(rows), Some(index)) => &rows[index],
            _ => found,
        }
    })
}

fn text<'v>(data: &'v Value, path: &str) -> &'v str {
    at(data, path).as_text().unwrap_or_else(|| panic!("{path} is no text"))
}

fn flag(data: &Value, path: &str) -> bool {
    at(data, path).as_bool().unwrap_or_else(|| panic!("{path} is no flag"))
}

fn rows<'v>(data: &'v Value, path: &str) -> &'v [Value] {
    match at(data, path) {
        Value::List(rows) => rows,
        _ => panic!("{path} is no list"),
    }
}

/// One column of a list.
fn column<'v>(data: &'v Value, list: &str, name: &str) -> Vec<&'v str> {
    rows(data, list).iter().map(|row| text(row, name)).collect()
}

fn filled(home: &Home, form: &str) -> Value {
    data(&home.world(), form, &print())
}

fn blank(home: &Home, form: &str) -> Value {
    data(&home.world(), form, &PrintContext { blank: true, ..print() })
}

/// Every path of a tree with its type; lists of strokes are not looked into.
fn paths(data: &Value, form: &str) -> BTreeMap<String, FieldType> {
    fn walk(
        value: &Value,
        path: &str,
        strokes: &BTreeSet<String>,
        found: &mut BTreeMap<String, FieldType>,
    ) {
        let inner =
            |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Map(map) => {
                map.iter().for_each(|(name, value)| walk(value, &inner(name), strokes, found))
            }
            Value::List(_) if strokes.contains(path) => {
                found.insert(path.to_owned(), FieldType::Strokes);
            }
            Value::List(list) => {
                found.insert(path.to_owned(), FieldType::Rows);
                list.iter().for_each(|row| walk(row, &format!("{path}[]"), strokes, found));
            }
            Value::Text(_) => {
                found.insert(path.to_owned(), FieldType::Text);
            }
            Value::Bool(_) => {
                found.insert(path.to_owned(), FieldType::Flag);
            }
            other => panic!("{path}: {other:?} is not for printing"),
        }
    }
    let strokes = fields(form).into_iter().filter(|field| field.kind == FieldType::Strokes);
    let strokes = strokes.map(|field| field.path).collect();
    let mut found = BTreeMap::new();
    walk(data, "", &strokes, &mut found);
    found
}

fn listed(form: &str) -> BTreeMap<String, FieldType> {
    fields(form).into_iter().map(|field| (field.path, field.kind)).collect()
}

#[test]
fn full_files_give_every_form_exactly_the_fields_of_its_list() {
    let (persons, company) = (full(), company());
    for form in FORMS {
        let mut found = paths(&filled(&persons, form.key), form.key);
        found.extend(paths(&filled(&company, form.key), form.key));
        assert_eq!(found, listed(form.key), "{}", form.key);
    }
}

#[test]
fn an_empty_file_and_a_blank_form_have_the_same_fields_but_for_rows_they_lack() {
    let (empty, full) = (Home::new(), full());
    for form in FORMS {
        for data in [filled(&empty, form.key), blank(&empty, form.key), blank(&full, form.key)] {
            let listed = listed(form.key);
            let found = paths(&data, form.key);
            assert!(
                found.iter().all(|(path, kind)| listed.get(path) == Some(kind)),
                "{}",
                form.key
            );
            let missing = listed.keys().filter(|path| !found.contains_key(*path));
            assert!(missing.into_iter().all(|path| path.contains("[].")), "{}", form.key);
        }
    }
}

#[test]
fn no_field_is_listed_twice() {
    for form in FORMS {
        assert_eq!(listed(form.key).len(), fields(form.key).len(), "{}", form.key);
    }
    assert!(fields("no_such_form").is_empty());
    assert_eq!(data(&full().world(), "no_such_form", &print()), Value::Map(BTreeMap::new()));
}

/// What these files leave empty: boxes of other outcomes, and cells that wait for a pen.
const ELSEWHERE: &[&str] = &[
    // Ticked by hand on the tear-off.
    "admission_notice reply.coming",
    "admission_notice reply.postponing",
    // The booklets are given as originals, without a version of their own.
    "document_receipt papers[].version",
    "document_receipt papers[].copy",
    "house_handover result.none",
    "defect_list none_found",
    "key_custody unescorted",
    "handover_record outcome.accepted",
    "handover_record outcome.repair_first",
    "handover_record outcome.refused",
    "handover_record outcome.postponed",
    "handover_record outcome.no_show",
    // Only one side of the difference is owed.
    "fee_difference_agreement difference.refunded",
    "fee_difference_agreement difference.none",
    // What was promised is for days after the print.
    "outstanding_register rows[].overdue",
    "rectification_summary open[].overdue",
    "custody_register rows[].overdue",
    // A file with an open defect is not confirmed.
    "follow_up_sheet confirmed_on",
    "area_settlement by_unit",
    "area_settlement amount.refunded",
    "area_settlement amount.none",
    "area_settlement may_rescind",
    "area_settlement choice.rescind",
    "document.mark",
    "document.reprint",
    "document.blank",
];

#[test]
fn full_files_fill_every_field_of_every_form() {
    fn said(value: &Value, path: &str) -> bool {
        match path.split_once("[].") {
            Some((list, column)) => match at(value, list) {
                Value::List(rows) => rows.iter().any(|row| said(row, column)),
                _ => false,
            },
            None => match at(value, path) {
                Value::Text(text) => !text.is_empty(),
                Value::Bool(ticked) => *ticked,
                Value::List(list) => !list.is_empty(),
                _ => false,
            },
        }
    }
    let (persons, company) = (full(), company());
    for form in FORMS {
        let both = [filled(&persons, form.key), filled(&company, form.key)];
        for field in fields(form.key) {
            let name = format!("{} {}", form.key, field.path);
            let excused = ELSEWHERE.iter().any(|path| *path == name || *path == field.path);
            // A hand is drawn or noted as signed on paper, never both.
            let drawn_or_noted =
                field.path.ends_with("[].strokes") || field.path.ends_with("[].note");
            if field.path.starts_with("signatures.") && drawn_or_noted {
                continue;
            }
            let filled = both.iter().any(|data| said(data, &field.path));
            assert!(filled != excused, "{name}: filled {filled}, excused {excused}");
        }
    }
}

#[test]
fn a_blank_form_tells_nothing_of_the_household() {
    let home = full();
    for form in FORMS {
        let data = format!("{:?}", blank(&home, form.key));
        for secret in
            ["陈嘉豪", "李敏", "王五", "13812345566", "11010519491231002X", "主卧", "SZ-2024"]
        {
            assert!(!data.contains(secret), "{} shows {secret}", form.key);
        }
    }
}

#[test]
fn a_blank_form_keeps_what_the_project_always_prints() {
    let home = full();
    assert_eq!(text(&blank(&home, "admission_notice"), "project.name"), "云山");
    assert_eq!(rows(&blank(&home, "handover_record"), "stations").len(), 10);
    assert_eq!(rows(&blank(&home, "document_receipt"), "papers").len(), 6);
    assert_eq!(rows(&blank(&home, "house_handover"), "shown").len(), 4);
    assert_eq!(text(&blank(&home, "handover_record"), "document.title"), "云山收楼手续书");
}
