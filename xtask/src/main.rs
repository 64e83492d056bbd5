//! `cargo xtask run | test | simulate | bench | setup | fonts`: each sets up all it needs before it starts.

mod bench;
mod desktop;
#[cfg(test)]
mod house;
#[cfg(test)]
mod licences;
mod machine;
mod packages;
mod run;
mod simulate;
mod steps;
mod tally;
mod test;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run     build the UI and the app, and open the window on a sample project
                    (without a display: the same work by command line, down to the printed packet)
cargo xtask test    everything: formatting, lints, the Rust workspace, the UI's unit tests, browser
                    tests on the real core, the real window
cargo xtask simulate [--seeds N] [--from S]
                    PCs and servers from seeds, and all that goes wrong between them
cargo xtask bench   the benchmarks, as a table with ratios
cargo xtask setup   only what the others set up first
cargo xtask fonts   only the fonts that the forms embed";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run", extra @ ..] => run::run(extra),
        ["test"] => test::test(),
        ["simulate", wish @ ..] => simulate::simulate(wish),
        ["bench"] => bench::bench(),
        ["setup"] => machine::set_up(packages::Needs::Tests).and_then(|()| web::install_all()),
        ["fonts"] => machine::set_up(packages::Needs::Window).and_then(|()| web::fonts()),
        [desktop::INSIDE, command @ ..] => desktop::inside(command),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
