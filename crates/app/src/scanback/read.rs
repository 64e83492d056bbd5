//! Files to pages and the codes on them, on all cores. Of a page only what it says is kept, so memory stays flat
//! however large the folder is.

use super::told;
use crate::api::Problem;
use shoulou_domain::paper::{self, BlankPage};
use shoulou_eventlog::{Hash, Id};
use shoulou_scan::{Page, Scan, Unreadable, find};
use std::{
    collections::VecDeque,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// More are no folder of scans; somebody chose a whole disk.
const MOST_FILES: usize = 50_000;
const DEEPEST: usize = 12;
/// Each holds a page unpacked.
const MOST_READERS: usize = 6;

/// A page of a file, and what its code says.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub path: Arc<Path>,
    /// From 0.
    pub sheet: usize,
    pub sheets: usize,
    /// SHA-256 of the scan as it came; without one there is no picture.
    pub content: Option<Hash>,
    pub turned: u16,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Page { document: Id, page: u32 },
    Blank(BlankPage),
    NoCode,
    Failed(Failed),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    File(std::io::ErrorKind),
    Scan(Unreadable),
}

impl Found {
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The files named, and those of the folders named that can hold scans, in the order of their names.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|error| Problem::cannot_read(path, &error))?;
        if kind.is_dir() {
            walk(path, 0, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() { Err(told::no_scans()) } else { Ok(files) }
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let wrong = |error| Problem::cannot_read(folder, &error);
    let mut entries: Vec<_> =
        fs::read_dir(folder).map_err(wrong)?.collect::<Result<_, _>>().map_err(wrong)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(wrong)?;
        let path = entry.path();
        // A link to a folder may lead round in a circle.
        if kind.is_dir() && depth < DEEPEST {
            walk(&path, depth + 1, files)?;
        } else if !kind.is_dir() && may_be_scan(&path) {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(told::too_many(MOST_FILES));
        }
    }
    Ok(())
}

fn may_be_scan(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg", "pdf"].contains(&ending.as_str()))
}

/// What the readers share. A PDF's pages go to the front, so that few files are open at a time.
struct Desk {
    waiting: VecDeque<Task>,
    busy: usize,
    done: u32,
    total: u32,
    found: Vec<(usize, Found)>,
}

enum Task {
    File(usize, Arc<Path>),
    Sheet(usize, Arc<Path>, Arc<Scan>, usize),
}

pub(super) fn pages(
    files: Vec<PathBuf>,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u32, u32) + Sync),
) -> Vec<Found> {
    let waiting: VecDeque<Task> =
        files.into_iter().enumerate().map(|(at, path)| Task::File(at, path.into())).collect();
    let total = waiting.len() as u32;
    let desk = Mutex::new(Desk { waiting, busy: 0, done: 0, total, found: Vec::new() });
    let more = Condvar::new();
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    std::thread::scope(|scope| {
        for _ in 0..cores.min(MOST_READERS) {
            scope.spawn(|| reader(&desk, &more, cancel, progress));
        }
    });
    let mut found = desk.into_inner().unwrap_or_else(PoisonError::into_inner).found;
    found.sort_by_key(|(file, found)| (*file, found.sheet));
    found.into_iter().map(|(_, found)| found).collect()
}

fn reader(
    desk: &Mutex<Desk>,
    more: &Condvar,
    cancel: &AtomicBool,
    progress: &(dyn Fn(u32, u32) + Sync),
) {
    let lock = || -> MutexGuard<'_, Desk> { desk.lock().unwrap_or_else(PoisonError::into_inner) };
    loop {
        let mut at = lock();
        let task = loop {
            if cancel.load(Ordering::Relaxed) {
                more.notify_all();
                return;
            }
            match at.waiting.pop_front() {
                Some(task) => break task,
                None if at.busy == 0 => {
                    more.notify_all();
                    return;
                }
                None => at = more.wait(at).unwrap_or_else(PoisonError::into_inner),
            }
        };
        at.busy += 1;
        drop(at);
        let (found, sheets) = work(task);
        let mut at = lock();
        at.busy -= 1;
        at.total += (sheets.len() as u32).saturating_sub(1);
        sheets.into_iter().rev().for_each(|sheet| at.waiting.push_front(sheet));
        at.done += u32::from(found.is_some());
        at.found.extend(found);
        let (done, total) = (at.done, at.total);
        drop(at);
        more.notify_all();
        progress(done, total);
    }
}

