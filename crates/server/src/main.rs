//! `shoulou-server`: the central server, and what its administrator does with it.

mod cli;

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("shoulou-server: {message}");
            ExitCode::FAILURE
        }
    }
}
