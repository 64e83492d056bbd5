//! What a home is fitted with: the list of it, the book that explains it, the receipt for its manuals.

use super::{
    Sheet,
    fields::spec::*,
    handover::square_metres,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    command::{ItemRef, MeterReading},
    dossier::Entry,
    template::{ItemKind, Mark, Phase},
    vocabulary::Lang,
};
use shoulou_eventlog::Value;

pub(super) const EQUIPMENT_RECEIPT: &[Spec] = &[
    ("things", Rows, C),
    ("things[].no", Text, C),
    ("things[].title", Text, C),
    ("things[].serials", Text, E),
    ("things[].count", Text, E),
    ("things[].received", Flag, E),
    ("things[].why_not", Text, E),
    ("things[].later", Text, E),
    ("signatures.receiver", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

pub(super) const USER_MANUAL: &[Spec] = &[
    ("kind", Text, C),
    ("layout", Text, C),
    ("floor", Text, C),
    ("area.built", Text, C),
    ("area.inner", Text, C),
    ("accepted_on", Text, C),
    ("filing_no", Text, C),
    ("phone", Text, C),
    // The home's meters, as they were read: where they are is what the book has to tell.
    ("meters", Rows, E),
    ("meters[].no", Text, E),
    ("meters[].kind", Text, E),
    ("meters[].number", Text, E),
    ("meters[].place", Text, E),
];

pub(super) const EQUIPMENT_LIST: &[Spec] = &[
    ("villa", Flag, C),
    ("layout", Text, C),
    ("meters", Rows, E),
    ("meters[].no", Text, E),
    ("meters[].kind", Text, E),
    ("meters[].number", Text, E),
    ("meters[].place", Text, E),
    ("things", Rows, C),
    ("things[].no", Text, C),
    ("things[].title", Text, C),
    ("things[].serials", Text, E),
    ("things[].count", Text, E),
    ("things[].received", Flag, E),
    ("things[].why_not", Text, E),
    ("things[].later", Text, E),
    ("signatures.owner", Rows, Hands),
    ("signatures.engineering", Rows, Hands),
    ("signatures.assistant", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn user_manual(&self, tree: &mut Tree) {
        tree.set("accepted_on", self.project_text("filing_date"));
        tree.set("filing_no", self.project_text("filing_no"));
        tree.set("phone", self.project_text("phone"));
        if self.print.blank {
            return;
        }
        for field in ["kind", "layout", "floor"] {
            tree.set(field, self.unit_text(field));
        }
        let area = |measured: &str, contract: &str| {
            let area = self.area(measured).or_else(|| self.area(contract));
            area.map(square_metres).unwrap_or_default()
        };
        tree.set("area.built", area("measured_area", "contract_area"));
        tree.set("area.inner", area("measured_inner_area", "inner_area"));
        tree.rows("meters", self.meters_found());
    }

    /// What the builder's engineers list and the owner checks at the inspection.
    pub(super) fn equipment_list(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.owner");
        let engineers = |id| self.works_in(id, &["engineering"]);
        self.staff_signs(tree, "signatures.engineering", engineers);
        self.staff_signs(tree, "signatures.assistant", |id| !engineers(id));
        self.things_issued(tree);
        if self.print.blank {
            return;
        }
        let kind = self.dossier.world.unit.and_then(|unit| unit.value("kind"));
        tree.set("villa", kind.and_then(Value::as_text) == Some("villa"));
        tree.set("layout", self.unit_text("layout"));
        tree.rows("meters", self.meters_found());
    }

    fn meters_found(&self) -> Vec<Row> {
        let standing = self.dossier.meters.iter().filter(|meter| meter.voided.is_none());
        let row = |(index, meter): (usize, &Entry<'_, MeterReading>)| -> Row {
            vec![
                ("no", number(index)),
                ("kind", meter.fact.kind.title(Lang::Zh).into()),
                ("number", meter.fact.number.as_str().into()),
                ("place", meter.fact.place.as_str().into()),
            ]
        };
        standing.enumerate().map(row).collect()
    }

    /// What is issued besides papers and keys: the manuals, and what comes with a number of its own.
    pub(super) fn equipment_receipt(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.receiver");
        self.staff_signs(tree, "signatures.representative", |_| true);
        self.things_issued(tree);
    }

    fn things_issued(&self, tree: &mut Tree) {
        let things = self.dossier.template.items.iter().filter(|item| {
            item.phase == Phase::Issue
                && item.kind == ItemKind::Thing
                && (self.print.blank || item.applies(&self.dossier.case))
        });
        tree.rows(
            "things",
            things.enumerate().map(|(index, item)| -> Row {
                let title = self.item_title(&item.key);
                let title = title.split('（').next().unwrap_or(&title);
                let mut row: Row = vec![("no", number(index)), ("title", title.into())];
                if !self.print.blank {
                    row.extend(self.receipt_of(&item.key));
                }
                row
            }),
        );
    }

    fn receipt_of(&self, key: &str) -> Row {
        let issued = self.dossier.issues.iter().filter(|issue| issue.fact.item.key == key);
        let issued: Vec<_> = issued.map(|issue| &issue.fact).collect();
        let count = |fact: &&crate::fact::Issued| (fact.count as usize).max(fact.serials.len());
        let all: usize = issued.iter().map(count).sum();
        let serials: Vec<_> =
            issued.iter().flat_map(|fact| &fact.serials).map(String::as_str).collect();
        let shown = if all == 0 { String::new() } else { all.to_string() };
        let mut row: Row = vec![("serials", serials.join("、").into()), ("count", shown.into())];
        let state = self.dossier.item(&ItemRef { key: key.to_owned(), instance: 1 });
        let Some(state) = state else { return row };
        let ticked = state.marks.iter().any(|mark| mark.mark == Mark::Issued && mark.on);
        row.push(("received", (ticked || all > 0).into()));
        if let Some(outstanding) = &state.outstanding {
            row.push(("why_not", outstanding.reason.as_str().into()));
            let later = outstanding.promised.as_deref().map(date::day).unwrap_or_default();
            row.push(("later", later.into()));
        } else if let Some(reason) = state.waived {
            row.push(("why_not", reason.into()));
        }
        row
    }
}
