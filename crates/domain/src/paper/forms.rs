//! Every form this program prints: what it is called, what it may name, and what fills it in.

use super::{
    Sheet, authority, custody, defects,
    fields::Spec,
    follow_up, handover, household, letters,
    lists::{
        Gather, custody_register, intake_list, outstanding_register, rectification_summary,
        stamping_register, vehicle_pass_register,
    },
    manuals, meters, money, notice, passing, receipt, record, registration, settlement,
    tree::Tree,
    undertakings, warranty,
};
use crate::view::Text2;

/// One of the forms this program prints.
#[derive(Clone, Copy)]
pub struct FormInfo {
    pub key: &'static str,
    /// May hold `{项目}`.
    pub zh: &'static str,
    pub en: &'static str,
    /// Where a template says nothing else.
    pub copies: u32,
    pub(super) fields: &'static [&'static [Spec]],
    pub(super) fill: Fill,
}

/// What a form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Home,
    /// A list over many homes: see [`HomeList`](super::HomeList).
    Project,
}

#[derive(Clone, Copy)]
pub(super) enum Fill {
    Home(fn(&Sheet<'_, '_>, &mut Tree)),
    Project(fn() -> Box<dyn Gather>),
}

macro_rules! home {
    ($key:ident, $zh:literal, $en:literal, $copies:literal, [$($fields:expr),+]) => {
        FormInfo {
            key: stringify!($key),
            zh: $zh,
            en: $en,
            copies: $copies,
            fields: &[$($fields),+],
            fill: Fill::Home(|sheet, tree| sheet.$key(tree)),
        }
    };
}

macro_rules! project {
    ($key:ident, $zh:literal, $en:literal, $copies:literal, [$($fields:expr),+]) => {
        FormInfo {
            key: stringify!($key),
            zh: $zh,
            en: $en,
            copies: $copies,
            fields: &[$($fields),+],
            fill: Fill::Project(|| Box::<$key::Rows>::default()),
        }
    };
}

