//! What each form may name. `data` provides exactly these, so that a template is checked when it is read.
//!
//! A path is dotted; `rows[].name` is a column of the list `rows`. Every list may be empty (the form
//! then prints lines to write on), every text may be empty, a flag is a check box.

use super::{
    authority, custody, defects, follow_up, handover, household, letters, manuals, meters, money,
    notice, passing, receipt, record, registration, settlement, undertakings, warranty,
};
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

/// Every form, in the order they come up.
pub const FORMS: &[FormInfo] = &[
    info(
        "admission_notice",
        "入伙通知书",
        "Admission notice",
        2,
        &[notice::ADMISSION_NOTICE, notice::PAPERS_TO_BRING, notice::FEES],
    ),
    info(
        "intake_guide",
        "{项目}入伙指南",
        "Intake guide",
        1,
        &[letters::INTAKE_GUIDE, notice::PAPERS_TO_BRING, notice::FEES],
    ),
    info("welcome_letter", "欢迎函", "Welcome letter", 1, &[letters::WELCOME_LETTER]),
    info("contact_sheet", "业主联系单", "Contact sheet", 1, &[letters::CONTACT_SHEET]),
    info("work_note", "工作联系单", "Inter-department note", 1, &[letters::WORK_NOTE]),
    info("stamping", "用印清单", "Stamping list", 1, &[follow_up::STAMPING]),
    info("flow_note", "业主入伙流程说明", "Owner's guide to the day", 1, &[letters::FLOW_NOTE]),
    info(
        "power_of_attorney",
        "收楼委托书",
        "Power of attorney for the handover",
        1,
        &[authority::POWER_OF_ATTORNEY],
    ),
    info(
        "company_power_of_attorney",
        "公司收楼授权委托书",
        "Company's power of attorney",
        1,
        &[authority::COMPANY_POWER_OF_ATTORNEY],
    ),
    info(
        "renovation_authorisation",
        "装修委托书",
        "Power of attorney for the renovation",
        1,
        &[authority::RENOVATION_AUTHORISATION],
    ),
    info("handover_record", "{项目}收楼手续书", "Handover record", 1, &[record::HANDOVER_RECORD]),
    info(
        "defect_list",
        "{项目}业主收楼房屋问题清单",
        "Defect list",
        1,
        &[defects::DEFECT_LIST, defects::DEFECTS],
    ),
    info(
        "meter_readings",
        "能源表原始读数确认表",
        "First meter readings",
        4,
        &[meters::METER_READINGS],
    ),
    info(
        "owner_registration",
        "业主资料登记表",
        "Owner registration",
        1,
        &[registration::OWNER_REGISTRATION],
    ),
    info(
        "family_registration",
        "家庭成员(雇员)资料登记表",
        "Family and employee registration",
        1,
        &[household::FAMILY_REGISTRATION],
    ),
    info(
        "vehicle_pass_application",
        "车辆通行证申请表",
        "Vehicle pass application",
        2,
        &[household::VEHICLE_PASS_APPLICATION],
    ),
    info("pet_registration", "宠物登记表", "Pet registration", 1, &[household::PET_REGISTRATION]),
    info(
        "dog_agreement",
        "养犬管理协议书",
        "Dog-keeping agreement",
        2,
        &[household::DOG_AGREEMENT],
    ),
    info("gas_safety", "户内燃气安全操作书", "Indoor gas safety", 1, &[undertakings::GAS_SAFETY]),
    info(
        "fire_safety",
        "安全消防保证书",
        "Fire-safety undertaking",
        2,
        &[undertakings::FIRE_SAFETY],
    ),
    info(
        "equipment_receipt",
        "设施、设备使用说明资料签领单",
        "Receipt for equipment manuals",
        1,
        &[manuals::EQUIPMENT_RECEIPT],
    ),
    info(
        "document_receipt",
        "文件签领单",
        "Receipt for documents",
        1,
        &[receipt::DOCUMENT_RECEIPT],
    ),
    info("house_handover", "房屋交接单", "House handover note", 3, &[handover::HOUSE_HANDOVER]),
    info("house_rules", "业主临时公约", "Provisional house rules", 1, &[undertakings::HOUSE_RULES]),
    info(
        "personal_information",
        "个人信息处理告知与同意书",
        "Consent to the use of personal information",
        1,
        &[undertakings::PERSONAL_INFORMATION],
    ),
    info("fee_list", "费用清单", "Fee list", 1, &[money::FEE_LIST, notice::FEES]),
    info(
        "fee_difference_agreement",
        "物业管理费差额协议书",
        "Agreement on the property-fee difference",
        1,
        &[money::FEE_DIFFERENCE_AGREEMENT],
    ),
    info(
        "utility_note",
        "{项目}临时水电费收取说明",
        "Note on interim water and electricity charges",
        1,
        &[money::UTILITY_NOTE],
    ),
    info("area_settlement", "面积补差结算单", "Area settlement", 2, &[settlement::AREA_SETTLEMENT]),
    info("key_custody", "钥匙保管单", "Key custody slip", 2, &[custody::KEY_CUSTODY]),
    info(
        "quality_guarantee",
        "住宅质量保证书",
        "Housing quality guarantee",
        1,
        &[warranty::QUALITY_GUARANTEE],
    ),
    info("vehicle_pass", "{项目}车辆通行证", "Vehicle pass", 1, &[household::VEHICLE_PASS]),
    info(
        "vehicle_pass_list",
        "车证发放表",
        "List of vehicle passes",
        1,
        &[household::VEHICLE_PASS_LIST],
    ),
    info("missing_list", "资料欠缺清单", "List of what is missing", 1, &[follow_up::MISSING_LIST]),
    info(
        "rectification_list",
        "业主收楼房屋问题清单整改单",
        "Rectification list",
        2,
        &[follow_up::RECTIFICATION_LIST, defects::DEFECTS],
    ),
    info("utility_readings", "水电气读数单", "Utility readings", 1, &[passing::UTILITY_READINGS]),
    info(
        "custody_keys",
        "留存钥匙移交单",
        "Retained keys to security",
        1,
        &[passing::CUSTODY_KEYS],
    ),
    info("pass_papers", "文件签收单", "Papers passed on", 1, &[passing::PASSING]),
    info("pass_keys", "钥匙移交清单", "Keys passed on", 1, &[passing::PASSING]),
    info("file_list", "收楼档案目录", "File list", 1, &[follow_up::FILE_LIST]),
    info(
        "follow_up_sheet",
        "单体别墅工作跟进表",
        "Follow-up sheet",
        1,
        &[follow_up::FOLLOW_UP_SHEET],
    ),
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
