//! Printing to a real IPP printer through a real CUPS scheduler, each test at a station of its own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a step that fails ends its test")]

mod batches;
mod command_line;
#[path = "../session/office.rs"]
#[allow(dead_code)]
mod office;
mod paper;
mod station;
mod troubles;
