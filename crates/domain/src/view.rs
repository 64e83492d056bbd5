//! What screens read. `basis` goes back with the next command: it tells what the person was shown.

use crate::{command::*, vocabulary::*};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{EventRef, Id, Value};
use ts_rs::TS;

/// One row of the list of homes; kept as a view by the store, one for every home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HomeRow {
    pub unit: Id,
    pub file: Id,
    pub code: String,
    pub kind: UnitKind,
    pub building: String,
    pub floor: Option<i64>,
    pub owners: String,
    /// `138****5566`
    pub phone: String,
    pub appointment: Option<String>,
    pub stages: Vec<(Stage, Progress)>,
    pub sentence: Sentence,
    pub outstanding: u32,
    pub open_defects: u32,
    pub keys: u32,
    pub retained_keys: u32,
    pub outcome: Option<Outcome>,
    pub closed: bool,
    pub confirmed: bool,
    pub disputes: u32,
    /// What merging broke and nobody has looked into yet.
    #[serde(default)]
    pub alarms: u32,
    /// The unit was added by mistake and taken back: lists leave it out.
    #[serde(default)]
    pub removed: bool,
    /// Names, codes and phone numbers in full, for search; never leaves the core.
    #[ts(skip)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
}

/// The state of a home in one sentence: the same words in list, file and on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Sentence {
    pub zh: String,
    pub en: String,
    pub blocked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HomeView {
    pub row: HomeRow,
    pub sale: u32,
    pub unit_fields: Vec<FieldView>,
    pub file_fields: Vec<FieldView>,
    pub parties: Vec<PartyView>,
    pub stations: Vec<StationView>,
    /// Set when money or signatures stand before the inspection.
    pub order_warning: bool,
    pub items: Vec<ItemView>,
    pub keys: Vec<KeyView>,
    pub retention: Option<RetentionView>,
    pub meters: Vec<FactView<MeterReading>>,
    pub defects: Vec<DefectView>,
    pub fees: Vec<FeeView>,
    pub postings: Vec<PostingView>,
    pub documents: Vec<DocumentView>,
    pub overrides: Vec<OverrideView>,
    pub arrival: Option<ArrivalView>,
    /// What merging broke and a person must clear (closed file with a new defect, a fee taken twice…).
    pub alarms: Vec<Alarm>,
    /// Set when the log holds kinds this version does not know.
    pub read_only: bool,
    /// The household's data were erased: nothing more can be recorded here.
    pub erased: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldView {
    pub path: String,
    pub title: Text2,
    pub kind: FieldKind,
    pub value: Value,
    /// For reading: dates, money and areas formatted, personal data masked.
    pub shown: Text2,
    pub masked: bool,
    /// A doubt, never a refusal: a check digit that does not fit, an expired power of attorney.
    pub warning: Option<Text2>,
    pub disputed: Vec<ClaimView>,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Choice {
    pub value: String,
    pub title: Text2,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ClaimView {
    pub claim: EventRef,
    pub value: Value,
    pub shown: Text2,
    pub by: Id,
    #[ts(type = "number")]
    pub time: i64,
    pub imported: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FieldKind {
    Text,
    LongText,
    Choice,
    Bool,
    Int,
    /// 分
    Money,
    /// 0.01 m²
    Area,
    Date,
    /// Date and time with offset.
    Time,
    Phone,
    IdNumber,
    /// A list of texts.
    List,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Text2 {
    pub zh: String,
    pub en: String,
}

impl Text2 {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text2 { zh: zh.into(), en: en.into() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PartyView {
    pub id: Id,
    pub role: PartyRole,
    pub name: String,
    pub fields: Vec<FieldView>,
    pub removed: bool,
    pub erased: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StationView {
    pub key: String,
    pub title: Text2,
    pub department: Text2,
    pub needs_signature: bool,
    pub needs_stamp: bool,
    pub progress: Progress,
    /// Why it cannot be done yet; lifted by an override.
    pub blocked_by: Option<Text2>,
    pub sign_offs: Vec<SignOffView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignOffView {
    pub fact: EventRef,
    pub signer: String,
    pub on_screen: bool,
    pub copies: u32,
    pub stamped: bool,
    pub result: String,
    pub slip: Option<String>,
    pub signed_at: String,
    #[ts(type = "number")]
    pub entered: i64,
    pub strokes: Vec<Vec<[i32; 3]>>,
    pub scans: Vec<ScanView>,
    /// The pages that stood above a signature on the screen, where they are kept.
    #[serde(default)]
    pub pages: Option<SignedPages>,
}

/// What was signed on a screen, as it was shown there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignedPages {
    pub form: String,
    pub title: Text2,
    /// The archived PDF.
    pub blob: String,
    /// The SHA-256 of its bytes, which the signature names.
    pub hash: String,
    /// The template that it was laid out with, by its address.
    pub template: Option<String>,
    /// Which paper the pages say they are; entries of the first versions do not repeat it.
    pub paper: Option<SignedPaper>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemView {
    pub item: ItemRef,
    pub title: Text2,
    pub no: Option<u32>,
    /// Where it stands on the page: `before`, `post`, `ready`, `identity`, `sign`, `issue`, `after`.
    pub phase: String,
    pub kind: String,
    /// The stage it counts towards, if any.
    pub stage: Option<Stage>,
    pub progress: Progress,
    /// The marks it takes (`ready`, `seen`, `copied`, `posted`, `returned`, `signed`, `issued`, `done`) and who set them.
    pub marks: Vec<MarkView>,
    pub due: Option<String>,
    pub role: Text2,
    pub copies: u32,
    pub stamp: bool,
    pub form: Option<String>,
    pub comes_from: Option<Text2>,
    pub goes_to: Vec<Text2>,
    pub waived: Option<String>,
    pub outstanding: Option<OutstandingView>,
    pub sign_offs: Vec<SignOffView>,
    pub serials: Vec<String>,
    pub scans: Vec<ScanView>,
    pub disputed: bool,
    /// 不再要求: ticked once, and its item was dropped from the template since.
    pub dropped: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MarkView {
    pub mark: String,
    pub title: Text2,
    pub on: bool,
    pub by: Option<Id>,
    #[ts(type = "number | null")]
    pub time: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OutstandingView {
    pub reason: String,
    pub follower: Id,
    pub promised: Option<String>,
    #[ts(type = "number")]
    pub since: i64,
}

/// A scan or photo: of an item's copy, of a sign-off on paper, of a defect, of a meter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScanView {
    /// What is voided to take it away. One that was noted together with its fact has that fact here.
    pub fact: EventRef,
    pub blob: String,
    /// The file's name, empty where it was noted together with its fact, like `media`.
    pub name: String,
    pub media: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeyView {
    pub id: Id,
    pub kind: KeyKind,
    pub name: String,
    pub position: String,
    pub number: String,
    pub label: Option<String>,
    /// `None`: not tried on site yet.
    pub fits: Option<bool>,
    pub holder: Holder,
    pub holder_shown: Text2,
    pub disputed: Vec<Text2>,
    pub moves: Vec<KeyMoveView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KeyMoveView {
    pub fact: EventRef,
    pub to: Text2,
    pub at: String,
    pub by: Id,
    pub purpose: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RetentionView {
    pub fact: EventRef,
    pub answer: bool,
    pub keys: Vec<Id>,
    pub terms: Option<RetentionTerms>,
    pub at: String,
    pub passed_to_security: bool,
    pub returned: bool,
    /// Of the slip, as it was signed.
    pub scans: Vec<ScanView>,
    /// Who signed that keys came back.
    #[serde(default)]
    pub returns: Vec<SignOffView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FactView<T> {
    pub fact: EventRef,
    pub by: Id,
    #[ts(type = "number")]
    pub entered: i64,
    pub voided: Option<String>,
    pub fact_is: T,
    pub scans: Vec<ScanView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DefectView {
    pub fact: EventRef,
    pub no: u32,
    pub defect: Defect,
    pub result: DefectResult,
    pub result_at: Option<String>,
    pub voided: Option<String>,
    /// Photos in the order of their numbers on the defect list: `2-1`, `2-2` for the second defect.
    pub photos: Vec<ScanView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FeeView {
    pub fact: EventRef,
    pub fee: Fee,
    #[ts(type = "number")]
    pub paid_cents: i64,
    pub payments: Vec<PaymentView>,
    pub voided: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PaymentView {
    pub fact: EventRef,
    #[ts(type = "number")]
    pub cents: i64,
    pub method: String,
    pub receipt: Option<String>,
    pub at: String,
    pub by: Id,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PostingView {
    pub fact: EventRef,
    pub items: Vec<ItemRef>,
    pub carrier: String,
    pub number: String,
    pub posted_on: String,
    pub delivery: Option<(DeliveryOutcome, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DocumentView {
    pub fact: EventRef,
    pub document: Id,
    pub form: String,
    pub title: Text2,
    pub number: String,
    pub version: u32,
    pub pages: u32,
    pub prints: u32,
    #[ts(type = "number")]
    pub time: i64,
    pub superseded: bool,
    /// A form that was printed blank and filled in by hand: it has no number, and is here because it was scanned.
    #[serde(default)]
    pub by_hand: bool,
    /// The pages that were scanned, each with all its scans.
    #[serde(default)]
    pub scanned: Vec<PageView>,
    /// Pages that neither were scanned nor are given up, from 1.
    #[serde(default)]
    pub unscanned: Vec<u32>,
    /// Pages that nobody waits for any more.
    #[serde(default)]
    pub excused: Vec<ExcusedView>,
    /// The item that is signed on it, where nobody has recorded the signature yet.
    #[serde(default)]
    pub to_sign: Option<ItemRef>,
}

/// A page of a document, as it was scanned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PageView {
    /// From 1.
    pub page: u32,
    pub scans: Vec<ScanView>,
    /// By how much each of them lies turned, clockwise, in degrees.
    pub turned: Vec<u16>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExcusedView {
    /// What is voided to wait for them again.
    pub fact: EventRef,
    pub pages: Vec<u32>,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OverrideView {
    pub fact: EventRef,
    pub step: String,
    pub step_title: Text2,
    pub name: String,
    pub reason: String,
    pub by: Id,
    #[ts(type = "number")]
    pub time: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ArrivalView {
    pub fact: EventRef,
    pub attendance: Attendance,
    pub visitors: Vec<Id>,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Alarm {
    pub key: String,
    pub text: Text2,
    /// What it is about, in short: goes back with `ClearAlarm`, so that only this is cleared.
    pub seen: String,
}

/// A register whose sides did not see each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Disputed {
    pub target: Target,
    pub path: String,
    pub title: Text2,
    pub sides: Vec<DisputeSide>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DisputeSide {
    /// What `SettleDispute` names to let this side stand.
    pub claim: EventRef,
    /// Masked like the field itself, but so that the sides can be told apart.
    pub shown: Text2,
    pub by: Id,
    pub by_name: String,
    #[ts(type = "number")]
    pub time: i64,
    pub imported: bool,
}

/// One line of the list of all homes' outstanding papers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OutstandingRow {
    pub unit: Id,
    pub code: String,
    pub owners: String,
    pub item: ItemRef,
    pub title: Text2,
    pub reason: String,
    /// Set where it is pages of a scanned paper that are missing, from 1; `reason` says so in Chinese.
    #[serde(default)]
    pub missing_pages: Vec<u32>,
    pub follower: Id,
    pub promised: Option<String>,
    #[ts(type = "number")]
    pub since: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StaffView {
    pub id: Id,
    pub name: String,
    pub role: String,
    pub role_shown: Text2,
    pub department: String,
    pub department_shown: Text2,
    pub active: bool,
}
