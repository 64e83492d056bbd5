//! Which column means what: proposals from the words above it and the looks of what stands below.

use super::{
    head::Head,
    sheet::{Content, Sheet, letter},
    words::{self, Fit, IGNORE},
};
use crate::api::ImportColumn;
use shoulou_domain::normalize::{self, date, home, paper, people, phone};
use std::collections::BTreeMap;

const SAMPLED: usize = 200;

pub(super) struct Proposal {
    pub columns: Vec<ImportColumn>,
    /// Target by column, for the mapping.
    pub targets: BTreeMap<u32, String>,
    /// Every column with content was recognised by an exact word and looks the part.
    pub certain: bool,
}

pub(super) fn propose(sheet: &Sheet, head: Option<Head>) -> Proposal {
    let first = head.map_or(0, |head| head.last + 1);
    let columns: Vec<Column> =
        (0..sheet.width()).map(|index| Column::read(sheet, head, first, index)).collect();
    let mut given: Vec<Option<(&'static str, bool)>> = vec![None; columns.len()];
    by_words(&columns, &mut given);
    code_or_room(&columns, &mut given);
    by_looks(&columns, &mut given);
    let mut certain = head.is_some_and(|head| head.first == 0 && head.last == 0);
    for (column, given) in columns.iter().zip(&given) {
        let fine = match given {
            Some((target, sure)) => {
                *sure && (column.values.is_empty() || column.looks_like(target) >= 0.6)
            }
            None => column.head.is_empty() && column.values.is_empty(),
        };
        certain &= fine;
    }
    let has = |target: &str| given.iter().flatten().any(|(own, _)| *own == target);
    certain &= has("code") || (has("building") && has("room"));
    let targets = given
        .iter()
        .enumerate()
        .filter_map(|(index, given)| given.map(|(target, _)| (index as u32, target.to_owned())))
        .collect();
    let columns = columns
        .into_iter()
        .zip(given)
        .filter(|(column, _)| !column.head.is_empty() || !column.values.is_empty())
        .map(|(column, given)| ImportColumn {
            index: column.index as u32,
            letter: letter(column.index),
            head: column.head.join("/"),
            examples: column.values.into_iter().take(3).collect(),
            target: given.map(|(target, _)| target.to_owned()),
        })
        .collect();
    Proposal { columns, targets, certain }
}

struct Column {
    index: usize,
    head: Vec<String>,
    /// What stands in the first rows of data, placeholders left out.
    values: Vec<String>,
    dates: usize,
    rows: usize,
}

impl Column {
    fn read(sheet: &Sheet, head: Option<Head>, first: usize, index: usize) -> Self {
        let mut column = Column {
            index,
            head: head.map(|head| head.over(sheet, index)).unwrap_or_default(),
            values: Vec::new(),
            dates: 0,
            rows: 0,
        };
        for row in first..sheet.rows.len().min(first + SAMPLED) {
            let cell = sheet.cell(row, index);
            if cell.is_empty() {
                continue;
            }
            column.rows += 1;
            if matches!(cell.content, Content::Date(_)) {
                column.dates += 1;
            }
            let text = normalize::tidy(&cell.text());
            if !normalize::is_placeholder(&text) {
                column.values.push(text);
            }
        }
        column
    }

    /// The part of the sampled values that can be read as the target asks; 1 where anything can.
    fn looks_like(&self, target: &str) -> f64 {
        let reads = |value: &&String| match target {
            "code" => home::parse(value).is_ok(),
            "party/*/paper_no" | words::REPRESENTATIVE_PAPER => {
                let numbers = paper::from_text(value);
                let known = |number: &paper::PaperNumber| match number {
                    paper::PaperNumber::Full(number) => {
                        paper::kind(number) != paper::PaperKind::Other
                    }
                    paper::PaperNumber::Rounded { .. } => true,
                };
                !numbers.is_empty() && numbers.iter().all(known)
            }
            "party/*/phone" | "party/*/phone2" => {
                let phones = phone::from_text(value);
                !phones.is_empty() && phones.iter().all(|phone| !phone.doubtful)
            }
            "party/*/name" | "party/*/legal_representative" => {
                !people::names(value).is_empty() && value.chars().any(char::is_alphabetic)
            }
            "contract/signed_on" | "contract/handover_on" | "fee_start" => {
                date::from_text(value).is_some()
            }
            "contract_area"
            | "inner_area"
            | "measured_area"
            | "contract/total_price"
            | "contract/unit_price" => !matches!(
                normalize::amount::from_text(value, 1),
                Err(normalize::amount::NotAnAmount::Unreadable
                    | normalize::amount::NotAnAmount::Negative)
            ),
            _ => true,
        };
        let fitting = self.values.iter().filter(reads).count();
        if self.values.is_empty() { 1.0 } else { fitting as f64 / self.values.len() as f64 }
    }

    /// Every target the words may mean. Of two rows the lower may come first in speech: 建筑 under 面积.
    fn fits(&self) -> Vec<(&'static str, Fit)> {
        let mut spellings = vec![self.head.concat()];
        if let [above @ .., own] = &self.head[..]
            && !above.is_empty()
        {
            spellings.push(format!("{own}{}", above.concat()));
            spellings.push(own.clone());
        }
        let mut best: BTreeMap<&'static str, Fit> = BTreeMap::new();
        for (target, fit) in spellings.iter().flat_map(|spelling| words::fits(spelling)) {
            let known = best.entry(target).or_insert(fit);
            *known = fit.max(*known);
        }
        best.into_iter().collect()
    }
}

/// The surest word first; each target once, except columns that are left out.
fn by_words(columns: &[Column], given: &mut [Option<(&'static str, bool)>]) {
    let mut bids: Vec<(Fit, bool, usize, &'static str)> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        for (target, fit) in column.fits() {
            bids.push((fit, column.looks_like(target) >= 0.5, place, target));
        }
    }
    bids.sort_by_key(|(fit, looks, place, _)| {
        std::cmp::Reverse((*looks, *fit, std::cmp::Reverse(*place)))
    });
    for (fit, looks, place, target) in bids {
        let taken = given.iter().flatten().any(|(own, _)| *own == target && target != IGNORE);
        let believable = looks || fit == Fit::Exact;
        if given[place].is_none() && !taken && believable {
            given[place] = Some((target, fit == Fit::Exact));
        } else if given[place].is_none() && target == "party/*/phone" && taken {
            let second = "party/*/phone2";
            if !given.iter().flatten().any(|(own, _)| *own == second) {
                given[place] = Some((second, false));
            }
        }
    }
}

/// 房号 beside a column of buildings is the room, unless the cells hold whole codes.
fn code_or_room(columns: &[Column], given: &mut [Option<(&'static str, bool)>]) {
    let at = |given: &[Option<(&'static str, bool)>], target| {
        given.iter().position(|own| own.is_some_and(|(own, _)| own == target))
    };
    let Some(code) = at(given, "code") else { return };
    if at(given, "building").is_none() || at(given, "room").is_some() {
        return;
    }
    let whole = columns[code]
        .values
        .iter()
        .filter(|value| home::parse(value).is_ok_and(|home| home.canonical().is_some()));
    let villas = columns[code].values.iter().filter(|value| value.ends_with(['#', '＃']));
    if whole.count().saturating_sub(villas.count()) * 2 < columns[code].values.len() {
        given[code] = Some(("room", true));
    }
}

/// Columns whose head says nothing: what stands in them may.
fn by_looks(columns: &[Column], given: &mut [Option<(&'static str, bool)>]) {
    for target in ["code", "party/*/paper_no", "party/*/phone", "party/*/phone2"] {
        if given
            .iter()
            .flatten()
            .any(|(own, _)| *own == target || (target == "code" && *own == "room"))
        {
            continue;
        }
        let open = |place: usize| given[place].is_none() && columns[place].values.len() >= 2;
        let strict = |column: &Column| match target {
            "code" => column
                .values
                .iter()
                .filter(|value| home::parse(value).is_ok_and(|home| home.canonical().is_some()))
                .count(),
            "party/*/paper_no" => column.values.iter().filter(|value| value.len() >= 15).count(),
            _ => column.values.len(),
        };
        let found = (0..columns.len()).find(|&place| {
            open(place)
                && columns[place].looks_like(target) >= 0.8
                && strict(&columns[place]) * 10 >= columns[place].values.len() * 8
        });
        if let Some(place) = found {
            given[place] = Some((target, false));
        }
    }
}
