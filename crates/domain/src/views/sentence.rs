use super::row::appointment;
use crate::{
    dossier::{Dossier, steps::Step},
    fields::text::short_minute,
    template::{ItemKind, Phase, StationKind},
    view::{HomeRow, Sentence, Text2},
    vocabulary::*,
};

/// The sentence with the home's code before it: 8-2-1203：缺委托书原件；可验房；不可放钥匙
pub fn named(row: &HomeRow, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}：{}", row.code, row.sentence.zh),
        Lang::En => format!("{}: {}", row.code, row.sentence.en),
    }
}

#[derive(Default)]
struct Clauses {
    zh: Vec<String>,
    en: Vec<String>,
    blocked: bool,
}

impl Clauses {
    fn say(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.zh.push(zh.into());
        self.en.push(en.into());
    }

    fn text(&mut self, text: Text2) {
        self.say(text.zh, text.en);
    }
}

/// What is missing, what may happen now, and what may not.
pub(super) fn of(dossier: &Dossier<'_>) -> Sentence {
    let mut clauses = Clauses::default();
    let disputes = dossier.disputes();
    if disputes > 0 {
        clauses.say(format!("{disputes}处记录不一致待裁定"), format!("{disputes} disputed"));
    }
    if dossier.household_erased() {
        clauses.say("本户资料已删除", "the household's data was erased");
    } else if dossier.closed.is_some() {
        closed(dossier, &mut clauses);
    } else if dossier.arrival.is_none() {
        before_arrival(dossier, &mut clauses);
    } else {
        under_way(dossier, &mut clauses);
    }
    let Clauses { zh, en, blocked } = clauses;
    Sentence { zh: zh.join("；"), en: en.join("; "), blocked }
}

fn before_arrival(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let failed = dossier.outcome().filter(|_| !dossier.accepted());
    if let Some(outcome) = failed {
        clauses.say(outcome.title(Lang::Zh), outcome.title(Lang::En).to_lowercase());
        clauses.say("待重新预约", "to be appointed anew");
        clauses.blocked = true;
        return;
    }
    if dossier.owners().next().is_none() {
        clauses.say("缺业主资料", "missing the owner's data");
    }
    match appointment(dossier) {
        Some(at) => {
            let at = short_minute(at);
            clauses.say(format!("预约 {at}"), format!("appointed {at}"));
            let unready = dossier
                .items
                .iter()
                .filter(|state| !state.dropped && !state.done() && state.outstanding.is_none())
                .filter_map(|state| dossier.template_item(state))
                .filter(|item| item.phase == Phase::Ready)
                .count();
            if unready > 0 {
                clauses
                    .say(format!("待备 {unready} 项"), format!("{unready} things to have ready"));
            }
            clauses.say("待签到", "awaiting check-in");
        }
        None => clauses.say("未预约", "no appointment yet"),
    }
}

fn under_way(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let gaps: Vec<_> = dossier.identity_gaps().collect();
    match dossier.missing_text(gaps.iter().copied()) {
        Some(missing) => clauses.text(missing),
        None => {
            let rest = dossier.items.iter().filter(|state| {
                !state.dropped
                    && !state.done()
                    && dossier
                        .template_item(state)
                        .is_some_and(|item| item.stage == Some(Stage::Identity))
            });
            if let Some(missing) = dossier.missing_text(rest) {
                clauses.text(missing);
            }
        }
    }
    if let Some(outcome) = dossier.outcome().filter(|_| !dossier.accepted()) {
        clauses.say(outcome.title(Lang::Zh), outcome.title(Lang::En).to_lowercase());
    }
    if dossier.outcome() == Some(Outcome::RepairFirst) {
        let open = dossier.open_defects();
        clauses.say(format!("待整改 {open} 项"), format!("{open} defects open"));
    }
    stations(dossier, clauses);
    keys(dossier, clauses);
    closing(dossier, clauses);
}

