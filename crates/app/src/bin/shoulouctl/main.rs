//! Shoulou on the command line: the same core as the window, without one.

mod arguments;
mod office;
mod paper;
mod run;
mod scan_back;
mod show;
mod templates;

use arguments::Arguments;
use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = show::Output { json: arguments.json, lang: arguments.lang.into() };
    match run::run(arguments, &output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            output.problem(&problem);
            ExitCode::FAILURE
        }
    }
}
