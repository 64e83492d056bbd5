//! 整改周报: how many defects each department has, what the week brought, and every one that is open.

use super::{Gather, Sheet, counted, listed, short_day};
use crate::{
    checks::date,
    paper::{
        fields::{Spec, spec::*},
        tree::{Row, Tree},
    },
    vocabulary::{DefectResult, Lang},
};
use chrono::{DateTime, Datelike, Days, FixedOffset};
use std::collections::BTreeMap;

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("week.from", Text, C),
    ("week.to", Text, C),
    ("departments", Rows, C),
    ("departments[].no", Text, C),
    ("departments[].name", Text, C),
    ("departments[].all", Text, C),
    ("departments[].noted", Text, C),
    ("departments[].repaired", Text, C),
    ("departments[].accepted", Text, C),
    ("departments[].open", Text, C),
    ("departments[].overdue", Text, C),
    ("total.all", Text, C),
    ("total.noted", Text, C),
    ("total.repaired", Text, C),
    ("total.accepted", Text, C),
    ("total.open", Text, C),
    ("total.overdue", Text, C),
    ("open", Rows, C),
    ("open[].no", Text, C),
    ("open[].code", Text, C),
    ("open[].place", Text, C),
    ("open[].problem", Text, C),
    ("open[].wish", Text, C),
    ("open[].responsible", Text, C),
    ("open[].noted", Text, C),
    ("open[].promised", Text, C),
    ("open[].state", Text, C),
    ("open[].overdue", Flag, C),
];

/// Of one department: all, noted this week, repaired this week, accepted this week, open, overdue.
type Counts = [usize; 6];
const COLUMNS: [&str; 6] = ["all", "noted", "repaired", "accepted", "open", "overdue"];

#[derive(Default)]
pub(in crate::paper) struct Rows {
    open: Vec<Row>,
    departments: BTreeMap<String, Counts>,
}

/// Monday and Sunday of the week of the print, as `2026-11-16`.
fn week(now: DateTime<FixedOffset>) -> (String, String) {
    let today = now.date_naive();
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    (monday.to_string(), (monday + Days::new(6)).to_string())
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        let (from, to) = week(home.print.now);
        let this_week =
            |at: &str| at.get(..10).is_some_and(|day| (from.as_str()..=to.as_str()).contains(&day));
        for entry in home.dossier.standing_defects() {
            let defect = &entry.fact;
            let responsible = defect.responsible.clone().unwrap_or_default();
            let last = home.dossier.defect_result(&entry.at).map(|result| &result.fact);
            let result = last.map_or(DefectResult::Open, |result| result.result);
            let promised = defect.promised.as_deref().unwrap_or_default();
            let open = result != DefectResult::Accepted;
            let overdue = open && home.is_past(promised);
            let mut of_defect = home
                .dossier
                .defect_results
                .iter()
                .filter(|result| result.fact.defect == entry.at && this_week(&result.fact.at));
            let repaired = of_defect.clone().any(|r| r.fact.result == DefectResult::Repaired);
            let accepted = of_defect.any(|r| r.fact.result == DefectResult::Accepted);
            let is = [true, this_week(&defect.at), repaired, accepted, open, overdue];
            let counts = self.departments.entry(responsible.clone()).or_default();
            counts.iter_mut().zip(is).for_each(|(count, is)| *count += usize::from(is));
            if open {
                let place = [defect.room.as_str(), defect.part.as_str()];
                let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).collect();
                self.open.push(vec![
                    ("code", home.home_code()),
                    ("place", place.join(" ").into()),
                    ("problem", defect.text.as_str().into()),
                    ("wish", defect.wish.clone().unwrap_or_default().into()),
                    ("responsible", responsible.into()),
                    ("noted", short_day(&defect.at).into()),
                    ("promised", date::day(promised).into()),
                    ("state", result.title(Lang::Zh).into()),
                    ("overdue", overdue.into()),
                ]);
            }
        }
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        if !project.print.blank {
            let (from, to) = week(project.print.now);
            tree.set("week.from", date::day(&from));
            tree.set("week.to", date::day(&to));
        }
        for (place, column) in COLUMNS.iter().enumerate() {
            let total = self.departments.values().map(|counts| counts[place]).sum();
            counted(tree, project, &format!("total.{column}"), total);
        }
        let row = |(name, counts): (String, Counts)| -> Row {
            let name = if name.is_empty() { "未指定".to_owned() } else { name };
            let counts = COLUMNS.iter().zip(counts);
            let counts = counts.map(|(column, count)| (*column, count.to_string().into()));
            std::iter::once(("name", name.into())).chain(counts).collect()
        };
        listed(tree, "departments", self.departments.into_iter().map(row).collect());
        listed(tree, "open", self.open);
    }
}
