//! What may happen now, and what may not: the order of the stations, the keys, the closing.

use super::{Dossier, ItemState, items::payee};
use crate::{
    template::{Condition, Phase, Station, StationKind, Template, TemplateItem, order_warns},
    view::Text2,
    vocabulary::*,
    world::World,
};
use shoulou_eventlog::Value;
use std::collections::BTreeSet;

/// A step that can be blocked, and lifted by a person with a name and a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// `station:G`
    Station(&'s str),
    /// `keys`: keys to the owner.
    Keys,
    /// `close`
    Close,
}

impl<'s> Step<'s> {
    pub fn parse(name: &'s str) -> Option<Self> {
        match name {
            "keys" => Some(Step::Keys),
            "close" => Some(Step::Close),
            _ => name.strip_prefix("station:").map(Step::Station),
        }
    }

    pub fn name(self) -> String {
        match self {
            Step::Station(key) => format!("station:{key}"),
            Step::Keys => "keys".to_owned(),
            Step::Close => "close".to_owned(),
        }
    }
}

/// The stations in the project's order; those it does not name follow in the template's.
pub fn ordered<'t>(world: &World<'_>, template: &'t Template) -> Vec<&'t Station> {
    let mut stations: Vec<&Station> = match world.project.value("station_order") {
        Some(Value::List(keys)) => {
            keys.iter().filter_map(Value::as_text).filter_map(|key| template.station(key)).collect()
        }
        Some(Value::Text(order)) => template.stations_in(Some(order)),
        _ => template.stations_in(None),
    };
    let mut named = BTreeSet::new();
    stations.retain(|station| named.insert(station.key.as_str()));
    stations.extend(template.stations.iter().filter(|s| !named.contains(s.key.as_str())));
    stations
}

impl<'a> Dossier<'a> {
    /// The stations in the project's order.
    pub fn stations(&self) -> Vec<&Station> {
        ordered(&self.world, &self.template)
    }

    /// Money or signatures stand before the inspection.
    pub fn order_warns(&self) -> bool {
        order_warns(&self.stations())
    }

    pub fn step_title(&self, step: Step<'_>) -> Text2 {
        match step {
            Step::Station(key) => match self.template.station(key) {
                Some(station) => station.title.clone(),
                None => Text2::new(key, key),
            },
            Step::Keys => Text2::new("放钥匙", "Handing over keys"),
            Step::Close => Text2::new("完成", "Closing the file"),
        }
    }

    pub fn overridden(&self, step: Step<'_>) -> bool {
        let name = step.name();
        self.overrides.iter().any(|entry| entry.fact.step == name)
    }

    /// Why the step cannot be taken yet, unless somebody lifted it.
    pub fn blocked(&self, step: Step<'_>) -> Option<Text2> {
        if self.overridden(step) { None } else { self.obstacle(step) }
    }

    /// Why the step cannot be taken yet, lifted or not.
    pub fn obstacle(&self, step: Step<'_>) -> Option<Text2> {
        match step {
            Step::Station(key) => self.before_station(key),
            Step::Keys => self.before_keys(),
            Step::Close => self.before_close(),
        }
    }

    fn before_station(&self, key: &str) -> Option<Text2> {
        if self.arrival.is_none() {
            return Some(Text2::new("业主尚未签到", "the owner has not checked in"));
        }
        let stations = self.stations();
        let place = stations.iter().position(|station| station.key == key)?;
        let own = stations[place];
        // Neighbours that share `any_order` do not wait for each other.
        let group = stations[..place].iter().rev().take_while(|s| own.any_order && s.any_order);
        let earlier = &stations[..place - group.count()];
        self.unsigned(earlier)
    }

    fn unsigned(&self, stations: &[&Station]) -> Option<Text2> {
        let open =
            |station: &&&Station| station.signs_on.is_some() && !self.station_signed(&station.key);
        let missing: Vec<_> = stations.iter().filter(open).collect();
        let list = |pick: fn(&Station) -> &str, join: &str| {
            missing.iter().map(|station| pick(station)).collect::<Vec<_>>().join(join)
        };
        (!missing.is_empty()).then(|| {
            Text2::new(
                format!("{}未签字", list(|station| &station.title.zh, "、")),
                format!("not signed off: {}", list(|station| &station.title.en, ", ")),
            )
        })
    }

