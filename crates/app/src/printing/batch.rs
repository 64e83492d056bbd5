//! Printing for many homes: durable, so that it goes on where it stopped.
//!
//! A home's line says *waiting*, then *recorded* (written in one transaction with the log's entry, its pages
//! archived before), then *done*. After a crash a waiting home is printed, a recorded one is handed over from the
//! archive, and a done one is left alone: no number twice, none missing. A batch that was under way when
//! the program ended stands as paused: a PC that is switched on does not begin to spit out paper by itself.

mod deliver;
mod prepare;
mod run;
mod told;

pub use told::{view, views};

use super::{jobs, lists, trouble};
use crate::{
    api::{BatchForms, BatchHomes, BatchTo, Done, Problem, Topic},
    session::{Session, fresh_id, now},
    system_print,
};
use run::Pace;
use serde::{Deserialize, Serialize};
use shoulou_domain::paper;
use shoulou_eventlog::{Hash, Id};
use shoulou_store::{KeptBatch, KeptHome, PrintNote};
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::task::JoinHandle;

/// The batch that is under way, one at a time: two would share printer and processors, and end no sooner.
#[derive(Default)]
pub struct Slot {
    run: tokio::sync::Mutex<Option<Run>>,
    /// Why batches stopped that could not be noted down, on a full disk for instance.
    troubles: Mutex<HashMap<Id, Problem>>,
}

struct Run {
    batch: Id,
    stop: Arc<AtomicBool>,
    pace: Arc<Pace>,
    task: JoinHandle<()>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Batch {
    id: Id,
    /// Milliseconds since 1970 UTC.
    made: i64,
    by: Id,
    forms: BatchForms,
    to: BatchTo,
    state: Standing,
    problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Standing {
    Going,
    Paused,
    Finished,
    Cancelled,
}

/// One home of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    step: Step,
    pages: u32,
    /// The archived pages, one PDF for each way of printing.
    blobs: Vec<Hash>,
    /// Likewise the jobs, where they go to a printer.
    jobs: Vec<Id>,
    problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    #[default]
    Waiting,
    Recorded,
    Done,
    Failed,
}

impl Batch {
    fn note(&self) -> PrintNote {
        let content = serde_json::to_vec(self).expect("a batch is plain data");
        PrintNote::Batch(KeptBatch { id: self.id, made: self.made, content })
    }

    async fn keep(&self, session: &Session) -> Result<(), Problem> {
        session.store.note_prints(vec![self.note()]).await?;
        session.tell(vec![Topic::Batches]);
        Ok(())
    }
}

/// A home's line at its place.
#[derive(Clone, Debug)]
struct Placed {
    place: u32,
    unit: Id,
    line: Line,
}

impl Placed {
    fn note(&self, batch: Id) -> PrintNote {
        let content = serde_json::to_vec(&self.line).expect("a line is plain data");
        PrintNote::Home(KeptHome { batch, place: self.place, unit: self.unit, content })
    }
}

async fn all(session: &Session) -> Result<Vec<Batch>, Problem> {
    let kept = session.store.batches().await?;
    Ok(kept.iter().filter_map(|kept| serde_json::from_slice(&kept.content).ok()).collect())
}

async fn find(session: &Session, id: Id) -> Result<Batch, Problem> {
    let found = all(session).await?.into_iter().find(|batch| batch.id == id);
    found.ok_or_else(trouble::no_such_batch)
}

async fn lines(session: &Session, batch: Id) -> Result<Vec<Placed>, Problem> {
    let kept = session.store.batch_homes(batch).await?;
    let placed = |home: KeptHome| Placed {
        place: home.place,
        unit: home.unit,
        line: serde_json::from_slice(&home.content).unwrap_or_default(),
    };
    Ok(kept.into_iter().map(placed).collect())
}

pub async fn begin(
    session: &Session,
    homes: &BatchHomes,
    forms: BatchForms,
    to: BatchTo,
) -> Result<Done, Problem> {
    session.date_certain()?;
    let by = session.actor()?;
    let mut slot = free(session).await?;
    let units = lists::units(session, homes);
    if units.is_empty() {
        return Err(trouble::no_homes());
    }
    check(&forms)?;
    let to = settled(to).await?;
    let (id, made) = (fresh_id(), now().timestamp_millis());
    let batch = Batch { id, made, by, forms, to, state: Standing::Going, problem: None };
    let homes = units.into_iter().zip(0..).map(|(unit, place)| Placed {
        place,
        unit,
        line: Line::default(),
    });
    let notes = std::iter::once(batch.note()).chain(homes.map(|home| home.note(id)));
    session.store.note_prints(notes.collect()).await?;
    *slot = go(session, batch);
    session.tell(vec![Topic::Batches]);
    Ok(Done::BatchStarted { batch: id })
}

fn check(forms: &BatchForms) -> Result<(), Problem> {
    let BatchForms::Named { forms } = forms else { return Ok(()) };
    match forms.iter().find(|form| paper::form(&form.form).is_none()) {
        Some(unknown) => Err(trouble::unknown_form(&unknown.form, &[])),
        None if forms.is_empty() => Err(trouble::nothing_chosen()),
        None => Ok(()),
    }
}

/// Where it goes must be there before anything is recorded.
async fn settled(to: BatchTo) -> Result<BatchTo, Problem> {
    match to {
        BatchTo::Printer { printer } => {
            Ok(BatchTo::Printer { printer: system_print::printer(&printer).await?.name })
        }
        BatchTo::Folder { path } => {
            let dir = Path::new(&path);
            std::fs::create_dir_all(dir).map_err(|error| Problem::cannot_write(dir, &error))?;
            Ok(BatchTo::Folder { path })
        }
        BatchTo::File { path } => {
            let file = Path::new(&path);
            if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
                std::fs::create_dir_all(dir).map_err(|error| Problem::cannot_write(dir, &error))?;
            }
            Ok(BatchTo::File { path })
        }
    }
}

