//! What each form may name. `data` provides exactly these, so that a template is checked when it is read.
//!
//! A path is dotted; `rows[].name` is a column of the list `rows`. Every list may be empty (the form
//! then prints lines to write on), every text may be empty, a flag is a check box.

use crate::{
    view::Text2,
    vocabulary::{DefectResult, Outcome},
};

/// One of the forms this program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormInfo {
    pub key: &'static str,
    /// May hold `{项目}`.
    pub zh: &'static str,
    pub en: &'static str,
    /// Where a template says nothing else.
    pub copies: u32,
    fields: &'static [&'static [Spec]],
}

/// The eight core forms, in the order they come up.
pub const FORMS: &[FormInfo] = &[
    info("admission_notice", "入伙通知书", "Admission notice", 2, &[ADMISSION_NOTICE]),
    info("handover_record", "{项目}收楼手续书", "Handover record", 1, &[HANDOVER_RECORD]),
    info("defect_list", "{项目}业主收楼房屋问题清单", "Defect list", 1, &[DEFECT_LIST]),
    info("meter_readings", "能源表原始读数确认表", "First meter readings", 4, &[METER_READINGS]),
    info("owner_registration", "业主资料登记表", "Owner registration", 1, &[OWNER_REGISTRATION]),
    info("document_receipt", "文件签领单", "Receipt for documents", 1, &[DOCUMENT_RECEIPT]),
    info("house_handover", "房屋交接单", "House handover note", 3, &[HOUSE_HANDOVER]),
    info("key_custody", "钥匙保管单", "Key custody slip", 2, &[KEY_CUSTODY]),
];

const fn info(
    key: &'static str,
    zh: &'static str,
    en: &'static str,
    copies: u32,
    fields: &'static [&'static [Spec]],
) -> FormInfo {
    FormInfo { key, zh, en, copies, fields }
}

impl FormInfo {
    pub fn title(&self) -> Text2 {
        Text2 { zh: self.zh.into(), en: self.en.into() }
    }
}

pub fn form(key: &str) -> Option<&'static FormInfo> {
    FORMS.iter().find(|form| form.key == key)
}

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

type Spec = (&'static str, FieldType, Part);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Content,
    Entry,
    /// One signature row for each hand: expands to `path[].name`, `.strokes`, `.note`, `.time`.
    Hands,
}

use FieldType::{Flag, Rows, Strokes, Text};
use Part::{Content as C, Entry as E, Hands};

const COMMON: &[Spec] = &[
    ("project.name", Text, C),
    ("project.developer", Text, C),
    ("project.property", Text, C),
    ("project.city", Text, C),
    ("home.code", Text, C),
    ("home.kind", Text, C),
    ("home.building", Text, C),
    ("home.address", Text, C),
    // All owners, 、 between them.
    ("owners", Text, C),
    ("contract.no", Text, C),
    ("contract.date", Text, C),
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

const ADMISSION_NOTICE: &[Spec] = &[
    ("to", Text, C),
    // What the notice rests on, as a noun: 竣工验收备案证明.
    ("basis", Text, C),
    ("filing_no", Text, C),
    ("appointment.date", Text, C),
    ("appointment.slot", Text, C),
    ("appointment.place", Text, C),
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].note", Text, C),
    ("enclosures", Rows, C),
    ("enclosures[].no", Text, C),
    ("enclosures[].title", Text, C),
    ("enclosures[].copies", Text, C),
    // The project's own wording of the consequence clause; empty: the template's.
    ("consequence", Text, C),
    ("contact.name", Text, C),
    ("contact.phone", Text, C),
    ("fees", Rows, C),
    ("fees[].no", Text, C),
    ("fees[].item", Text, C),
    ("fees[].payee", Text, C),
    ("fees[].base", Text, C),
    ("fees[].unit_price", Text, C),
    ("fees[].period", Text, C),
    ("fees[].amount", Text, C),
    ("totals", Rows, C),
    ("totals[].payee", Text, C),
    ("totals[].figures", Text, C),
    ("totals[].words", Text, C),
    ("total.figures", Text, C),
    ("total.words", Text, C),
    // The tear-off reply, as far as it came back.
    ("reply.received", Flag, E),
    ("reply.coming", Flag, E),
    ("reply.postponing", Flag, E),
    ("signatures.owner", Rows, Hands),
];

