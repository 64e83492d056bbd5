mod pages;

pub use pages::*;

use crate::vocabulary::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{EventRef, Id, Value};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Everything a person can do to the records, in the imperative. The window, `shoulouctl do` and the
/// importer send the same ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "type", rename_all_fields = "snake_case", deny_unknown_fields)]
#[ts(export)]
pub enum Command {
    /// Sets one field of the field list (`fields.rs`): an edit, a correction, or the closing of a dispute.
    SetField {
        target: Target,
        path: String,
        value: Value,
    },
    AddStaff {
        name: String,
        role: String,
        department: String,
    },
    AddUnit {
        code: String,
        kind: UnitKind,
        #[serde(default)]
        fields: BTreeMap<String, Value>,
    },
    /// A file for a home that was sold again.
    ReopenSale {
        unit: Id,
    },
    AddParty {
        file: Id,
        role: PartyRole,
        #[serde(default)]
        fields: BTreeMap<String, Value>,
    },
    RemoveParty {
        file: Id,
        party: Id,
        reason: String,
    },
    EraseParty {
        file: Id,
        party: Id,
        reason: String,
    },
    /// Everyone the file names, and the home's own free text, photos and printed papers. The file ends with it:
    /// nothing more can be recorded there.
    EraseHousehold {
        file: Id,
        why: ErasureReason,
    },

    /// Ticks or unticks one mark of one item (`ready`, `seen`, `copied`, `done`, …).
    TickItem {
        file: Id,
        item: ItemRef,
        mark: String,
        on: bool,
    },
    WaiveItem {
        file: Id,
        item: ItemRef,
        reason: Option<String>,
    },
    /// 欠缺: the item is missing, with why, who follows it and when it was promised. `None` clears it.
    SetOutstanding {
        file: Id,
        item: ItemRef,
        outstanding: Option<Outstanding>,
    },
    RecordPosting {
        file: Id,
        items: Vec<ItemRef>,
        carrier: String,
        number: String,
        posted_on: String,
    },
    RecordDelivery {
        file: Id,
        posting: EventRef,
        outcome: DeliveryOutcome,
        on: String,
    },
    TransferItems {
        file: Id,
        items: Vec<ItemRef>,
        from: String,
        to: String,
        at: String,
        slip: Option<String>,
    },
    AttachScan {
        file: Id,
        subject: ScanSubject,
        blob: String,
        name: String,
        media: String,
    },
    /// Files scanned pages of one paper, all or none; those that are filed already are left out.
    FilePages {
        file: Id,
        of: PagesOf,
        pages: Vec<PageScan>,
    },
    /// Pages of a printed document that will not be scanned: nobody waits for them any more.
    ExcusePages {
        file: Id,
        document: Id,
        pages: Vec<u32>,
        reason: String,
    },

    RecordArrival {
        file: Id,
        attendance: Attendance,
        visitors: Vec<Id>,
        at: String,
    },
    SignItems {
        file: Id,
        items: Vec<ItemRef>,
        signer: Signer,
        how: SignedHow,
        signed_at: String,
    },
    SignStation {
        file: Id,
        station: String,
        signer: Id,
        how: SignedHow,
        stamped: bool,
        result: String,
        slip: Option<String>,
        signed_at: String,
    },
    OverrideStep {
        file: Id,
        step: String,
        name: String,
        reason: String,
    },
    SetOutcome {
        file: Id,
        outcome: Outcome,
        reason: Option<String>,
    },
    CloseFile {
        file: Id,
    },
    ConfirmFile {
        file: Id,
    },

    RegisterKeys {
        file: Id,
        kind: KeyKind,
        name: String,
        position: String,
        number: String,
        count: u32,
        holder: Holder,
    },
    TryKey {
        file: Id,
        key: Id,
        fits: bool,
        label: Option<String>,
        note: Option<String>,
    },
    MoveKeys {
        file: Id,
        keys: Vec<Id>,
        to: Holder,
        at: String,
        purpose: Option<String>,
    },
    /// 钥匙保管单: the owner leaves keys, or was asked and did not.
    RetainKeys {
        file: Id,
        answer: bool,
        keys: Vec<Id>,
        terms: Option<RetentionTerms>,
        at: String,
    },
    ReturnKeys {
        file: Id,
        keys: Vec<Id>,
        signer: Signer,
        how: SignedHow,
        at: String,
    },
    IssueThings {
        file: Id,
        item: ItemRef,
        serials: Vec<String>,
        count: u32,
        at: String,
    },

