//! The parts built with npm: the UI, the fonts, the tests that drive them.

use crate::steps::{Outcome, command, root, run};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

const UI: &str = "ui";
const FONTS: &str = "crates/forms/fonts-build";
const TESTS: &str = "tests/browser";

pub(crate) fn install_all() -> Outcome {
    [UI, FONTS, TESTS].into_iter().try_for_each(install)
}

/// `npm ci`, where the lock file differs from the one that was installed last.
pub(crate) fn install(folder: &str) -> Outcome {
    let dir = root().join(folder);
    let lock = fs::read(dir.join("package-lock.json"))
        .map_err(|error| format!("{folder}/package-lock.json: {error}"))?;
    let installed = dir.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    run(&mut command("npm", &["ci", "--no-audit", "--no-fund", "--prefix", folder]))?;
    fs::write(&installed, lock).map_err(|error| format!("{}: {error}", installed.display()))
}

pub(crate) fn fonts() -> Outcome {
    build(FONTS, "build", "crates/forms/fonts")
}

pub(crate) fn ui() -> Outcome {
    build(UI, "build", "ui/dist")
}

/// The UI as browser tests see it: the same pages over the loopback transport.
pub(crate) fn ui_for_loopback() -> Outcome {
    build(UI, "build:loopback", "ui/dist-loopback")
}

fn build(folder: &str, script: &str, made: &str) -> Outcome {
    install(folder)?;
    // The bundler clears its folder last and the fonts' names vary, so a stamp says when all was done.
    let stamp = root().join("target").join(format!("{}.stamp", made.replace('/', "-")));
    let made = root().join(made);
    let done = fs::metadata(&stamp).and_then(|stamp| stamp.modified()).ok();
    let newest = newest(&root().join(folder), &made);
    if done.is_some_and(|done| done >= newest) && made.is_dir() {
        return Ok(());
    }
    run(&mut command("npm", &["run", "--prefix", folder, script]))?;
    fs::write(&stamp, "").map_err(|error| format!("{}: {error}", stamp.display()))
}

/// When anything in the folder was last changed by a person.
fn newest(dir: &Path, made: &Path) -> SystemTime {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name != "node_modules" && !name.starts_with("dist") && entry.path() != made
        })
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => newest(&entry.path(), made),
            Ok(metadata) => metadata.modified().unwrap_or_else(|_| SystemTime::now()),
            Err(_) => SystemTime::UNIX_EPOCH,
        })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
