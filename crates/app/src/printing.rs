//! From a home's records to paper: rendered, archived, recorded, and only then handed over.

mod forms;
mod trouble;

use crate::{
    api::{
        Action, BatchView, Done, FormOrder, PacketForm, Preview, PreviewedForm, PrintChoices, PrintJobView,
        PrintedDocument, PrintedLine, PrintersView, Problem, Query,
    },
    app::answer,
    folder::write_whole,
    logo,
    session::{Loaded, Session, fresh_id, now},
    system_print,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, FixedOffset};
use shoulou_domain::{
    dossier::Dossier,
    fact::{Fact, Printed},
    paper::{self, PrintContext, Printing},
    refusal::Refusal,
    world::World,
};
use shoulou_eventlog::{Hash, Id, Value};
use shoulou_forms::{Copy, Fonts, Images, Meta, Pdf, RenderJob, render};
use std::path::{Path, PathBuf};

/// What to print of a home.
pub struct Order {
    pub unit: Id,
    pub forms: Vec<FormOrder>,
    pub blank: bool,
    pub out: Option<String>,
    pub printer: Option<String>,
}

/// The actions that concern paper.
pub async fn execute(session: &Session, action: Action) -> Result<Done, Problem> {
    match action {
        Action::Print { unit, forms, blank, out, printer } => {
            print(session, Order { unit, forms, blank, out, printer }).await
        }
        _ => Err(Problem::bad_request("not an action of printing")),
    }
}

/// The queries that concern paper.
pub async fn query(_session: &Session, query: Query) -> Result<serde_json::Value, Problem> {
    Ok(match query {
        Query::Printers => answer(PrintersView { printers: Vec::new(), problem: None }),
        Query::PrintChoices => answer(PrintChoices::default()),
        Query::PrintJobs => answer(Vec::<PrintJobView>::new()),
        Query::PrintHistory { .. } => answer(Vec::<PrintedLine>::new()),
        Query::Batches => answer(Vec::<BatchView>::new()),
        _ => return Err(Problem::bad_request("not a query of printing")),
    })
}

/// One form of a packet, filled.
struct Sheet {
    form: &'static str,
    number: String,
    version: u32,
    document: Id,
    content: Hash,
    reprint: bool,
    copies: u32,
    template: forms::Chosen,
    data: Value,
}

/// The forms this case needs, in signing order, and all others.
pub async fn packet(session: &Session, unit: Id) -> Result<Vec<PacketForm>, Problem> {
    let loaded = loaded(session, unit).await?;
    let world = loaded.world();
    let actor = session.actor().unwrap_or_default();
    let mut forms = Vec::new();
    for choice in paper::packet(&world) {
        let template = forms::choose(&world, choice.form, false);
        // What cannot be laid out is told when it is asked for.
        let again = template.is_ok_and(|template| {
            let (_, printing) = printing(&world, &template, &draft(actor, false));
            matches!(printing, Printing::Reprint { .. })
        });
        forms.push(PacketForm {
            form: choice.form.to_owned(),
            title: choice.title,
            copies: choice.copies,
            needed: choice.needed,
            reason: choice.reason,
            reprint: again,
        });
    }
    Ok(forms)
}

/// The pages as they would print; nothing is recorded.
pub async fn preview(
    session: &Session,
    unit: Id,
    forms: &[String],
    blank: bool,
) -> Result<Preview, Problem> {
    let loaded = loaded(session, unit).await?;
    let forms: Vec<FormOrder> = forms.iter().map(|form| form.as_str().into()).collect();
    let sheets = fill_all(session, &loaded, &forms, blank).await?;
    let images = logo::images(session, &loaded.world()).await?;
    let pdf = rendered(sheets, images, now(), false).await?.1;
    let documents = pdf.documents.iter().map(|document| PreviewedForm {
        form: document.form.clone(),
        first: document.pages.start + 1,
        pages: document.pages.end - document.pages.start,
    });
    Ok(Preview {
        documents: documents.collect(),
        pdf_base64: STANDARD.encode(&pdf.bytes),
        pages: pdf.pages,
    })
}

pub async fn print(session: &Session, order: Order) -> Result<Done, Problem> {
    session.date_certain()?;
    let erased = |loaded: &Loaded| Dossier::of(&loaded.world()).household_erased();
    if !order.blank && erased(&loaded(session, order.unit).await?) {
        return Err(Refusal::HouseholdErased.into());
    }
    let _turn = session.turn().await;
    let loaded = loaded(session, order.unit).await?;
    let at = now();
    let sheets = fill_all(session, &loaded, &order.forms, order.blank).await?;
    let images = logo::images(session, &loaded.world()).await?;
    let (sheets, pdf) = rendered(sheets, images, at, true).await?;
    let path = match &order.out {
        Some(out) => PathBuf::from(out),
        None => own_place(session, &loaded, at)?,
    };
    // Blank forms say nothing of anybody: there is nothing to keep.
    if !order.blank {
        archive(session, &loaded, &sheets, &pdf).await?;
    }
    write_whole(&path, &pdf.bytes)?;
    if order.printer.is_some() {
        let code = loaded.code().to_owned();
        system_print::queue(&path, &format!("收楼 {code}")).await?;
    }
    let documents = sheets
        .iter()
        .zip(pages_of(&sheets, &pdf))
        .map(|(sheet, pages)| PrintedDocument {
            form: sheet.form.to_owned(),
            number: sheet.number.clone(),
            pages,
            copies: sheet.copies.max(1),
            reprint: sheet.reprint,
        })
        .collect();
    let path = Some(path.display().to_string());
    Ok(Done::Printed { path, jobs: Vec::new(), documents, pages: pdf.pages })
}

