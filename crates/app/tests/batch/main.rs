//! Printing for many homes, through the real program: killed, out of disk, taken back, gone on with.

mod crashes;
#[path = "../shoulouctl/desk.rs"]
#[allow(dead_code)]
mod desk;
mod homes;
