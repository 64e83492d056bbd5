//! `shoulouctl` as an office uses it: real files, real processes, no window.

mod desk;
mod faults;
mod office;
