//! How far batches are, as screens see them.

use super::{Batch, Placed, Standing, Step, all, find, lines};
use crate::{
    api::{BatchFailure, BatchState, BatchTo, BatchView, Problem},
    printing::{
        jobs::{self, Job},
        trouble,
    },
    session::Session,
};
use shoulou_domain::view::StaffView;
use shoulou_eventlog::Id;

pub async fn view(session: &Session, id: Id) -> Result<BatchView, Problem> {
    let batch = find(session, id).await?;
    told(session, batch, &session.staff().await?).await
}

/// Newest first.
pub async fn views(session: &Session) -> Result<Vec<BatchView>, Problem> {
    let staff = session.staff().await?;
    let mut views = Vec::new();
    for batch in all(session).await? {
        views.push(told(session, batch, &staff).await?);
    }
    Ok(views)
}

async fn told(session: &Session, batch: Batch, staff: &[StaffView]) -> Result<BatchView, Problem> {
    let homes = lines(session, batch.id).await?;
    let pace = session.printing.batch.pace(batch.id).await;
    let going = pace.is_some();
    let mut failed = Vec::new();
    let (mut done, mut pages) = (0, 0);
    for home in &homes {
        match failure(session, &batch, home).await {
            Some(problem) => failed.push(BatchFailure {
                unit: home.unit,
                home: code(session, home.unit),
                problem,
            }),
            None if home.line.step == Step::Done => {
                (done, pages) = (done + 1, pages + home.line.pages)
            }
            None => {}
        }
    }
    let total = homes.len() as u32;
    let left = total - done - failed.len() as u32;
    let state = match batch.state {
        Standing::Going if going => BatchState::Running,
        Standing::Going | Standing::Paused => BatchState::Paused,
        Standing::Finished => BatchState::Finished,
        Standing::Cancelled => BatchState::Cancelled,
    };
    let unnoted = session.printing.batch.troubles().get(&batch.id).cloned();
    let ended = || match (batch.state, going) {
        (Standing::Going, false) => Some(trouble::batch_interrupted()),
        _ => None,
    };
    let by = staff.iter().find(|person| person.id == batch.by);
    Ok(BatchView {
        batch: batch.id,
        state,
        started: batch.made,
        by: by.map(|person| person.name.clone()).unwrap_or_default(),
        total,
        done,
        pages,
        failed,
        seconds_left: pace.and_then(|pace| pace.seconds_left(left)),
        problem: batch.problem.clone().or(unnoted).or_else(ended),
        forms: batch.forms,
        to: batch.to,
    })
}

/// Why a home is without its papers: it could not be printed, or what was handed over came to nothing.
async fn failure(session: &Session, batch: &Batch, home: &Placed) -> Option<Problem> {
    if home.line.step == Step::Failed {
        return home.line.problem.clone();
    }
    // A batch that was cancelled took its jobs back itself.
    if !matches!(batch.to, BatchTo::Printer { .. }) || batch.state == Standing::Cancelled {
        return None;
    }
    for job in &home.line.jobs {
        let job = jobs::find_opt(session, *job).await?;
        if home.line.step == Step::Done && job.came_to_nothing() {
            return Some(lost(job));
        }
    }
    None
}

fn lost(job: Job) -> Problem {
    job.problem.unwrap_or_else(|| trouble::job_taken_back(&job.printer))
}

fn code(session: &Session, unit: Id) -> String {
    let directory = session.directory.read().expect("no holder panics");
    directory.get(unit).map(|row| row.code.clone()).unwrap_or_default()
}
