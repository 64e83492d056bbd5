//! 文件签领单

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

pub(super) const DOCUMENT_RECEIPT: &[Spec] = &[
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].version", Text, C),
    ("papers[].copies", Text, C),
    ("papers[].original", Flag, C),
    ("papers[].copy", Flag, C),
    ("papers[].received", Flag, E),
    ("papers[].why_not", Text, E),
    ("papers[].later", Text, E),
    ("signatures.receiver", Rows, Hands),
    ("signatures.representative", Rows, Hands),
];

impl Sheet<'_, '_> {
    pub(super) fn document_receipt(&self, tree: &mut Tree) {
        self.owners_sign(tree, "signatures.receiver");
        self.staff_signs(tree, "signatures.representative", |_| true);
        let issued = self.dossier.template.items.iter().filter(|item| {
            item.phase == Phase::Issue
                && item.kind == ItemKind::Paper
                && (self.print.blank || item.applies(&self.dossier.case))
        });
        tree.rows(
            "papers",
            issued.enumerate().map(|(index, item)| -> Row {
                let mut row: Row = vec![
                    ("no", number(index)),
                    ("title", self.item_title(&item.key).into()),
                    ("copies", item.copies.to_string().into()),
                    ("original", true.into()),
                ];
                let state = self.dossier.item(&ItemRef { key: item.key.clone(), instance: 1 });
                let Some(state) = state.filter(|_| !self.print.blank) else { return row };
                row.push((
                    "received",
                    state.marks.iter().any(|m| m.mark == Mark::Issued && m.on).into(),
                ));
                if let Some(outstanding) = &state.outstanding {
                    row.push(("why_not", outstanding.reason.as_str().into()));
                    let later = outstanding.promised.as_deref().map(date::day).unwrap_or_default();
                    row.push(("later", later.into()));
                } else if let Some(reason) = state.waived {
                    row.push(("why_not", reason.into()));
                }
                row
            }),
        );
    }
}
