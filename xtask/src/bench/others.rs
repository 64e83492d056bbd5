//! The packet's process beside other programs that make a PDF of the same text and tables.

use super::table::{Absent, Goal, Line};
use crate::machine::exists;
use crate::steps::{Outcome, command, root, run, shown, target};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
/// Of ours, a single one is shorter than the system's clock of processor time can tell.
const OURS_PER_ROUND: usize = 5;
const READER: &str = "apt-get install poppler-utils";
const TYPST: &str = "\
import sys, typst
source, pdf, fonts = sys.argv[1:]
typst.compile(source, output=pdf, font_paths=[fonts])";

struct Program {
    name: &'static str,
    /// Our share of its time, at most.
    goal: f64,
    command: Command,
    pdf: PathBuf,
    spent: Vec<Spent>,
}

/// Milliseconds.
#[derive(Clone, Copy)]
struct Spent {
    wall: f64,
    processor: Option<f64>,
}

/// What was measured, and who was not there with what to do.
pub(super) fn others(packet: &Path) -> Outcome<(Vec<Line>, Vec<Absent>)> {
    let folder = target().join("bench");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    run(Command::new(packet).arg("--documents").arg(&folder))?;

    let mut absent = Vec::new();
    let mut present = Vec::new();
    for (name, found, advice) in [
        ("typst", typst(&folder), "pip install typst"),
        ("LibreOffice", libreoffice(&folder), "apt-get install libreoffice-writer-nogui"),
    ] {
        match found {
            Some(program) if exists("pdftotext") => present.push(program),
            Some(_) => absent.push(Absent { what: beside(name), advice: READER }),
            None => absent.push(Absent { what: beside(name), advice }),
        }
    }
    let pdf = folder.join("ours.pdf");
    let mut ours = Command::new(packet);
    ours.arg("--once").arg(&pdf);
    let mut ours = Program { name: "ours", goal: 1.0, command: ours, pdf, spent: Vec::new() };
    // The first round warms up: the system's file cache, LibreOffice's own profile.
    for round in 0..=ROUNDS {
        for (program, times) in
            present.iter_mut().map(|p| (p, 1)).chain([(&mut ours, OURS_PER_ROUND)])
        {
            let spent = spend(program, times)?;
            if round > 0 {
                program.spent.push(spent);
            }
        }
    }
    let mut lines = Vec::new();
    for other in &present {
        same_content(&ours.pdf, other)?;
        lines.extend(compared(&ours, other));
    }
    Ok((lines, absent))
}

fn beside(name: &str) -> String {
    format!("cold process beside {name}")
}

/// The wheel has no program of its own: a fresh Python loads it.
fn typst(folder: &Path) -> Option<Program> {
    let own = target().join("typst/bin/python").display().to_string();
    let python = [own.as_str(), "python3", "python"].into_iter().find(|python| {
        let import = command(python, &["-c", "import typst"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    })?;
    let pdf = folder.join("typst.pdf");
    let mut command = command(python, &["-c", TYPST]);
    command.arg(folder.join("packet.typ")).arg(&pdf).arg(root().join("crates/forms/fonts"));
    Some(Program { name: "typst", goal: 1.0 / 8.0, command, pdf, spent: Vec::new() })
}

fn libreoffice(folder: &Path) -> Option<Program> {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path).find_map(|dir| dir.join("soffice").canonicalize().ok())
    })?;
    // The office may be there without its Writer.
    let mut parts = fs::read_dir(found.parent()?).ok()?.flatten();
    parts.find(|part| part.file_name().to_string_lossy().contains("swlo"))?;
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut command = command("soffice", &["--headless", &profile, "--convert-to", "pdf"]);
    command.arg("--outdir").arg(folder).arg(folder.join("packet.fodt")).stderr(Stdio::null());
    let pdf = folder.join("packet.pdf");
    Some(Program { name: "LibreOffice", goal: 1.0 / 50.0, command, pdf, spent: Vec::new() })
}

/// Mean of some fresh processes in a row.
fn spend(program: &mut Program, times: usize) -> Outcome<Spent> {
    let before = processor();
    let mut wall = Duration::ZERO;
    for _ in 0..times {
        // Each writes a new file: over an old one it would wait for the disk to have taken that.
        fs::remove_file(&program.pdf).ok();
        let started = Instant::now();
        let status = program.command.stdout(Stdio::null()).status();
        wall += started.elapsed();
        if !status.as_ref().is_ok_and(|status| status.success()) {
            return Err(format!("{} ended with {status:?}", shown(&program.command)));
        }
    }
    let mean = |total: f64| total / times as f64;
    let spent = before.zip(processor()).map(|(before, after)| mean(after - before));
    Ok(Spent { wall: mean(wall.as_secs_f64() * 1000.0), processor: spent })
}

/// Milliseconds that all processes started and ended so far have used. Linux only.
fn processor() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Fields 16 and 17, in hundredths of a second; the name in field 2 may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = |field: usize| fields.split_whitespace().nth(field - 3)?.parse::<f64>().ok();
    Some((ticks(16)? + ticks(17)?) * 10.0)
}

fn compared(ours: &Program, other: &Program) -> Vec<Line> {
    let of = |program: &Program, time: &dyn Fn(&Spent) -> Option<f64>| {
        let mut times: Vec<f64> = program.spent.iter().filter_map(time).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    };
    let line = |what: &str, time: &dyn Fn(&Spent) -> Option<f64>| {
        Some(Line {
            what: format!("{}, {what}", beside(other.name)),
            unit: "ms".to_owned(),
            value: of(ours, time)?,
            beside: Some((other.name.to_owned(), of(other, time)?)),
            goal: Goal::Most(other.goal),
        })
    };
    let wall = line("wall", &|spent| Some(spent.wall));
    wall.into_iter().chain(line("processor", &|spent| spent.processor)).collect()
}

/// The same Han characters, each as often, on about as many pages.
fn same_content(ours: &Path, other: &Program) -> Outcome {
    let (our_pages, our_text) = content(ours)?;
    let (pages, text) = content(&other.pdf)?;
    if our_pages.abs_diff(pages) * 10 > our_pages {
        return Err(format!("{} made {pages} pages of our {our_pages}", other.name));
    }
    let differs = |(han, count): (&char, &usize)| text.get(han) != Some(count);
    let different = our_text.iter().filter(|entry| differs(*entry)).count();
    if different > 0 || text.len() != our_text.len() {
        return Err(format!("{}: {different} Han characters are not as often as ours", other.name));
    }
    let all: usize = text.values().sum();
    println!("{}: {pages} pages of our {our_pages}, the same {all} Han characters", other.name);
    Ok(())
}

/// Pages, and how often each Han character stands on them.
fn content(pdf: &Path) -> Outcome<(usize, BTreeMap<char, usize>)> {
    let output = Command::new("pdftotext").arg(pdf).arg("-").output();
    let text = output.map_err(|error| format!("pdftotext: {error}"))?.stdout;
    let text = String::from_utf8_lossy(&text);
    let mut counts = BTreeMap::new();
    for han in
        text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
    {
        *counts.entry(han).or_default() += 1;
    }
    Ok((text.matches('\u{c}').count(), counts))
}
