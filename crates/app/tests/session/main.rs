//! A project as the window uses it: actions and queries, in one process.

mod office;
mod pictures;
mod printable;
mod sound;
