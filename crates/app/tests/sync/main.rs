//! Offices with several PCs and a server, told as stories: real data folders, real sockets, a real database.

#![expect(clippy::unwrap_used, reason = "a step that fails ends its test")]

mod desk;
mod line;
mod pc;
mod program;
mod server;
mod stories;
