//! Lists over many homes. Homes are taken in one after another, so that nobody has to hold them all.

pub(super) mod custody_register;
pub(super) mod intake_list;
pub(super) mod outstanding_register;
pub(super) mod rectification_summary;
pub(super) mod stamping_register;
pub(super) mod vehicle_pass_register;

use super::{
    FormInfo, PrintContext, Sheet, fields, form,
    forms::Fill,
    notice::number,
    tree::{Row, Tree},
};
use crate::{checks::date, dossier::Dossier, world::World};
use shoulou_eventlog::Value;

/// Takes in homes; what it says of all of them is known at the end.
pub(super) trait Gather: Send {
    fn home(&mut self, home: &Sheet<'_, '_>);
    /// `project` knows of no home.
    fn finish(self: Box<Self>, project: &Sheet<'_, '_>, tree: &mut Tree);
}

/// A list on its way to paper. The rows stand in the order in which the homes were added.
pub struct HomeList {
    form: &'static FormInfo,
    gather: Box<dyn Gather>,
}

impl HomeList {
    /// `None` for a form that is not a list over homes.
    pub fn new(form_key: &str) -> Option<HomeList> {
        HomeList::of(form(form_key)?)
    }

    fn of(form: &'static FormInfo) -> Option<HomeList> {
        match form.fill {
            Fill::Project(new) => Some(HomeList { form, gather: new() }),
            Fill::Home(_) => None,
        }
    }

    /// A blank list takes none in.
    pub fn add(&mut self, home: &World<'_>, print: &PrintContext<'_>) {
        if !print.blank {
            let dossier = Dossier::of(home);
            self.gather.home(&Sheet { dossier: &dossier, form: self.form, print });
        }
    }

    /// Everything the list says, with exactly the fields that [`fields`] lists for it.
    pub fn finish(self, project: &World<'_>, print: &PrintContext<'_>) -> Value {
        let project = World::of_project(project.project_id, project.project);
        let dossier = Dossier::of(&project);
        let sheet = Sheet { dossier: &dossier, form: self.form, print };
        let mut tree = Tree::default();
        sheet.of_project(&mut tree);
        self.gather.finish(&sheet, &mut tree);
        tree.complete(&fields(self.form.key))
    }
}

pub(super) fn of_one(info: &'static FormInfo, home: &World<'_>, print: &PrintContext<'_>) -> Value {
    let Some(mut list) = HomeList::of(info) else { return Value::Map(Default::default()) };
    list.add(home, print);
    list.finish(home, print)
}

/// The rows, numbered.
fn listed(tree: &mut Tree, path: &str, rows: Vec<Row>) {
    let numbered = |(index, mut row): (usize, Row)| -> Row {
        row.push(("no", number(index)));
        row
    };
    tree.rows(path, rows.into_iter().enumerate().map(numbered));
}

/// A count that a hand fills in where nothing is listed yet.
fn counted(tree: &mut Tree, project: &Sheet<'_, '_>, path: &str, count: usize) {
    if !project.print.blank {
        tree.set(path, count.to_string());
    }
}

impl Sheet<'_, '_> {
    fn home_code(&self) -> Value {
        self.unit_text("code").into()
    }

    fn assistant_name(&self) -> &str {
        let assistant = self.dossier.file.value("assistant").and_then(Value::as_text);
        let id = assistant.and_then(|id| id.parse().ok());
        id.map(|id| self.staff_name(id)).unwrap_or_default()
    }

    /// `2026-11-21`: today where it is printed, to compare dates with.
    fn today(&self) -> String {
        self.print.now.date_naive().to_string()
    }

    fn is_past(&self, day: &str) -> bool {
        day.get(..10).is_some_and(|day| day < self.today().as_str())
    }
}

/// `2026-11-21`, and the hour where there is one.
fn iso(time: &str) -> String {
    let day = time.get(..10).unwrap_or(time);
    date::clock(time).map_or_else(|| day.to_owned(), |clock| format!("{day} {clock}"))
}

/// `11-21` for a narrow column; the year stands at the head of the list.
fn short_day(iso: &str) -> String {
    match (iso.get(5..7), iso.get(8..10)) {
        (Some(month), Some(day)) if iso.get(4..5) == Some("-") => format!("{month}-{day}"),
        _ => date::day(iso),
    }
}
