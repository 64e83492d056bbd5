//! Which papers a case needs, and what stands on each: a tree of plain values that a form template
//! lays out. Everything is ready to print (dates, money, 大写); a template adds the wording.

mod authority;
mod custody;
mod defects;
mod document;
mod fields;
mod follow_up;
mod forms;
mod handover;
mod hands;
mod household;
mod letters;
mod lists;
mod manuals;
mod meters;
mod money;
mod names;
mod notice;
mod packet;
mod passing;
mod receipt;
mod record;
mod registration;
mod settlement;
mod tree;
mod undertakings;
mod warranty;
pub mod wording;

pub use document::{
    BlankPage, PrintedIn, Printing, blank_number, carries, content_hash, document_number,
    incarnation_tag, list_number, next_running, printing, qr_payload, read_blank_qr, read_qr,
};
pub use fields::{Field, FieldType, fields};
pub use forms::{FORMS, FormInfo, Scope, form, title_of};
pub use lists::HomeList;
pub use names::field_name;
pub(crate) use packet::title;
pub use packet::{PacketChoice, blank_set, packet};

use crate::{checks::date, dossier::Dossier, fields as registers, template::titled, world::World};
use chrono::{DateTime, FixedOffset};
use forms::Fill;
use shoulou_eventlog::{Id, Value};
use tree::Tree;

/// What a print carries besides the records. None of it is part of the content.
#[derive(Clone, Copy, Debug)]
pub struct PrintContext<'a> {
    pub document: Id,
    pub number: &'a str,
    /// From 1; a later one voids the earlier.
    pub version: u32,
    pub now: DateTime<FixedOffset>,
    /// Who prints.
    pub actor: Id,
    /// The same content was printed before: the paper says 补打.
    pub reprint: bool,
    /// Lines to write on instead of what is recorded.
    pub blank: bool,
    /// Whether sign-offs made on screen show their strokes; otherwise the lines wait for ink.
    pub signatures: bool,
}

/// Everything a form says, with exactly the fields that [`fields`] lists for it. An unknown form has
/// none; a list over many homes lists this one.
pub fn data(world: &World<'_>, form_key: &str, print: &PrintContext<'_>) -> Value {
    let Some(info) = form(form_key) else { return Value::Map(Default::default()) };
    let fill = match info.fill {
        Fill::Home(fill) => fill,
        Fill::Project(_) => return lists::of_one(info, world, print),
    };
    let dossier = Dossier::of(world);
    let sheet = Sheet { dossier: &dossier, form: info, print };
    let mut tree = Tree::default();
    sheet.of_project(&mut tree);
    sheet.of_home(&mut tree);
    fill(&sheet, &mut tree);
    tree.complete(&fields(info.key))
}

/// One form of one home on its way to paper.
struct Sheet<'s, 'a> {
    dossier: &'s Dossier<'a>,
    form: &'static FormInfo,
    print: &'s PrintContext<'s>,
}

impl<'a> Sheet<'_, 'a> {
    fn of_project(&self, tree: &mut Tree) {
        let project = |path: &str| self.project_text(path);
        tree.set("project.name", project("name"));
        tree.set("project.developer", project("company"));
        tree.set("project.property", project("property_company"));
        tree.set("project.city", project("city"));
        tree.set("project.logo", project("logo"));
        self.document(tree);
    }

    fn of_home(&self, tree: &mut Tree) {
        if self.print.blank {
            return;
        }
        tree.set("home.code", self.unit_text("code"));
        tree.set("home.kind", self.unit_text("kind"));
        tree.set("home.building", self.unit_text("building"));
        tree.set("home.address", self.address());
        tree.set("owners", self.dossier.owner_names());
        tree.set("contract.no", self.file_text("contract/no"));
        tree.set("contract.date", self.file_text("contract/signed_on"));
    }

    fn document(&self, tree: &mut Tree) {
        let print = self.print;
        let now = print.now.to_rfc3339();
        tree.set("document.title", self.title());
        tree.set("document.copies", packet::copies(self.dossier, self.form).to_string());
        tree.set("document.printed_at", date::minute(&now));
        tree.set("document.printed_on", date::day(&now));
        tree.set("document.printed_by", self.staff_name(print.actor));
        tree.set("document.blank", print.blank);
        tree.set("document.number", print.number);
        // A blank form belongs to nobody yet: it has a number only where it is one of a numbered set.
        if print.blank {
            tree.set("document.qr", document::blank_qr_head(print.number, self.form.key));
            return;
        }
        tree.set("document.version", print.version.to_string());
        tree.set("document.mark", if print.reprint { "补打" } else { "" });
        tree.set("document.reprint", print.reprint);
        tree.set("document.qr", document::qr_head(print.document));
    }

    /// The form's title, in the project's own wording where it has one.
    fn title(&self) -> String {
        packet::title(self.dossier, self.form).zh
    }

    fn address(&self) -> String {
        let own = self.unit_text("address");
        if !own.is_empty() {
            return own;
        }
        format!(
            "{}{}{}",
            self.project_text("address"),
            self.project_text("name"),
            self.unit_text("code")
        )
    }

    fn project_text(&self, path: &str) -> String {
        let project = self.dossier.world.project;
        shown(registers::Entity::Project, path, project.value(path))
    }

    fn unit_text(&self, path: &str) -> String {
        let unit = self.dossier.world.unit;
        shown(registers::Entity::Unit, path, unit.and_then(|unit| unit.value(path)))
    }

    fn file_text(&self, path: &str) -> String {
        shown(registers::Entity::File, path, self.dossier.file.value(path))
    }

    fn party_text(&self, party: &crate::dossier::PartyState<'_>, field: &str) -> String {
        shown(registers::Entity::File, &format!("party/{}/{field}", party.id), party.value(field))
    }

    fn staff_name(&self, id: Id) -> &'a str {
        self.dossier.world.staff_name(id).unwrap_or_default()
    }

    /// The number of the paper of `form` that counts, for forms that refer to it.
    fn slip(&self, form: &str) -> String {
        document::current(self.dossier, form)
            .map(|printed| printed.number.clone())
            .unwrap_or_default()
    }

    fn project_name(&self) -> &'a str {
        self.dossier.world.project_text("name").unwrap_or_default()
    }

    /// A title without the number of its instance and without its explanation.
    fn item_title(&self, key: &str) -> String {
        let item = crate::command::ItemRef { key: key.to_owned(), instance: 1 };
        let title = self.dossier.item_title(&item).zh;
        let title = title.strip_suffix("（1）").unwrap_or(&title);
        titled(title, self.project_name())
    }
}

/// A register as paper shows it: in full, dates as 2026年11月21日.
fn shown(on: registers::Entity, path: &str, value: Option<&Value>) -> String {
    use crate::view::FieldKind;
    let (Some(value), Some(field)) = (value, registers::find(on, path)) else {
        return String::new();
    };
    match (field.kind, value) {
        (FieldKind::Date, Value::Text(text)) => date::day(text),
        (FieldKind::Time, Value::Text(text)) => date::minute(text),
        _ => registers::value::in_full(field, value),
    }
}

/// 两, 三, 四: how many copies, as sentences count them.
fn counted(copies: u32) -> String {
    const WORDS: [&str; 11] = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"];
    WORDS.get(copies as usize).map_or_else(|| copies.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
#[allow(
    clippy::inconsistent_digit_grouping,
    reason = "89_37 is 89.37 m² and 20_000_00 is 20,000.00 元"
)]
mod tests;
