//! The one loop of a batch: homes are prepared ahead on all processors, and recorded and delivered in order.

use super::{
    Batch, Placed, Standing, Step,
    deliver::Outlet,
    lines,
    prepare::{Prepared, Preparing, prepare, record},
};
use crate::{
    api::{Problem, Topic},
    printing::trouble,
    session::Session,
};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Instant,
};
use tokio::task::JoinHandle;

/// A home that is changed under the printer's hands is read anew so often.
const TRIES: u32 = 4;

/// How long the homes took so far.
pub struct Pace {
    begun: Instant,
    done: AtomicU32,
}

impl Pace {
    pub fn begin() -> Pace {
        Pace { begun: Instant::now(), done: AtomicU32::new(0) }
    }

    fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// For so many homes more; `None` before the first.
    pub fn seconds_left(&self, homes: u32) -> Option<u32> {
        let done = self.done.load(Ordering::Relaxed);
        let each = self.begun.elapsed().as_secs_f64() / f64::from(done.max(1));
        (done > 0).then(|| (each * f64::from(homes)).ceil() as u32)
    }
}

pub async fn run(session: Arc<Session>, mut batch: Batch, stop: Arc<AtomicBool>, pace: Arc<Pace>) {
    let ended = through(&session, &batch, &stop, &pace).await;
    (batch.state, batch.problem) = match ended {
        Ok(true) => (Standing::Finished, None),
        Ok(false) => (Standing::Paused, None),
        Err(problem) => (Standing::Paused, Some(problem)),
    };
    if batch.keep(&session).await.is_err()
        && let Some(problem) = batch.problem
    {
        session.printing.batch.troubles().insert(batch.id, problem);
    }
    session.tell(vec![Topic::Batches]);
}

/// Whether it came to the end. An error concerns all homes: the rest would fare no better.
async fn through(
    session: &Arc<Session>,
    batch: &Batch,
    stop: &AtomicBool,
    pace: &Pace,
) -> Result<bool, Problem> {
    let mut homes = lines(session, batch.id).await?;
    let preparing = Arc::new(Preparing::of(session, batch).await?);
    let mut outlet = Outlet::open(batch)?;
    let mut ahead = Ahead::new(session, &preparing, &homes);
    for home in &mut homes {
        if stop.load(Ordering::Acquire) {
            return Ok(false);
        }
        let outcome = match home.line.step {
            Step::Failed => continue,
            Step::Done if !outlet.takes_all_anew() => continue,
            Step::Done | Step::Recorded => outlet.archived(session, home, stop).await,
            Step::Waiting => {
                printed(session, &preparing, &mut ahead, home, &mut outlet, stop).await
            }
        };
        match outcome {
            Ok(true) => home.line.step = Step::Done,
            // Stopped while it waited for the printer.
            Ok(false) => return Ok(false),
            Err(problem) if concerns_all(&problem) => return Err(problem),
            Err(problem) => {
                home.line.step = Step::Failed;
                home.line.problem = Some(problem);
            }
        }
        session.store.note_prints(vec![home.note(batch.id)]).await?;
        pace.step();
        session.tell(vec![Topic::Batches]);
    }
    outlet.close(batch).await?;
    Ok(true)
}

async fn printed(
    session: &Arc<Session>,
    preparing: &Arc<Preparing>,
    ahead: &mut Ahead,
    home: &mut Placed,
    outlet: &mut Outlet,
    stop: &AtomicBool,
) -> Result<bool, Problem> {
    let mut prepared = ahead.next().await?;
    for _ in 0..TRIES {
        match record(session, preparing, home, &prepared).await {
            Err(problem) if problem.code == "stale" => {
                prepared = prepare(session.clone(), preparing.clone(), home.unit).await?;
            }
            Err(problem) => return Err(problem),
            Ok(()) => return outlet.take(session, home, prepared.into_pdfs(), stop).await,
        }
    }
    Err(trouble::home_busy())
}

/// What stands in the way of every home.
fn concerns_all(problem: &Problem) -> bool {
    const CODES: [&str; 13] = [
        "cannot_write",
        "cannot_read",
        "disk_full",
        "read_only",
        "in_use",
        "io",
        "sqlite",
        "driver",
        "no_actor",
        "no_print_service",
        "printer_gone",
        "printer_takes_no_jobs",
        "print_refused",
    ];
    CODES.contains(&problem.code.as_str())
}

/// The next homes, prepared beside everything else: one for each processor, and one to take from.
/// Only so many are in memory at a time.
struct Ahead {
    session: Arc<Session>,
    preparing: Arc<Preparing>,
    waiting: VecDeque<shoulou_eventlog::Id>,
    tasks: VecDeque<JoinHandle<Result<Prepared, Problem>>>,
    wide: usize,
}

impl Ahead {
    fn new(session: &Arc<Session>, preparing: &Arc<Preparing>, homes: &[Placed]) -> Ahead {
        let waiting = homes.iter().filter(|home| home.line.step == Step::Waiting);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let mut ahead = Ahead {
            session: session.clone(),
            preparing: preparing.clone(),
            waiting: waiting.map(|home| home.unit).collect(),
            tasks: VecDeque::new(),
            wide: cores + 1,
        };
        ahead.fill();
        ahead
    }

    fn fill(&mut self) {
        while self.tasks.len() < self.wide {
            let Some(unit) = self.waiting.pop_front() else { return };
            let (session, preparing) = (self.session.clone(), self.preparing.clone());
            self.tasks.push_back(tokio::spawn(prepare(session, preparing, unit)));
        }
    }

    /// Of the next waiting home.
    async fn next(&mut self) -> Result<Prepared, Problem> {
        let task = self.tasks.pop_front().expect("there is a task for each waiting home");
        let prepared = task.await.expect("preparing does not panic");
        self.fill();
        prepared
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
