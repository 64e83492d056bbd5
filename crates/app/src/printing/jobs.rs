//! What was handed to printers from this PC, and what became of it. The system's queue knows how a job stands;
//! kept here is whose it is, and, once it is over, how it ended, for queues forget.
//!
//! A job is opened empty, its number is kept, and only then its document goes: after a crash at any point it can
//! be told whether the system has all of it, so nothing prints twice.
//!
//! Handing over again is no reprint. 补打 says that a paper like this one lies somewhere already; of a job that
//! failed or was taken back none came out whole, so the archived pages go out as they are, with nothing new
//! in the log. Whoever wants a second paper prints again, and that one is marked.

mod told;

use super::trouble;
use crate::{
    api::{PrintJobView, Problem, Topic},
    session::{Session, fresh_id, now},
    system_print::{self, Manner, Printer, Stage},
};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{Hash, Id};
use shoulou_store::{KeptJob, PrintNote};
use std::{
    collections::HashMap,
    sync::{Arc, Weak, atomic::Ordering},
    time::Duration,
};

const LISTED: u32 = 200;
const LOOK_EVERY: Duration = Duration::from_millis(1500);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: Id,
    /// Milliseconds since 1970 UTC.
    pub made: i64,
    pub by: Id,
    pub unit: Option<Id>,
    pub home: String,
    pub title: String,
    pub forms: Vec<String>,
    pub printer: String,
    pub pages: u32,
    pub duplex: bool,
    /// The archived pages; blank forms are not archived.
    pub blob: Option<Hash>,
    pub batch: Option<Id>,
    /// The system's number.
    pub number: Option<i64>,
    pub at: At,
    pub problem: Option<Problem>,
}

/// How far a job has come, as far as this PC must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// The log says that it was printed; the system has not heard of it.
    Recorded,
    /// The system opened it; whether it has the document is the system's to say.
    Begun,
    Sent,
    Done,
    Cancelled,
    Failed,
    Unknown,
}

impl Job {
    pub fn is_open(&self) -> bool {
        matches!(self.at, At::Recorded | At::Begun | At::Sent)
    }

    pub fn note(&self) -> PrintNote {
        let content = serde_json::to_vec(self).expect("a job is plain data");
        PrintNote::Job(KeptJob { id: self.id, made: self.made, open: self.is_open(), content })
    }

    /// Over, and without its paper.
    pub fn came_to_nothing(&self) -> bool {
        can_go_again(self.at)
    }

    fn read(kept: &KeptJob) -> Option<Job> {
        serde_json::from_slice(&kept.content).ok()
    }
}

/// A job about to be recorded.
pub fn new(by: Id, printer: &str, title: String, pages: u32, duplex: bool) -> Job {
    Job {
        id: fresh_id(),
        made: now().timestamp_millis(),
        by,
        unit: None,
        home: String::new(),
        title,
        forms: Vec::new(),
        printer: printer.to_owned(),
        pages,
        duplex,
        blob: None,
        batch: None,
        number: None,
        at: At::Recorded,
        problem: None,
    }
}

async fn keep(session: &Session, job: &Job) -> Result<(), Problem> {
    session.store.note_prints(vec![job.note()]).await?;
    session.tell(vec![Topic::Printing]);
    Ok(())
}

/// Gives a recorded job to the system. Whatever goes wrong is kept with it.
pub async fn hand_over(session: &Session, mut job: Job, pdf: &[u8]) -> Result<Job, Problem> {
    match handed(session, &mut job, pdf).await {
        Ok(()) => {
            watch(session);
            Ok(job)
        }
        Err(problem) => {
            job.at = At::Failed;
            job.problem = Some(problem.clone());
            keep(session, &job).await?;
            Err(problem)
        }
    }
}

async fn handed(session: &Session, job: &mut Job, pdf: &[u8]) -> Result<(), Problem> {
    let printer = system_print::printer(&job.printer).await?;
    let title = job.title.clone();
    let manner = Manner { title: &title, duplex: job.duplex && printer.duplex };
    let number = system_print::begin(&printer, manner).await?;
    (job.number, job.at, job.problem) = (Some(number), At::Begun, None);
    keep(session, job).await?;
    if let Err(problem) = system_print::send(&printer, number, manner, pdf).await {
        // Empty, it would wait in the queue for nothing.
        let _ = system_print::cancel(number).await;
        return Err(problem);
    }
    job.at = At::Sent;
    keep(session, job).await
}

pub async fn cancel(session: &Session, id: Id) -> Result<(), Problem> {
    let mut job = find(session, id).await?;
    if !job.is_open() {
        return Err(trouble::job_over());
    }
    if let Some(number) = job.number {
        system_print::cancel(number).await?;
        let fate = system_print::fate(number).await?;
        job.at = match fate.stage {
            Stage::Done => At::Done,
            _ => At::Cancelled,
        };
    } else {
        job.at = At::Cancelled;
    }
    keep(session, &job).await
}

/// See the head of this file.
pub async fn again(session: &Session, id: Id, printer: Option<String>) -> Result<Job, Problem> {
    session.writable()?;
    let mut job = find(session, id).await?;
    let Some(blob) = job.blob.filter(|_| can_go_again(job.at)) else {
        return Err(trouble::job_not_again());
    };
    let pdf = session.store.get_blob(&blob).await?;
    if let Some(printer) = printer {
        job.printer = system_print::printer(&printer).await?.name;
    }
    (job.at, job.number, job.problem) = (At::Recorded, None, None);
    hand_over(session, job, &pdf).await
}

