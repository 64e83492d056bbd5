use super::{FORMS, FormInfo, Scope};
use crate::{
    command::ItemRef,
    dossier::Dossier,
    template::{Mark, Phase, TemplateItem, titled},
    view::Text2,
    vocabulary::{Outcome, Progress},
    world::World,
};
use shoulou_eventlog::Value;

/// A form, whether this case needs it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketChoice {
    pub form: &'static str,
    pub title: Text2,
    pub copies: u32,
    pub needed: bool,
    pub reason: Text2,
}

/// Every form in the order it is signed in this case, the needed ones ticked.
pub fn packet(world: &World<'_>) -> Vec<PacketChoice> {
    let dossier = Dossier::of(world);
    let mut forms: Vec<&FormInfo> =
        FORMS.iter().filter(|form| form.scope() == Scope::Home).collect();
    let stations: Vec<_> = dossier.stations().iter().map(|station| station.key.clone()).collect();
    let place = |form: &&FormInfo| match form.key {
        // The notice came by post; the record goes from station to station, the list of equipment through the home.
        "admission_notice" => 0,
        "handover_record" | "equipment_list" => 2,
        key => match item(&dossier, key) {
            Some(item) if item.phase == Phase::Sign => {
                let own = item.station.as_ref();
                let at = own.and_then(|own| stations.iter().position(|key| key == own));
                3 + at.unwrap_or(stations.len())
            }
            Some(item) if item.phase < Phase::Sign => 1,
            Some(item) if item.phase == Phase::Issue => 4 + stations.len(),
            Some(_) => 5 + stations.len(),
            None => 3 + stations.len(),
        },
    };
    forms.sort_by_key(place);
    let choice = |form: &FormInfo| {
        let (needed, reason) = need(&dossier, form.key);
        PacketChoice {
            form: form.key,
            title: title(&dossier, form),
            copies: copies(&dossier, form),
            needed,
            reason,
        }
    };
    forms.into_iter().map(choice).collect()
}