/// Stations open now, by what is done there, each word once.
fn stations(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let words: [(StationKind, &str, &str); 3] = [
        (StationKind::Inspection, "验房", "inspect"),
        (StationKind::Money, "缴费", "pay"),
        (StationKind::Forms, "签署", "sign"),
    ];
    let stations = dossier.stations();
    for (kind, zh, en) in words {
        let main = |kinds: &[StationKind]| kinds.first() == Some(&kind);
        let mut open = stations
            .iter()
            .filter(|s| s.signs_on.is_some() && main(&s.kinds) && !dossier.station_signed(&s.key))
            .peekable();
        if open.peek().is_none() {
            continue;
        }
        if open.any(|station| dossier.blocked(Step::Station(&station.key)).is_none()) {
            clauses.say(format!("可{zh}"), format!("may {en}"));
        } else if kind == StationKind::Inspection {
            clauses.say(format!("不可{zh}"), format!("may not {en}"));
            clauses.blocked = true;
        }
    }
}

fn keys(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let here = dossier.keys.iter().filter(|key| !key.with_owner() && !key.retained()).count();
    if here == 0 && !dossier.keys.is_empty() {
        return;
    }
    match dossier.blocked(Step::Keys) {
        Some(_) => {
            clauses.say("不可放钥匙", "no keys yet");
            clauses.blocked |= dossier.identity_gaps().any(|state| state.outstanding.is_some())
                || dossier.outcome().is_some_and(|_| !dossier.accepted());
        }
        None if dossier.keys.is_empty() => clauses.say("未登记钥匙", "no keys registered"),
        None => clauses.say("可放钥匙", "may hand over keys"),
    }
}

fn closing(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let signed = |station: &&crate::template::Station| {
        station.signs_on.is_none() || dossier.station_signed(&station.key)
    };
    let over = dossier.stations().iter().all(signed) && dossier.keys.iter().any(|k| k.with_owner());
    if !over {
        return;
    }
    if dossier.blocked(Step::Close).is_none() && dossier.outcome().is_some() {
        clauses.say("可完成", "may be closed");
    } else if dossier.outcome().is_none() {
        clauses.say("待登记收楼结果", "outcome to be recorded");
    } else if let Some(missing) = dossier.missing_text(dossier.unaccounted().filter(|state| {
        dossier
            .template_item(state)
            .is_some_and(|item| item.phase != Phase::Identity && item.kind != ItemKind::Fee)
    })) {
        clauses.text(missing);
        clauses.say("不可完成", "may not be closed");
    }
}

fn closed(dossier: &Dossier<'_>, clauses: &mut Clauses) {
    let outcome = dossier.closed.as_ref().map(|closed| closed.fact.outcome);
    if let Some(outcome) = outcome {
        clauses.say(format!("已{}", done(outcome)), outcome.title(Lang::En).to_lowercase());
    }
    let owed = dossier.items.iter().filter(|s| s.outstanding.is_some() && !s.dropped);
    if let Some(missing) = dossier.missing_text(owed) {
        clauses.text(missing);
    }
    let gaps = dossier.scan_gaps().len();
    if gaps > 0 {
        clauses.say(format!("扫描件缺页 {gaps} 份"), format!("{gaps} papers with unscanned pages"));
    }
    let open = dossier.open_defects();
    if open > 0 {
        clauses.say(format!("待整改 {open} 项"), format!("{open} defects open"));
    }
    let retained = dossier.keys.iter().filter(|key| key.retained()).count();
    if retained > 0 && open == 0 {
        clauses.say(format!("留存钥匙 {retained} 把待归还"), format!("{retained} keys to return"));
    } else if retained > 0 {
        clauses.say(format!("留存钥匙 {retained} 把"), format!("{retained} keys retained"));
    }
    if dossier.confirmed.is_some() {
        clauses.say("主管已确认", "confirmed by the supervisor");
    } else {
        clauses.say("待主管确认", "awaiting the supervisor");
    }
}

fn done(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "收楼",
        Outcome::AcceptedWithDefects => "收楼（先收后改）",
        other => other.title(Lang::Zh),
    }
}
