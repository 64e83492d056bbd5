use crate::{dossier::Dossier, view::*};
use shoulou_eventlog::{EventRef, Hash};

/// Where a person's word on an alarm lies in the file.
pub(crate) fn path(key: &str) -> String {
    format!("alarm/{key}")
}

/// What merging broke, as far as no person has looked into it. Each rule holds on one PC at a time; two PCs
/// together can break it.
pub(crate) fn of(dossier: &Dossier<'_>) -> Vec<Alarm> {
    let mut alarms = raised(dossier);
    alarms.retain(|alarm| {
        let cleared = dossier.file.open(&path(&alarm.key));
        !cleared.iter().any(|(_, stated)| stated.value.as_text() == Some(&alarm.seen))
    });
    alarms
}

fn raised(dossier: &Dossier<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let mut alarm = |key: String, about: String, zh: String, en: String| {
        let seen = Hash::of(about.as_bytes()).to_string()[..16].to_owned();
        alarms.push(Alarm { key, text: Text2::new(zh, en), seen });
    };
    let late = noted_unknown_to_the_closing(dossier);
    if !late.is_empty() {
        alarm(
            "closed_with_new_defect".into(),
            listed(&late),
            format!("档案完成后又登记了 {} 项问题", late.len()),
            format!("{} defects were noted after the file was closed", late.len()),
        );
    }
    for fee in dossier.standing_fees() {
        let paid = dossier.paid(&fee.at);
        let over = if fee.fact.cents < 0 { paid < fee.fact.cents } else { paid > fee.fact.cents };
        if over {
            let title = &fee.fact.title;
            let payments = dossier.payments.iter().filter(|payment| payment.fact.fee == fee.at);
            let mut payments: Vec<EventRef> = payments.map(|payment| payment.at).collect();
            payments.sort_unstable();
            alarm(
                format!("fee_taken_twice:{}", fee.at),
                listed(&payments),
                format!("“{title}”多收，可能重复收款"),
                format!("More than owed was taken for “{title}”: perhaps it was taken twice"),
            );
        }
    }
    for key in dossier.keys.iter().filter(|key| key.holders.len() > 1) {
        let register = crate::dossier::keys::holder_path(key.id);
        let mut claims: Vec<EventRef> =
            dossier.file.open(&register).iter().map(|(at, _)| **at).collect();
        claims.sort_unstable();
        alarm(
            format!("key_with_two_holders:{}", key.id),
            listed(&claims),
            format!("钥匙“{}”登记了 {} 位持有人", key.name, key.holders.len()),
            format!("The key “{}” has {} recorded holders", key.name, key.holders.len()),
        );
    }
    for (entry, _) in &dossier.sign_offs {
        for item in &entry.fact.items {
            let in_person = dossier.template.item(&item.key).is_some_and(|of| of.in_person);
            let delegate = dossier
                .party(entry.fact.signer)
                .is_some_and(|party| party.role == crate::vocabulary::PartyRole::Delegate);
            if in_person && delegate {
                let title = dossier.item_title(item);
                alarm(
                    format!("signed_by_delegate:{}/{}", item.key, item.instance),
                    listed(&[entry.at]),
                    format!("“{}”由代办人签署，须业主本人补签", title.zh),
                    format!("“{}” was signed by a delegate; it takes the owner", title.en),
                );
            }
        }
    }
    if dossier.world.file.is_some() && dossier.template.items.is_empty() {
        alarm(
            "template_missing".into(),
            String::new(),
            "档案模板尚未收到，待办项暂不显示".into(),
            "The file's template has not arrived; its items cannot be shown yet".into(),
        );
    }
    alarms
}

/// Standing defects that nobody who closed the file knew of. Where a closing does not say what it knew, those
/// in the order after it.
fn noted_unknown_to_the_closing(dossier: &Dossier<'_>) -> Vec<EventRef> {
    let closings: Vec<_> = dossier.closed_before.iter().chain(&dossier.closed).collect();
    let known = |defect: &crate::dossier::Entry<'_, crate::command::Defect>| {
        closings.iter().any(|closing| match &closing.fact.defects {
            Some(known) => known.contains(&defect.at),
            None => defect.meta.order < closing.meta.order,
        })
    };
    if closings.is_empty() {
        return Vec::new();
    }
    let late = dossier.standing_defects().filter(|defect| !known(defect));
    let mut late: Vec<EventRef> = late.map(|defect| defect.at).collect();
    late.sort_unstable();
    late
}

fn listed(about: &[EventRef]) -> String {
    about.iter().map(EventRef::to_string).collect::<Vec<_>>().join(" ")
}
