//! The application without a window.

pub mod api;
pub mod folder;
pub mod keyring_slot;
mod problem;
pub mod search;
pub mod system_print;
