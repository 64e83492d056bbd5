//! A home in several rows: the same said twice is one, people who share it are its owners, and where rows
//! contradict each other the later one is left out and both are named.

use super::{
    report::{Problems, Spot},
    rows, words,
};
use shoulou_domain::{
    import::{ImportedBuyer, ImportedHome},
    normalize::paper::PaperNumber,
    view::Text2,
};
use shoulou_eventlog::Value;
use std::collections::{BTreeMap, HashMap};

/// A home and the rows that named it.
pub(super) struct Listed {
    pub rows: Vec<usize>,
    pub code: String,
    pub home: ImportedHome,
}

pub(super) fn merge(
    found: Vec<(usize, ImportedHome)>,
    column: Option<usize>,
    problems: &mut Problems,
) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut by_code: HashMap<String, usize> = HashMap::new();
    for (row, home) in found {
        let Some(code) = home.home.canonical() else { continue };
        let Some(&place) = by_code.get(&code) else {
            by_code.insert(code.clone(), listed.len());
            listed.push(Listed { rows: vec![row], code, home });
            continue;
        };
        let earlier = &mut listed[place];
        let first = earlier.rows[0] + 1;
        let spot = Spot { row, column, home: Some(&code) };
        match join(&earlier.home, &home) {
            Ok((joined, 0)) => {
                problems.note(
                    spot,
                    Text2::new(
                        format!("{code} 在第 {first} 行已有，两行内容一致，已合并。"),
                        format!(
                            "{code} is in row {first} already and both agree; they were merged."
                        ),
                    ),
                    Text2::new("无需处理。", "Nothing to do."),
                );
                earlier.home = joined;
                earlier.rows.push(row);
            }
            Ok((joined, added)) => {
                problems.warn(
                    spot,
                    Text2::new(
                        format!("{code} 在第 {first} 行已有，姓名不同：按共有人导入（增加 {added} 人）。"),
                        format!("{code} is in row {first} already with other names: taken as co-owners ({added} more)."),
                    ),
                    Text2::new("请核对是否为共有人。", "Check that they own it together."),
                );
                earlier.home = joined;
                earlier.rows.push(row);
            }
            Err(fields) => {
                let titles = |pick: fn(&Text2) -> &str, between: &str| {
                    fields
                        .iter()
                        .map(|field| pick(field).to_owned())
                        .collect::<Vec<_>>()
                        .join(between)
                };
                problems.error(
                    spot,
                    Text2::new(
                        format!("{code} 在第 {first} 行已有，但两行的{}不同；第 {first} 行已采用，本行未导入。", titles(|t| &t.zh, "、")),
                        format!("{code} is in row {first} already, and the two differ in: {}. Row {first} is imported, this row is not.", titles(|t| &t.en, ", ")),
                    ),
                    Text2::new("请查明哪一行正确，删去另一行后重新导入。", "Find out which row is right, delete the other and import again."),
                );
            }
        }
    }
    listed
}

/// The two as one, with the number of people the second adds; or what they contradict each other in.
fn join(one: &ImportedHome, other: &ImportedHome) -> Result<(ImportedHome, usize), Vec<Text2>> {
    let mut joined = one.clone();
    let mut differing: Vec<Text2> = Vec::new();
    take_fields(&mut joined.unit, &other.unit, "", &mut differing);
    take_fields(&mut joined.file, &other.file, "", &mut differing);
    joined.floor_stated |= other.floor_stated;
    if other.floor_stated {
        joined.home.floor = other.home.floor;
    }
    let names = rows::names(one);
    let mut added = 0;
    for buyer in &other.buyers {
        match joined.buyers.iter_mut().find(|known| known.name == buyer.name) {
            Some(known) => take_buyer(known, buyer, &mut differing),
            None => {
                added += 1;
                joined.buyers.push(buyer.clone());
            }
        }
    }
    // Some of the names in both rows and new ones besides: no two co-owners, two versions of one list.
    if added > 0 && other.buyers.iter().any(|buyer| names.contains(&buyer.name.as_str())) {
        differing.push(words::title("party/*/name"));
    }
    if differing.is_empty() { Ok((joined, added)) } else { Err(differing) }
}

fn take_fields(
    into: &mut BTreeMap<&'static str, Value>,
    from: &BTreeMap<&'static str, Value>,
    prefix: &str,
    differing: &mut Vec<Text2>,
) {
    for (path, value) in from {
        match into.get(path) {
            None => {
                into.insert(path, value.clone());
            }
            Some(known) if known == value => {}
            Some(_) => differing.push(words::title(&format!("{prefix}{path}"))),
        }
    }
}

fn take_buyer(known: &mut ImportedBuyer, other: &ImportedBuyer, differing: &mut Vec<Text2>) {
    match (&known.paper, &other.paper) {
        (None, Some(_)) | (Some(PaperNumber::Rounded { .. }), Some(PaperNumber::Full(_))) => {
            known.paper = other.paper.clone()
        }
        (Some(PaperNumber::Full(one)), Some(PaperNumber::Full(two))) if one != two => {
            differing.push(words::title("party/*/paper_no"));
        }
        _ => {}
    }
    take_fields(&mut known.fields, &other.fields, "party/*/", differing);
    known.company |= other.company;
    if known.representative.is_none() {
        known.representative = other.representative.clone();
    }
}
