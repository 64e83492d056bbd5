//! The store as its users see it: real files, real faults.

#![allow(clippy::unwrap_used)]

mod appending;
mod backups;
mod blobs;
mod crash;
mod cut_off;
mod erasing;
mod faults;
mod golden;
mod marks;
mod pc;
mod receiving;
mod server;
mod snapshots;
mod speed;
mod syncing;
mod tails;
mod verifying;
