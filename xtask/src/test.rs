//! `cargo xtask test`: every step runs, whatever the one before it found, and the last line counts.

use crate::packages::Needs;
use crate::steps::{Outcome, built, cargo, command, root, run, shown, target};
use crate::tally::{Tally, cargo_line, node_line, vitest_line};
use crate::{desktop, machine, web};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// One feature set and one profile for the tests, the shell and the window: nothing compiles twice.
/// The program that runs this is left out: it would be replaced while it runs.
pub(crate) const WHOLE: [&str; 6] =
    ["--workspace", "--exclude", "xtask", "--locked", "--features", "custom-protocol"];
/// How long the output of tests that ended may take to come.
const LAST_WORDS: Duration = Duration::from_secs(5);
const OWN: [&str; 3] = ["--package", "xtask", "--locked"];

pub(crate) fn test() -> Outcome {
    let mut report = Report::default();
    report.needed("machine", || machine::set_up(Needs::Tests))?;
    report.needed("packages from npm", web::install_all)?;
    report.needed("fonts", web::fonts)?;
    report.needed("UI", || web::ui().and_then(|()| web::ui_for_loopback()))?;
    report.needed("build", || run(cargo(&["build", "--all-targets"]).args(WHOLE)))?;

    report.check("formatting", || run(&mut cargo(&["fmt", "--all", "--check"])));
    report.tests("Rust workspace", rust);
    report.tests("the house", || counted(cargo(&["test"]).args(OWN), cargo_line));
    report.check("bindings", bindings);
    report.check("simulation", crate::simulate::for_a_while);
    report.tests("UI units", ui_units);
    report.tests("browser on the real core", || in_desktop("tests/browser", false));
    report.tests("real window", || in_desktop("tests/window", true));
    report.check("lints", || {
        let lint = |of: &[&str]| {
            run(cargo(&["clippy", "--all-targets"]).args(of).args(["--", "-D", "warnings"]))
        };
        lint(&WHOLE).and_then(|()| lint(&OWN))
    });
    if command("cargo", &["deny", "--version"]).output().is_ok_and(|out| out.status.success()) {
        let checks = ["deny", "--offline", "check", "licenses", "bans", "sources"];
        report.check("cargo-deny", || run(&mut cargo(&checks)));
    }
    report.close()
}

fn rust() -> Outcome<Tally> {
    let mut tests = cargo(&["test", "--no-fail-fast"]);
    // The types are written beside the committed ones, so that a difference shows and nothing changes.
    tests.args(WHOLE).env("TS_RS_EXPORT_DIR", fresh_bindings());
    counted(&mut desktop::session(&tests, false)?, cargo_line)
}

fn ui_units() -> Outcome<Tally> {
    let mut tests = command("npm", &["run", "--prefix", "ui", "test"]);
    counted(tests.env("NO_COLOR", "1"), vitest_line)
}

/// The folder's tests, one file after the other: they share the screen and the ports.
fn in_desktop(folder: &str, screen: bool) -> Outcome<Tally> {
    let mut files: Vec<String> = fs::read_dir(root().join(folder))
        .map_err(|error| format!("{folder}: {error}"))?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".test.mjs"))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    files.sort();
    let mut tests = command("node", &["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    tests.args(files);
    tests.env("SHOULOU_BUILT", built("shoulou").parent().unwrap_or(&root()));
    counted(desktop::session(&tests, screen)?.env("NO_COLOR", "1"), node_line)
}

/// Runs the command with its output shown and its closing lines counted.
fn counted(tests: &mut Command, count: fn(&str) -> Tally) -> Outcome<Tally> {
    println!("$ {}", shown(tests));
    let failed = |error: std::io::Error, tests: &Command| format!("{}: {error}", shown(tests));
    let mut child = tests.stdout(Stdio::piped()).spawn().map_err(|error| failed(error, tests))?;
    let stdout = child.stdout.take().expect("it is piped");
    let (through, counting) = channel();
    // What outlives the tests may hold their output open for ever, so nobody waits for its end alone.
    std::thread::spawn(move || {
        let mut tally = Tally::default();
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            tally += count(&line);
            println!("{line}");
            let _ = through.send(tally);
        }
    });
    let status = child.wait().map_err(|error| failed(error, tests))?;
    let mut tally = Tally::default();
    while let Ok(so_far) = counting.recv_timeout(LAST_WORDS) {
        tally = so_far;
    }
    match (status.success(), tally) {
        (true, Tally { passed: 0, .. }) => Err(format!("{} ran no test", shown(tests))),
        (false, Tally { failed: 0, .. }) => Err(format!("{} ended with {status}", shown(tests))),
        (_, tally) => Ok(tally),
    }
}

fn fresh_bindings() -> std::path::PathBuf {
    target().join("bindings")
}

/// The committed TypeScript types are those that the Rust types give.
fn bindings() -> Outcome {
    let committed = texts(&root().join("ui/src/bindings"))?;
    let fresh = texts(&fresh_bindings())?;
    let names = committed.keys().chain(fresh.keys());
    let mut differ: Vec<&str> =
        names.filter(|name| committed.get(*name) != fresh.get(*name)).map(String::as_str).collect();
    differ.sort_unstable();
    differ.dedup();
    if differ.is_empty() {
        return Ok(());
    }
    Err(format!(
        "ui/src/bindings is not what the Rust types give: {}.\n\
         Run `cargo test -p shoulou-domain -p shoulou-app export_bindings`, \
         delete what no type makes any more, and commit.",
        differ.join(", ")
    ))
}

fn texts(dir: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let failed = |error: std::io::Error| format!("{}: {error}", dir.display());
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".ts") {
            texts.insert(name, fs::read(entry.path()).map_err(failed)?);
        }
    }
    Ok(texts)
}

#[derive(Default)]
struct Report {
    total: Tally,
    lines: Vec<String>,
}

impl Report {
    /// A step without which no later one can run.
    fn needed(&mut self, name: &str, step: impl FnOnce() -> Outcome) -> Outcome {
        let (outcome, took) = timed(name, step);
        self.note(name, took, if outcome.is_ok() { "done" } else { "FAILED" });
        if let Err(message) = outcome {
            self.total.failed += 1;
            eprintln!("{message}");
            return self.close();
        }
        Ok(())
    }

    /// A step that is one yes or no.
    fn check(&mut self, name: &str, step: impl FnOnce() -> Outcome) {
        self.tests(name, || step().map(|()| Tally { passed: 1, ..Tally::default() }));
    }

    fn tests(&mut self, name: &str, step: impl FnOnce() -> Outcome<Tally>) {
        let (outcome, took) = timed(name, step);
        let tally = outcome.unwrap_or_else(|message| {
            eprintln!("{message}");
            Tally { failed: 1, ..Tally::default() }
        });
        self.note(name, took, &tally.line());
        self.total += tally;
    }

    fn note(&mut self, name: &str, took: Duration, what: &str) {
        self.lines.push(format!("{:>6.1} s  {name}: {what}", took.as_secs_f64()));
    }

    fn close(&self) -> Outcome {
        println!("\n{}\n{}", self.lines.join("\n"), self.total.line());
        match self.total {
            Tally { failed: 0, passed, .. } if passed > 0 => Ok(()),
            _ => Err("cargo xtask test: not everything passed".to_owned()),
        }
    }
}

fn timed<T>(name: &str, step: impl FnOnce() -> T) -> (T, Duration) {
    println!("\n=== {name}");
    let start = Instant::now();
    let outcome = step();
    (outcome, start.elapsed())
}
