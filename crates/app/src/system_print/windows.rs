//! Windows, through `winprint`: Windows' own reader draws the PDF for the printer. Written from its
//! documentation; it has not been run.

use super::{Fate, Manner, Printer, Stage, trouble};
use crate::api::{PrinterState, Problem};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use winprint::{
    printer::{FilePrinter, PrinterDevice, WinPdfPrinter},
    ticket::{
        FeatureOptionPackWithPredefined, JobDuplex, PredefinedDuplexType, PrintCapabilities,
        PrintTicket, PrintTicketBuilder,
    },
};

/// Windows tells no number before a document is there: jobs are counted here, for this run of the program.
static FATES: Mutex<Option<HashMap<i64, Stage>>> = Mutex::new(None);

fn note(job: i64, stage: Stage) {
    let mut fates = FATES.lock().unwrap_or_else(PoisonError::into_inner);
    fates.get_or_insert_default().insert(job, stage);
}

pub async fn printers() -> Result<Vec<Printer>, Problem> {
    let listing = tokio::task::spawn_blocking(|| {
        let devices = PrinterDevice::all().map_err(|_| trouble::no_print_service())?;
        let default = PrinterDevice::user_default().ok().flatten();
        let default = default.map(|device| device.name().to_owned());
        let shown = |device: PrinterDevice| {
            let capabilities = PrintCapabilities::fetch(&device).ok();
            let duplex = capabilities.as_ref().is_some_and(|all| duplex(all).is_some());
            Printer {
                title: device.name().to_owned(),
                // The spooler keeps what a printer cannot take yet and tells the user itself.
                state: PrinterState::Idle,
                reasons: Vec::new(),
                default: default.as_deref() == Some(device.name()),
                duplex,
                colour: capabilities.is_some_and(|all| all.page_output_colors().count() > 1),
                accepts: true,
                path: String::new(),
                name: device.name().to_owned(),
            }
        };
        Ok(devices.into_iter().map(shown).collect())
    });
    listing.await.expect("listing printers does not panic")
}

fn duplex(capabilities: &PrintCapabilities) -> Option<JobDuplex> {
    let long = Some(PredefinedDuplexType::TwoSidedLongEdge);
    capabilities.duplexes().find(|duplex| duplex.as_predefined_name() == long)
}

pub async fn begin(_printer: &Printer, _manner: Manner<'_>) -> Result<i64, Problem> {
    let mut number = [0; 7];
    getrandom::fill(&mut number).expect("the system gives random numbers");
    let number = number.iter().fold(0, |number, byte| number << 8 | i64::from(*byte));
    note(number, Stage::Waiting);
    Ok(number)
}

pub async fn send(
    printer: &Printer,
    job: i64,
    manner: Manner<'_>,
    pdf: &[u8],
) -> Result<(), Problem> {
    let (name, title) = (printer.name.clone(), manner.title.to_owned());
    let (pdf, both_sides) = (pdf.to_vec(), manner.duplex);
    let printing = tokio::task::spawn_blocking(move || printed(&name, &title, &pdf, both_sides));
    printing.await.expect("printing does not panic")?;
    note(job, Stage::Done);
    Ok(())
}

/// The queue shows the file's name, so the file is named as the job is to be.
fn printed(name: &str, title: &str, pdf: &[u8], both_sides: bool) -> Result<(), Problem> {
    let devices = PrinterDevice::all().map_err(|_| trouble::no_print_service())?;
    let device = devices.into_iter().find(|device| device.name() == name);
    let device = device.ok_or_else(|| trouble::gone(name))?;
    let mut ticket = PrintTicket::default();
    if both_sides
        && let Some(option) = PrintCapabilities::fetch(&device).ok().as_ref().and_then(duplex)
        && let Ok(mut builder) = PrintTicketBuilder::new(&device)
        && builder.merge(option).is_ok()
        && let Ok(built) = builder.build()
    {
        ticket = built;
    }
    let dir = std::env::temp_dir().join(format!("shoulou-{}", std::process::id()));
    let path = dir.join(format!("{}.pdf", title.replace(['/', '\\', ':'], "-")));
    let write = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&path, pdf));
    write.map_err(|error| Problem::cannot_write(&path, &error))?;
    let done = WinPdfPrinter::new(device).print(&path, ticket);
    // The papers are personal: no copy stays behind.
    let _ = std::fs::remove_file(&path);
    done.map(drop).map_err(|error| trouble::refused(&error.to_string()))
}

/// What was handed over is the spooler's, which tells the user of troubles itself.
pub async fn fate(job: i64) -> Result<Fate, Problem> {
    let fates = FATES.lock().unwrap_or_else(PoisonError::into_inner);
    let stage = fates.as_ref().and_then(|fates| fates.get(&job)).copied();
    let stage = stage.unwrap_or(Stage::Unknown);
    Ok(Fate { stage, complete: stage == Stage::Done, said: None })
}

/// Handing over is one call: there is nothing to take back before it, and after it the queue's window does.
pub async fn cancel(_job: i64) -> Result<(), Problem> {
    Ok(())
}
