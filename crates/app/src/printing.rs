//! From a home's records to paper: rendered, archived, recorded, and only then handed over.

mod batch;
mod blank_sets;
mod choices;
mod forms;
mod history;
mod jobs;
mod lists;
mod loose;
mod sheets;
pub(crate) mod shown;
mod trial;
mod trouble;

pub(crate) use trial::{template_in_use, try_out};

use crate::{
    api::{
        Action, Done, FormOrder, PacketForm, Preview, PreviewedForm, PrintedDocument, PrinterView,
        PrintersView, Problem, Query,
    },
    app::answer,
    folder::write_whole,
    logo,
    session::{Loaded, Session, commit, now},
    system_print::{self, Printer},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, FixedOffset};
use sheets::{Bundle, by_manner, draft, fill_all, printing, rendered, tag};
use shoulou_domain::{
    dossier::Dossier,
    paper::{self, Printing},
    refusal::Refusal,
};
use shoulou_eventlog::Id;
use shoulou_forms::Pdf;
use shoulou_store::NewCommit;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock, Weak, atomic::AtomicBool},
};

/// What to print of a home.
pub struct Order {
    pub unit: Id,
    pub forms: Vec<FormOrder>,
    pub blank: bool,
    pub out: Option<String>,
    pub printer: Option<String>,
}

/// What of printing goes on beside the actions of an open project.
#[derive(Default)]
pub struct State {
    session: OnceLock<Weak<Session>>,
    watching: AtomicBool,
    batch: batch::Slot,
    /// One list over many homes at a time: the next one's number depends on it.
    lists: tokio::sync::Mutex<()>,
}

impl State {
    /// For tasks that must not keep a closed project open.
    fn me(&self) -> Option<Weak<Session>> {
        self.session.get().cloned()
    }
}

/// Takes up what the last run left.
pub fn start(session: &Arc<Session>) {
    let _ = session.printing.session.set(Arc::downgrade(session));
    if session.read_only() {
        return;
    }
    let (me, began) = (Arc::downgrade(session), now().timestamp_millis());
    tokio::spawn(async move {
        let Some(session) = me.upgrade() else { return };
        // Without the system's print service there is nothing to be told; the next start asks again.
        let _ = jobs::take_up(&session, began).await;
        if session.store.open_print_jobs().await.is_ok_and(|open| !open.is_empty()) {
            jobs::watch(&session);
        }
    });
}

/// Lets the home that is being printed come to its end, and no other begin.
pub async fn stop(session: &Session) {
    batch::halt(session).await;
}

/// The actions that concern paper.
pub async fn execute(session: &Session, action: Action) -> Result<Done, Problem> {
    session.writable()?;
    match action {
        Action::Print { unit, forms, blank, out, printer } => {
            print(session, Order { unit, forms, blank, out, printer }).await
        }
        Action::PrintList { form, homes, out, printer } => {
            lists::print(session, &form, &homes, loose::To { out, printer }).await
        }
        Action::PrintBlankSets { forms, sets, out, printer } => {
            blank_sets::print(session, &forms, sets, loose::To { out, printer }).await
        }
        Action::CancelPrintJob { job } => jobs::cancel(session, job).await.map(|()| Done::Nothing),
        Action::SendPrintJobAgain { job, printer } => {
            jobs::again(session, job, printer).await.map(|_| Done::Nothing)
        }
        Action::StartBatch { homes, forms, to } => batch::begin(session, &homes, forms, to).await,
        Action::PauseBatch { batch } => batch::pause(session, batch).await,
        Action::ResumeBatch { batch, failed } => batch::resume(session, batch, failed).await,
        Action::CancelBatch { batch } => batch::cancel(session, batch).await,
        _ => Err(Problem::bad_request("not an action of printing")),
    }
}

/// The queries that concern paper.
pub async fn query(session: &Session, query: Query) -> Result<serde_json::Value, Problem> {
    Ok(match query {
        Query::Lists => answer(lists::lists(session).await?),
        Query::PreviewList { form, homes } => answer(lists::preview(session, &form, &homes).await?),
        Query::PreviewBlankSet { forms } => answer(blank_sets::preview(session, &forms).await?),
        Query::Printers => answer(printers(session).await?),
        Query::PrintChoices => answer(choices::remembered(session).await?),
        Query::PrintJobs => answer(jobs::list(session).await?),
        Query::PrintHistory { unit, limit } => {
            answer(history::printed(session, unit, limit).await?)
        }
        Query::Batch { batch } => answer(batch::view(session, batch).await?),
        Query::Batches => answer(batch::views(session).await?),
        _ => return Err(Problem::bad_request("not a query of printing")),
    })
}

