//! 资料欠缺汇总表: what every home still owes, with who follows it and until when.

use super::{Gather, Sheet, counted, listed};
use crate::{
    checks::date,
    paper::{
        fields::{Spec, spec::*},
        tree::{Row, Tree},
    },
};

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("rows", Rows, C),
    ("rows[].no", Text, C),
    ("rows[].code", Text, C),
    ("rows[].owners", Text, C),
    ("rows[].phone", Text, C),
    ("rows[].title", Text, C),
    ("rows[].reason", Text, C),
    ("rows[].follower", Text, C),
    ("rows[].promised", Text, C),
    ("rows[].overdue", Flag, C),
    ("count.homes", Text, C),
    ("count.rows", Text, C),
    ("count.overdue", Text, C),
];

#[derive(Default)]
pub(in crate::paper) struct Rows {
    rows: Vec<Row>,
    homes: usize,
    overdue: usize,
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        let dossier = home.dossier;
        let before = self.rows.len();
        for state in dossier.items.iter().filter(|state| !state.dropped) {
            let Some(outstanding) = &state.outstanding else { continue };
            let promised = outstanding.promised.as_deref().unwrap_or_default();
            let overdue = home.is_past(promised);
            self.overdue += usize::from(overdue);
            self.rows.push(vec![
                ("code", home.home_code()),
                ("owners", dossier.owner_names().into()),
                ("phone", home.owner_phone().into()),
                ("title", dossier.item_title(&state.item).zh.into()),
                ("reason", outstanding.reason.as_str().into()),
                ("follower", home.staff_name(outstanding.follower).into()),
                ("promised", date::day(promised).into()),
                ("overdue", overdue.into()),
            ]);
        }
        self.homes += usize::from(self.rows.len() > before);
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        counted(tree, project, "count.homes", self.homes);
        counted(tree, project, "count.rows", self.rows.len());
        counted(tree, project, "count.overdue", self.overdue);
        listed(tree, "rows", self.rows);
    }
}
