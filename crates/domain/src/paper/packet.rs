use super::{FORMS, FormInfo};
use crate::{
    dossier::Dossier,
    template::titled,
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
    let mut forms: Vec<&FormInfo> = FORMS.iter().collect();
    let stations: Vec<_> = dossier.stations().iter().map(|station| station.key.clone()).collect();
    let place = |form: &&FormInfo| match form.key {
        // The notice came by post, the record goes from station to station.
        "admission_notice" => 0,
        "handover_record" => 1,
        key => {
            let item = dossier.template.item(&format!("sign.{key}"));
            let station = item.and_then(|item| item.station.as_ref());
            2 + station
                .and_then(|own| stations.iter().position(|key| key == own))
                .unwrap_or(stations.len())
        }
    };
    forms.sort_by_key(place);
    let choice = |form: &FormInfo| {
        let (needed, zh, en) = need(&dossier, form.key);
        PacketChoice {
            form: form.key,
            title: title(&dossier, form),
            copies: copies(&dossier, form),
            needed,
            reason: Text2 { zh: zh.into(), en: en.into() },
        }
    };
    forms.into_iter().map(choice).collect()
}

fn need(dossier: &Dossier<'_>, form: &str) -> (bool, &'static str, &'static str) {
    let outcome = dossier.outcome();
    let taken_over = outcome.is_none() || dossier.accepted();
    let came = !matches!(outcome, Some(Outcome::NoShow | Outcome::Postponed));
    match form {
        "admission_notice" if posted(dossier) => {
            (false, "已寄出，当日收回原件", "Posted; the original is taken back on the day")
        }
        "admission_notice" => (true, "通知业主收楼", "Invites the owner"),
        "handover_record" => (true, "随办理流程逐站签字", "Signed from station to station"),
        _ if !came => (false, "当日未办理收楼", "No handover took place"),
        "defect_list" => {
            (true, "验房结果，无问题也须签字确认", "What the inspection found, also when nothing")
        }
        "meter_readings" if outcome == Some(Outcome::Refused) => {
            (false, "业主拒收，不抄表", "The owner refused: no readings are confirmed")
        }
        "meter_readings" => (true, "确认表底数", "Confirms the first readings"),
        _ if !taken_over => (false, "房屋尚未收楼", "The home was not taken over"),
        "owner_registration" => (true, "登记业主资料", "Registers the owners"),
        "document_receipt" => (true, "签领交付的文件", "Receipt for the papers handed over"),
        "house_handover" => (true, "交接房屋与钥匙", "Hands over the home and its keys"),
        "key_custody" if dossier.case.keys_retained => {
            (true, "业主留存钥匙", "The owner leaves keys")
        }
        "key_custody" if dossier.retention().is_some() => {
            (false, "业主不留存钥匙", "The owner was asked and leaves no keys")
        }
        _ => (false, "尚未留存钥匙", "No keys are retained"),
    }
}

fn posted(dossier: &Dossier<'_>) -> bool {
    dossier
        .items
        .iter()
        .any(|state| state.item.key == "post.admission_notice" && state.progress == Progress::Done)
}

/// The title on paper, in the project's own wording where it has one.
pub(super) fn title(dossier: &Dossier<'_>, form: &FormInfo) -> Text2 {
    let project = dossier.world.project_text("name").unwrap_or_default();
    let own = dossier.world.project_text(&format!("item_title/{}", form.key));
    let own = own.map(|title| title.trim_start_matches('《').trim_end_matches('》'));
    Text2 { zh: titled(own.unwrap_or(form.zh), project), en: titled(form.en, project) }
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
    dossier.template.item(&format!("sign.{}", form.key)).map_or(form.copies, |item| item.copies)
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
            let item = dossier.template.item(&format!("sign.{}", form.key));
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