fn can_go_again(at: At) -> bool {
    matches!(at, At::Failed | At::Cancelled | At::Unknown)
}

async fn find(session: &Session, id: Id) -> Result<Job, Problem> {
    let kept = session.store.print_job(id).await?;
    kept.as_ref().and_then(Job::read).ok_or_else(trouble::no_such_job)
}

/// Jobs that the system has and that are not over.
pub async fn waiting_at_printers(session: &Session) -> Result<usize, Problem> {
    let open = session.store.open_print_jobs().await?;
    Ok(open.iter().filter_map(Job::read).filter(|job| job.at == At::Sent).count())
}

pub async fn find_opt(session: &Session, id: Id) -> Option<Job> {
    find(session, id).await.ok()
}

pub async fn list(session: &Session) -> Result<Vec<PrintJobView>, Problem> {
    refresh(session).await?;
    let kept = session.store.print_jobs(LISTED).await?;
    let staff = session.staff().await?;
    let printers = match kept.iter().any(|kept| kept.open) {
        true => system_print::printers().await.unwrap_or_default(),
        false => Vec::new(),
    };
    let printers: HashMap<&str, &Printer> =
        printers.iter().map(|printer| (printer.name.as_str(), printer)).collect();
    if kept.iter().any(|kept| kept.open) {
        watch(session);
    }
    let mut views = Vec::with_capacity(kept.len());
    for job in kept.iter().filter_map(Job::read) {
        let fate = match (job.at, job.number) {
            (At::Sent, Some(number)) => system_print::fate(number).await.ok(),
            _ => None,
        };
        let by = staff.iter().find(|person| person.id == job.by);
        let by = by.map(|person| person.name.clone()).unwrap_or_default();
        let printer = printers.get(job.printer.as_str()).copied();
        views.push(told::view(&job, by, fate.as_ref(), printer));
    }
    Ok(views)
}

/// Asks the system about every open job and keeps what is final.
pub async fn refresh(session: &Session) -> Result<(), Problem> {
    let mut notes = Vec::new();
    for kept in session.store.open_print_jobs().await? {
        let Some(mut job) = Job::read(&kept) else { continue };
        let (At::Sent, Some(number)) = (job.at, job.number) else { continue };
        let Ok(fate) = system_print::fate(number).await else { break };
        job.at = match fate.stage {
            Stage::Done => At::Done,
            Stage::Cancelled => At::Cancelled,
            Stage::Failed => At::Failed,
            Stage::Unknown => At::Unknown,
            Stage::Waiting | Stage::Held | Stage::Printing => continue,
        };
        job.problem = told::ended_badly(&job, fate.said.as_deref());
        notes.push(job.note());
    }
    if !notes.is_empty() && !session.read_only() {
        session.store.note_prints(notes).await?;
        session.tell(vec![Topic::Printing, Topic::Batches]);
    }
    Ok(())
}

/// What a crash before `began` left half handed over, told from the system's side. Jobs of batches are their batch's matter.
pub async fn take_up(session: &Session, began: i64) -> Result<(), Problem> {
    for kept in session.store.open_print_jobs().await? {
        let Some(job) = Job::read(&kept) else { continue };
        if job.made < began && job.batch.is_none() && job.at != At::Sent {
            settle(session, job).await?;
        }
    }
    Ok(())
}

/// Whether the system has all of a job that was being handed over.
pub async fn settle(session: &Session, mut job: Job) -> Result<Job, Problem> {
    let fate = match (job.at, job.number) {
        (At::Begun, Some(number)) => Some((number, system_print::fate(number).await?)),
        _ => None,
    };
    match fate {
        Some((_, fate)) if fate.complete => job.at = At::Sent,
        // Gone from the queue: whether it was printed before that, only the paper can tell.
        Some((_, fate)) if fate.stage == Stage::Unknown => {
            job.at = At::Unknown;
            job.problem = told::ended_badly(&job, None);
        }
        other => {
            if let Some((number, _)) = other {
                let _ = system_print::cancel(number).await;
            }
            job.at = At::Failed;
            job.problem = Some(told::of_what_is_kept(&job, trouble::interrupted()));
        }
    }
    keep(session, &job).await?;
    Ok(job)
}

/// Looks after open jobs as long as there are any, so that screens hear what becomes of them.
pub fn watch(session: &Session) {
    let Some(me) = session.printing.me() else { return };
    if session.printing.watching.swap(true, Ordering::AcqRel) {
        return;
    }
    tokio::spawn(async move {
        while let Some(session) = look(&me).await {
            drop(session);
            tokio::time::sleep(LOOK_EVERY).await;
        }
        if let Some(session) = me.upgrade() {
            session.printing.watching.store(false, Ordering::Release);
        }
    });
}

/// `None` where there is nothing more to look after.
async fn look(me: &Weak<Session>) -> Option<Arc<Session>> {
    let session = me.upgrade()?;
    refresh(&session).await.ok()?;
    let open = session.store.open_print_jobs().await.ok()?;
    session.tell(vec![Topic::Printing]);
    open.iter().filter_map(Job::read).any(|job| job.at == At::Sent).then_some(session)
}
