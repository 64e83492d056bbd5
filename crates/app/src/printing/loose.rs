//! Paper that lies in no home's file, from what it says to where it goes.

use super::{choices, forms, jobs, previewed, prints, sheets::every_copy, trouble};
use crate::{
    api::{Done, Preview, PrintedDocument, Problem},
    folder::Staged,
    logo,
    session::{Session, commit, now},
    system_print::{self, Printer},
};
use chrono::{DateTime, FixedOffset};
use shoulou_eventlog::{NewEvent, Value};
use shoulou_forms::{Fonts, Images, Pdf, render};
use shoulou_store::NewCommit;
use std::path::PathBuf;

/// Where it goes: into a file, to a printer, or both; into the folder of prints where nobody says.
pub struct To {
    pub out: Option<String>,
    pub printer: Option<String>,
}

/// The same, where the system knows the printer.
pub struct Checked {
    out: Option<String>,
    printer: Option<Printer>,
}

impl To {
    /// Nothing is counted or recorded where it is known beforehand that no printer would take it.
    pub async fn checked(self) -> Result<Checked, Problem> {
        let printer = match &self.printer {
            Some(name) => Some(system_print::printer(name).await?),
            None => None,
        };
        Ok(Checked { out: self.out, printer })
    }
}

impl Checked {
    pub fn printer(&self) -> Option<&str> {
        self.printer.as_ref().map(|printer| printer.name.as_str())
    }
}

/// One form, filled.
pub struct Filled {
    pub form: &'static str,
    pub number: String,
    pub template: forms::Chosen,
    pub copies: u32,
    pub data: Value,
}

/// Forms, and their pages.
pub struct Laid {
    pub filled: Vec<Filled>,
    pub pdf: Pdf,
}

impl Laid {
    /// The forms, and how many pages one copy of each has.
    pub fn documents(&self) -> impl Iterator<Item = (&Filled, u32)> {
        // The copies of a form follow it.
        let mut at = 0;
        self.filled.iter().map(move |form| {
            let document = self.pdf.documents.get(at);
            at += form.copies.max(1) as usize;
            (form, document.map_or(0, |document| document.pages.end - document.pages.start))
        })
    }

    /// Each once, in order.
    fn forms(&self) -> Vec<String> {
        let mut forms: Vec<String> = Vec::new();
        for form in &self.filled {
            if !forms.iter().any(|one| one == form.form) {
                forms.push(form.form.to_owned());
            }
        }
        forms
    }
}

pub async fn preview(
    session: &Session,
    mut filled: Vec<Filled>,
    at: DateTime<FixedOffset>,
) -> Result<Preview, Problem> {
    let copies: Vec<_> =
        filled.iter_mut().map(|form| std::mem::replace(&mut form.copies, 1)).collect();
    Ok(previewed(&laid_out(session, filled, at).await?.pdf, copies.into_iter()))
}

/// Every copy that is asked for.
pub async fn laid_out(
    session: &Session,
    filled: Vec<Filled>,
    at: DateTime<FixedOffset>,
) -> Result<Laid, Problem> {
    let images = {
        let project = session.load_project().await?;
        logo::images(session, &project.world()).await?
    };
    let rendering = tokio::task::spawn_blocking(move || {
        let pdf = rendered(&filled, &images, at)?;
        Ok(Laid { filled, pdf })
    });
    rendering.await.expect("rendering does not panic")
}

fn rendered(filled: &[Filled], images: &Images, at: DateTime<FixedOffset>) -> Result<Pdf, Problem> {
    let every = filled
        .iter()
        .flat_map(|form| every_copy(&form.template, &form.data, images, at, form.copies));
    let jobs: Vec<_> = every.collect();
    render(&jobs, Fonts::bundled()).map_err(|error| trouble::form(&error))
}

/// Into the file, which is there whole before `events` say so, and to the printer, whose job is kept with them.
/// The pages are kept nowhere else. `name`: of the job, and of a file that nobody named.
pub async fn hand_over(
    session: &Session,
    laid: &Laid,
    name: &str,
    to: Checked,
    events: Vec<NewEvent>,
) -> Result<Done, Problem> {
    let actor = session.actor()?;
    let path = match (to.out, &to.printer) {
        (Some(out), _) => Some(PathBuf::from(out)),
        (None, Some(_)) => None,
        (None, None) => Some(prints(session)?.join(format!("{name}.pdf"))),
    };
    let staged = path.map(|path| Staged::write(&path, &laid.pdf.bytes)).transpose()?;
    let job = to.printer.map(|printer| {
        let title = format!("收楼 {name}");
        let job = jobs::new(actor, &printer.name, title, laid.pdf.pages, false);
        jobs::Job { home: name.to_owned(), forms: laid.forms(), ..job }
    });
    let prints: Vec<_> = job.iter().map(jobs::Job::note).collect();
    if !events.is_empty() {
        session.write(NewCommit { prints, ..commit(actor, now(), events) }).await?;
    } else if !prints.is_empty() {
        session.store.note_prints(prints).await?;
    }
    let path = staged.as_ref().map(|staged| staged.path.display().to_string());
    staged.map(Staged::put).transpose()?;
    let mut handed = Vec::new();
    if let Some(job) = job {
        choices::remember_printer(session, &job.printer).await;
        handed.push(jobs::hand_over(session, job, &laid.pdf.bytes).await?.id);
    }
    let documents = laid.documents().map(|(form, pages)| PrintedDocument {
        form: form.form.to_owned(),
        number: form.number.clone(),
        pages,
        copies: form.copies.max(1),
        reprint: false,
    });
    let documents = documents.collect();
    Ok(Done::Printed { path, jobs: handed, documents, pages: laid.pdf.pages })
}
