//! 车证发放表 of the whole project: each pass against a signature.

use super::{Gather, Sheet, counted, listed};
use crate::paper::{
    fields::{Spec, spec::*},
    tree::{Row, Tree},
};
use shoulou_eventlog::Value;

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("rows", Rows, C),
    ("rows[].no", Text, C),
    ("rows[].code", Text, C),
    ("rows[].owners", Text, C),
    ("rows[].phone", Text, C),
    ("rows[].parking", Text, C),
    ("rows[].plate", Text, C),
    ("rows[].model", Text, C),
    ("rows[].colour", Text, C),
    ("rows[].pass", Text, C),
    ("rows[].issued_at", Text, C),
    ("count.homes", Text, C),
    ("count.rows", Text, C),
    ("count.issued", Text, C),
];

#[derive(Default)]
pub(in crate::paper) struct Rows {
    rows: Vec<Row>,
    homes: usize,
    issued: usize,
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        let cars = home.passes();
        self.homes += usize::from(!cars.is_empty());
        for car in cars {
            let mut row: Row = vec![
                ("code", home.home_code()),
                ("owners", home.dossier.owner_names().into()),
                ("phone", home.owner_phone().into()),
                ("parking", home.file_text("parking").into()),
            ];
            row.extend(car.into_iter().filter(|(column, _)| *column != "no"));
            let given = row.iter().any(|(name, at)| *name == "issued_at" && *at != Value::from(""));
            self.issued += usize::from(given);
            self.rows.push(row);
        }
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        counted(tree, project, "count.homes", self.homes);
        counted(tree, project, "count.rows", self.rows.len());
        counted(tree, project, "count.issued", self.issued);
        listed(tree, "rows", self.rows);
    }
}