async fn loaded(session: &Session, unit: Id) -> Result<Loaded, Problem> {
    let loaded = session.load_unit(unit).await?;
    if loaded.file.is_none() {
        return Err(Problem::unknown_unit(&unit.to_string()));
    }
    Ok(loaded)
}

/// The four characters of this PC in document numbers.
async fn tag(session: &Session) -> Result<String, Problem> {
    let stream = session.store.own_stream().await?;
    Ok(paper::incarnation_tag(stream.incarnation))
}

async fn fill_all(
    session: &Session,
    loaded: &Loaded,
    forms: &[FormOrder],
    blank: bool,
) -> Result<Vec<Sheet>, Problem> {
    let world = loaded.world();
    let actor = session.actor()?;
    let tag = tag(session).await?;
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
        let copies = order.copies.unwrap_or(choice.copies);
        let sheet = fill(&world, choice.form, copies, &tag, draft(actor, blank), new)?;
        new += u32::from(!sheet.reprint);
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// A print that has no number yet.
fn draft(actor: Id, blank: bool) -> PrintContext<'static> {
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
fn printing(
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
    form: &'static str,
    copies: u32,
    tag: &str,
    draft: PrintContext<'_>,
    new_before: u32,
) -> Result<Sheet, Problem> {
    let at = draft.now;
    let template = forms::choose(world, form, draft.blank)?;
    let (content, printing) = printing(world, &template, &draft);
    let (document, number, version, reprint) = match printing {
        Printing::Reprint { document, number, version } => (document, number, version, true),
        Printing::New { version } => {
            let code =
                world.unit.and_then(|unit| unit.value("code")?.as_text()).unwrap_or_default();
            let running = paper::next_running(world, at.year(), code, tag) + new_before;
            (fresh_id(), paper::document_number(at.year(), code, tag, running), version, false)
        }
    };
    let print = PrintContext { document, number: &number, version, reprint, ..draft };
    let data = paper::data(world, form, &print);
    Ok(Sheet { form, version, document, content, reprint, copies, template, data, number })
}

/// Lays out and writes the pages away from the window's thread. `copies`: every copy a form asks for.
async fn rendered(
    sheets: Vec<Sheet>,
    images: Images,
    at: DateTime<FixedOffset>,
    copies: bool,
) -> Result<(Vec<Sheet>, Pdf), Problem> {
    let rendering = tokio::task::spawn_blocking(move || {
        let mut jobs = Vec::new();
        for sheet in &sheets {
            let of = if copies { sheet.copies.max(1) } else { 1 };
            jobs.extend((1..=of).map(|index| RenderJob {
                template: &sheet.template,
                data: &sheet.data,
                images: &images,
                meta: Meta {
                    created: at.timestamp(),
                    copy: (of > 1).then_some(Copy { index, of }),
                },
            }));
        }
        let pdf = render(&jobs, Fonts::bundled()).map_err(|error| trouble::form(&error))?;
        Ok((sheets, pdf))
    });
    rendering.await.expect("rendering does not panic")
}

/// Pages of one copy of each sheet.
fn pages_of<'s>(sheets: &'s [Sheet], pdf: &'s Pdf) -> impl Iterator<Item = u32> + 's {
    sheets.iter().map(|sheet| {
        let document = pdf.documents.iter().find(|document| document.form == sheet.form);
        document.map_or(0, |document| document.pages.end - document.pages.start)
    })
}

/// The PDF goes into the archive before the entry that names it.
async fn archive(
    session: &Session,
    loaded: &Loaded,
    sheets: &[Sheet],
    pdf: &Pdf,
) -> Result<(), Problem> {
    let Some((file, _)) = loaded.file else { return Ok(()) };
    let blob = session.store.put_blob(&pdf.bytes).await?;
    let hash = Hash::of(&pdf.bytes);
    let world = loaded.world();
    let events = sheets.iter().zip(pages_of(sheets, pdf)).map(|(sheet, pages)| {
        Fact::Printed(Printed {
            document: sheet.document,
            form: sheet.form.to_owned(),
            number: sheet.number.clone(),
            version: sheet.version,
            pages,
            content: sheet.content,
            template: Some(sheet.template.hash),
            pdf: hash,
            blob: Some(blob),
            carries: paper::carries(&world, sheet.form),
        })
        .event(file)
    });
    let kept = sheets.iter().filter_map(|sheet| sheet.template.kept(&world));
    session.append(session.actor()?, events.chain(kept).collect(), vec![blob]).await?;
    Ok(())
}

/// Where a packet goes when nobody says: beside the project, under the home and the time.
fn own_place(
    session: &Session,
    loaded: &Loaded,
    at: DateTime<FixedOffset>,
) -> Result<PathBuf, Problem> {
    let dir = session.place.dir().join("prints");
    std::fs::create_dir_all(&dir).map_err(|error| Problem::cannot_write(&dir, &error))?;
    let code = file_name(loaded.code());
    Ok(dir.join(format!("{code}-{}.pdf", at.format("%Y%m%d-%H%M%S"))))
}

fn file_name(code: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
    Path::new(&code.chars().map(safe).collect::<String>()).display().to_string()
}