/// Reads a page; of a file with several, tells its pages.
fn work(task: Task) -> (Option<(usize, Found)>, Vec<Task>) {
    let (file, path, scan, sheet) = match task {
        Task::Sheet(file, path, scan, sheet) => (file, path, scan, sheet),
        Task::File(file, path) => match open(&path) {
            Err(failed) => {
                let what = What::Failed(failed);
                let found = Found { path, sheet: 0, sheets: 1, content: None, turned: 0, what };
                return (Some((file, found)), Vec::new());
            }
            Ok(scan) if scan.pages() > 1 => {
                let scan = Arc::new(scan);
                let sheets = (0..scan.pages())
                    .map(|sheet| Task::Sheet(file, path.clone(), scan.clone(), sheet))
                    .collect();
                return (None, sheets);
            }
            Ok(scan) => (file, path, Arc::new(scan), 0),
        },
    };
    let sheets = scan.pages();
    // Decoders of strangers' bytes: should one of them panic, this page is unreadable and the others are not.
    let said = catch_unwind(AssertUnwindSafe(|| said(&scan, sheet)));
    let said = said.unwrap_or(Err(Unreadable::Damaged));
    let (content, turned, what) =
        said.unwrap_or_else(|why| (None, 0, What::Failed(Failed::Scan(why))));
    (Some((file, Found { path, sheet, sheets, content, turned, what })), Vec::new())
}

fn open(path: &Path) -> Result<Scan, Failed> {
    let size = fs::metadata(path).map_err(|error| Failed::File(error.kind()))?.len();
    if size > shoulou_scan::LARGEST {
        return Err(Failed::Scan(Unreadable::TooLarge));
    }
    let bytes = fs::read(path).map_err(|error| Failed::File(error.kind()))?;
    let scan = catch_unwind(AssertUnwindSafe(|| Scan::open(bytes)));
    scan.unwrap_or(Err(Unreadable::Damaged)).map_err(Failed::Scan)
}

type Said = (Option<Hash>, u16, What);

fn said(scan: &Scan, sheet: usize) -> Result<Said, Unreadable> {
    let page = scan.page(sheet)?;
    let ours = |text: &str| paper::read_qr(text).is_some() || paper::read_blank_qr(text).is_some();
    let code = find(&page.grey, &ours);
    let turned = code.as_ref().map_or(0, |code| code.turned);
    let what = code.map_or(What::NoCode, |code| match paper::read_qr(&code.text) {
        Some((document, page)) => What::Page { document, page },
        None => paper::read_blank_qr(&code.text).map_or(What::NoCode, What::Blank),
    });
    Ok((Some(content(&page)), turned, what))
}

/// Of what came as it is, the bytes; of what was unpacked, the pixels, whatever way they are packed again.
fn content(page: &Page) -> Hash {
    if !page.repacked {
        return Hash::of(&page.bytes);
    }
    let sides = [page.grey.width().to_be_bytes(), page.grey.height().to_be_bytes()].concat();
    Hash::of(&[&sides[..], page.grey.as_raw()].concat())
}

/// The page again, from its file; refused where that says something else by now.
pub(super) fn page(found: &Found) -> Result<Page, Problem> {
    let changed = || told::changed(&found.name());
    let scan = open(&found.path).map_err(|_| changed())?;
    page_of(&scan, found)
}

/// Several pages of one file are asked for one after the other.
#[derive(Default)]
pub(super) struct Opened(Option<(Arc<Path>, Arc<Scan>)>);

impl Opened {
    pub fn page(&mut self, found: &Found) -> Result<Page, Problem> {
        let kept = self.0.take().filter(|(path, _)| *path == found.path);
        let (path, scan) = match kept {
            Some(kept) => kept,
            None => {
                let scan = open(&found.path).map_err(|_| told::changed(&found.name()))?;
                (found.path.clone(), Arc::new(scan))
            }
        };
        let page = page_of(&scan, found);
        self.0 = Some((path, scan));
        page
    }
}

fn page_of(scan: &Scan, found: &Found) -> Result<Page, Problem> {
    let page = catch_unwind(AssertUnwindSafe(|| scan.page(found.sheet)));
    let page = page.ok().and_then(Result::ok).ok_or_else(|| told::changed(&found.name()))?;
    match Some(content(&page)) == found.content {
        true => Ok(page),
        false => Err(told::changed(&found.name())),
    }
}
