//! 留存钥匙登记表: what is kept for whom, for what, and until when, for those who keep it.

use super::{Gather, Sheet, counted, iso, listed};
use crate::paper::{
    fields::{Spec, spec::*},
    tree::{Row, Tree},
};

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("rows", Rows, C),
    ("rows[].no", Text, C),
    ("rows[].code", Text, C),
    ("rows[].owners", Text, C),
    ("rows[].keys", Text, C),
    ("rows[].count", Text, C),
    ("rows[].purpose", Text, C),
    ("rows[].who_may_enter", Text, C),
    ("rows[].retained_on", Text, C),
    ("rows[].expected", Text, C),
    ("rows[].holder", Text, C),
    ("rows[].returned_on", Text, C),
    ("rows[].overdue", Flag, C),
    ("count.homes", Text, C),
    ("count.keys", Text, C),
    ("count.overdue", Text, C),
];

#[derive(Default)]
pub(in crate::paper) struct Rows {
    rows: Vec<Row>,
    keys: usize,
    overdue: usize,
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        let Some(slip) = home.dossier.retention().filter(|slip| slip.fact.answer) else { return };
        let retained = &slip.fact;
        let terms = retained.terms.as_ref();
        let keys: Vec<_> = retained.keys.iter().filter_map(|id| home.dossier.key(*id)).collect();
        let lines = home.key_lines(keys.iter().copied()).into_iter().map(|line| {
            let parts = [line.name, line.position, line.number];
            let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{} ×{}", parts.join(" "), line.due)
        });
        let lines: Vec<_> = lines.collect();
        let mut returns = home.dossier.returns.iter();
        let returned = returns.rfind(|back| back.meta.order > slip.meta.order);
        let expected = terms.and_then(|terms| terms.expected_return.as_deref()).unwrap_or_default();
        let overdue = returned.is_none() && home.is_past(expected);
        let mut holders: Vec<String> =
            keys.iter().map(|key| home.dossier.holder_shown(key.holder()).zh.clone()).collect();
        holders.dedup();
        self.keys += retained.keys.len();
        self.overdue += usize::from(overdue);
        let returned = returned.map(|back| iso(day_of(&back.fact.at))).unwrap_or_default();
        self.rows.push(vec![
            ("code", home.home_code()),
            ("owners", home.dossier.owner_names().into()),
            ("keys", lines.join("；").into()),
            ("count", retained.keys.len().to_string().into()),
            ("purpose", terms.map(|terms| terms.purpose.clone()).unwrap_or_default().into()),
            (
                "who_may_enter",
                terms.map(|terms| terms.who_may_enter.clone()).unwrap_or_default().into(),
            ),
            ("retained_on", iso(day_of(&retained.at)).into()),
            ("expected", iso(expected).into()),
            ("holder", holders.join("、").into()),
            ("returned_on", returned.into()),
            ("overdue", overdue.into()),
        ]);
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        counted(tree, project, "count.homes", self.rows.len());
        counted(tree, project, "count.keys", self.keys);
        counted(tree, project, "count.overdue", self.overdue);
        listed(tree, "rows", self.rows);
    }
}

/// Without the hour.
fn day_of(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}
