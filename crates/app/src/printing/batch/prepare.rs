//! One home of a batch, from its records to archived pages, and into the log.

use super::{Batch, Placed, Step};
use crate::{
    api::{BatchForms, BatchTo, FormOrder, Problem},
    logo,
    printing::{
        jobs::{self, Job},
        loaded,
        sheets::{Bundle, by_manner, fill_all, rendered, tag},
        trouble,
    },
    session::{Loaded, Session, commit, now},
};
use chrono::{DateTime, FixedOffset};
use shoulou_domain::{dossier::Dossier, paper, refusal::Refusal, world::World};
use shoulou_eventlog::{Hash, Id};
use shoulou_forms::Images;
use shoulou_store::{NewCommit, Reads};
use std::sync::{Arc, Mutex, PoisonError};

/// What all homes of a batch have in common.
pub struct Preparing {
    batch: Id,
    actor: Id,
    tag: String,
    forms: BatchForms,
    printer: Option<String>,
    /// The logo under its name: decoded once, not once for each home.
    images: Mutex<Option<(String, Arc<Images>)>>,
}

impl Preparing {
    pub async fn of(session: &Session, batch: &Batch) -> Result<Preparing, Problem> {
        let printer = match &batch.to {
            BatchTo::Printer { printer } => Some(printer.clone()),
            BatchTo::File { .. } | BatchTo::Folder { .. } => None,
        };
        Ok(Preparing {
            batch: batch.id,
            actor: session.actor()?,
            tag: tag(session).await?,
            forms: batch.forms.clone(),
            printer,
            images: Mutex::default(),
        })
    }

    fn orders(&self, world: &World<'_>) -> Vec<FormOrder> {
        match &self.forms {
            BatchForms::Named { forms } => forms.clone(),
            BatchForms::Packet { duplex } => paper::packet(world)
                .into_iter()
                .filter(|choice| choice.needed)
                .map(|choice| FormOrder { duplex: *duplex, ..choice.form.into() })
                .collect(),
        }
    }

    async fn images(&self, session: &Session, world: &World<'_>) -> Result<Arc<Images>, Problem> {
        let name = world.project_text("logo").unwrap_or_default().to_owned();
        let known = self.images.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, images)) = known.filter(|(known, _)| *known == name) {
            return Ok(images);
        }
        let images = Arc::new(logo::images(session, world).await?);
        let kept = Some((name, images.clone()));
        *self.images.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(images)
    }
}

/// A home's pages, archived, and what they were made from.
pub struct Prepared {
    loaded: Loaded,
    arrival: u64,
    at: DateTime<FixedOffset>,
    bundles: Vec<Bundle>,
    blobs: Vec<Hash>,
}

impl Prepared {
    pub fn into_pdfs(self) -> Vec<Vec<u8>> {
        self.bundles.into_iter().map(|bundle| bundle.pdf.bytes).collect()
    }
}

pub async fn prepare(
    session: Arc<Session>,
    preparing: Arc<Preparing>,
    unit: Id,
) -> Result<Prepared, Problem> {
    let arrival = session.arrival();
    let loaded = loaded(&session, unit).await?;
    if Dossier::of(&loaded.world()).household_erased() {
        return Err(Refusal::HouseholdErased.into());
    }
    let images = preparing.images(&session, &loaded.world()).await?;
    let at = now();
    let rendering = tokio::task::spawn_blocking(move || {
        let orders = preparing.orders(&loaded.world());
        if orders.is_empty() {
            return Err(trouble::nothing_needed());
        }
        let sheets = fill_all(&loaded, preparing.actor, &preparing.tag, &orders, false)?;
        let runs = match preparing.printer {
            Some(_) => by_manner(sheets),
            None => vec![sheets],
        };
        let to_printer = preparing.printer.is_some();
        let bundles = runs.into_iter().map(|run| {
            let duplex = to_printer && run.iter().any(|sheet| sheet.duplex);
            rendered(run, &images, at, true, duplex)
        });
        Ok((bundles.collect::<Result<Vec<_>, _>>()?, loaded))
    });
    let (bundles, loaded) = rendering.await.expect("rendering does not panic")?;
    let mut blobs = Vec::with_capacity(bundles.len());
    for bundle in &bundles {
        blobs.push(session.store.put_blob(&bundle.pdf.bytes).await?);
    }
    Ok(Prepared { loaded, arrival, at, bundles, blobs })
}

/// Writes the entry of the log, the home's line and its jobs in one transaction.
///
/// # Errors
/// `stale` where the home changed since it was read: nothing was written.
pub async fn record(
    session: &Session,
    preparing: &Preparing,
    home: &mut Placed,
    prepared: &Prepared,
) -> Result<(), Problem> {
    let Prepared { loaded, arrival, at, bundles, blobs } = prepared;
    let world = loaded.world();
    let Some((file, _)) = &loaded.file else {
        return Err(Problem::unknown_unit(&home.unit.to_string()));
    };
    let printer = preparing.printer.as_deref();
    let events = bundles.iter().zip(blobs);
    let events = events.flat_map(|(bundle, blob)| bundle.facts(&world, *file, *blob, printer));
    let jobs: Vec<Job> = match printer {
        None => Vec::new(),
        Some(printer) => {
            let job = |(bundle, blob): (&Bundle, &Hash)| Job {
                unit: Some(home.unit),
                home: loaded.code().to_owned(),
                forms: bundle.sheets.iter().map(|sheet| sheet.form.to_owned()).collect(),
                blob: Some(*blob),
                batch: Some(preparing.batch),
                ..jobs::new(
                    preparing.actor,
                    printer,
                    format!("收楼 {}", loaded.code()),
                    bundle.pdf.pages,
                    bundle.duplex,
                )
            };
            bundles.iter().zip(blobs).map(job).collect()
        }
    };
    let mut recorded = home.clone();
    recorded.line.step = Step::Recorded;
    recorded.line.pages = bundles.iter().map(|bundle| bundle.pdf.pages).sum();
    recorded.line.blobs.clone_from(blobs);
    recorded.line.jobs = jobs.iter().map(|job| job.id).collect();
    let mut prints: Vec<_> = jobs.iter().map(Job::note).collect();
    prints.push(recorded.note(preparing.batch));
    let unit = loaded.unit.as_ref().map(|(id, _)| *id);
    let entities = [Some(loaded.project_id), unit, Some(*file)].into_iter().flatten().collect();
    let reads = Some(Reads { arrival: *arrival, entities });
    let events = events.collect();
    let new =
        NewCommit { blobs: blobs.clone(), prints, reads, ..commit(preparing.actor, *at, events) };
    let _turn = session.turn().await;
    let appended = session.store.append(new).await?;
    *home = recorded;
    session.took(&appended, at.timestamp_millis()).await
}