    ReadMeter {
        file: Id,
        reading: MeterReading,
    },
    NoteDefect {
        file: Id,
        defect: Defect,
    },
    SetDefectResult {
        file: Id,
        defect: EventRef,
        result: DefectResult,
        at: String,
    },
    AddFee {
        file: Id,
        fee: Fee,
    },
    TakeFee {
        file: Id,
        fee: EventRef,
        cents: i64,
        method: String,
        receipt: Option<String>,
        at: String,
    },

    /// The form prints with this text from now on. It is kept in the log under its SHA-256.
    SetFormTemplate {
        form: String,
        text: String,
        /// Why, for those who look at the versions later.
        #[serde(default)]
        note: Option<String>,
    },
    /// Back to a text that the project has, named by its SHA-256; `None`: to the one that the program ships.
    UseFormTemplate {
        form: String,
        template: Option<String>,
    },

    /// Closes a dispute: what one side says stands, instead of all sides that the person was shown. `claim`
    /// is that side's.
    SettleDispute {
        target: Target,
        path: String,
        claim: EventRef,
    },
    /// A person looked into what merging broke and says why it may stand. `key` and `seen` are the alarm's.
    ClearAlarm {
        file: Id,
        key: String,
        seen: String,
        reason: String,
    },
    /// 作废: a fact stays readable and no longer counts.
    VoidFact {
        target: Target,
        fact: EventRef,
        reason: String,
    },
}

/// The entity a command or field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "entity", rename_all = "snake_case")]
#[ts(export)]
pub enum Target {
    Project,
    Staff { id: Id },
    Unit { id: Id },
    File { id: Id },
}

/// A template's item, and which of several (vehicle 2, person 3), from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct ItemRef {
    pub key: String,
    #[serde(default = "first")]
    pub instance: u32,
}

fn first() -> u32 {
    1
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct Outstanding {
    pub reason: String,
    pub follower: Id,
    /// `2026-11-25`
    pub promised: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
#[ts(export)]
pub enum Signer {
    /// An owner or delegate; a delegate signs with the own name plus 代.
    Party { id: Id },
    /// A department's handler.
    Staff { id: Id },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "on", rename_all = "snake_case")]
#[ts(export)]
pub enum SignedHow {
    /// Strokes of `[x, y, pressure]` triples, 0..=10000 of the box's width, width, and 1000.
    /// `pages` is the SHA-256 of the pages shown; of those that this PC showed, `template` is what they were
    /// laid out with, `blob` where they are kept, and `paper` what they say they are.
    Screen {
        strokes: Vec<Vec<[i32; 3]>>,
        pages: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        template: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        blob: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        paper: Option<SignedPaper>,
    },
    /// 纸签: signed copies on paper; a scan is a blob address.
    Paper {
        copies: u32,
        #[serde(default)]
        scan: Option<String>,
    },
}

/// The paper that was shown on a screen to be signed: printed later, it is this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct SignedPaper {
    pub number: String,
    pub version: u32,
    /// SHA-256 of what the form was filled with, as a print has it.
    pub content: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "held_by", rename_all = "snake_case")]
#[ts(export)]
pub enum Holder {
    /// 保安部, 工程部, …: the department's name.
    Department {
        name: String,
    },
    Staff {
        id: Id,
    },
    Party {
        id: Id,
    },
    /// 留存: left by the owner, kept by 保安部 once it signed.
    Custody {
        name: String,
    },
    Missing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct RetentionTerms {
    pub sets: u32,
    pub purpose: String,
    pub who_may_enter: String,
    pub escorted: bool,
    pub expected_return: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct MeterReading {
    pub kind: MeterKind,
    pub number: String,
    pub place: String,
    /// Multiplier as decimal text, usually `1`.
    pub factor: String,
    /// Decimal text, as read.
    pub reading: String,
    pub unit: String,
    #[serde(default)]
    pub card: Option<String>,
    #[serde(default)]
    pub balance: Option<String>,
    #[serde(default)]
    pub photo: Option<String>,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct Defect {
    pub room: String,
    pub part: String,
    pub text: String,
    #[serde(default)]
    pub wish: Option<String>,
    #[serde(default)]
    pub photos: Vec<String>,
    #[serde(default)]
    pub responsible: Option<String>,
    #[serde(default)]
    pub promised: Option<String>,
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[ts(export)]
pub struct Fee {
    pub title: String,
    pub payee: Payee,
    /// What the price is multiplied with, as decimal text: `89.37`.
    #[serde(default)]
    pub base: Option<String>,
    /// 分 per unit of the base.
    #[serde(default)]
    pub unit_price_cents: Option<i64>,
    #[serde(default)]
    pub period: Option<String>,
    /// 分
    pub cents: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
#[ts(export)]
pub enum ScanSubject {
    Item { item: ItemRef },
    Fact { fact: EventRef },
}
