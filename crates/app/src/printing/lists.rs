//! Paper that belongs to no single home: lists over many homes, and numbered sets of blank forms.

use super::{
    forms, jobs, prints,
    sheets::{draft, every_copy, tag},
    trouble,
};
use crate::{
    api::{BatchHomes, Done, ListForm, PrintedDocument, Problem},
    folder::write_whole,
    logo,
    search::Filter,
    session::{Loaded, Session, now},
};
use chrono::{DateTime, Datelike, FixedOffset};
use shoulou_domain::paper::{self, FORMS, HomeList, PrintContext, Scope};
use shoulou_eventlog::{Id, Value};
use shoulou_forms::{Fonts, Images, Pdf, render};
use std::path::PathBuf;

/// More than anybody tears off in a day.
const MOST_SETS: u32 = 50;

/// Where paper goes: into a file, to a printer, or both.
pub struct To {
    pub out: Option<String>,
    pub printer: Option<String>,
}

/// One form, filled.
struct Filled {
    form: &'static str,
    number: String,
    template: forms::Chosen,
    copies: u32,
    data: Value,
}

/// The lists there are.
pub async fn lists(session: &Session) -> Result<Vec<ListForm>, Problem> {
    let project = session.load_project().await?;
    let world = project.world();
    let name = world.project_text("name").unwrap_or_default();
    let of_project = FORMS.iter().filter(|form| form.scope() == Scope::Project);
    let list = |form: &paper::FormInfo| ListForm {
        form: form.key.to_owned(),
        title: form.title().titled(name),
    };
    Ok(of_project.map(list).collect())
}

/// Homes are read one after another: a list of thousands takes no more memory than its rows.
pub async fn print_list(
    session: &Session,
    form: &str,
    homes: &BatchHomes,
    to: To,
) -> Result<Done, Problem> {
    session.date_certain()?;
    let Some(mut list) = HomeList::new(form) else { return Err(trouble::no_such_list(form)) };
    let form = paper::form(form).map_or("", |info| info.key);
    let units = units(session, homes);
    if units.is_empty() {
        return Err(trouble::no_homes());
    }
    let at = now();
    let number = paper::list_number(at, &tag(session).await?);
    let print = PrintContext { number: &number, now: at, ..draft(session.actor()?, false) };
    for unit in units {
        let loaded = session.load_unit(unit).await?;
        if loaded.file.is_some() {
            list.add(&loaded.world(), &print);
        }
    }
    let project = session.load_project().await?;
    let world = project.world();
    let template = forms::choose(&world, form, false)?;
    let data = list.finish(&world, &print);
    let copies = template.copies().max(1);
    let filled = vec![Filled { form, number: number.clone(), template, copies, data }];
    hand_over(session, filled, logo::images(session, &world).await?, at, &number, to).await
}

/// For the day when the PC cannot be used: what is signed on it, blank, each set under its own number.
/// No form named: all that are signed on the day.
pub async fn print_blank_sets(
    session: &Session,
    wanted: &[String],
    sets: u32,
    to: To,
) -> Result<Done, Problem> {
    session.writable()?;
    session.date_certain()?;
    let sets = sets.clamp(1, MOST_SETS);
    let _turn = session.turn().await;
    let home = any_home(session).await?;
    let world = home.world();
    let choices = paper::packet(&world);
    for form in wanted {
        if !choices.iter().any(|choice| choice.form == form) {
            return Err(trouble::unknown_form(form, &choices));
        }
    }
    let day = paper::blank_set(&world);
    let chosen: Vec<_> = choices
        .iter()
        .filter(|choice| match wanted.is_empty() {
            true => day.contains(&choice.form),
            false => wanted.iter().any(|form| form == choice.form),
        })
        .collect();
    let at = now();
    let tag = tag(session).await?;
    let key = format!("blank_sets/{}", at.year());
    let taken = session.store.setting(&key).await?;
    let taken = taken.and_then(|text| String::from_utf8(text).ok()?.parse().ok()).unwrap_or(0);
    let mut filled = Vec::new();
    for running in taken + 1..=taken + sets {
        let number = paper::blank_number(at.year(), &tag, running);
        let print = PrintContext { number: &number, now: at, ..draft(session.actor()?, true) };
        for choice in &chosen {
            filled.push(Filled {
                form: choice.form,
                number: number.clone(),
                template: forms::choose(&world, choice.form, true)?,
                copies: choice.copies,
                data: paper::data(&world, choice.form, &print),
            });
        }
    }
    let first = paper::blank_number(at.year(), &tag, taken + 1);
    // A number once on paper is never used again, also where the paper is thrown away.
    session.store.set_setting(&key, (taken + sets).to_string().as_bytes()).await?;
    hand_over(session, filled, logo::images(session, &world).await?, at, &first, to).await
}