/// What is signed on the day, for sets of blank forms.
pub fn blank_set(world: &World<'_>) -> Vec<&'static str> {
    let dossier = Dossier::of(world);
    let signed = |form: &&FormInfo| {
        let item = dossier.template.item(&format!("sign.{}", form.key));
        item.is_some_and(|item| item.marks.contains(&Mark::Signed))
    };
    FORMS.iter().filter(signed).map(|form| form.key).collect()
}

/// Forms that are needed wherever their item is, and what they are for.
const PURPOSES: &[(&str, &str, &str)] = &[
    ("owner_registration", "登记业主资料", "Registers the owners"),
    ("family_registration", "登记同住人员与雇员", "Registers who lives there"),
    (
        "vehicle_pass_application",
        "每车一表，凭以制作车证",
        "One for each car; the passes are made from it",
    ),
    ("pet_registration", "登记宠物", "Registers the pets"),
    ("dog_agreement", "养犬须签协议", "Agreed with everyone who keeps a dog"),
    ("gas_safety", "燃气使用交底", "Explains the use of gas"),
    ("fire_safety", "安全与消防承诺", "The owner's promise on fire safety"),
    ("equipment_receipt", "签领设备资料与物品", "Receipt for manuals and things handed over"),
    ("document_receipt", "签领交付的文件", "Receipt for the papers handed over"),
    ("house_handover", "交接房屋与钥匙", "Hands over the home and its keys"),
    ("power_of_attorney", "代办须交委托书原件", "A delegate brings the original"),
    ("company_power_of_attorney", "公司委托代办须交授权书", "A company's delegate brings it"),
    ("renovation_authorisation", "业主委托他人装修", "The renovation is in other hands"),
    ("user_manual", "交付时说明房屋的使用", "How the home is used, given at the handover"),
    ("equipment_list", "验房时逐项核对", "Checked item by item at the inspection"),
    ("quality_guarantee", "交付时出具保修承诺", "The warranty, given at the handover"),
    ("vehicle_pass", "每车一证", "One for each car"),
    ("rectification_list", "问题逐项整改、复验", "Each defect is repaired and inspected again"),
    ("custody_keys", "留存钥匙交保管部门签收", "Retained keys go on against a signature"),
    ("house_rules", "业主承诺遵守公约", "The owner's promise to keep the house rules"),
    (
        "fee_difference_agreement",
        "约定物业费差额的结算",
        "Settles the difference of the property fee",
    ),
    ("utility_note", "说明临时水电费的收取", "Explains interim water and electricity"),
];

fn need(dossier: &Dossier<'_>, form: &str) -> (bool, Text2) {
    let outcome = dossier.outcome();
    let taken_over = outcome.is_none() || dossier.accepted();
    let came = !matches!(outcome, Some(Outcome::NoShow | Outcome::Postponed));
    let fees = dossier.standing_fees().next().is_some();
    let (needed, zh, en) = match form {
        "admission_notice" if posted(dossier, form) => {
            (false, "已寄出，当日收回原件", "Posted; the original is taken back on the day")
        }
        "admission_notice" => (true, "通知业主收楼", "Invites the owner"),
        "handover_record" => (true, "随办理流程逐站签字", "Signed from station to station"),
        "intake_guide" | "welcome_letter" | "flow_note" if outcome.is_some() => {
            (false, "当日手续已有结果", "The day has its outcome")
        }
        "intake_guide" | "welcome_letter" if dossier.arrival.is_some() => {
            (false, "业主已到场", "The owner is here")
        }
        "intake_guide" | "welcome_letter" if posted(dossier, form) => (false, "已寄出", "Posted"),
        "intake_guide" | "welcome_letter" => {
            (true, "随入伙通知书寄送", "Goes with the admission notice")
        }
        "flow_note" => (true, "当日交业主对照办理", "For the owner to follow the day"),
        "fee_list" if fees => (true, "列明应缴费用", "Lists what is to be paid"),
        "fee_list" => (false, "尚未录入费用", "No fees are entered yet"),
        _ if !came => (false, "当日未办理收楼", "No handover took place"),
        "defect_list" => {
            (true, "验房结果，无问题也须签字确认", "What the inspection found, also when nothing")
        }
        "meter_readings" if outcome == Some(Outcome::Refused) => {
            (false, "业主拒收，不抄表", "The owner refused: no readings are confirmed")
        }
        "meter_readings" => (true, "确认表底数", "Confirms the first readings"),
        _ if !taken_over => (false, "房屋尚未收楼", "The home was not taken over"),
        "personal_information" => {
            (true, "告知并征得个人信息处理的同意", "Tells of personal data and asks for consent")
        }
        "missing_list" if dossier.accepted() && papers_missing(dossier) => {
            (true, "有未收到的证件资料", "Identity papers are missing")
        }
        "missing_list" if dossier.items.iter().any(|state| state.outstanding.is_some()) => {
            (true, "有欠缺的资料或事项", "Something is missing")
        }
        "missing_list" => (false, "没有欠缺", "Nothing is missing"),
        "utility_readings" if dossier.meters.iter().any(|meter| meter.voided.is_none()) => {
            (true, "读数送财务部、保安部", "The readings go to finance and security")
        }
        "utility_readings" => (false, "尚未抄表", "No meters are read yet"),
        "area_settlement" if differs(dossier) => {
            (true, "实测面积与合同面积不同", "The measured area differs")
        }
        "area_settlement" => (false, "没有面积差异", "The area does not differ"),
        "vehicle_pass_list" => (false, "需要时选用", "Chosen where it is wanted"),
        "follow_up_sheet" if is_villa(dossier) => (true, "别墅一户一表", "One for each villa"),
        "follow_up_sheet" => (false, "别墅使用", "For villas"),
        "key_custody" if dossier.case.keys_retained => {
            (true, "业主留存钥匙", "The owner leaves keys")
        }
        "key_custody" if dossier.retention().is_some() => {
            (false, "业主不留存钥匙", "The owner was asked and leaves no keys")
        }
        "key_custody" => (false, "尚未留存钥匙", "No keys are retained"),
        key => match (not_so(dossier, key), PURPOSES.iter().find(|(form, ..)| *form == key)) {
            (Some(reason), _) => return (false, reason),
            (None, Some((_, zh, en))) => (true, *zh, *en),
            (None, None) => (false, "需要时选用", "Chosen where it is wanted"),
        },
    };
    (needed, Text2::new(zh, en))
}

fn papers_missing(dossier: &Dossier<'_>) -> bool {
    let phase = |state| dossier.template_item(state).map(|item| item.phase);
    dossier.unaccounted().any(|state| phase(state) == Some(Phase::Identity))
}

fn is_villa(dossier: &Dossier<'_>) -> bool {
    let kind = dossier.world.unit.and_then(|unit| unit.value("kind")).and_then(Value::as_text);
    kind == Some("villa")
}

fn differs(dossier: &Dossier<'_>) -> bool {
    let area = |path: &str| dossier.world.unit.and_then(|unit| unit.value(path))?.as_int();
    let measured = area("measured_area");
    measured.is_some() && measured != area("contract_area")
}

/// The condition of its item that this case does not meet.
fn not_so(dossier: &Dossier<'_>, form: &str) -> Option<Text2> {
    let item = item(dossier, form)?;
    // What is only posted blank is printed for the case where it is known to be so.
    if item.applies(&dossier.case) && item.phase != Phase::Post {
        return None;
    }
    let unmet = item.when.iter().find(|when| dossier.case.holds(**when) != Some(true))?;
    let title = unmet.title();
    Some(match dossier.case.holds(*unmet) {
        Some(_) => Text2::new(
            format!("本户不适用（{}）", title.zh),
            format!("Not so in this case: {}", title.en),
        ),
        None => {
            Text2::new(format!("尚未登记是否{}", title.zh), format!("Not known yet: {}", title.en))
        }
    })
}

/// The item that is ticked where the form is signed, given, passed on or posted: the first there is.
fn item<'d>(dossier: &'d Dossier<'_>, form: &str) -> Option<&'d TemplateItem> {
    let phases = [
        Phase::Sign,
        Phase::Issue,
        Phase::Identity,
        Phase::After,
        Phase::Ready,
        Phase::Post,
        Phase::Before,
    ];
    phases.into_iter().find_map(|phase| dossier.template.item(&format!("{}.{form}", phase.word())))
}

fn posted(dossier: &Dossier<'_>, form: &str) -> bool {
    let key = format!("post.{form}");
    dossier.items.iter().any(|state| state.item.key == key && state.progress == Progress::Done)
}

/// The title on paper, in the project's own wording where it has one.
pub(crate) fn title(dossier: &Dossier<'_>, form: &FormInfo) -> Text2 {
    let project = dossier.world.project_text("name").unwrap_or_default();
    let own = dossier.world.project_text(&format!("item_title/{}", form.key));
    let bare = |title: &str| title.trim_start_matches('《').trim_end_matches('》').to_owned();
    // Of a paper that has two titles, the project says which it prints.
    let statutory = item(dossier, form.key).filter(|item| item.statutory.is_some()).map(|item| {
        let title = dossier.item_title(&ItemRef { key: item.key.clone(), instance: 1 });
        bare(&title.zh)
    });
    let zh = own.map(bare).or(statutory).unwrap_or_else(|| form.zh.to_owned());
    Text2 { zh: titled(&zh, project), en: titled(form.en, project) }
}

/// How many of it are printed: as its holders are, as the template asks, as is usual.
pub(super) fn copies(dossier: &Dossier<'_>, form: &FormInfo) -> u32 {
    if let Some(holders) = own_holders(dossier, form) {
        return holders.len() as u32;
    }
    if form.key == "admission_notice" {
        return dossier
            .template
            .item("post.admission_notice")
            .map_or(form.copies, |item| item.copies);
    }
    item(dossier, form.key).map_or(form.copies, |item| item.copies)
}

fn own_holders<'d>(dossier: &'d Dossier<'_>, form: &FormInfo) -> Option<Vec<&'d str>> {
    let Some(Value::List(list)) = dossier.world.project.value("handover_copies_to") else {
        return None;
    };
    let holders: Vec<_> = list.iter().filter_map(Value::as_text).collect();
    (form.key == "house_handover" && !holders.is_empty()).then_some(holders)
}

/// 本单一式三份，业主、客服主管、档案各执一份
pub(super) fn holders(dossier: &Dossier<'_>, form: &FormInfo) -> String {
    let copies = copies(dossier, form);
    let own = own_holders(dossier, form);
    let holders: Vec<String> = match own {
        Some(own) => own.into_iter().map(str::to_owned).collect(),
        None => {
            let item = item(dossier, form.key);
            let targets = item.map(|item| item.goes_to.as_slice()).unwrap_or_default();
            targets.iter().map(|key| dossier.template.who(key).zh).collect()
        }
    };
    let count = super::counted(copies);
    if holders.len() == copies as usize && copies > 1 {
        format!("本单一式{count}份，{}各执一份", holders.join("、"))
    } else {
        format!("本单一式{count}份")
    }
}
