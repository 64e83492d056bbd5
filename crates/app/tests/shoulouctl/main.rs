//! `shoulouctl` as an office uses it: real files, real processes, no window.

#![expect(clippy::unwrap_used, reason = "a step that fails ends its test")]

mod desk;
mod faults;
mod lists;
mod office;
mod templates;