/// Every form: those of one home in the order they come up, then the lists over many homes.
pub const FORMS: &[FormInfo] = &[
    home!(
        admission_notice,
        "入伙通知书",
        "Admission notice",
        2,
        [notice::ADMISSION_NOTICE, notice::PAPERS_TO_BRING, notice::FEES]
    ),
    home!(
        intake_guide,
        "{项目}入伙指南",
        "Intake guide",
        1,
        [letters::INTAKE_GUIDE, notice::PAPERS_TO_BRING, notice::FEES]
    ),
    home!(welcome_letter, "欢迎函", "Welcome letter", 1, [letters::WELCOME_LETTER]),
    home!(contact_sheet, "业主联系单", "Contact sheet", 1, [letters::CONTACT_SHEET]),
    home!(work_note, "工作联系单", "Inter-department note", 1, [letters::WORK_NOTE]),
    home!(stamping, "用印清单", "Stamping list", 1, [follow_up::STAMPING]),
    home!(equipment_list, "设备设施清单", "List of equipment", 1, [manuals::EQUIPMENT_LIST]),
    home!(flow_note, "业主入伙流程说明", "Owner's guide to the day", 1, [letters::FLOW_NOTE]),
    home!(
        power_of_attorney,
        "收楼委托书",
        "Power of attorney for the handover",
        1,
        [authority::POWER_OF_ATTORNEY]
    ),
    home!(
        company_power_of_attorney,
        "公司收楼授权委托书",
        "Company's power of attorney",
        1,
        [authority::COMPANY_POWER_OF_ATTORNEY]
    ),
    home!(
        renovation_authorisation,
        "装修委托书",
        "Power of attorney for the renovation",
        1,
        [authority::RENOVATION_AUTHORISATION]
    ),
    home!(handover_record, "{项目}收楼手续书", "Handover record", 1, [record::HANDOVER_RECORD]),
    home!(
        defect_list,
        "{项目}业主收楼房屋问题清单",
        "Defect list",
        1,
        [defects::DEFECT_LIST, defects::DEFECTS]
    ),
    home!(
        meter_readings,
        "能源表原始读数确认表",
        "First meter readings",
        4,
        [meters::METER_READINGS]
    ),
    home!(
        owner_registration,
        "业主资料登记表",
        "Owner registration",
        1,
        [registration::OWNER_REGISTRATION]
    ),
    home!(
        family_registration,
        "家庭成员(雇员)资料登记表",
        "Family and employee registration",
        1,
        [household::FAMILY_REGISTRATION]
    ),
    home!(
        vehicle_pass_application,
        "车辆通行证申请表",
        "Vehicle pass application",
        2,
        [household::VEHICLE_PASS_APPLICATION]
    ),
    home!(pet_registration, "宠物登记表", "Pet registration", 1, [household::PET_REGISTRATION]),
    home!(dog_agreement, "养犬管理协议书", "Dog-keeping agreement", 2, [household::DOG_AGREEMENT]),
    home!(gas_safety, "户内燃气安全操作书", "Indoor gas safety", 1, [undertakings::GAS_SAFETY]),
    home!(fire_safety, "安全消防保证书", "Fire-safety undertaking", 2, [undertakings::FIRE_SAFETY]),
    home!(
        equipment_receipt,
        "设施、设备使用说明资料签领单",
        "Receipt for equipment manuals",
        1,
        [manuals::EQUIPMENT_RECEIPT]
    ),
    home!(document_receipt, "文件签领单", "Receipt for documents", 1, [receipt::DOCUMENT_RECEIPT]),
    home!(house_handover, "房屋交接单", "House handover note", 3, [handover::HOUSE_HANDOVER]),
    home!(house_rules, "业主临时公约", "Provisional house rules", 1, [undertakings::HOUSE_RULES]),
    home!(
        personal_information,
        "个人信息处理告知与同意书",
        "Consent to the use of personal information",
        1,
        [undertakings::PERSONAL_INFORMATION]
    ),
    home!(fee_list, "费用清单", "Fee list", 1, [money::FEE_LIST, notice::FEES]),
    home!(
        fee_difference_agreement,
        "物业管理费差额协议书",
        "Agreement on the property-fee difference",
        1,
        [money::FEE_DIFFERENCE_AGREEMENT]
    ),
    home!(
        utility_note,
        "{项目}临时水电费收取说明",
        "Note on interim water and electricity charges",
        1,
        [money::UTILITY_NOTE]
    ),
    home!(area_settlement, "面积补差结算单", "Area settlement", 2, [settlement::AREA_SETTLEMENT]),
    home!(key_custody, "钥匙保管单", "Key custody slip", 2, [custody::KEY_CUSTODY]),
    home!(
        quality_guarantee,
        "住宅质量保证书",
        "Housing quality guarantee",
        1,
        [warranty::QUALITY_GUARANTEE]
    ),
    home!(user_manual, "住宅使用说明书", "Housing user manual", 1, [manuals::USER_MANUAL]),
    home!(vehicle_pass, "{项目}车辆通行证", "Vehicle pass", 1, [household::VEHICLE_PASS]),
    home!(
        vehicle_pass_list,
        "车证发放表",
        "List of vehicle passes",
        1,
        [household::VEHICLE_PASS_LIST]
    ),
    home!(missing_list, "资料欠缺清单", "List of what is missing", 1, [follow_up::MISSING_LIST]),
    home!(
        rectification_list,
        "业主收楼房屋问题清单整改单",
        "Rectification list",
        2,
        [follow_up::RECTIFICATION_LIST, defects::DEFECTS]
    ),
    home!(utility_readings, "水电气读数单", "Utility readings", 1, [passing::UTILITY_READINGS]),
    home!(custody_keys, "留存钥匙移交单", "Retained keys to security", 1, [passing::CUSTODY_KEYS]),
    home!(pass_papers, "文件签收单", "Papers passed on", 1, [passing::PASSING]),
    home!(pass_things, "物品移交清单", "Things passed on", 1, [passing::PASSING]),
    home!(pass_keys, "钥匙移交清单", "Keys passed on", 1, [passing::PASSING]),
    home!(file_list, "收楼档案目录", "File list", 1, [follow_up::FILE_LIST]),
    home!(
        follow_up_sheet,
        "单体别墅工作跟进表",
        "Follow-up sheet",
        1,
        [follow_up::FOLLOW_UP_SHEET]
    ),
    project!(intake_list, "{项目}入伙名单", "Intake list", 1, [intake_list::FIELDS]),
    project!(
        outstanding_register,
        "{项目}资料欠缺汇总表",
        "What is missing, all homes",
        1,
        [outstanding_register::FIELDS]
    ),
    project!(
        rectification_summary,
        "{项目}整改周报",
        "Weekly summary of rectification",
        1,
        [rectification_summary::FIELDS]
    ),
    project!(
        vehicle_pass_register,
        "{项目}车证发放表",
        "Vehicle passes, all homes",
        1,
        [vehicle_pass_register::FIELDS]
    ),
    project!(
        custody_register,
        "{项目}留存钥匙登记表",
        "Keys in custody, all homes",
        1,
        [custody_register::FIELDS]
    ),
    project!(
        stamping_register,
        "{项目}用印汇总表",
        "Stamping, all homes",
        1,
        [stamping_register::FIELDS]
    ),
];

impl FormInfo {
    pub fn title(&self) -> Text2 {
        Text2 { zh: self.zh.into(), en: self.en.into() }
    }

    pub fn scope(&self) -> Scope {
        match self.fill {
            Fill::Home(_) => Scope::Home,
            Fill::Project(_) => Scope::Project,
        }
    }
}

pub fn form(key: &str) -> Option<&'static FormInfo> {
    FORMS.iter().find(|form| form.key == key)
}

/// What a form is called; one that this program does not know, by its key.
pub fn title_of(key: &str) -> Text2 {
    form(key).map_or_else(|| Text2::new(key, key), FormInfo::title)
}
