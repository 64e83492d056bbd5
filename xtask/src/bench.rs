//! `cargo xtask bench`: the benchmarks, in the profile that ships.

use crate::packages::Needs;
use crate::steps::{Outcome, cargo, run};
use crate::{machine, web};

/// Whose benchmarks there are. Each prints its table, and fails where a goal is missed.
const MEASURED: [&str; 4] = ["-p", "shoulou-app", "-p", "shoulou-forms"];

pub(crate) fn bench(extra: &[&str]) -> Outcome {
    machine::set_up(Needs::Window)?;
    web::fonts()?;
    let mut bench = cargo(&["bench", "--locked", "--no-fail-fast", "--bench", "*"]);
    run(bench.args(MEASURED).arg("--").args(extra))
}
