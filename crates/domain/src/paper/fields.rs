//! What each form may name. `data` provides exactly these, so that a template is checked when it is read.
//!
//! A path is dotted; `rows[].name` is a column of the list `rows`. Every list may be empty (the form
//! then prints lines to write on), every text may be empty, a flag is a check box.

use super::forms::{Scope, form};
use crate::vocabulary::{DefectResult, Outcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `Value::Text`, ready to print; may be empty.
    Text,
    /// `Value::Bool`: a check box.
    Flag,
    /// `Value::List` of maps; its columns follow as `path[].column`.
    Rows,
    /// `Value::List` of strokes, each a list of `[x, y, pressure]` as the signing screen took them
    /// (x and y in 0..=10000 of the box's width, pressure in 0..=1000); empty: not signed on screen.
    Strokes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub path: String,
    pub kind: FieldType,
    /// What the paper says. `false`: entered on it later (signatures, results), which does not make
    /// it another paper.
    pub content: bool,
}

pub(super) type Spec = (&'static str, FieldType, Part);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Content,
    Entry,
    /// One signature row for each hand: expands to `path[].name`, `.strokes`, `.note`, `.time`.
    Hands,
}

/// What the lists of fields are written in.
pub(super) mod spec {
    pub(in crate::paper) use super::{
        FieldType::{Flag, Rows, Strokes, Text},
        Part::{Content as C, Entry as E, Hands},
        Spec,
    };
}

use spec::{C, E, Flag, Strokes, Text};

/// On every form.
const COMMON: &[Spec] = &[
    ("project.name", Text, C),
    ("project.developer", Text, C),
    ("project.property", Text, C),
    ("project.city", Text, C),
    // Print metadata; never part of the content.
    // The address of the picture at the head; whoever renders holds the picture.
    ("project.logo", Text, E),
    ("document.title", Text, E),
    // Empty on a blank form, like the code: it belongs to nobody yet.
    ("document.number", Text, E),
    ("document.version", Text, E),
    ("document.copies", Text, E),
    ("document.printed_at", Text, E),
    ("document.printed_on", Text, E),
    ("document.printed_by", Text, E),
    // 补打, or empty.
    ("document.mark", Text, E),
    ("document.reprint", Flag, E),
    ("document.blank", Flag, E),
    // The QR holds this, `:` and the page's number; see `qr_payload`.
    ("document.qr", Text, E),
];

/// On every form of one home.
const HOME: &[Spec] = &[
    ("home.code", Text, C),
    ("home.kind", Text, C),
    ("home.building", Text, C),
    ("home.address", Text, C),
    // All owners, 、 between them.
    ("owners", Text, C),
    ("contract.no", Text, C),
    ("contract.date", Text, C),
];

/// The columns of every list of signatures. `note` is 代 for a delegate, 纸签 where paper was signed.
const HAND: &[(&str, FieldType)] =
    &[("name", Text), ("strokes", Strokes), ("note", Text), ("time", Text)];

/// Every field a form may name; empty for a form this version does not know.
pub fn fields(form_key: &str) -> Vec<Field> {
    let Some(form) = form(form_key) else { return Vec::new() };
    let of_home = HOME.iter().filter(|_| form.scope() == Scope::Home);
    let specs = COMMON.iter().chain(of_home).chain(form.fields.iter().copied().flatten());
    specs
        .flat_map(|(path, kind, part)| {
            let own = Field { path: (*path).into(), kind: *kind, content: *part == Part::Content };
            let hand = HAND.iter().filter(|_| *part == Part::Hands).map(move |(column, kind)| {
                Field { path: format!("{path}[].{column}"), kind: *kind, content: false }
            });
            std::iter::once(own).chain(hand)
        })
        .collect()
}

/// The flag of an outcome on the handover record.
pub(super) fn outcome_flag(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::AcceptedWithDefects => "accepted_with_defects",
        Outcome::RepairFirst => "repair_first",
        Outcome::Refused => "refused",
        Outcome::Postponed => "postponed",
        Outcome::NoShow => "no_show",
    }
}

/// What the result column says; nothing while the defect is open.
pub(super) fn result_text(result: DefectResult) -> &'static str {
    match result {
        DefectResult::Open => "",
        DefectResult::Repaired | DefectResult::Accepted | DefectResult::Rejected => {
            result.title(crate::vocabulary::Lang::Zh)
        }
    }
}
