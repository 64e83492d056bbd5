//! What is told of rows, in the order of the rows.

use super::sheet::letter;
use crate::api::{ImportProblem, Severity};
use shoulou_domain::view::Text2;

#[derive(Default)]
pub(super) struct Problems(Vec<ImportProblem>);

/// A place in the list: row and column from 0, and the home as far as it is known.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub row: usize,
    pub column: Option<usize>,
    pub home: Option<&'a str>,
}

impl Problems {
    pub fn note(&mut self, spot: Spot<'_>, what: Text2, what_to_do: Text2) {
        self.tell(Severity::Note, spot, what, what_to_do);
    }

    pub fn warn(&mut self, spot: Spot<'_>, what: Text2, what_to_do: Text2) {
        self.tell(Severity::Warning, spot, what, what_to_do);
    }

    pub fn error(&mut self, spot: Spot<'_>, what: Text2, what_to_do: Text2) {
        self.tell(Severity::Error, spot, what, what_to_do);
    }

    fn tell(&mut self, severity: Severity, spot: Spot<'_>, what: Text2, what_to_do: Text2) {
        self.0.push(ImportProblem {
            severity,
            row: spot.row as u32 + 1,
            column: spot.column.map(letter),
            home: spot.home.map(str::to_owned),
            what,
            what_to_do,
        });
    }

    pub fn extend(&mut self, others: Vec<ImportProblem>) {
        self.0.extend(others);
    }

    /// By row, then column; of one place the graver first.
    pub fn in_order(mut self) -> Vec<ImportProblem> {
        let width = |problem: &ImportProblem| problem.column.as_ref().map_or(0, String::len);
        self.0.sort_by(|one, other| {
            one.row
                .cmp(&other.row)
                .then(width(one).cmp(&width(other)))
                .then(one.column.cmp(&other.column))
                .then(other.severity.cmp(&one.severity))
        });
        self.0
    }
}
