//! The two calls of the window, `execute` and `query`, and the event `changed`: declared here once.

mod print;
mod scans;
mod sync;
mod templates;

pub use print::*;
pub use scans::*;
pub use sync::*;
pub use templates::*;

use serde::{Deserialize, Serialize};
use shoulou_domain::{
    command::Command, command::ItemRef, command::PagesOf, view::*, vocabulary::*,
};
use shoulou_eventlog::{EventRef, Id};
use std::collections::BTreeMap;
use ts_rs::TS;

/// What the window can ask to be done.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
#[ts(export)]
pub enum Action {
    /// A command of the domain. `basis` is what the screen's view carried.
    Do {
        command: Command,
        #[ts(type = "number")]
        basis: u64,
    },
    /// Several commands on one home as one action: all are recorded or none, and one undo takes all back.
    DoAll {
        commands: Vec<Command>,
        #[ts(type = "number")]
        basis: u64,
    },
    /// Takes back the last action of this person on this PC, by a new entry in the log.
    Undo,
    /// Makes a project in the data folder, with its first person (a supervisor). The answer carries
    /// the recovery code.
    CreateProject {
        name: String,
        company: String,
        person: String,
        password: Option<String>,
        sample: bool,
    },
    /// The recovery code, typed back: until then the project asks for it at every start.
    ConfirmRecovery {
        code: String,
    },
    /// Tries again to open a folder that could not be opened.
    Reopen,
    /// Opens with a password or a recovery code where the keyring does not have the key.
    Unlock {
        secret: String,
    },
    SetPassword {
        password: String,
    },
    /// 当前经办人
    ChooseActor {
        staff: Id,
    },
    /// The clock jumped; the person confirms that today's date is right.
    ConfirmDate,
    Import {
        path: String,
        mapping: ImportMapping,
    },
    /// Renders, archives and records the forms of a home, and only then hands them over: to a file, to a
    /// printer by its name (an empty one is the system's default), or both.
    Print {
        unit: Id,
        forms: Vec<FormOrder>,
        blank: bool,
        out: Option<String>,
        printer: Option<String>,
    },
    /// A list over many homes: into a file, to a printer (as with `Print`), or both.
    PrintList {
        form: String,
        homes: BatchHomes,
        out: Option<String>,
        printer: Option<String>,
    },
    /// Numbered sets of blank forms, for the day when the PC cannot be used. Without forms: what is signed on the
    /// day. At most 50 at a time.
    PrintBlankSets {
        forms: Vec<String>,
        sets: u32,
        out: Option<String>,
        printer: Option<String>,
    },
    CancelPrintJob {
        job: Id,
    },
    /// Hands over once more what no paper came of: the archived pages, unchanged.
    SendPrintJobAgain {
        job: Id,
        /// Another printer than before.
        printer: Option<String>,
    },
    /// Prints for many homes; goes on beside everything else. `Query::Batch` tells how far it is.
    StartBatch {
        homes: BatchHomes,
        forms: BatchForms,
        to: BatchTo,
    },
    PauseBatch {
        batch: Id,
    },
    /// Goes on where it stopped, also after a crash. `failed`: tries those homes again, too.
    ResumeBatch {
        batch: Id,
        #[serde(default)]
        failed: bool,
    },
    /// What was printed until then stays.
    CancelBatch {
        batch: Id,
    },
    AttachFile {
        file: Id,
        item: ItemRef,
        path: String,
    },
    /// A photo of a defect or a meter, a scan of a sign-off on paper or of a slip: kept, and recorded
    /// for that fact. A JPEG or PNG; a PDF too where the fact is no defect and no meter.
    AttachPhoto {
        file: Id,
        fact: EventRef,
        path: String,
    },
    /// Reads files and folders of scanned pages in the background and files each page to its paper: [`Query::Scans`]
    /// tells how far it is.
    ReadScans {
        paths: Vec<String>,
    },
    /// After the page or paper that is under way.
    CancelScans,
    /// Files a page of [`ScansView::loose`] where a person says it belongs.
    FileScan {
        scan: u32,
        unit: Id,
        of: PagesOf,
        page: u32,
    },
    /// A page of [`ScansView::loose`] that nobody needs: it is not asked about again on this PC.
    PutScanAside {
        scan: u32,
        aside: bool,
    },
    /// The picture at the head of every form: a JPEG or PNG up to 5 MB. Cleared by `SetField` `logo` null.
    SetLogo {
        path: String,
    },
    /// Writes a form's template into a file.
    ExportTemplate {
        text: String,
        path: String,
    },
    Backup {
        path: String,
    },
    /// `aside`: where the project lies here already, its files are first moved to a folder beside it.
    Restore {
        path: String,
        secret: String,
        #[serde(default)]
        aside: bool,
    },
    /// Joins a project of a server with an invitation: its code as a person typed it, or a picture of it (a
    /// JPEG or PNG). `label` is this PC's name for the others. The answer carries the recovery code.
    Join {
        code: Option<String>,
        picture: Option<String>,
        label: String,
        password: Option<String>,
    },
    /// Gives up a joined project whose first records have not come, as long as nothing was recorded in it.
    CancelJoin,
    /// Brings the open project to a server, with the founding code that its administrator printed.
    AttachServer {
        code: Option<String>,
        picture: Option<String>,
        label: String,
    },
    /// The project goes on on this PC alone; all records stay.
    DetachServer,
    SyncNow,
    /// A code for one more PC, for so many minutes.
    Invite {
        administrator: bool,
        minutes: u32,
    },
    /// Takes a PC out of the project. What it sent before stays.
    RevokeDevice {
        device: Id,
    },
    /// Lets in what the server kept back of a PC.
    ReleaseDevice {
        device: Id,
    },
    /// This PC's name.
    RenameDevice {
        label: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "done", rename_all = "snake_case")]
