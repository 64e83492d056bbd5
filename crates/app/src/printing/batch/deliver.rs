//! Where the homes of a batch go.

use super::{Batch, Placed};
use crate::{
    api::{BatchTo, Problem, Topic},
    folder::write_whole,
    printing::{
        file_name,
        jobs::{self, At},
        trouble,
    },
    session::Session,
};
use shoulou_eventlog::Id;
use shoulou_forms::Book;
use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Jobs of a batch in the printer's queue at a time: enough that it never waits, few enough that a pause
/// is one.
const QUEUED: usize = 4;
const LOOK_EVERY: Duration = Duration::from_millis(300);

pub enum Outlet {
    /// Bound from the first home to the last; what a crash or a pause left is bound anew from the archive.
    File {
        path: PathBuf,
        book: Option<Book<BufWriter<File>>>,
    },
    Folder {
        dir: PathBuf,
    },
    Printer,
}

/// The file while it is being written.
pub fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

impl Outlet {
    pub fn open(batch: &Batch) -> Result<Outlet, Problem> {
        match &batch.to {
            BatchTo::Printer { .. } => Ok(Outlet::Printer),
            BatchTo::Folder { path } => Ok(Outlet::Folder { dir: PathBuf::from(path) }),
            BatchTo::File { path } => {
                let path = PathBuf::from(path);
                let part = unfinished(&path);
                let book = File::create(&part).and_then(|file| Book::begin(BufWriter::new(file)));
                let book = book.map_err(|error| Problem::cannot_write(&part, &error))?;
                Ok(Outlet::File { path, book: Some(book) })
            }
        }
    }

    pub fn takes_all_anew(&self) -> bool {
        matches!(self, Outlet::File { .. })
    }

    /// A home that was recorded before.
    pub async fn archived(
        &mut self,
        session: &Session,
        home: &Placed,
        stop: &AtomicBool,
    ) -> Result<bool, Problem> {
        let mut pdfs = Vec::with_capacity(home.line.blobs.len());
        for blob in &home.line.blobs {
            pdfs.push(session.store.get_blob(blob).await?);
        }
        self.take(session, home, pdfs, stop).await
    }

    /// `false` where it was told to stop meanwhile, and nothing happened.
    pub async fn take(
        &mut self,
        session: &Session,
        home: &Placed,
        pdfs: Vec<Vec<u8>>,
        stop: &AtomicBool,
    ) -> Result<bool, Problem> {
        match self {
            Outlet::File { path, book } => {
                bind(book, path, pdfs).await?;
                Ok(true)
            }
            Outlet::Folder { dir } => {
                let code = code(session, home.unit);
                let dir = dir.clone();
                let writing = tokio::task::spawn_blocking(move || {
                    pdfs.iter().try_for_each(|pdf| put_beside(&dir, &code, pdf))
                });
                writing.await.expect("writing does not panic")?;
                Ok(true)
            }
            Outlet::Printer => {
                for (job, pdf) in home.line.jobs.iter().zip(&pdfs) {
                    if !room(session, stop).await? {
                        return Ok(false);
                    }
                    hand_over(session, *job, pdf).await?;
                }
                Ok(true)
            }
        }
    }

    pub async fn close(self, batch: &Batch) -> Result<(), Problem> {
        let Outlet::File { path, book: Some(book) } = self else { return Ok(()) };
        let created = batch.made / 1000;
        let closing = tokio::task::spawn_blocking(move || {
            let part = unfinished(&path);
            let closed = book
                .finish("收楼", created)
                .and_then(|out| out.into_inner().map_err(|error| error.into_error()))
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&part, &path));
            closed.map_err(|error| Problem::cannot_write(&path, &error))
        });
        closing.await.expect("closing a file does not panic")
    }
}

async fn bind(
    book: &mut Option<Book<BufWriter<File>>>,
    path: &Path,
    pdfs: Vec<Vec<u8>>,
) -> Result<(), Problem> {
    let mut bound = book.take().expect("the book is open until it is closed");
    let binding = tokio::task::spawn_blocking(move || {
        let added = pdfs.iter().try_for_each(|pdf| match bound.add(pdf) {
            Err(error) => Err(Ok(error)),
            Ok(Err(error)) => Err(Err(error)),
            Ok(Ok(())) => Ok(()),
        });
        (bound, added)
    });
    let (bound, added) = binding.await.expect("binding does not panic");
    *book = Some(bound);
    added.map_err(|error| match error {
        Ok(error) => trouble::form(&error),
        Err(error) => Problem::cannot_write(&unfinished(path), &error),
    })
}

fn code(session: &Session, unit: Id) -> String {
    let directory = session.directory.read().expect("no holder panics");
    directory.get(unit).map_or_else(|| unit.to_string(), |row| row.code.clone())
}

/// Beside whatever else is called so; the very same pages are not written twice.
fn put_beside(dir: &Path, code: &str, pdf: &[u8]) -> Result<(), Problem> {
    let code = file_name(code);
    let names = std::iter::once(format!("{code}.pdf"));
    for name in names.chain((2u32..).map(|n| format!("{code} ({n}).pdf"))) {
        let path = dir.join(name);
        match fs::read(&path) {
            Ok(there) if there == pdf => return Ok(()),
            Ok(_) => {}
            Err(_) => return write_whole(&path, pdf),
        }
    }
    Ok(())
}

/// Waits until the printer's queue has room for one more job of this PC; `false`: told to stop.
async fn room(session: &Session, stop: &AtomicBool) -> Result<bool, Problem> {
    loop {
        jobs::refresh(session).await?;
        if jobs::waiting_at_printers(session).await? < QUEUED {
            return Ok(true);
        }
        if stop.load(Ordering::Acquire) {
            return Ok(false);
        }
        session.tell(vec![Topic::Printing]);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn hand_over(session: &Session, id: Id, pdf: &[u8]) -> Result<(), Problem> {
    let Some(mut job) = jobs::find_opt(session, id).await else {
        return Err(trouble::no_such_job());
    };
    if job.at == At::Begun {
        job = jobs::settle(session, job).await?;
        // The paper may lie there, and only a person can see it.
        if job.at == At::Unknown {
            return Err(trouble::job_unknown(&job.printer));
        }
    }
    match job.at {
        At::Sent | At::Done => Ok(()),
        // Of one that came to nothing before, a person said that it be tried again.
        At::Recorded | At::Begun | At::Failed | At::Cancelled | At::Unknown => {
            let job = jobs::Job { at: At::Recorded, number: None, problem: None, ..job };
            jobs::hand_over(session, job, pdf).await.map(drop)
        }
    }
}