    /// Keys wait for who the person is, for the inspection and what the order puts before it; never for money
    /// or forms of an order that lets the owner inspect first.
    fn before_keys(&self) -> Option<Text2> {
        if self.arrival.is_none() {
            return Some(Text2::new("业主尚未签到", "the owner has not checked in"));
        }
        if let Some(outcome) = self.outcome().filter(|_| !self.accepted()) {
            return Some(Text2::new(
                format!("已登记{}", outcome.title(Lang::Zh)),
                format!("recorded as {}", outcome.title(Lang::En).to_lowercase()),
            ));
        }
        if let Some(missing) = self.missing_text(self.identity_gaps()) {
            return Some(missing);
        }
        let flag = |state: Option<&Value>| state.and_then(Value::as_bool).unwrap_or_default();
        if flag(self.world.project.value("maintenance_fund_gate"))
            && !flag(self.file.value("maintenance_fund_shown"))
        {
            return Some(Text2::new("未出示维修资金凭证", "no maintenance-fund proof shown"));
        }
        let stations = self.stations();
        let inspection =
            stations.iter().rposition(|s| s.kinds.contains(&StationKind::Inspection))?;
        self.unsigned(&stations[..=inspection])
    }

    fn before_close(&self) -> Option<Text2> {
        let Some(outcome) = self.outcome() else {
            return Some(Text2::new("未登记收楼结果", "no outcome recorded"));
        };
        if !self.accepted() {
            return Some(Text2::new(
                format!("已登记{}，尚未收楼", outcome.title(Lang::Zh)),
                format!("recorded as {}, not taken over", outcome.title(Lang::En).to_lowercase()),
            ));
        }
        if let Some(missing) = self.unsigned(&self.stations()) {
            return Some(missing);
        }
        if !self.keys.iter().any(|key| key.with_owner()) {
            return Some(Text2::new("钥匙未交业主", "no key is with the owner"));
        }
        self.missing_text(self.unaccounted())
    }

