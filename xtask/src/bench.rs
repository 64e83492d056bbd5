//! `cargo xtask bench`: everything that has a goal, in the profile that ships, as one table.

mod others;
mod table;

use crate::packages::Needs;
use crate::steps::{Outcome, cargo, output, run, target};
use crate::{machine, web};
use std::process::Command;
use table::Line;

/// Whose benchmarks there are; always named together, so that nothing is built twice.
const MEASURED: [&str; 8] =
    ["-p", "shoulou-app", "-p", "shoulou-forms", "-p", "shoulou-server", "-p", "shoulou-store"];

pub(crate) fn bench() -> Outcome {
    machine::set_up(Needs::Tests)?;
    web::fonts()?;
    let built = ["build", "--release", "--locked", "--example", "packet_bench"];
    run(cargo(&built).args(MEASURED))?;
    let benches =
        ["batch", "office", "push", "sync", "wire"].iter().flat_map(|name| ["--bench", name]);
    let benches: Vec<&str> = ["bench", "--locked"].into_iter().chain(benches).collect();
    run(cargo(&benches).args(MEASURED).arg("--no-run"))?;

    let packet = target()
        .join("release/examples")
        .join(format!("packet_bench{}", std::env::consts::EXE_SUFFIX));
    let mut lines = measured(&mut Command::new(&packet))?;
    let (beside, absent) = others::others(&packet)?;
    lines.extend(beside);
    lines.extend(measured(cargo(&benches).args(MEASURED))?);
    table::judge(&lines, &absent)
}

fn measured(benchmark: &mut Command) -> Outcome<Vec<Line>> {
    let lines: Vec<Line> = output(benchmark)?.lines().filter_map(Line::read).collect();
    if lines.is_empty() { Err("a benchmark measured nothing".to_owned()) } else { Ok(lines) }
}
