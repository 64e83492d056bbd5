//! Where in a sheet the table is: title rows above, a head of one to three rows, data below.

use super::{
    sheet::{Content, Sheet},
    words::{self, Fit},
};

/// The head's rows, first and last, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub first: usize,
    pub last: usize,
}

const SEARCHED: usize = 40;

/// The row with the most words that heads use, with the rows that belong to it. `None` where no row has two.
pub(super) fn find(sheet: &Sheet) -> Option<Head> {
    let mut best: Option<(usize, usize)> = None;
    for row in 0..sheet.rows.len().min(SEARCHED) {
        let score = score(sheet, row);
        if score >= 4 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, row));
        }
    }
    let (_, row) = best?;
    let mut head = Head { first: row, last: row };
    while head.last < row + 2 && continues_below(sheet, head.last) {
        head.last += 1;
    }
    while head.first > 0 && head.last - head.first < 2 && groups_below(sheet, head.first - 1) {
        head.first -= 1;
    }
    Some(head)
}

fn score(sheet: &Sheet, row: usize) -> usize {
    sheet.rows[row]
        .iter()
        .filter_map(|cell| match &cell.content {
            Content::Text(text) if text.chars().count() <= 24 => Some(text),
            _ => None,
        })
        .map(|text| match words::fits(text).into_iter().map(|(_, fit)| fit).max() {
            Some(Fit::Exact) => 2,
            Some(Fit::Contains(_)) => 1,
            None => 0,
        })
        .sum()
}

/// Whether the row below says what stands under a group (`面积` over `建筑` and `套内`).
fn continues_below(sheet: &Sheet, row: usize) -> bool {
    let below = row + 1;
    if sheet.is_blank(below) {
        return false;
    }
    let filled: Vec<usize> =
        (0..sheet.width()).filter(|&column| !sheet.cell(below, column).is_empty()).collect();
    let word = |column: usize| match &sheet.cell(below, column).content {
        Content::Text(text) => {
            text.chars().count() <= 10 && !text.chars().any(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    let same = |column: usize| sheet.cell(below, column) == sheet.cell(row, column);
    let grouped = |column: usize| group(sheet, row, column).is_some();
    if filled.iter().any(|&column| grouped(column)) {
        return filled.iter().all(|&column| same(column) || (grouped(column) && word(column)));
    }
    // Without merged cells: a few words only, one of them where the row above is empty.
    filled.len() * 2 <= sheet.rows[row].iter().filter(|cell| !cell.is_empty()).count()
        && filled.iter().all(|&column| word(column))
        && filled.iter().any(|&column| sheet.cell(row, column).is_empty())
}

/// Whether a row has names of groups for the head below: merged over some columns, not over the whole sheet.
fn groups_below(sheet: &Sheet, row: usize) -> bool {
    let texts = sheet.rows[row].iter().filter(|cell| !cell.is_empty()).count();
    texts >= 2 && (0..sheet.width()).any(|column| group(sheet, row, column).is_some())
}

/// The text of the wide merged area over a cell.
fn group(sheet: &Sheet, row: usize, column: usize) -> Option<String> {
    let area = sheet.wide.iter().find(|area| {
        (area.rows.0..=area.rows.1).contains(&row)
            && (area.columns.0..=area.columns.1).contains(&column)
    })?;
    let whole = area.columns.1 - area.columns.0 + 1 >= sheet.width();
    let text = sheet.cell(area.rows.0, area.columns.0).text();
    (!whole && !text.trim().is_empty()).then_some(text)
}

impl Head {
    /// The words over a column, from above: `["面积", "建筑"]`.
    pub fn over(&self, sheet: &Sheet, column: usize) -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        for row in self.first..=self.last {
            let mut text = sheet.cell(row, column).text();
            if text.trim().is_empty() {
                text = group(sheet, row, column).unwrap_or_default();
            }
            let alone = text.trim().is_empty() && row < self.last;
            if alone && !sheet.cell(self.last, column).is_empty() {
                let left = (0..column).rev().map(|left| sheet.cell(row, left).text());
                text = left.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default();
            }
            let text = shoulou_domain::normalize::tidy(&text);
            if !text.is_empty() && parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        parts
    }
}
