//! 收楼手续书

use super::{
    Sheet,
    fields::outcome_flag,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    dossier::{ItemState, items::OutstandingState, keys, steps::Step},
    fact::{Fact, StationSigned},
    fields::text::money,
    template::{ItemKind, Phase, Station},
    views,
    vocabulary::{Lang, Outcome},
};
use chrono::DateTime;
use shoulou_eventlog::Value;

pub(super) const HANDOVER_RECORD: &[Spec] = &[
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

impl Sheet<'_, '_> {
    pub(super) fn handover_record(&self, tree: &mut Tree) {
        let stations = self.dossier.stations();
        tree.rows("stations", stations.iter().map(|station| self.station_row(station)));
        self.owners_sign(tree, "signatures.owner");
        self.staff_signs(tree, "signatures.supervisor", |_| true);
        if self.print.blank {
            return;
        }
        let at =
            self.dossier.file.value("appointment/at").and_then(Value::as_text).unwrap_or_default();
        tree.set("appointment.date", date::day(at));
        tree.set("attempt", self.dossier.day.to_string());
        if let Some(arrival) = &self.dossier.arrival {
            tree.set("day", date::day(&arrival.fact.at));
            tree.set("attendance", arrival.fact.attendance.title(Lang::Zh));
            tree.set("visitors", self.visitors());
            tree.set("arrived_at", date::minute(&arrival.fact.at));
        }
        for outcome in Outcome::ALL {
            let flag = format!("outcome.{}", outcome_flag(*outcome));
            tree.set(&flag, self.dossier.outcome() == Some(*outcome));
        }
        let reason = self.dossier.file.value("outcome/reason").and_then(Value::as_text);
        tree.set("outcome.reason", reason.unwrap_or_default());
        tree.set("sentence", views::summarize(&self.dossier.world).sentence.zh);
        self.outstanding(tree);
        self.overrides(tree);
    }

    /// 王五（代办人）、李敏（业主）
    pub(super) fn visitors(&self) -> String {
        let Some(arrival) = &self.dossier.arrival else { return String::new() };
        let named = arrival.fact.visitors.iter().filter_map(|id| self.dossier.party(*id));
        let named: Vec<_> = named
            .filter(|party| !party.name().is_empty())
            .map(|party| format!("{}（{}）", party.name(), party.role.title(Lang::Zh)))
            .collect();
        named.join("、")
    }

    fn station_row(&self, station: &Station) -> Row {
        let signs = station.signs_on.as_deref() == Some("handover_record");
        let content =
            station.content.as_ref().map(|content| content.zh.as_str()).unwrap_or_default();
        let mut row: Row = vec![
            ("key", station.key.as_str().into()),
            ("title", station.title.zh.as_str().into()),
            ("department", self.dossier.template.who(&station.department).zh.into()),
            ("content", content.into()),
            ("signs", signs.into()),
            ("stamps", (signs && station.stamps).into()),
        ];
        if self.print.blank {
            return row;
        }
        row.push(("amount", self.station_amount(station).into()));
        let signed = self.station_signed(&station.key);
        let mut slips = self.station_slips(station);
        if let Some(signed) = signed {
            row.push(("result", signed.result.as_str().into()));
            slips.extend(signed.slip.clone());
            if signs {
                row.push(("stamped", (signed.stamped && station.stamps).into()));
                row.extend(self.station_cells(&signed));
            }
        }
        slips.dedup();
        row.push(("slips", slips.join("、").into()));
        row
    }

    /// The last sign-off of a station on this day.
    pub(super) fn station_signed(&self, key: &str) -> Option<StationSigned> {
        let signed = self.dossier.sign_offs.iter().rfind(|(entry, _)| {
            entry.fact.station.as_deref() == Some(key) && entry.fact.day == self.dossier.day
        });
        let (_, recorded) = signed?;
        match Fact::decode(&recorded.kind, &recorded.payload) {
            Some(Fact::StationSigned(signed)) => Some(signed),
            _ => None,
        }
    }

    fn station_amount(&self, station: &Station) -> String {
        let Some(payee) = self.dossier.station_payee(station) else { return String::new() };
        let fees = self.dossier.standing_fees().filter(|fee| fee.fact.payee == payee);
        let own: Vec<_> = fees.filter(|fee| self.collects(station, &fee.fact.title)).collect();
        if own.is_empty() {
            return String::new();
        }
        let due = own.iter().fold(0i64, |sum, fee| sum.saturating_add(fee.fact.cents));
        let paid = own.iter().fold(0i64, |sum, fee| sum.saturating_add(self.dossier.paid(&fee.at)));
        format!("应收{}元，已收{}元", money(due), money(paid))
    }

    /// Where two stations share a collector, a fee goes to the one that names it, else to the first.
    fn collects(&self, station: &Station, fee: &str) -> bool {
        let template = &self.dossier.template;
        let sharing =
            template.stations.iter().filter(|other| other.department == station.department);
        let names = |other: &&Station| {
            template.items.iter().any(|item| {
                item.kind == ItemKind::Fee
                    && item.station.as_ref() == Some(&other.key)
                    && fee.contains(&item.title.zh)
            })
        };
        let mut sharing = sharing.peekable();
        let first = sharing.peek().map(|other| other.key.clone());
        let named = sharing.find(names).map(|other| other.key.clone());
        named.or(first).as_ref() == Some(&station.key)
    }

    /// The numbers of the slips that stand in for the line, or how many papers were seen.
    fn station_slips(&self, station: &Station) -> Vec<String> {
        let mut slips = Vec::new();
        for form in &station.refers_to {
            if form == Phase::Identity.word() {
                slips.extend(self.papers_seen());
            } else {
                slips.extend(Some(self.slip(form)).filter(|number| !number.is_empty()));
            }
        }
        slips
    }

    fn papers_seen(&self) -> Option<String> {
        let papers = self.dossier.items.iter().filter(|state| {
            !state.dropped
                && self
                    .dossier
                    .template_item(state)
                    .is_some_and(|item| item.phase == Phase::Identity)
        });
        let (done, all) =
            papers.fold((0, 0), |(done, all), state| (done + usize::from(state.done()), all + 1));
        (done > 0).then(|| format!("已核{done}/{all}项"))
    }

    pub(super) fn outstanding(&self, tree: &mut Tree) {
        tree.rows("outstanding", self.outstanding_rows());
    }

    /// What somebody put down as outstanding.
    pub(super) fn outstanding_rows(&self) -> Vec<Row> {
        let missing = self.dossier.items.iter().filter(|state| !state.dropped);
        let missing = missing.filter_map(|state| Some((state, state.outstanding.as_ref()?)));
        let row = |(index, (state, outstanding)): (usize, (&ItemState<'_>, &OutstandingState))| {
            let promised = outstanding.promised.as_deref().map(date::day).unwrap_or_default();
            vec![
                ("no", number(index)),
                ("title", self.dossier.item_title(&state.item).zh.into()),
                ("reason", outstanding.reason.as_str().into()),
                ("follower", self.staff_name(outstanding.follower).into()),
                ("promised", promised.into()),
            ]
        };
        missing.enumerate().map(row).collect()
    }

    fn overrides(&self, tree: &mut Tree) {
        let overrides = self.dossier.overrides.iter().enumerate();
        tree.rows(
            "overrides",
            overrides.map(|(index, entry)| -> Row {
                let step =
                    Step::parse(&entry.fact.step).map(|step| self.dossier.step_title(step).zh);
                vec![
                    ("no", number(index)),
                    ("step", step.unwrap_or_else(|| entry.fact.step.clone()).into()),
                    ("name", entry.fact.name.as_str().into()),
                    ("reason", entry.fact.reason.as_str().into()),
                    ("time", self.local_minute(entry.meta.time).into()),
                ]
            }),
        );
    }

    /// A time of entry by the clock of the desk that prints.
    pub(super) fn local_minute(&self, millis: i64) -> String {
        let time = DateTime::from_timestamp_millis(millis);
        let local = time.map(|time| time.with_timezone(self.print.now.offset()).to_rfc3339());
        local.map(|local| date::minute(&local)).unwrap_or_default()
    }

    /// A key as it is called on paper: what it is, and what tells it from others.
    pub(super) fn key_name(&self, key: &keys::KeyState<'_>) -> String {
        if key.name.is_empty() { key.kind.title(Lang::Zh).to_owned() } else { key.name.clone() }
    }
}
