//! Hands a finished PDF to the operating system's print queue.

use crate::api::Problem;
use std::{path::Path, process::Stdio};
use tokio::process::Command;

/// Queues the file on the default printer under a title that the queue shows.
pub async fn queue(pdf: &Path, title: &str) -> Result<(), Problem> {
    let output = command(pdf, title)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|error| Problem::no_printer(&error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Problem::no_printer(said.lines().next().unwrap_or("lp").trim()))
}

#[cfg(not(windows))]
fn command(pdf: &Path, title: &str) -> Command {
    let mut lp = Command::new("lp");
    lp.arg("-t").arg(title).arg("--").arg(pdf);
    lp
}

#[cfg(windows)]
fn command(pdf: &Path, _title: &str) -> Command {
    let mut shell = Command::new("powershell");
    let quoted = pdf.display().to_string().replace('\'', "''");
    let script = format!("Start-Process -FilePath '{quoted}' -Verb Print -WindowStyle Hidden");
    shell.args(["-NoProfile", "-NonInteractive", "-Command", &script]);
    shell
}
