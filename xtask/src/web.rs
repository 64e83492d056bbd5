//! The parts built with npm: the UI, the fonts, the tests that drive them.

use crate::steps::{Outcome, command, root, run, target};
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

/// The build itself knows whether its output is still the one its inputs give.
pub(crate) fn fonts() -> Outcome {
    install(FONTS)?;
    run(&mut command("npm", &["run", "--prefix", FONTS, "build"]))
}

pub(crate) fn ui() -> Outcome {
    build_ui("build", "dist")
}

/// The UI as browser tests see it: the same pages over the loopback transport.
pub(crate) fn ui_for_loopback() -> Outcome {
    build_ui("build:loopback", "dist-loopback")
}

fn build_ui(script: &str, made: &str) -> Outcome {
    install(UI)?;
    let failed = |error: std::io::Error| format!("{}: {error}", target().display());
    fs::create_dir_all(target()).map_err(failed)?;
    // A build that was broken off leaves its folder half filled; the stamp says that one was finished.
    let stamp = target().join(format!("ui-{made}.stamp"));
    let done = fs::metadata(&stamp).and_then(|stamp| stamp.modified()).ok();
    let ui = root().join(UI);
    if done.is_some_and(|done| done >= newest(&ui)) && ui.join(made).is_dir() {
        return Ok(());
    }
    let started = SystemTime::now();
    run(&mut command("npm", &["run", "--prefix", UI, script]))?;
    fs::File::create(&stamp).and_then(|stamp| stamp.set_modified(started)).map_err(failed)
}

/// When anything in the folder was last changed by a person.
fn newest(dir: &Path) -> SystemTime {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name != "node_modules" && !name.starts_with("dist")
        })
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => newest(&entry.path()),
            Ok(metadata) => metadata.modified().unwrap_or_else(|_| SystemTime::now()),
            Err(_) => SystemTime::now(),
        })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