/// The system's printers, and those chosen before that the system does not have any more.
async fn printers(session: &Session) -> Result<PrintersView, Problem> {
    let (found, problem) = match system_print::printers().await {
        Ok(found) => (found, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let chosen = choices::remembered(session).await?;
    let of_forms = chosen.forms.into_values().filter_map(|own| own.printer);
    let mut printers: Vec<PrinterView> = found.iter().map(shown).collect();
    for name in chosen.printer.into_iter().chain(of_forms) {
        if !printers.iter().any(|printer| printer.name == name) {
            printers.push(PrinterView {
                title: name.clone(),
                name,
                state: crate::api::PrinterState::Absent,
                words: system_print::words_of(crate::api::PrinterState::Absent, &[]),
                default: false,
                duplex: false,
                colour: false,
                accepts: false,
            });
        }
    }
    Ok(PrintersView { printers, problem })
}

fn shown(printer: &Printer) -> PrinterView {
    PrinterView {
        name: printer.name.clone(),
        title: printer.title.clone(),
        state: printer.state,
        words: system_print::described(printer),
        default: printer.default,
        duplex: printer.duplex,
        colour: printer.colour,
        accepts: printer.accepts,
    }
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
        let again = template.as_ref().is_ok_and(|template| {
            let (_, printing) = printing(&world, template, &draft(actor, false));
            matches!(printing, Printing::Reprint { .. })
        });
        forms.push(PacketForm {
            form: choice.form.to_owned(),
            title: choice.title,
            copies: template.map_or(choice.copies, |template| template.copies_of(choice.copies)),
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
    let tag = tag(session).await?;
    let sheets = fill_all(&loaded, session.actor()?, &tag, &forms, blank)?;
    let images = logo::images(session, &loaded.world()).await?;
    let at = now();
    let rendering =
        tokio::task::spawn_blocking(move || rendered(sheets, &images, at, false, false));
    let Bundle { sheets, pdf, .. } = rendering.await.expect("rendering does not panic")?;
    if let ([sheet], false) = (&sheets[..], blank) {
        session.shown.remember(&pdf.bytes, sheet);
    }
    Ok(previewed(&pdf, sheets.iter().map(|sheet| sheet.copies)))
}

/// `copies`: of each form in the PDF, in order.
fn previewed(pdf: &Pdf, copies: impl Iterator<Item = u32>) -> Preview {
    let documents = pdf.documents.iter().zip(copies).map(|(document, copies)| PreviewedForm {
        form: document.form.clone(),
        first: document.pages.start + 1,
        pages: document.pages.end - document.pages.start,
        copies: copies.max(1),
    });
    Preview {
        documents: documents.collect(),
        pdf_base64: STANDARD.encode(&pdf.bytes),
        pages: pdf.pages,
    }
}

async fn print(session: &Session, order: Order) -> Result<Done, Problem> {
    session.date_certain()?;
    // Nothing is recorded as printed where it is known beforehand that no printer would take it.
    let printer = match &order.printer {
        Some(name) => Some(system_print::printer(name).await?),
        None => None,
    };
    let _turn = session.turn().await;
    let loaded = loaded(session, order.unit).await?;
    if !order.blank && Dossier::of(&loaded.world()).household_erased() {
        return Err(Refusal::HouseholdErased.into());
    }
    let at = now();
    let actor = session.actor()?;
    let tag = tag(session).await?;
    let to_printer = printer.is_some();
    let sheets = fill_all(&loaded, actor, &tag, &order.forms, order.blank)?;
    let images = logo::images(session, &loaded.world()).await?;
    let two = order.out.is_some() && to_printer;
    let rendering =
        tokio::task::spawn_blocking(move || bundled(sheets, &images, at, to_printer, two));
    let (bundles, whole) = rendering.await.expect("rendering does not panic")?;
    let path = match (&order.out, to_printer) {
        (Some(out), _) => Some(PathBuf::from(out)),
        (None, true) => None,
        (None, false) => Some(own_place(session, &loaded, at)?),
    };
    let mut jobs = Vec::new();
    if let Some(printer) = &printer {
        jobs.extend(bundles.iter().map(|bundle| job(&loaded, actor, printer, bundle)));
    }
    record(session, &loaded, actor, &bundles, printer.as_ref(), &mut jobs, order.blank).await?;
    if let Some(path) = &path {
        let bytes = whole.as_ref().map_or(&bundles[0].pdf.bytes, |whole| &whole.pdf.bytes);
        write_whole(path, bytes)?;
    }
    choices::remember(session, &order, printer.as_ref().map(|printer| printer.name.as_str())).await;
    let mut handed = Vec::new();
    for (job, bundle) in jobs.into_iter().zip(&bundles) {
        handed.push(jobs::hand_over(session, job, &bundle.pdf.bytes).await?.id);
    }
    let documents =
        bundles.iter().flat_map(Bundle::documents).map(|(sheet, pages)| PrintedDocument {
            form: sheet.form.to_owned(),
            number: sheet.number.clone(),
            pages,
            copies: sheet.copies.max(1),
            reprint: sheet.reprint,
        });
    let documents = documents.collect();
    let pages = bundles.iter().map(|bundle| bundle.pdf.pages).sum();
    let path = path.map(|path| path.display().to_string());
    Ok(Done::Printed { path, jobs: handed, documents, pages })
}

/// One bundle for each way of printing; and, where a file is wanted beside several of them, all in one.
fn bundled(
    sheets: Vec<sheets::Sheet>,
    images: &shoulou_forms::Images,
    at: DateTime<FixedOffset>,
    to_printer: bool,
    and_file: bool,
) -> Result<(Vec<Bundle>, Option<Bundle>), Problem> {
    if !to_printer {
        return Ok((vec![rendered(sheets, images, at, true, false)?], None));
    }
    let mut runs = by_manner(sheets);
    let duplex = |run: &[sheets::Sheet]| run.iter().any(|sheet| sheet.duplex);
    let several = runs.len() > 1 || runs.iter().any(|run| duplex(run));
    let mut whole = None;
    if and_file && several {
        let all = runs.into_iter().flatten().collect();
        let bundle = rendered(all, images, at, true, false)?;
        runs = by_manner(bundle.sheets);
        whole = Some(Bundle { sheets: Vec::new(), duplex: false, pdf: bundle.pdf });
    }
    let render = |run: Vec<sheets::Sheet>| {
        let both_sides = duplex(&run);
        rendered(run, images, at, true, both_sides)
    };
    Ok((runs.into_iter().map(render).collect::<Result<_, _>>()?, whole))
}

fn job(loaded: &Loaded, actor: Id, printer: &Printer, bundle: &Bundle) -> jobs::Job {
    let code = loaded.code().to_owned();
    let title = format!("收楼 {code}");
    jobs::Job {
        unit: loaded.unit.as_ref().map(|(id, _)| *id),
        home: code,
        forms: bundle.sheets.iter().map(|sheet| sheet.form.to_owned()).collect(),
        ..jobs::new(actor, &printer.name, title, bundle.pdf.pages, bundle.duplex)
    }
}

/// The PDFs go into the archive before the entry that names them, and with that entry goes what is still to be
/// handed over. Blank forms say nothing of anybody: there is nothing to keep.
async fn record(
    session: &Session,
    loaded: &Loaded,
    actor: Id,
    bundles: &[Bundle],
    printer: Option<&Printer>,
    jobs: &mut [jobs::Job],
    blank: bool,
) -> Result<(), Problem> {
    let Some((file, _)) = loaded.file.as_ref().filter(|_| !blank) else {
        let notes: Vec<_> = jobs.iter().map(jobs::Job::note).collect();
        if !notes.is_empty() {
            session.store.note_prints(notes).await?;
        }
        return Ok(());
    };
    let world = loaded.world();
    let (mut events, mut blobs) = (Vec::new(), Vec::new());
    for (at, bundle) in bundles.iter().enumerate() {
        let blob = session.store.put_blob(&bundle.pdf.bytes).await?;
        let name = printer.map(|printer| printer.name.as_str());
        events.extend(bundle.facts(&world, *file, blob, name));
        if let Some(job) = jobs.get_mut(at) {
            job.blob = Some(blob);
        }
        blobs.push(blob);
    }
    let prints = jobs.iter().map(jobs::Job::note).collect();
    session.write(NewCommit { blobs, prints, ..commit(actor, now(), events) }).await?;
    Ok(())
}

async fn loaded(session: &Session, unit: Id) -> Result<Loaded, Problem> {
    let loaded = session.load_unit(unit).await?;
    if loaded.file.is_none() {
        return Err(Problem::unknown_unit(&unit.to_string()));
    }
    Ok(loaded)
}

/// Where a packet goes when nobody says: beside the project, under the home and the time.
fn own_place(
    session: &Session,
    loaded: &Loaded,
    at: DateTime<FixedOffset>,
) -> Result<PathBuf, Problem> {
    let code = file_name(loaded.code());
    Ok(prints(session)?.join(format!("{code}-{}.pdf", at.format("%Y%m%d-%H%M%S"))))
}

fn prints(session: &Session) -> Result<PathBuf, Problem> {
    let dir = session.place.dir().join("prints");
    std::fs::create_dir_all(&dir).map_err(|error| Problem::cannot_write(&dir, &error))?;
    Ok(dir)
}

fn file_name(code: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '_' };
    Path::new(&code.chars().map(safe).collect::<String>()).display().to_string()
}
