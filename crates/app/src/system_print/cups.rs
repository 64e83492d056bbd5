//! CUPS, over the scheduler's own socket: a file, so nothing here reaches a network.

use super::{
    Fate, Manner, Printer, Stage,
    ipp::{Attributes, Operation, Part, Request, Response},
    trouble,
    words::{Hindrance, hindrance},
};
use crate::api::{PrinterState, Problem};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{path::PathBuf, sync::OnceLock, time::Duration};
use tokio::net::UnixStream;

/// Where schedulers listen: Linux, older Linux, macOS.
const SOCKETS: [&str; 3] =
    ["/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd"];
/// An answer lists at most some hundred printers.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);
/// For handing over a document.
const LONG_PATIENCE: Duration = Duration::from_secs(180);

const NOT_FOUND: u16 = 0x0406;
/// `client-error-not-possible`: of a cancellation, that the job is over.
const NOT_POSSIBLE: u16 = 0x0404;

const ASKED_OF_PRINTERS: &[&str] = &[
    "printer-name",
    "printer-info",
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "color-supported",
    "sides-supported",
    "printer-type",
];
const ASKED_OF_JOBS: &[&str] = &[
    "job-state",
    "job-state-reasons",
    "job-printer-state-message",
    "number-of-documents",
    "job-printer-uri",
];
/// What CUPS' backends say of a printer that does not answer; they have no keyword for it.
const UNREACHABLE: [&str; 5] = [
    "The printer may not exist or is unavailable at this time.",
    "The printer is not responding.",
    "The printer is unreachable at this time.",
    "Unable to locate printer.",
    "Waiting for printer to become available.",
];
/// A bit of `printer-type`: several printers under one name.
const CLASS: i32 = 1;

/// As every program of CUPS, unless the scheduler named is another machine's: that would be a network.
fn socket() -> Option<PathBuf> {
    let named = std::env::var("CUPS_SERVER").ok().filter(|named| named.starts_with('/'));
    let usual = || SOCKETS.iter().map(PathBuf::from).find(|socket| socket.exists());
    named.map(PathBuf::from).or_else(usual)
}

/// The account at work. The scheduler compares it with the socket's other end.
fn user() -> &'static str {
    static USER: OnceLock<String> = OnceLock::new();
    USER.get_or_init(|| {
        let named = || std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok();
        let asked = std::process::Command::new("id").arg("-un").output().ok();
        let asked = asked.filter(|answer| answer.status.success());
        let asked = asked.and_then(|answer| String::from_utf8(answer.stdout).ok());
        let name = asked.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        name.or_else(named).unwrap_or_else(|| "anonymous".to_owned())
    })
}

pub async fn printers() -> Result<Vec<Printer>, Problem> {
    let ask = Request::new(Operation::GetPrinters, user());
    let answer = ask_for("/", ask.keywords("requested-attributes", ASKED_OF_PRINTERS), &[]).await?;
    // CUPS says of an empty list that nothing was found.
    if answer.status == NOT_FOUND {
        return Ok(Vec::new());
    }
    let answer = well(answer)?;
    let ask = Request::new(Operation::GetDefault, user());
    let default =
        ask_for("/", ask.keywords("requested-attributes", &["printer-name"]), &[]).await?;
    let default = default.of(Part::Printer).find_map(|one| one.text("printer-name"));
    Ok(answer.of(Part::Printer).filter_map(|one| printer(one, default)).collect())
}

fn printer(said: &Attributes, default: Option<&str>) -> Option<Printer> {
    let name = said.text("printer-name")?.to_owned();
    let reasons = said.texts("printer-state-reasons").filter(|reason| *reason != "none");
    let mut reasons: Vec<String> = reasons.map(str::to_owned).collect();
    if said.text("printer-state-message").is_some_and(|said| UNREACHABLE.contains(&said)) {
        reasons.push("offline".to_owned());
    }
    let state = match (said.number("printer-state"), hindrance(&reasons)) {
        (_, Hindrance::Away) => PrinterState::Absent,
        (_, Hindrance::Stops | Hindrance::OutOfPaper) | (Some(5), _) => PrinterState::Stopped,
        (Some(4), _) => PrinterState::Printing,
        _ => PrinterState::Idle,
    };
    let class = said.number("printer-type").is_some_and(|bits| bits & CLASS != 0);
    let title = said.text("printer-info").filter(|title| !title.is_empty());
    Some(Printer {
        title: title.unwrap_or(&name).to_owned(),
        state,
        reasons,
        default: default == Some(&name),
        duplex: said.texts("sides-supported").any(|sides| sides.starts_with("two-sided")),
        colour: said.flag("color-supported").unwrap_or(false),
        accepts: said.flag("printer-is-accepting-jobs").unwrap_or(true),
        path: format!("/{}/{}", if class { "classes" } else { "printers" }, escaped(&name)),
        name,
    })
}