/// The slot, when nothing is under way in it.
async fn free(session: &Session) -> Result<tokio::sync::MutexGuard<'_, Option<Run>>, Problem> {
    let slot = session.printing.batch.run.lock().await;
    match &*slot {
        Some(run) if !run.task.is_finished() => Err(trouble::batch_running()),
        _ => Ok(slot),
    }
}

fn go(session: &Session, batch: Batch) -> Option<Run> {
    let me = session.printing.me()?.upgrade()?;
    session.printing.batch.troubles().remove(&batch.id);
    let (stop, pace) = (Arc::new(AtomicBool::new(false)), Arc::new(Pace::begin()));
    let id = batch.id;
    let task = tokio::spawn(run::run(me, batch, stop.clone(), pace.clone()));
    Some(Run { batch: id, stop, pace, task })
}

impl Slot {
    fn troubles(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Problem>> {
        self.troubles.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How fast a batch goes, while it goes.
    async fn pace(&self, batch: Id) -> Option<Arc<Pace>> {
        let run = self.run.lock().await;
        let run = run.as_ref().filter(|run| run.batch == batch && !run.task.is_finished())?;
        Some(run.pace.clone())
    }
}

/// Lets the home in hand come to its end; gives back whether this batch (or any) was under way.
async fn stopped(session: &Session, batch: Option<Id>) -> bool {
    let mut slot = session.printing.batch.run.lock().await;
    let Some(run) = slot.take_if(|run| batch.is_none_or(|batch| run.batch == batch)) else {
        return false;
    };
    run.stop.store(true, Ordering::Release);
    let under_way = !run.task.is_finished();
    let _ = run.task.await;
    under_way
}

pub async fn halt(session: &Session) {
    stopped(session, None).await;
}

pub async fn pause(session: &Session, id: Id) -> Result<Done, Problem> {
    find(session, id).await?;
    stopped(session, Some(id)).await;
    Ok(Done::Nothing)
}

/// `failed`: homes that could not be printed, and those whose job came to nothing, are tried again.
pub async fn resume(session: &Session, id: Id, failed: bool) -> Result<Done, Problem> {
    session.date_certain()?;
    let mut slot = free(session).await?;
    let mut batch = find(session, id).await?;
    match batch.state {
        Standing::Cancelled => return Err(trouble::batch_over()),
        Standing::Finished if !failed => return Err(trouble::batch_over()),
        _ => {}
    }
    let mut notes = Vec::new();
    if failed {
        jobs::refresh(session).await?;
        for mut home in lines(session, id).await? {
            let mut lost = false;
            for job in &home.line.jobs {
                lost |=
                    jobs::find_opt(session, *job).await.is_some_and(|job| job.came_to_nothing());
            }
            match home.line.step {
                // What was recorded goes out from the archive; only what was not is printed.
                Step::Failed if home.line.blobs.is_empty() => home.line.step = Step::Waiting,
                Step::Failed => home.line.step = Step::Recorded,
                Step::Done if lost => home.line.step = Step::Recorded,
                _ => continue,
            }
            home.line.problem = None;
            notes.push(home.note(id));
        }
    }
    (batch.state, batch.problem) = (Standing::Going, None);
    notes.push(batch.note());
    session.store.note_prints(notes).await?;
    *slot = go(session, batch);
    session.tell(vec![Topic::Batches]);
    Ok(Done::Nothing)
}

pub async fn cancel(session: &Session, id: Id) -> Result<Done, Problem> {
    stopped(session, Some(id)).await;
    let mut batch = find(session, id).await?;
    if matches!(batch.state, Standing::Finished | Standing::Cancelled) {
        return Err(trouble::batch_over());
    }
    for home in lines(session, id).await? {
        for job in home.line.jobs {
            // One that is over, or that the system will not give up, stays what it is.
            let _ = jobs::cancel(session, job).await;
        }
    }
    if let BatchTo::File { path } = &batch.to {
        let _ = std::fs::remove_file(deliver::unfinished(Path::new(path)));
    }
    (batch.state, batch.problem) = (Standing::Cancelled, None);
    batch.keep(session).await?;
    Ok(Done::Nothing)
}