    /// Papers of 2.4 that say who comes and by what right, and are not complete.
    pub fn identity_gaps(&self) -> impl Iterator<Item = &ItemState<'a>> {
        self.items.iter().filter(|state| {
            !state.dropped && !state.done() && self.template_item(state).is_some_and(says_who)
        })
    }

    /// 缺委托书原件、业主身份证等 3 项
    pub fn missing_text<'s>(
        &self,
        missing: impl Iterator<Item = &'s ItemState<'s>>,
    ) -> Option<Text2> {
        let mut short = Vec::new();
        let mut count = 0;
        for state in missing {
            count += 1;
            if short.len() < 2 {
                let title = short_title(&self.item_title(&state.item));
                short.push(Text2 { en: within_a_sentence(&title.en), ..title });
            }
        }
        if count == 0 {
            return None;
        }
        let zh: Vec<_> = short.iter().map(|title| title.zh.as_str()).collect();
        let en: Vec<_> = short.iter().map(|title| title.en.as_str()).collect();
        let (mut zh, mut en) =
            (format!("缺{}", zh.join("、")), format!("missing {}", en.join(", ")));
        if count > short.len() {
            zh.push_str(&format!("等{count}项"));
            en.push_str(&format!(" and {} more", count - short.len()));
        }
        Some(Text2::new(zh, en))
    }

    /// The stages of the day as they stand.
    pub fn stages(&self) -> Vec<(Stage, Progress)> {
        Stage::ALL.iter().map(|stage| (*stage, self.stage(*stage))).collect()
    }

    fn stage(&self, stage: Stage) -> Progress {
        match stage {
            Stage::CheckIn => {
                if self.arrival.is_some() {
                    Progress::Done
                } else {
                    Progress::Todo
                }
            }
            Stage::Archive => match (&self.confirmed, &self.closed) {
                (Some(_), _) => Progress::Done,
                (None, Some(_)) => Progress::Partial,
                _ => Progress::Todo,
            },
            Stage::Keys => self.keys_stage(),
            _ => self.stage_of_items(stage),
        }
    }

    fn stage_of_items(&self, stage: Stage) -> Progress {
        let mut parts: Vec<Progress> = Vec::new();
        let mut owed = false;
        for state in self.items.iter().filter(|state| !state.dropped) {
            let Some(item) = self.template_item(state).filter(|item| item.stage == Some(stage))
            else {
                continue;
            };
            owed |= state.outstanding.is_some() && says_who(item);
            // What is accounted for as outstanding no longer holds the stage open, unless it says who comes.
            let accounted = state.outstanding.is_some() && !says_who(item);
            parts.push(if accounted { Progress::Done } else { state.progress });
        }
        let signed =
            self.template.stations.iter().filter(|s| s.stage == stage && s.signs_on.is_some());
        parts.extend(signed.map(|station| {
            if self.station_signed(&station.key) { Progress::Done } else { Progress::Todo }
        }));
        let hindered = stage == Stage::Identity && owed && self.arrival.is_some();
        summed(&parts, hindered)
    }

    fn keys_stage(&self) -> Progress {
        let owed = self.identity_gaps().any(|state| state.outstanding.is_some());
        let failed = self.outcome().is_some() && !self.accepted();
        let hindered =
            self.arrival.is_some() && (owed || failed) && self.blocked(Step::Keys).is_some();
        let mut parts: Vec<Progress> =
            self.keys
                .iter()
                .map(|key| {
                    if key.with_owner() || key.retained() { Progress::Done } else { Progress::Todo }
                })
                .collect();
        if parts.is_empty() {
            parts.push(Progress::Todo);
        }
        let issued = self.items.iter().filter(|state| !state.dropped).filter(|state| {
            self.template_item(state).is_some_and(|item| item.stage == Some(Stage::Keys))
        });
        parts.extend(issued.map(|state| {
            if state.outstanding.is_some() { Progress::Done } else { state.progress }
        }));
        summed(&parts, hindered)
    }

    /// A station's own line.
    pub fn station_progress(&self, station: &Station) -> Progress {
        if self.station_signed(&station.key) {
            return Progress::Done;
        }
        let items: Vec<Progress> = self
            .items
            .iter()
            .filter(|state| {
                !state.dropped
                    && self
                        .template_item(state)
                        .is_some_and(|item| item.station.as_deref() == Some(&station.key))
            })
            .map(|state| state.progress)
            .collect();
        match summed(&items, false) {
            Progress::Done if station.signs_on.is_some() => Progress::Partial,
            progress => progress,
        }
    }

    /// Whom a station's fees go to.
    pub fn station_payee(&self, station: &Station) -> Option<Payee> {
        payee(&station.department)
    }
}

fn summed(parts: &[Progress], hindered: bool) -> Progress {
    let done = parts.iter().filter(|progress| **progress == Progress::Done).count();
    if !parts.is_empty() && done == parts.len() {
        Progress::Done
    } else if hindered {
        Progress::Blocked
    } else if parts.iter().any(|progress| *progress != Progress::Todo) {
        Progress::Partial
    } else {
        Progress::Todo
    }
}

/// Whether an identity paper depends on the buyer or on who comes: photos and licences do not.
fn says_who(item: &TemplateItem) -> bool {
    use Condition::*;
    let about_who = |when: &Condition| matches!(when, Person | Company | OwnerComes | Delegate);
    item.phase == Phase::Identity && item.when.iter().any(about_who)
}

/// `Two-inch photos` as `two-inch photos`; `CS file` stays.
fn within_a_sentence(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => title.to_owned(),
    }
}

/// A title up to its explanation.
fn short_title(title: &Text2) -> Text2 {
    let cut = |text: &str, marks: &[char], keep: &[char]| {
        let head = text.split(marks).next().unwrap_or(text).trim().to_owned();
        match text.rsplit_once(keep) {
            // (2) of several stays: which one is missing matters.
            Some((_, tail)) if tail.trim_end_matches(['）', ')']).parse::<u32>().is_ok() => {
                format!("{head}{}", &text[text.len() - tail.len() - keep[0].len_utf8()..])
            }
            _ => head,
        }
    };
    let en = cut(&title.en, &[':', '('], &['(']);
    Text2::new(cut(&title.zh, &['：', '（'], &['（']), en)
}