pub fn units(session: &Session, homes: &BatchHomes) -> Vec<Id> {
    match homes {
        BatchHomes::Units { units } => units.clone(),
        BatchHomes::Filter { search, building, stage, only } => {
            let today = now().date_naive().to_string();
            let building = building.as_deref();
            let filter = Filter { search, building, stage: *stage, only: *only, today: &today };
            let directory = session.directory.read().expect("no holder panics");
            let found = directory.list(&filter, 0, usize::MAX);
            found.rows.into_iter().map(|row| row.unit).collect()
        }
    }
}

/// Blank forms take their lists (stations, papers to hand out) from the template of files, which a home has.
async fn any_home(session: &Session) -> Result<Loaded, Problem> {
    let first = {
        let directory = session.directory.read().expect("no holder panics");
        directory.rows().map(|row| row.unit).next()
    };
    let loaded = match first {
        Some(unit) => session.load_unit(unit).await?,
        None => return Err(trouble::no_homes()),
    };
    if loaded.file.is_none() { Err(trouble::no_homes()) } else { Ok(loaded) }
}

async fn hand_over(
    session: &Session,
    filled: Vec<Filled>,
    images: Images,
    at: DateTime<FixedOffset>,
    name: &str,
    to: To,
) -> Result<Done, Problem> {
    let (filled, pdf) = rendered(filled, images, at).await?;
    let path = match &to.out {
        Some(out) => PathBuf::from(out),
        None => prints(session)?.join(format!("{name}.pdf")),
    };
    write_whole(&path, &pdf.bytes)?;
    let mut jobs = Vec::new();
    if let Some(printer) = &to.printer {
        let title = format!("收楼 {name}");
        let job =
            jobs::hand_over_unrecorded(session, printer, title, pdf.pages, &pdf.bytes).await?;
        jobs.push(job.id);
    }
    let mut of_pdf = pdf.documents.iter();
    let documents = filled
        .iter()
        .filter_map(|sheet| {
            let document = of_pdf.next()?;
            // The copies of a form follow it.
            of_pdf.by_ref().take(sheet.copies.saturating_sub(1) as usize).for_each(|_| {});
            Some(PrintedDocument {
                form: sheet.form.to_owned(),
                number: sheet.number.clone(),
                pages: document.pages.end - document.pages.start,
                copies: sheet.copies.max(1),
                reprint: false,
            })
        })
        .collect();
    let path = Some(path.display().to_string());
    Ok(Done::Printed { path, jobs, documents, pages: pdf.pages })
}

async fn rendered(
    filled: Vec<Filled>,
    images: Images,
    at: DateTime<FixedOffset>,
) -> Result<(Vec<Filled>, Pdf), Problem> {
    let rendering = tokio::task::spawn_blocking(move || {
        let every = filled
            .iter()
            .flat_map(|one| every_copy(&one.template, &one.data, &images, at, one.copies));
        let jobs: Vec<_> = every.collect();
        let pdf = render(&jobs, Fonts::bundled()).map_err(|error| trouble::form(&error))?;
        Ok((filled, pdf))
    });
    rendering.await.expect("rendering does not panic")
}
