//! The application without a window.

pub mod api;
mod app;
mod attach;
mod backup;
pub mod folder;
pub mod import;
mod importing;
pub mod keyring_slot;
mod logo;
mod printable;
mod printing;
mod problem;
mod sample;
mod scanback;
pub mod search;
mod session;
mod settings;
mod start;
mod sync;
pub mod system_print;
mod templates;
mod upkeep;

pub use app::{App, Options};
pub use upkeep::{Rebuilt, Verified};
