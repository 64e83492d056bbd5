//! The command line.

use crate::cli::place::Place;
use clap::{Args, Parser, Subcommand};
use shoulou_eventlog::{
    Id, VerifyingKey,
    sync::{Certificate, wire::Refusal},
};
use shoulou_server::Ledger;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

mod certificate;
mod place;
mod project;
mod serve;

/// The central server of handover projects. It numbers what PCs sign and keeps it; it cannot read what is personal.
#[derive(Parser)]
#[command(name = "shoulou-server", version)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the store and a certificate, where there are none. `serve` does the same.
    Init(Init),
    /// Serves until it is told to stop.
    Serve(Serve),
    /// Projects.
    #[command(subcommand)]
    Project(Project),
    /// The PCs of a project.
    #[command(subcommand)]
    Device(Device),
    /// Epochs of a project.
    #[command(subcommand)]
    Epoch(Epoch),
    /// Writes a consistent copy into an empty folder; `serve --data` can serve from it.
    Backup { folder: PathBuf },
    /// Puts a copy that `backup` wrote back, into an empty store of either kind.
    Restore { folder: PathBuf },
    /// Checks everything: numbers, checkpoints, signatures, parts, blobs.
    Verify,
}

#[derive(Args)]
struct Init {
    /// How PCs reach the server: `https://host:port`.
    #[arg(long)]
    address: Option<String>,
    /// A role of PostgreSQL that is to serve: it may add, and change no commit.
    #[arg(long)]
    service_role: Option<String>,
}

#[derive(Args)]
struct Serve {
    #[arg(long, default_value = "0.0.0.0:8843")]
    listen: SocketAddr,
    /// How PCs reach the server: `https://host:port`. Goes into the codes.
    #[arg(long)]
    address: Option<String>,
    /// A certificate that PCs trust anyway, in PEM; without one the server makes its own, and codes name it.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Without TLS: a proxy in front of it has that.
    #[arg(long, conflicts_with = "tls_cert")]
    behind_proxy: bool,
    /// Without TLS, on this machine's loopback address alone.
    #[arg(long, conflicts_with = "tls_cert")]
    plain: bool,
    /// Where numbers for Prometheus are served, if anywhere: `127.0.0.1:9843`.
    #[arg(long)]
    metrics: Option<SocketAddr>,
}

#[derive(Subcommand)]
enum Project {
    /// Prints a code with which one PC brings its project here.
    Add {
        /// How long the code may be used.
        #[arg(long, default_value_t = 72)]
        hours: u32,
    },
    List,
}

#[derive(Subcommand)]
enum Device {
    List {
        project: Id,
    },
    /// What the PC signed so far stays; what it pushes from now on waits.
    Revoke {
        project: Id,
        device: Id,
    },
    /// Numbers what of the PC's waits in quarantine.
    Release {
        project: Id,
        device: Id,
    },
}

#[derive(Subcommand)]
enum Epoch {
    /// After the server was put back to an older state: lets the PCs fill it again.
    New { project: Id },
}

/// # Errors
/// A sentence for the administrator.
pub async fn run(arguments: Arguments) -> Result<(), String> {
    let Arguments { place, command } = arguments;
    match command {
        Command::Init(init) => serve::init(&place, init).await,
        Command::Serve(serve) => serve::serve(&place, serve).await,
        Command::Project(Project::Add { hours }) => project::add(&place.open().await?, hours).await,
        Command::Project(Project::List) => project::list(&place.open().await?).await,
        Command::Device(Device::List { project }) => devices(&place.open().await?, project).await,
        Command::Device(Device::Revoke { project, device }) => {
            let ledger = place.open().await?;
            ledger.revoke(project, None, device, place::now()).await.map_err(said)?;
            println!("revoked {device}");
            Ok(())
        }
        Command::Device(Device::Release { project, device }) => {
            let ledger = place.open().await?;
            let news = ledger.release(project, None, device, place::now()).await.map_err(said)?;
            println!("released {device}; the project has {} commits now", news.head);
            Ok(())
        }
        Command::Epoch(Epoch::New { project }) => {
            let news = place.open().await?.new_epoch(project, place::now()).await.map_err(said)?;
            println!("epoch {} begins after number {}", news.epoch, news.head);
            Ok(())
        }
        Command::Backup { folder } => {
            place.open().await?.backup(&folder).await.map_err(said)?;
            place.copy_certificate(&folder)?;
            println!("copied to {}", folder.display());
            Ok(())
        }
        Command::Restore { folder } => restore(&place, &folder).await,
        Command::Verify => verify(&place.open().await?).await,
    }
}

async fn restore(place: &Place, folder: &Path) -> Result<(), String> {
    let ledger = place.restore(folder).await?;
    project::list(&ledger).await?;
    println!("restored from {}", folder.display());
    println!("where PCs say that the server went back, begin a new epoch: epoch new PROJECT");
    Ok(())
}

/// A label is sealed: only the project's PCs can show it.
async fn devices(ledger: &Ledger, project: Id) -> Result<(), String> {
    let server: VerifyingKey = ledger.server_key();
    let members = ledger.all_members(project).await.map_err(said)?;
    for signed in &members.certificates {
        let one = Certificate::read(&signed.0, &server).map_err(|error| error.to_string())?;
        let standing = members.standings.iter().find(|standing| standing.device == one.device);
        let (number, quarantined) = standing.map_or((0, 0), |one| (one.number, one.quarantined));
        let role = format!("{:?}", one.role).to_lowercase();
        let state = if one.revoked.is_some() { "revoked" } else { "enrolled" };
        println!("{} {role} {state} number={number} quarantined={quarantined}", one.device);
    }
    let known = |device: &Id| {
        let read = |signed: &shoulou_eventlog::sync::wire::Bytes| {
            Certificate::read(&signed.0, &server).is_ok_and(|one| one.device == *device)
        };
        members.certificates.iter().any(read)
    };
    for one in members.standings.iter().filter(|one| !known(&one.device)) {
        println!("{} unknown uncertified quarantined={}", one.device, one.quarantined);
    }
    Ok(())
}

async fn verify(ledger: &Ledger) -> Result<(), String> {
    let report = ledger.verify().await.map_err(said)?;
    println!(
        "projects={} commits={} parts={} erased_parts={} absent_parts={} blobs={} absent_blobs={}",
        report.projects,
        report.commits,
        report.parts,
        report.erased_parts,
        report.absent_parts,
        report.blobs,
        report.absent_blobs,
    );
    if report.faults.is_empty() {
        println!("everything is as it was accepted");
        return Ok(());
    }
    let lines = report.faults.iter().map(|(place, what)| format!("{place}: {what}"));
    Err(lines.collect::<Vec<_>>().join("\n"))
}

fn said(refusal: Refusal) -> String {
    let code = format!("{:?}", refusal.code);
    if refusal.detail.is_empty() { code } else { format!("{code}: {}", refusal.detail) }
}
