//! `cargo xtask bench`: the benchmarks, in the profile that ships.

use crate::packages::Needs;
use crate::steps::{Outcome, cargo, run};
use crate::{machine, web};

/// Runs what each crate measures of itself; the tables are the benchmarks' own output.
pub(crate) fn bench(extra: &[&str]) -> Outcome {
    machine::set_up(Needs::Window)?;
    web::fonts()?;
    let mut bench = cargo(&["bench", "--locked", "-p", "shoulou-app", "--benches", "--"]);
    run(bench.args(extra))
}