#[ts(export)]
pub enum Done {
    /// `id`: what a command made (a unit, a party).
    Recorded {
        #[ts(type = "number")]
        basis: u64,
        id: Option<Id>,
        undo: Option<Text2>,
    },
    ProjectCreated {
        recovery_code: String,
    },
    Unlocked,
    Imported {
        report: ImportReport,
    },
    Printed {
        /// Where it was asked for.
        path: Option<String>,
        /// One for each way of printing (one side, both sides) that the forms were sorted into.
        jobs: Vec<Id>,
        documents: Vec<PrintedDocument>,
        pages: u32,
    },
    BatchStarted {
        batch: Id,
    },
    BackedUp {
        path: String,
        #[ts(type = "number")]
        bytes: u64,
        homes: u32,
    },
    Invited {
        /// Address and code, as it is typed on the other PC.
        code: String,
        /// The same as a picture, a PNG.
        qr_png_base64: String,
        #[ts(type = "number")]
        until: i64,
    },
    Nothing,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PrintedDocument {
    pub form: String,
    pub number: String,
    /// Of one copy.
    pub pages: u32,
    pub copies: u32,
    pub reprint: bool,
}

/// What the window can ask to be told. Answers are the type named behind each.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "query", rename_all = "snake_case")]
#[ts(export)]
pub enum Query {
    /// [`Status`]
    Status,
    /// [`UnitList`]; search by code, name, pinyin initials, phone tail.
    Units {
        search: String,
        building: Option<String>,
        stage: Option<Stage>,
        only: Option<UnitFilter>,
        offset: u32,
        limit: u32,
    },
    /// `Answer<HomeView>`
    Home { unit: Id },
    /// `Answer<Vec<OutstandingRow>>`, all homes
    Outstanding,
    /// `Answer<ProjectView>`
    Project,
    /// `Vec<PacketForm>`: the forms this case needs, in signing order, and all others.
    Packet { unit: Id },
    /// [`Preview`]; nothing is recorded.
    Preview { unit: Id, forms: Vec<String>, blank: bool },
    /// The lists over many homes that can be printed.
    Lists,
    /// [`Preview`] of a list; nothing is recorded.
    PreviewList { form: String, homes: BatchHomes },
    /// [`Preview`] of one set of blank forms, under the number that the next one would have; nothing is counted.
    PreviewBlankSet { forms: Vec<String> },
    /// [`PrintersView`]
    Printers,
    /// [`PrintChoices`]
    PrintChoices,
    /// `Vec<PrintJobView>`, newest first
    PrintJobs,
    /// `Vec<PrintedLine>`, newest first: of a home, or of all with the lists over many of them
    PrintHistory { unit: Option<Id>, limit: u32 },
    /// [`BatchView`]
    Batch { batch: Id },
    /// `Vec<BatchView>`, newest first
    Batches,
    /// `Vec<LogLine>`, newest first
    History { unit: Id, limit: u32 },
    /// [`ImportPreview`]
    ImportPreview { path: String, sheet: Option<String>, mapping: Option<ImportMapping> },
    /// `string`: one masked field in full, or one side of it where it is disputed; who looked is recorded.
    Reveal {
        unit: Id,
        path: String,
        #[serde(default)]
        #[ts(optional)]
        claim: Option<EventRef>,
    },
    /// [`ScanContent`]; fetched from the server where it is not here yet.
    Scan { blob: String },
    /// [`ScansView`]
    Scans,
    /// [`ScanContent`]: a page of the last reading made small, a JPEG of at most so many pixels a side.
    ScanPicture { scan: u32, longest: u32 },
    /// [`SyncView`]
    Sync,
    /// [`DevicesView`]
    Devices,
    /// `Answer<Vec<DisputeView>>`, all homes
    Disputes,
    /// `Answer<Vec<RuleView>>`, all homes
    Rules,
    /// `Vec<ForkView>`
    Forks,
    /// `Answer<TemplatesView>`: of every form, which template the project uses.
    FormTemplates,
    /// `string`: the text of one of the project's own, or of the one that the program ships.
    FormTemplate { form: String, template: Option<String> },
    /// [`TemplateDraft`]: a text under way, read, and its pages for a home or blank. Nothing is recorded.
    TemplateDraft { form: String, text: String, unit: Option<Id> },
    /// [`EditedTemplate`]: the text with these changes.
    EditTemplate { text: String, edits: Vec<TemplateEdit> },
    /// `Vec<TemplateField>`: what the form may name.
    TemplateFields { form: String },
    /// `Vec<DiffLine>`
    CompareTemplates { from: String, to: String },
    /// `string`: a file that holds a template, as it is.
    ReadTemplate { path: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum UnitFilter {
    Today,
    Blocked,
    Outstanding,
    Open,
    Closed,
    Disputed,
}

/// A view, and what to send back as `basis` with a command made from it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Answer<T> {
    #[ts(type = "number")]
    pub basis: u64,
    pub view: T,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Status {
    pub phase: Phase,
    pub version: String,
    pub data_dir: String,
    pub project: Option<String>,
    pub actor: Option<StaffView>,
    pub homes: u32,
    pub recovery_confirmed: bool,
    /// Another window or program holds the folder; this one only reads.
    pub read_only: bool,
    /// The clock stands before the last entry, by this many seconds.
    #[ts(type = "number | null")]
    pub clock_behind: Option<i64>,
    /// The clock is ahead of the server's by this many seconds (behind: negative): a day or more, and nobody
    /// has confirmed the date.
    #[ts(type = "number | null")]
    pub clock_off: Option<i64>,
    /// Entries not yet on a server; `None` while the project has no server.
    pub to_sync: Option<u32>,
    pub sync: SyncState,
    /// The home that was open when the program last ended.
    pub last_unit: Option<Id>,
    #[ts(type = "number | null")]
    pub last_saved: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Phase {
    NoProject,
    Locked,
    Ready,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnitList {
    pub total: u32,
    pub rows: Vec<HomeRow>,
    pub buildings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProjectView {
    pub fields: Vec<FieldView>,
    /// The logo's blob, for [`Query::Scan`].
    pub logo: Option<String>,
    pub staff: Vec<StaffView>,
    /// The ready-made station orders, and the one in use.
    pub station_orders: Vec<StationOrder>,
    pub stations: Vec<StationTitle>,
    pub order: Vec<String>,
    pub order_warning: bool,
    pub roles: Vec<Text2>,
    pub departments: Vec<Text2>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StationOrder {
    pub key: String,
    pub title: Text2,
    pub order: Vec<String>,
    pub warns: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StationTitle {
    pub key: String,
    pub title: Text2,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PacketForm {
    pub form: String,
    pub title: Text2,
    pub copies: u32,
    /// Ticked by the rules, and why.
    pub needed: bool,
    pub reason: Text2,
    /// Printed before with the same content: it would print as 补打.
    pub reprint: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Preview {
    pub pdf_base64: String,
    pub pages: u32,
    /// Where each form stands in it, in the order of the pages.
    pub documents: Vec<PreviewedForm>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PreviewedForm {
    pub form: String,
    /// From 1.
    pub first: u32,
    /// Of one copy.
    pub pages: u32,
    /// So many are printed where nobody says another number; the preview shows one.
    pub copies: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScanContent {
    pub media: String,
    pub base64: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogLine {
    pub at: EventRef,
    #[ts(type = "number")]
    pub time: i64,
    pub by: String,
    pub text: Text2,
    pub voided: bool,
    pub can_void: bool,
}

/// Which column of the list means what: field path by column number from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportMapping {
    pub sheet: Option<String>,
    /// Rows 1.. up to which the head reaches; data start below.
    pub header_rows: u32,
    /// 1-based number of the first head row.
    pub first_header_row: u32,
    #[serde(default, deserialize_with = "by_number")]
    pub columns: BTreeMap<u32, String>,
    /// The single 单元 that homes without one belong to, by building, where the project cannot tell.
    pub blocks: BTreeMap<String, String>,
}

/// JSON writes numbers of a map as texts, and a tagged enum does not turn them back by itself.
fn by_number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeMap<u32, String>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(from)?;
    let number = |(column, path): (String, String)| Ok((column.parse()?, path));
    texts
        .into_iter()
        .map(number)
        .collect::<Result<_, std::num::ParseIntError>>()
        .map_err(serde::de::Error::custom)
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportPreview {
    pub file_name: String,
    pub sheets: Vec<String>,
    pub mapping: ImportMapping,
    pub columns: Vec<ImportColumn>,
    /// True where every column was recognised beyond doubt: no mapping step is needed.
    pub certain: bool,
    pub targets: Vec<Choice>,
    pub homes_new: u32,
    pub homes_changed: u32,
    pub homes_same: u32,
    pub rows_skipped: u32,
    pub problems: Vec<ImportProblem>,
    /// First homes as they would be written.
    pub sample: Vec<BTreeMap<String, String>>,
    /// Nothing can be imported until these are answered (which 单元 a building's homes belong to).
    pub questions: Vec<ImportQuestion>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportColumn {
    pub index: u32,
    pub letter: String,
    pub head: String,
    pub examples: Vec<String>,
    pub target: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportProblem {
    pub severity: Severity,
    /// 1-based, as the spreadsheet shows it.
    pub row: u32,
    /// `D`
    pub column: Option<String>,
    pub home: Option<String>,
    pub what: Text2,
    pub what_to_do: Text2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Severity {
    /// Told for information: the value was read in a way worth a look.
    Note,
    /// The value is left out or doubtful, the home is imported.
    Warning,
    /// The row is not imported.
    Error,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportQuestion {
    pub building: String,
    pub text: Text2,
    pub choices: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    pub homes_new: u32,
    pub homes_changed: u32,
    pub homes_same: u32,
    pub problems: Vec<ImportProblem>,
}

/// An error as the user reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{}", what.zh)]
#[ts(export)]
pub struct Problem {
    /// Stable, for programs: `wrong_key`, `file_closed`, …
    pub code: String,
    pub what: Text2,
    pub kept: Text2,
    pub todo: Text2,
}

/// What changed, for the screens that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "topic", rename_all = "snake_case")]
#[ts(export)]
pub enum Topic {
    Unit {
        unit: Id,
    },
    Units,
    Project,
    Status,
    /// What [`Query::Sync`], [`Query::Devices`] and [`Query::Forks`] answer.
    Sync,
    /// What [`Query::Scans`] answers.
    Scans,
    /// What [`Query::Printers`] and [`Query::PrintJobs`] answer.
    Printing,
    /// What [`Query::Batches`] and [`Query::Batch`] answer.
    Batches,
    /// A list over many homes was printed: [`Query::PrintHistory`] of all.
    Lists,
}
