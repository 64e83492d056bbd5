//! 设施、设备使用说明资料签领单

use super::{
    Sheet,
    fields::spec::*,
    notice::number,
    tree::{Row, Tree},
};
use crate::{
    checks::date,
    command::ItemRef,
    template::{ItemKind, Mark, Phase},
};

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

impl Sheet<'_, '_> {
    /// What is issued besides papers and keys: the manuals, and what comes with a number of its own.
    pub(super) fn equipment_receipt(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.receiver");
        self.staff_signs(tree, "signatures.representative", |_| true);
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
