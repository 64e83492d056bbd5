//! A folder of scans: read by the code on each page, filed to the papers they are of. The files stay where they are.

mod filing;
mod read;
mod told;
mod whose;

use crate::{
    App,
    api::{Done, LooseScan, LooseWhy, Problem, ScanContent, ScansState, ScansView, Topic},
    session::Session,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use read::{Found, What};
use shoulou_eventlog::Hash;
use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

/// What was put aside on this PC, so that it is not asked about again.
const ASIDE: &str = "scans/aside";
/// As many are remembered; a folder is seldom read again after a year.
const MOST_ASIDE: usize = 20_000;

/// The one reading that is under way or was last.
#[derive(Default)]
pub(crate) struct Scans {
    run: Mutex<Run>,
    cancel: Arc<AtomicBool>,
}

#[derive(Default)]
struct Run {
    view: ScansView,
    found: Vec<Found>,
    began: Option<Instant>,
    told: Option<Instant>,
    /// The arrival up to which the lines of a reading that is over say what became of their papers.
    looked: u64,
}

impl Scans {
    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the place of the last one, unless that is still under way.
    fn begin(&self) -> Result<(), Problem> {
        let mut run = self.run();
        if matches!(run.view.state, ScansState::Reading | ScansState::Filing) {
            return Err(told::under_way());
        }
        *run = Run { began: Some(Instant::now()), ..Run::default() };
        run.view.state = ScansState::Reading;
        self.cancel.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// Reads and files in the background; [`view`] tells how far it is.
pub async fn start(session: &Arc<Session>, paths: Vec<String>) -> Result<Done, Problem> {
    session.writable()?;
    session.actor()?;
    session.scans.begin()?;
    session.tell(vec![Topic::Scans]);
    let session = session.clone();
    tokio::spawn(async move { whole(&session, paths, false).await });
    Ok(Done::Nothing)
}

/// Stops after the page, or the paper, that is under way. What was filed stays filed.
pub fn cancel(session: &Session) -> Done {
    session.scans.cancel.store(true, Ordering::Relaxed);
    Done::Nothing
}

pub async fn view(session: &Session) -> Result<ScansView, Problem> {
    filing::look_again(session).await?;
    let run = session.scans.run();
    let mut view = run.view.clone();
    let reading = view.state == ScansState::Reading && view.done > 0;
    view.seconds_left = run.began.filter(|_| reading).map(|began| {
        let each = began.elapsed().as_secs_f32() / view.done as f32;
        (each * view.total.saturating_sub(view.done) as f32).ceil() as u32
    });
    Ok(view)
}

async fn whole(session: &Arc<Session>, paths: Vec<String>, look_only: bool) {
    let ended = all(session, paths, look_only).await;
    let mut run = session.scans.run();
    run.view.problem = ended.err();
    let cancelled = session.scans.cancelled();
    run.view.state = if cancelled { ScansState::Cancelled } else { ScansState::Done };
    run.looked = session.arrival();
    drop(run);
    session.tell(vec![Topic::Scans, Topic::Status]);
}

async fn all(session: &Arc<Session>, paths: Vec<String>, look_only: bool) -> Result<(), Problem> {
    let reader = session.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        let files = read::files(&paths)?;
        let progress = |done: u32, total: u32| told_to(&reader, done, total);
        Ok::<_, Problem>(read::pages(files, &reader.scans.cancel, &progress))
    });
    let found: Vec<Found> = reading.await.expect("reading scans does not panic")?;
    if session.scans.cancelled() {
        return Ok(());
    }
    let wanted = found.iter().filter_map(|found| match found.what {
        What::Page { document, .. } => Some(document),
        _ => None,
    });
    let whose = whose::Whose::of(session, wanted.collect()).await?;
    let aside = aside(session).await?;
    {
        let mut run = session.scans.run();
        run.view.loose = loose(&found, &whose, &aside);
        run.view.state = ScansState::Filing;
        run.found = found.clone();
    }
    session.tell(vec![Topic::Scans]);
    filing::all(session, &found, whose, look_only).await
}

/// Screens are told a few times a second.
fn told_to(session: &Session, done: u32, total: u32) {
    let mut run = session.scans.run();
    (run.view.done, run.view.total) = (done, total);
    let due = run.told.is_none_or(|told| told.elapsed().as_millis() > 300);
    if due || done == total {
        run.told = Some(Instant::now());
        drop(run);
        session.tell(vec![Topic::Scans]);
    }
}

/// Pages that no document of ours claims. One that was filed by hand before is no longer loose.
fn loose(found: &[Found], whose: &whose::Whose, aside: &HashSet<Hash>) -> Vec<LooseScan> {
    let mut seen = HashSet::new();
    let line = |(scan, found): (usize, &Found)| {
        if let Some(content) = found.content
            && (whose.is_filed(&content) || !seen.insert(content))
        {
            return None;
        }
        let (why, form, set, page) = match &found.what {
            What::Page { document, .. } if whose.home(document).is_some() => return None,
            What::Page { page, .. } => (LooseWhy::UnknownDocument, None, None, Some(*page)),
            What::Blank(blank) => (
                LooseWhy::BlankForm,
                Some(blank.form.clone()),
                Some(blank.set.clone()),
                Some(blank.page),
            ),
            What::NoCode => (LooseWhy::NoCode, None, None, None),
            What::Failed(_) => (LooseWhy::Unreadable, None, None, None),
        };
        Some(LooseScan {
            scan: scan as u32,
            name: found.name(),
            sheet: found.sheet as u32 + 1,
            sheets: found.sheets as u32,
            why,
            text: told::loose(&found.what),
            form,
            set,
            page,
            aside: found.content.is_some_and(|content| aside.contains(&content)),
        })
    };
    found.iter().enumerate().filter_map(line).collect()
}

async fn aside(session: &Session) -> Result<HashSet<Hash>, Problem> {
    let kept = session.store.setting(ASIDE).await?.unwrap_or_default();
    let kept = String::from_utf8(kept).unwrap_or_default();
    Ok(kept.lines().filter_map(|line| line.parse().ok()).collect())
}

/// Nobody is asked about this page again on this PC; or is again.
pub async fn put_aside(session: &Session, scan: u32, on: bool) -> Result<Done, Problem> {
    session.writable()?;
    let content = {
        let run = session.scans.run();
        run.found.get(scan as usize).and_then(|found| found.content)
    };
    let content = content.ok_or_else(told::no_such_scan)?;
    let kept = session.store.setting(ASIDE).await?.unwrap_or_default();
    let kept = String::from_utf8(kept).unwrap_or_default();
    let name = content.to_string();
    let mut lines: Vec<&str> = kept.lines().filter(|line| *line != name).collect();
    if on {
        lines.push(&name);
    }
    let from = lines.len().saturating_sub(MOST_ASIDE);
    session.store.set_setting(ASIDE, lines[from..].join("\n").as_bytes()).await?;
    for line in &mut session.scans.run().view.loose {
        if line.scan == scan {
            line.aside = on;
        }
    }
    session.tell(vec![Topic::Scans]);
    Ok(Done::Nothing)
}

pub use filing::by_hand;

/// A page made small, a JPEG, as it lies in its file now.
pub async fn picture(session: &Session, scan: u32, longest: u32) -> Result<ScanContent, Problem> {
    let found = session.scans.run().found.get(scan as usize).cloned();
    let found = found.ok_or_else(told::no_such_scan)?;
    let longest = longest.clamp(32, 2400);
    let small = tokio::task::spawn_blocking(move || {
        let page = read::page(&found)?;
        Ok::<_, Problem>(shoulou_scan::thumbnail(&page.grey, longest))
    });
    let bytes = small.await.map_err(|_| told::no_such_scan())??;
    Ok(ScanContent { media: "image/jpeg".into(), base64: STANDARD.encode(bytes) })
}

impl App {
    /// Reads and files scans and answers when all is done; with `look_only`, nothing is written.
    pub async fn scan_back(
        &self,
        paths: Vec<String>,
        look_only: bool,
    ) -> Result<ScansView, Problem> {
        let session = self.session().await?;
        if !look_only {
            session.writable()?;
            session.actor()?;
        }
        session.scans.begin()?;
        whole(&session, paths, look_only).await;
        let view = view(&session).await?;
        match view.problem {
            Some(problem) => Err(problem),
            None => Ok(view),
        }
    }
}
