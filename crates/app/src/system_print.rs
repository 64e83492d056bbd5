//! The operating system's print queues: which printers there are, handing a PDF over, and what became of it.
//!
//! On Linux and macOS the system's scheduler, CUPS, is spoken to in IPP over its own socket, a file. libcups
//! would have to be there for the program to start, `lp` and `lpstat` tell states only in sentences of the
//! user's language, and a port would be a network.

#[cfg(unix)]
mod cups;
#[cfg(unix)]
mod ipp;
mod trouble;
#[cfg(windows)]
mod windows;
mod words;

#[cfg(unix)]
use cups as system;
#[cfg(windows)]
use windows as system;

pub use words::{Hindrance, hindrance, words_of};

use crate::api::{PrinterState, Problem};
use shoulou_domain::view::Text2;

/// A print queue of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printer {
    pub name: String,
    /// What its owner calls it.
    pub title: String,
    pub state: PrinterState,
    /// What stands in its way, as the system's keywords (RFC 8011, 5.4.12).
    pub reasons: Vec<String>,
    pub default: bool,
    pub duplex: bool,
    pub colour: bool,
    pub accepts: bool,
    /// Where the scheduler is asked about it.
    pub(self) path: String,
}

/// How the sheets are to come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner<'m> {
    /// What the queue shows.
    pub title: &'m str,
    pub duplex: bool,
}

/// What became of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub stage: Stage,
    /// The scheduler has the whole document. Where not, nothing can come out.
    pub complete: bool,
    /// What the scheduler itself says of it, in its words.
    pub said: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    /// Until somebody lets it go on.
    Held,
    Printing,
    Done,
    Cancelled,
    Failed,
    /// The system knows nothing of it, or does not tell.
    Unknown,
}

/// All printers, the default one first.
pub async fn printers() -> Result<Vec<Printer>, Problem> {
    let mut printers = system::printers().await?;
    printers.sort_by(|a, b| b.default.cmp(&a.default).then_with(|| a.name.cmp(&b.name)));
    Ok(printers)
}

/// The printer of this name (of none: the default one), ready to take a job.
pub async fn printer(name: &str) -> Result<Printer, Problem> {
    let printers = printers().await?;
    let found = match name {
        "" => printers.into_iter().find(|printer| printer.default),
        name => printers.into_iter().find(|printer| printer.name == name),
    };
    match found {
        Some(printer) if !printer.accepts => Err(trouble::takes_no_jobs(&printer.title)),
        Some(printer) => Ok(printer),
        None if name.is_empty() => Err(trouble::no_default()),
        None => Err(trouble::gone(name)),
    }
}

/// Opens a job, which stays empty, and prints nothing, until its document comes. The answer is its number.
pub async fn begin(printer: &Printer, manner: Manner<'_>) -> Result<i64, Problem> {
    system::begin(printer, manner).await
}

/// Gives an opened job its document. When this returns, the system has all of it.
pub async fn send(
    printer: &Printer,
    job: i64,
    manner: Manner<'_>,
    pdf: &[u8],
) -> Result<(), Problem> {
    system::send(printer, job, manner, pdf).await
}

pub async fn fate(job: i64) -> Result<Fate, Problem> {
    system::fate(job).await
}

/// Takes a job back. One that is over already stays as it is.
pub async fn cancel(job: i64) -> Result<(), Problem> {
    system::cancel(job).await
}

/// The printer's state in a word or two.
pub fn described(printer: &Printer) -> Text2 {
    words_of(printer.state, &printer.reasons)
}
