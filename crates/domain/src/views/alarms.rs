use crate::{dossier::Dossier, view::*};

/// What merging broke. Each rule holds on one PC at a time; two PCs together can break it, and a person clears it.
pub(super) fn of(dossier: &Dossier<'_>) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let mut alarm = |key: String, zh: String, en: String| {
        alarms.push(Alarm { key, text: Text2::new(zh, en) });
    };
    if let Some(closed) = &dossier.closed {
        let late = dossier
            .standing_defects()
            .filter(|defect| defect.meta.order > closed.meta.order)
            .count();
        if late > 0 {
            alarm(
                "closed_with_new_defect".into(),
                format!("档案完成后又登记了 {late} 项问题"),
                format!("{late} defects were noted after the file was closed"),
            );
        }
    }
    for fee in dossier.standing_fees() {
        let paid = dossier.paid(&fee.at);
        let over = if fee.fact.cents < 0 { paid < fee.fact.cents } else { paid > fee.fact.cents };
        if over {
            let title = &fee.fact.title;
            alarm(
                format!("fee_taken_twice:{}", fee.at),
                format!("“{title}”多收，可能重复收款"),
                format!("More than owed was taken for “{title}”: perhaps it was taken twice"),
            );
        }
    }
    for key in dossier.keys.iter().filter(|key| key.holders.len() > 1) {
        alarm(
            format!("key_with_two_holders:{}", key.id),
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
                    format!("“{}”由代办人签署，须业主本人补签", title.zh),
                    format!("“{}” was signed by a delegate; it takes the owner", title.en),
                );
            }
        }
    }
    if dossier.world.file.is_some() && dossier.template.items.is_empty() {
        alarm(
            "template_missing".into(),
            "档案模板尚未收到，待办项暂不显示".into(),
            "The file's template has not arrived; its items cannot be shown yet".into(),
        );
    }
    alarms
}