pub async fn begin(printer: &Printer, manner: Manner<'_>) -> Result<i64, Problem> {
    let sides = if manner.duplex { "two-sided-long-edge" } else { "one-sided" };
    let ask = Request::new(Operation::CreateJob, user())
        .uri("printer-uri", &uri(&printer.path))
        .name("job-name", manner.title)
        .of_job()
        .keyword("sides", sides)
        .keyword("media", "iso_a4_210x297mm")
        // The pages are laid out for this sheet; shrunk ones would be measured wrongly when they are scanned.
        .keyword("print-scaling", "none");
    let answer = ask_for(&printer.path, ask, &[]).await?;
    if answer.status == NOT_FOUND {
        return Err(trouble::gone(&printer.name));
    }
    let answer = well(answer)?;
    let id = answer.of(Part::Job).find_map(|job| job.number("job-id"));
    id.map(i64::from).ok_or_else(|| trouble::refused("job-id"))
}

pub async fn send(
    printer: &Printer,
    job: i64,
    manner: Manner<'_>,
    pdf: &[u8],
) -> Result<(), Problem> {
    let ask = Request::new(Operation::SendDocument, user())
        .uri("printer-uri", &uri(&printer.path))
        .number("job-id", number(job))
        .name("document-name", manner.title)
        .mime("document-format", "application/pdf")
        .flag("last-document", true);
    well(ask_for(&printer.path, ask, pdf).await?).map(drop)
}

pub async fn fate(job: i64) -> Result<Fate, Problem> {
    let ask = Request::new(Operation::GetJobAttributes, user())
        .uri("job-uri", &uri(&format!("/jobs/{job}")))
        .keywords("requested-attributes", ASKED_OF_JOBS);
    let answer = ask_for("/jobs/", ask, &[]).await?;
    if answer.status == NOT_FOUND {
        return Ok(Fate { stage: Stage::Unknown, complete: false, said: None });
    }
    let answer = well(answer)?;
    let Some(said) = answer.of(Part::Job).next() else {
        return Ok(Fate { stage: Stage::Unknown, complete: false, said: None });
    };
    let stage = match said.number("job-state") {
        Some(3) => Stage::Waiting,
        Some(4) => Stage::Held,
        // processing; stopped in the middle of it
        Some(5 | 6) => Stage::Printing,
        Some(7) => Stage::Cancelled,
        Some(8) => Stage::Failed,
        Some(9) => Stage::Done,
        _ => Stage::Unknown,
    };
    let message = said.text("job-printer-state-message").filter(|message| !message.is_empty());
    Ok(Fate {
        stage,
        complete: said.number("number-of-documents").is_some_and(|documents| documents > 0),
        said: message.map(str::to_owned),
    })
}

pub async fn cancel(job: i64) -> Result<(), Problem> {
    let ask =
        Request::new(Operation::CancelJob, user()).uri("job-uri", &uri(&format!("/jobs/{job}")));
    let answer = ask_for("/jobs/", ask, &[]).await?;
    match answer.status {
        NOT_FOUND | NOT_POSSIBLE => Ok(()),
        _ => well(answer).map(drop),
    }
}

fn well(answer: Response) -> Result<Response, Problem> {
    if answer.went_well() {
        return Ok(answer);
    }
    let said = answer.of(Part::Operation).find_map(|said| said.text("status-message"));
    Err(trouble::refused(said.unwrap_or(&format!("IPP {:#06x}", answer.status))))
}

async fn ask_for(path: &str, ask: Request, document: &[u8]) -> Result<Response, Problem> {
    let socket = socket().ok_or_else(trouble::no_print_service)?;
    let patience = if document.is_empty() { PATIENCE } else { LONG_PATIENCE };
    let body = Bytes::from(ask.bytes(document));
    let exchange = async {
        let (mut status, mut answer) = posted(&socket, path, body.clone(), false).await?;
        // The scheduler lets an account touch its own jobs when the socket's other end is that account's.
        if status == StatusCode::UNAUTHORIZED {
            (status, answer) = posted(&socket, path, body, true).await?;
        }
        Some((status, answer))
    };
    let (status, answer) = tokio::time::timeout(patience, exchange)
        .await
        .ok()
        .flatten()
        .ok_or_else(trouble::no_print_service)?;
    if status != StatusCode::OK {
        return Err(trouble::refused(&format!("HTTP {}", status.as_u16())));
    }
    Response::read(&answer).ok_or_else(trouble::no_print_service)
}

async fn posted(
    socket: &std::path::Path,
    path: &str,
    body: Bytes,
    vouched: bool,
) -> Option<(StatusCode, Bytes)> {
    let stream = UnixStream::connect(socket).await.ok()?;
    let (mut sender, line) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let line = tokio::spawn(line);
    let mut request = hyper::Request::post(path)
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/ipp")
        .header(header::CONTENT_LENGTH, body.len());
    if vouched {
        request = request.header(header::AUTHORIZATION, format!("PeerCred {}", user()));
    }
    let answered = async {
        let answer = sender.send_request(request.body(Full::new(body)).ok()?).await.ok()?;
        let status = answer.status();
        let bytes = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await.ok()?;
        Some((status, bytes.to_bytes()))
    };
    let answered = answered.await;
    line.abort();
    answered
}

fn uri(path: &str) -> String {
    format!("ipp://localhost{path}")
}

fn number(job: i64) -> i32 {
    i32::try_from(job).unwrap_or(i32::MAX)
}

/// A queue's name may be in Chinese.
fn escaped(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
