//! Lists of homes, as sales offices keep them, to what they would record. Three steps, none of which writes:
//! [`List::read`] reads a file by a mapping (its own proposal where none is given), [`List::preview`] says what
//! an import would do and what a person should look at, [`List::plan`] gives the events, for one transaction.

mod blocks;
mod columns;
mod head;
mod merge;
mod owners;
mod plan;
mod read;
mod remarks;
mod report;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod told;
mod trouble;
mod values;
mod words;

pub use blocks::{Blocks, WITHOUT};
pub use plan::{HomeEvents, Plan, Records};

use crate::api::{
    ImportColumn, ImportMapping, ImportPreview, ImportProblem, ImportQuestion, Problem,
};
use chrono::FixedOffset;
use columns::Proposal;
use head::Head;
use merge::Listed;
use read::Book;
use report::Problems;
use rows::Layout;
use sheet::Sheet;
use std::path::Path;

/// A list that was read. Holds personal data: never shown in debug output.
pub struct List {
    file_name: String,
    sheets: Vec<String>,
    mapping: ImportMapping,
    columns: Vec<ImportColumn>,
    certain: bool,
    layout: Layout,
    homes: Vec<Listed>,
    problems: Vec<ImportProblem>,
    questions: Vec<ImportQuestion>,
    skipped: u32,
}

impl List {
    /// Reads a list file. What `mapping` leaves open (sheet, head, columns) is proposed; `sheet` goes before the
    /// mapping's. `blocks` is what the project knows of its buildings; `offset` is the desk's, for times of day.
    ///
    /// # Errors
    /// The file cannot be read, is no list, is empty or too large, or the mapping names what is not there. A
    /// problem of a row is no error: it is told in the preview.
    pub fn read(
        path: &Path,
        sheet: Option<&str>,
        mapping: Option<&ImportMapping>,
        blocks: &Blocks,
        offset: FixedOffset,
    ) -> Result<List, Problem> {
        let mut book = Book::open(path)?;
        let file_name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let asked = mapping.cloned().unwrap_or_default();
        let wanted = sheet.or(asked.sheet.as_deref());
        let (name, sheet) = choose(&mut book, wanted)?;
        if sheet.rows.is_empty() {
            return Err(trouble::empty());
        }
        let given_head = (asked.header_rows > 0).then(|| {
            let last = asked.header_rows as usize - 1;
            Head { first: (asked.first_header_row.max(1) as usize - 1).min(last), last }
        });
        // A mapping of columns without a head means a list without one.
        let head = if asked.columns.is_empty() {
            given_head.or_else(|| head::find(&sheet))
        } else {
            given_head
        };
        let Proposal { mut columns, targets, certain } = columns::propose(&sheet, head);
        let targets = if asked.columns.is_empty() { targets } else { asked.columns };
        check(&targets)?;
        for column in &mut columns {
            column.target = targets.get(&column.index).cloned();
        }
        let first = head.map_or(0, |head| head.last + 1);
        let heads = head.map(|head| {
            (0..sheet.width()).map(|at| (at, head.over(&sheet, at).concat())).collect()
        });
        let layout = Layout::new(&targets, heads.unwrap_or_default());
        let mapping = ImportMapping {
            sheet: Some(name),
            header_rows: head.map_or(0, |head| head.last as u32 + 1),
            first_header_row: head.map_or(0, |head| head.first as u32 + 1),
            columns: targets,
            blocks: asked.blocks,
        };
        let mut list = List {
            file_name,
            sheets: book.sheets(),
            mapping,
            columns,
            certain,
            layout,
            homes: Vec::new(),
            problems: Vec::new(),
            questions: Vec::new(),
            skipped: 0,
        };
        if (first..sheet.rows.len()).all(|row| sheet.is_blank(row)) {
            return Err(trouble::no_homes());
        }
        if list.layout.column("code").is_some() || list.layout.column("room").is_some() {
            list.read_rows(&sheet, first, blocks, offset);
        }
        Ok(list)
    }

    fn read_rows(&mut self, sheet: &Sheet, first: usize, blocks: &Blocks, offset: FixedOffset) {
        let mut problems = Problems::default();
        let (rows, skipped) = rows::homes(sheet, first, &self.layout, &mut problems);
        let (settled, questions) = blocks.clone().settle(&rows, &self.mapping.blocks);
        let found = rows
            .iter()
            .zip(settled)
            .filter_map(|(row, block)| {
                let home = rows::read(sheet, row, block?, &self.layout, offset, &mut problems);
                Some((row.row, home))
            })
            .collect();
        self.homes = merge::merge(found, self.layout.code_column(), &mut problems);
        self.problems = problems.in_order();
        self.questions = questions;
        self.skipped = skipped;
    }

    /// Every column was recognised beyond doubt, and nothing has to be answered.
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    pub fn mapping(&self) -> &ImportMapping {
        &self.mapping
    }

    pub fn questions(&self) -> &[ImportQuestion] {
        &self.questions
    }

    /// The canonical codes of the homes, in the list's order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.homes.iter().map(|listed| listed.code.as_str())
    }

    fn preview_with(&self, done: plan::Outcome) -> ImportPreview {
        ImportPreview {
            file_name: self.file_name.clone(),
            sheets: self.sheets.clone(),
            mapping: self.mapping.clone(),
            columns: self.columns.clone(),
            certain: self.certain,
            targets: words::targets(),
            homes_new: done.report.homes_new,
            homes_changed: done.report.homes_changed,
            homes_same: done.report.homes_same,
            rows_skipped: self.skipped,
            problems: done.report.problems,
            sample: self.homes.iter().take(8).map(told::sample).collect(),
            questions: self.questions.clone(),
        }
    }
}

/// The sheet asked for, or the one that looks most like a list of homes.
fn choose(book: &mut Book, wanted: Option<&str>) -> Result<(String, Sheet), Problem> {
    let names = book.sheets();
    if let Some(name) = wanted {
        return Ok((name.to_owned(), book.sheet(name)?));
    }
    let mut best: Option<((usize, usize), String, Sheet)> = None;
    let mut trouble = None;
    for name in names {
        let sheet = match book.sheet(&name) {
            Ok(sheet) => sheet,
            Err(problem) => {
                trouble.get_or_insert(problem);
                continue;
            }
        };
        let proposal = columns::propose(&sheet, head::find(&sheet));
        let telling =
            proposal.targets.values().filter(|target| target.as_str() != words::IGNORE).count();
        let rank = (telling, sheet.rows.len());
        if best.as_ref().is_none_or(|(most, ..)| rank > *most) {
            best = Some((rank, name, sheet));
        }
    }
    match best {
        Some((_, name, sheet)) if !sheet.rows.is_empty() => Ok((name, sheet)),
        _ => Err(trouble.unwrap_or_else(trouble::empty)),
    }
}

fn check(targets: &std::collections::BTreeMap<u32, String>) -> Result<(), Problem> {
    let mut seen = std::collections::BTreeSet::new();
    for target in targets.values() {
        if !words::is_target(target) || (target != words::IGNORE && !seen.insert(target)) {
            return Err(trouble::mapping_unknown(target));
        }
    }
    Ok(())
}