const HANDOVER_RECORD: &[Spec] = &[
    ("appointment.date", Text, C),
    // The date of the handling, and which attempt it is.
    ("day", Text, E),
    ("attempt", Text, C),
    ("attendance", Text, E),
    ("visitors", Text, E),
    ("arrived_at", Text, E),
    ("stations", Rows, C),
    ("stations[].key", Text, C),
    ("stations[].title", Text, C),
    ("stations[].department", Text, C),
    ("stations[].content", Text, C),
    ("stations[].amount", Text, E),
    ("stations[].result", Text, E),
    // Numbers of the slips that stand in for a line of its own (D, G, H).
    ("stations[].slips", Text, E),
    // Whether a handler signs on this line, and whether there is a stamp cell (A, B, C, F).
    ("stations[].signs", Flag, C),
    ("stations[].stamps", Flag, C),
    ("stations[].stamped", Flag, E),
    ("stations[].handler", Text, E),
    ("stations[].strokes", Strokes, E),
    ("stations[].note", Text, E),
    ("stations[].time", Text, E),
    ("outcome.accepted", Flag, E),
    ("outcome.accepted_with_defects", Flag, E),
    ("outcome.repair_first", Flag, E),
    ("outcome.refused", Flag, E),
    ("outcome.postponed", Flag, E),
    ("outcome.no_show", Flag, E),
    ("outcome.reason", Text, E),
    ("sentence", Text, E),
    ("outstanding", Rows, E),
    ("outstanding[].no", Text, E),
    ("outstanding[].title", Text, E),
    ("outstanding[].reason", Text, E),
    ("outstanding[].follower", Text, E),
    ("outstanding[].promised", Text, E),
    ("overrides", Rows, E),
    ("overrides[].no", Text, E),
    ("overrides[].step", Text, E),
    ("overrides[].name", Text, E),
    ("overrides[].reason", Text, E),
    ("overrides[].time", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.supervisor", Rows, Hands),
];

const OWNER_REGISTRATION: &[Spec] = &[
    ("is_person", Flag, C),
    ("is_company", Flag, C),
    ("persons", Rows, C),
    ("persons[].no", Text, C),
    ("persons[].name", Text, C),
    ("persons[].sex", Text, C),
    ("persons[].paper_kind", Text, C),
    ("persons[].paper_no", Text, C),
    ("persons[].nationality", Text, C),
    ("persons[].phone", Text, C),
    ("persons[].email", Text, C),
    ("persons[].address", Text, C),
    ("persons[].share", Text, C),
    ("companies", Rows, C),
    ("companies[].name", Text, C),
    ("companies[].code", Text, C),
    ("companies[].representative", Text, C),
    ("companies[].contact", Text, C),
    ("companies[].phone", Text, C),
    ("companies[].address", Text, C),
    ("companies[].share", Text, C),
    ("emergency", Rows, C),
    ("emergency[].name", Text, C),
    ("emergency[].relation", Text, C),
    ("emergency[].phone", Text, C),
    ("residents", Rows, C),
    ("residents[].name", Text, C),
    ("residents[].relation", Text, C),
    ("residents[].paper_no", Text, C),
    ("residents[].phone", Text, C),
    ("billing", Text, C),
    ("move_in_on", Text, C),
    ("renovation_on", Text, C),
    ("parking", Text, C),
    // For how many years the file is kept, for the notice on personal information.
    ("retention_years", Text, C),
    ("papers_received", Rows, E),
    ("papers_received[].title", Text, E),
    ("papers_received[].seen", Flag, E),
    ("papers_received[].original", Flag, E),
    ("papers_received[].copy", Flag, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

const DOCUMENT_RECEIPT: &[Spec] = &[
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].version", Text, C),
    ("papers[].copies", Text, C),
    ("papers[].original", Flag, C),
    ("papers[].copy", Flag, C),
    ("papers[].received", Flag, E),
    ("papers[].why_not", Text, E),
    ("papers[].later", Text, E),
    ("signatures.receiver", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

const HOUSE_HANDOVER: &[Spec] = &[
    ("giver", Text, C),
    ("property", Text, C),
    ("taker", Text, C),
    ("area.contract", Text, C),
    ("area.measured", Text, C),
    ("area.inner_contract", Text, C),
    ("area.inner_measured", Text, C),
    // The settlement of area difference as a sentence, where there is one.
    ("area.settlement", Text, C),
    ("appointment.date", Text, C),
    ("handed_over_at", Text, E),
    ("fee_start", Text, C),
    ("keys", Rows, C),
    ("keys[].name", Text, C),
    ("keys[].position", Text, C),
    ("keys[].number", Text, C),
    ("keys[].due", Text, C),
    ("keys[].given", Text, E),
    ("keys[].retained", Text, E),
    ("key_totals.due", Text, C),
    ("key_totals.given", Text, E),
    ("key_totals.retained", Text, E),
    // Entry cards, mailbox keys, remotes, with serial numbers.
    ("things", Rows, C),
    ("things[].name", Text, C),
    ("things[].serials", Text, C),
    ("things[].due", Text, C),
    ("things[].given", Text, E),
    ("things[].retained", Text, E),
    // Numbers of the slips that are referred to; empty while not printed.
    ("slips.meter_readings", Text, E),
    ("slips.defect_list", Text, E),
    ("slips.key_custody", Text, E),
    ("equipment_list", Text, C),
    ("shown", Rows, C),
    ("shown[].no", Text, C),
    ("shown[].title", Text, C),
    ("result.none", Flag, E),
    ("result.listed", Flag, E),
    ("result.count", Text, E),
    // Who keeps which of the copies, as a sentence.
    ("holders", Text, C),
    ("signatures.developer", Rows, Hands),
    ("signatures.property", Rows, Hands),
    ("signatures.owner", Rows, Hands),
];

const DEFECT_LIST: &[Spec] = &[
    ("inspected_at", Text, E),
    ("present", Text, E),
    ("defects", Rows, C),
    ("defects[].no", Text, C),
    ("defects[].place", Text, C),
    ("defects[].item", Text, C),
    ("defects[].wish", Text, C),
    ("defects[].photos", Text, C),
    ("defects[].responsible", Text, C),
    ("defects[].promised", Text, C),
    ("defects[].result", Text, E),
    // Where the owner signs after the re-inspection.
    ("defects[].reinspected", Text, E),
    ("count", Text, C),
    // 以下空白, below the last row; empty on a blank form.
    ("below", Text, C),
    ("none_found", Flag, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

const METER_READINGS: &[Spec] = &[
    ("read_at", Text, C),
    ("meters", Rows, C),
    ("meters[].no", Text, C),
    ("meters[].kind", Text, C),
    ("meters[].number", Text, C),
    ("meters[].place", Text, C),
    ("meters[].factor", Text, C),
    ("meters[].figures", Text, C),
    ("meters[].words", Text, C),
    ("meters[].unit", Text, C),
    ("meters[].card", Text, C),
    ("meters[].photos", Text, C),
    ("holders", Text, C),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
];

const KEY_CUSTODY: &[Spec] = &[
    ("keys", Rows, C),
    ("keys[].no", Text, C),
    ("keys[].name", Text, C),
    ("keys[].position", Text, C),
    ("keys[].number", Text, C),
    ("keys[].count", Text, C),
    ("key_count", Text, C),
    ("sets", Text, C),
    ("purpose", Text, C),
    ("slips.defect_list", Text, E),
    ("who_may_enter", Text, C),
    ("escorted", Flag, C),
    ("unescorted", Flag, C),
    ("expected_return", Text, C),
    ("retained_at", Text, C),
    ("holders", Text, C),
    ("security.department", Text, C),
    ("security.received_at", Text, E),
    ("loans", Rows, E),
    ("loans[].key", Text, E),
    ("loans[].out", Text, E),
    ("loans[].why", Text, E),
    ("loans[].who", Text, E),
    ("loans[].back", Text, E),
    ("returned_at", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.assistant", Rows, Hands),
    ("signatures.security", Rows, Hands),
    ("signatures.returned", Rows, Hands),
];

/// The columns of every list of signatures. `note` is 代 for a delegate, 纸签 where paper was signed.
const HAND: &[(&str, FieldType)] =
    &[("name", Text), ("strokes", Strokes), ("note", Text), ("time", Text)];

/// Every field a form may name; empty for a form this version does not know.
pub fn fields(form_key: &str) -> Vec<Field> {
    let Some(form) = form(form_key) else { return Vec::new() };
    let specs = COMMON.iter().chain(form.fields.iter().copied().flatten());
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
