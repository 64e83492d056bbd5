//! What screens see of printers, print jobs, what was printed before, and printing for many homes.

use super::{Problem, UnitFilter};
use serde::{Deserialize, Serialize};
use shoulou_domain::{view::Text2, vocabulary::Stage};
use shoulou_eventlog::Id;
use std::collections::BTreeMap;
use ts_rs::TS;

/// One form, and how it is to be printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormOrder {
    pub form: String,
    /// Without a number, as many as the form asks for in this case. Each copy says 第 i 份 共 n 份.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub copies: Option<u32>,
    /// 双面. Concerns a printer alone; a copy always begins on a new sheet.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub duplex: bool,
}

/// Of the form as the case asks for it, on one side of the sheet.
impl From<&str> for FormOrder {
    fn from(form: &str) -> Self {
        FormOrder { form: form.to_owned(), copies: None, duplex: false }
    }
}

/// A list over many homes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ListForm {
    pub form: String,
    pub title: Text2,
}

/// The system's printers, the default one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrintersView {
    pub printers: Vec<PrinterView>,
    /// Why the system's printers cannot be listed.
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrinterView {
    /// By which it is named in orders.
    pub name: String,
    /// What its owner calls it, or the same name.
    pub title: String,
    pub state: PrinterState,
    /// The state in a word or two, with what stands in the way.
    pub words: Text2,
    pub default: bool,
    /// Whether it prints on both sides.
    pub duplex: bool,
    pub colour: bool,
    /// Whether it takes new jobs.
    pub accepts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PrinterState {
    Idle,
    Printing,
    /// Stopped, or out of something.
    Stopped,
    /// Switched off or not connected; or remembered here, and the system does not know it any more.
    Absent,
}

/// What was chosen the last time, on this PC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrintChoices {
    /// The printer used last.
    pub printer: Option<String>,
    /// By form; only where something else than the usual was chosen.
    pub forms: BTreeMap<String, FormChoice>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormChoice {
    pub copies: Option<u32>,
    pub duplex: bool,
    /// Where this form goes to another printer than the rest.
    pub printer: Option<String>,
}

/// What was handed to a printer from this PC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrintJobView {
    pub job: Id,
    pub state: PrintJobState,
    /// The state in a word or two.
    pub words: Text2,
    /// What is wrong, what was kept, what to do now.
    pub problem: Option<Problem>,
    pub unit: Option<Id>,
    /// The home's code; of a list or of blank sets, their number.
    pub home: String,
    /// What the system's queue calls it.
    pub title: String,
    pub forms: Vec<String>,
    pub printer: String,
    pub pages: u32,
    pub duplex: bool,
    #[ts(type = "number")]
    pub at: i64,
    pub by: String,
    pub batch: Option<Id>,
    pub can_cancel: bool,
    /// The very same pages, without 補打: no paper of them came out.
    pub can_send_again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PrintJobState {
    Queued,
    Printing,
    /// It waits: held by somebody, or the printer is stopped or away.
    Held,
    OutOfPaper,
    Done,
    Cancelled,
    Failed,
    /// The system does not say any more what became of it.
    Unknown,
}

/// One paper that left the program, from the log: of a home, or a list over many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrintedLine {
    pub unit: Option<Id>,
    /// The home's code; empty of a list.
    pub home: String,
    /// A list over so many.
    pub homes: Option<u32>,
    #[ts(type = "number")]
    pub time: i64,
    pub by: String,
    pub form: String,
    pub title: Text2,
    pub number: String,
    /// From 1; a list has no other.
    pub version: u32,
    pub document: Option<Id>,
    /// Of one copy.
    pub pages: u32,
    /// So many copies were made, each saying which it is; entries of earlier versions do not say.
    pub copies: Option<u32>,
    pub reprint: bool,
    /// Its number and version count no more: a later version, or voided.
    pub superseded: bool,
    /// The printer; `None`: into a file.
    pub printer: Option<String>,
    /// The archived pages, for [`super::Query::Scan`]; all that was printed together is one PDF. Lists are not archived.
    pub blob: Option<String>,
}

/// For which homes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
#[ts(export)]
pub enum BatchHomes {
    /// In this order.
    Units { units: Vec<Id> },
    /// All that the list of homes shows under this search, in its order.
    Filter {
        #[serde(default)]
        search: String,
        building: Option<String>,
        stage: Option<Stage>,
        only: Option<UnitFilter>,
    },
}

/// Which forms of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "which", rename_all = "snake_case")]
#[ts(export)]
pub enum BatchForms {
    /// What the rules ask for in each case, with the copies they ask for.
    Packet {
        #[serde(default)]
        duplex: bool,
    },
    Named {
        forms: Vec<FormOrder>,
    },
}

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "to", rename_all = "snake_case")]
#[ts(export)]
pub enum BatchTo {
    /// One PDF of all homes.
    File {
        path: String,
    },
    /// One PDF for each home, named by its code.
    Folder {
        path: String,
    },
    Printer {
        printer: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BatchView {
    pub batch: Id,
    pub state: BatchState,
    #[ts(type = "number")]
    pub started: i64,
    pub by: String,
    pub forms: BatchForms,
    pub to: BatchTo,
    pub total: u32,
    /// Homes whose papers lie where they were to go, or in the printer's queue.
    pub done: u32,
    pub pages: u32,
    /// Homes without their papers, and why. Trying again is `resume_batch` with `failed`.
    pub failed: Vec<BatchFailure>,
    /// While it runs, from the speed so far.
    pub seconds_left: Option<u32>,
    /// Why it stands still, where nobody asked it to.
    pub problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum BatchState {
    Running,
    /// By a person, by what [`BatchView::problem`] says, or because the program ended.
    Paused,
    Finished,
    Cancelled,
}

/// The problem's third sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BatchFailure {
    pub unit: Id,
    pub home: String,
    pub problem: Problem,
}
