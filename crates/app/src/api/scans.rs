use serde::{Deserialize, Serialize};
use shoulou_domain::{command::ItemRef, view::Text2};
use shoulou_eventlog::Id;
use ts_rs::TS;

use super::Problem;

/// The last reading of scans on this PC: how far it is, and what came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScansView {
    pub state: ScansState,
    /// Pages read, of those known so far: a PDF tells its number when it is opened.
    pub done: u32,
    pub total: u32,
    pub seconds_left: Option<u32>,
    /// Papers of this project, in the order their first pages were met.
    pub documents: Vec<FiledDocument>,
    /// Pages for a person to file, and files that cannot be read.
    pub loose: Vec<LooseScan>,
    /// What stopped it.
    pub problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ScansState {
    #[default]
    Idle,
    Reading,
    Filing,
    Done,
    Cancelled,
}

/// A paper of which pages were scanned.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FiledDocument {
    pub document: Id,
    pub unit: Id,
    /// The home's code.
    pub code: String,
    pub form: String,
    pub title: Text2,
    pub number: String,
    pub pages: u32,
    pub scans: Vec<FiledScan>,
    /// Pages that are not here yet, from 1.
    pub missing: Vec<u32>,
    /// A later version of it was printed.
    pub superseded: bool,
    /// The print was voided.
    pub voided: bool,
    /// The item that is signed on it, where nobody has recorded the signature yet.
    pub to_sign: Option<ItemRef>,
    /// Why nothing of it was filed.
    pub problem: Option<Problem>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FiledScan {
    /// For [`super::Query::ScanPicture`].
    pub scan: u32,
    /// From 1.
    pub page: u32,
    pub how: FiledHow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FiledHow {
    /// Now; or, where only a look was asked for, it would be.
    Filed,
    /// Now, beside another scan of the page.
    Beside,
    /// The same scan was filed before.
    Already,
}

/// A page that says not, or not to us, which paper it is.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LooseScan {
    /// For [`super::Query::ScanPicture`] and [`super::Action::FileScan`].
    pub scan: u32,
    /// The file's name.
    pub name: String,
    /// Which page of the file, from 1, of how many.
    pub sheet: u32,
    pub sheets: u32,
    pub why: LooseWhy,
    pub text: Text2,
    /// What a blank form's code says, or the page of an unknown paper.
    pub form: Option<String>,
    pub set: Option<String>,
    pub page: Option<u32>,
    /// Somebody looked at it and put it aside.
    pub aside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LooseWhy {
    NoCode,
    /// A numbered blank form: whose it is stands on it in handwriting.
    BlankForm,
    /// A paper of another project, or of records that are not here.
    UnknownDocument,
    /// There is no picture to file: the reason is told.
    Unreadable,
}
