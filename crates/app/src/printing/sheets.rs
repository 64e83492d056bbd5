//! From a home's records to pages: which forms, filled with what, laid out how.

use super::{forms, trouble};
use crate::{
    api::{FormOrder, Problem},
    session::{Loaded, Session, fresh_id, now},
};
use chrono::{DateTime, Datelike, FixedOffset};
use shoulou_domain::{
    fact::{Fact, Printed},
    paper::{self, PacketChoice, PrintContext, Printing},
    world::World,
};
use shoulou_eventlog::{Hash, Id, NewEvent, Value};
use shoulou_forms::{
    Copy, Fonts, Images, Meta, Pdf, RenderJob, Template, render, render_for_both_sides,
};

/// One form of a packet, filled.
pub struct Sheet {
    pub form: &'static str,
    pub number: String,
    pub version: u32,
    pub document: Id,
    pub content: Hash,
    pub reprint: bool,
    pub copies: u32,
    pub duplex: bool,
    pub template: forms::Chosen,
    data: Value,
}

/// Forms that go out in one piece: one PDF, in one manner.
pub struct Bundle {
    pub sheets: Vec<Sheet>,
    pub duplex: bool,
    pub pdf: Pdf,
}

impl Bundle {
    /// The forms, and how many pages one copy of each has.
    pub fn documents(&self) -> impl Iterator<Item = (&Sheet, u32)> {
        self.sheets.iter().map(|sheet| {
            let document = self.pdf.documents.iter().find(|document| document.form == sheet.form);
            (sheet, document.map_or(0, |document| document.pages.end - document.pages.start))
        })
    }

    /// That they were printed, for the log. `archived`: the address of the PDF's bytes.
    pub fn facts<'b>(
        &'b self,
        world: &'b World<'b>,
        file: Id,
        archived: Hash,
        printer: Option<&'b str>,
    ) -> impl Iterator<Item = NewEvent> + 'b {
        let pdf = Hash::of(&self.pdf.bytes);
        let printed = self.documents().map(move |(sheet, pages)| {
            Fact::Printed(Printed {
                document: sheet.document,
                form: sheet.form.to_owned(),
                number: sheet.number.clone(),
                version: sheet.version,
                pages,
                content: sheet.content,
                template: Some(sheet.template.hash),
                copies: Some(sheet.copies.max(1)),
                printer: printer.map(str::to_owned),
                pdf,
                blob: Some(archived),
                carries: paper::carries(world, sheet.form),
            })
            .event(file)
        });
        printed.chain(self.sheets.iter().filter_map(|sheet| sheet.template.kept(world)))
    }
}

/// Consecutive forms of one manner together, in order.
pub fn by_manner(sheets: Vec<Sheet>) -> Vec<Vec<Sheet>> {
    let mut runs: Vec<Vec<Sheet>> = Vec::new();
    for sheet in sheets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.duplex == sheet.duplex) => {
                run.push(sheet);
            }
            _ => runs.push(vec![sheet]),
        }
    }
    runs
}

/// The four characters of this PC in document numbers.
pub async fn tag(session: &Session) -> Result<String, Problem> {
    let stream = session.store.own_stream().await?;
    Ok(paper::incarnation_tag(stream.incarnation))
}

pub fn fill_all(
    loaded: &Loaded,
    actor: Id,
    tag: &str,
    forms: &[FormOrder],
    blank: bool,
) -> Result<Vec<Sheet>, Problem> {
    let world = loaded.world();
    let choices = paper::packet(&world);
    for wanted in forms {
        if !choices.iter().any(|choice| choice.form == wanted.form) {
            return Err(trouble::unknown_form(&wanted.form, &choices));
        }
    }
    let chosen: Vec<_> = choices
        .iter()
        .filter_map(|choice| Some((choice, forms.iter().find(|form| form.form == choice.form)?)))
        .collect();
    if chosen.is_empty() {
        return Err(trouble::nothing_chosen());
    }
    let mut new = 0;
    let mut sheets = Vec::with_capacity(chosen.len());
    for (choice, order) in chosen {
        sheets.push(fill(&world, (choice, order), tag, draft(actor, blank), &mut new)?);
    }
    Ok(sheets)
}

/// A print that has no number yet.
pub fn draft(actor: Id, blank: bool) -> PrintContext<'static> {
    PrintContext {
        document: Id::default(),
        number: "",
        version: 1,
        now: now(),
        actor,
        reprint: false,
        blank,
        signatures: true,
    }
}

/// What the form says, and whether that was printed before.
pub fn printing(
    world: &World<'_>,
    template: &forms::Chosen,
    draft: &PrintContext<'_>,
) -> (Hash, Printing) {
    let form = template.form();
    let content = paper::content_hash(form, &paper::data(world, form, draft));
    match draft.blank {
        true => (content, Printing::New { version: 1 }),
        false => (content, paper::printing(world, form, content, template.printed_in())),
    }
}

/// Fills a form. Whether it is a reprint depends on what it says, so that is asked first.
fn fill(
    world: &World<'_>,
    (choice, order): (&PacketChoice, &FormOrder),
    tag: &str,
    draft: PrintContext<'_>,
    new: &mut u32,
) -> Result<Sheet, Problem> {
    let (at, form) = (draft.now, choice.form);
    let template = forms::choose(world, form, draft.blank)?;
    let (content, printing) = printing(world, &template, &draft);
    let (document, number, version, reprint) = match printing {
        Printing::Reprint { document, number, version } => (document, number, version, true),
        Printing::Signed { number, version } => (fresh_id(), number, version, false),
        Printing::New { version } => {
            let code =
                world.unit.and_then(|unit| unit.value("code")?.as_text()).unwrap_or_default();
            let running = paper::next_running(world, at.year(), code, tag) + *new;
            *new += 1;
            (fresh_id(), paper::document_number(at.year(), code, tag, running), version, false)
        }
    };
    // A single blank belongs to nobody; only a numbered set has numbers.
    let number = if draft.blank { String::new() } else { number };
    let print = PrintContext { document, number: &number, version, reprint, ..draft };
    let data = paper::data(world, form, &print);
    let copies = order.copies.unwrap_or_else(|| template.copies_of(choice.copies));
    let duplex = order.duplex;
    Ok(Sheet { form, version, document, content, reprint, copies, duplex, template, data, number })
}

/// A filled form as often as it is asked for, at least once; each copy says which it is.
pub fn every_copy<'a>(
    template: &'a Template,
    data: &'a Value,
    images: &'a Images,
    at: DateTime<FixedOffset>,
    copies: u32,
) -> impl Iterator<Item = RenderJob<'a>> {
    let (created, of) = (at.timestamp(), copies.max(1));
    (1..=of).map(move |index| {
        let copy = (of > 1).then_some(Copy { index, of });
        RenderJob { template, data, images, meta: Meta { created, copy } }
    })
}

/// Lays out and writes the pages; a matter for a thread of its own. `copies`: every copy a form asks for.
pub fn rendered(
    sheets: Vec<Sheet>,
    images: &Images,
    at: DateTime<FixedOffset>,
    copies: bool,
    duplex: bool,
) -> Result<Bundle, Problem> {
    let every = sheets.iter().flat_map(|sheet| {
        let copies = if copies { sheet.copies } else { 1 };
        every_copy(&sheet.template, &sheet.data, images, at, copies)
    });
    let jobs: Vec<_> = every.collect();
    let render = if duplex { render_for_both_sides } else { render };
    let pdf = render(&jobs, Fonts::bundled()).map_err(|error| trouble::form(&error))?;
    Ok(Bundle { sheets, duplex, pdf })
}
