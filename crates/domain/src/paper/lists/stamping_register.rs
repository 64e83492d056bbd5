//! 用印汇总表: what is stamped for all homes that are prepared together, paper by paper.

use super::{Gather, Sheet, counted, listed};
use crate::{
    paper::{
        fields::{Spec, spec::*},
        tree::{Row, Tree},
    },
    template::Mark,
};
use std::collections::BTreeMap;

pub(in crate::paper) const FIELDS: &[Spec] = &[
    ("papers", Rows, C),
    ("papers[].no", Text, C),
    ("papers[].title", Text, C),
    ("papers[].copies", Text, C),
    ("papers[].homes", Text, C),
    ("papers[].total", Text, C),
    // Of these, what is not stamped yet.
    ("papers[].open", Text, C),
    ("papers[].codes", Text, C),
    ("count.homes", Text, C),
    ("count.total", Text, C),
    ("count.open", Text, C),
];

#[derive(Default)]
struct Paper {
    title: String,
    copies: u32,
    homes: usize,
    /// The homes whose copies are not stamped.
    open: Vec<String>,
}

#[derive(Default)]
pub(in crate::paper) struct Rows {
    papers: BTreeMap<(usize, String), Paper>,
    homes: usize,
}

impl Gather for Rows {
    fn home(&mut self, home: &Sheet<'_, '_>) {
        self.homes += 1;
        let dossier = home.dossier;
        let asked = dossier.template.stamping_list().enumerate();
        for (place, item) in asked.filter(|(_, item)| item.applies(&dossier.case)) {
            let mut states = dossier.items.iter().filter(|state| state.item.key == item.key);
            let stamped =
                states.any(|state| state.marks.iter().any(|m| m.mark == Mark::Stamped && m.on));
            let title = home.item_title(&item.key);
            let paper = self.papers.entry((place, item.key.clone())).or_default();
            paper.title = title;
            paper.copies = item.copies;
            paper.homes += 1;
            if !stamped {
                paper.open.push(home.unit_text("code"));
            }
        }
    }

    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree) {
        let copies = |paper: &Paper, homes: usize| homes * paper.copies as usize;
        let total = self.papers.values().map(|paper| copies(paper, paper.homes)).sum();
        let open = self.papers.values().map(|paper| copies(paper, paper.open.len())).sum();
        counted(tree, project, "count.homes", self.homes);
        counted(tree, project, "count.total", total);
        counted(tree, project, "count.open", open);
        let row = |paper: Paper| -> Row {
            vec![
                ("title", paper.title.as_str().into()),
                ("copies", paper.copies.to_string().into()),
                ("homes", paper.homes.to_string().into()),
                ("total", copies(&paper, paper.homes).to_string().into()),
                ("open", copies(&paper, paper.open.len()).to_string().into()),
                ("codes", told(&paper).into()),
            ]
        };
        listed(tree, "papers", self.papers.into_values().map(row).collect());
    }
}

/// The homes that are not stamped, while they are few enough to read.
fn told(paper: &Paper) -> String {
    const MOST: usize = 24;
    let open = paper.open.len();
    match open {
        0 => String::new(),
        _ if open > MOST && open == paper.homes => "全部".into(),
        _ if open > MOST => format!("{}等{open}户", paper.open[..MOST].join("、")),
        _ => paper.open.join("、"),
    }
}
