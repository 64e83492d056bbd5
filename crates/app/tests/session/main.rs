//! A project as the window uses it: actions and queries, in one process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damaged;
mod erasing;
mod lists;
mod office;
mod pictures;
mod printable;
mod scans;
mod sound;
mod templates;
