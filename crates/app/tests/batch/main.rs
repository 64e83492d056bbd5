//! Printing for many homes, through the real program: killed, out of disk, taken back, gone on with.

#![expect(clippy::unwrap_used, reason = "a step that fails ends its test")]

mod crashes;
#[path = "../shoulouctl/desk.rs"]
#[allow(dead_code)]
mod desk;
mod homes;
