//! The server as PCs and administrators meet it, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "server/office.rs"]
mod office;
#[path = "server/store.rs"]
mod store;
#[path = "server/wire.rs"]
mod wire;

#[path = "server/access.rs"]
mod access;
#[path = "server/blobs.rs"]
mod blobs;
#[path = "server/epochs.rs"]
mod epochs;
#[path = "server/erasures.rs"]
mod erasures;
#[path = "server/hostile.rs"]
mod hostile;
#[path = "server/instances.rs"]
mod instances;
#[path = "server/members.rs"]
mod members;
#[path = "server/numbers.rs"]
mod numbers;
#[path = "server/program.rs"]
mod program;
#[path = "server/quarantine.rs"]
mod quarantine;
#[path = "server/slow.rs"]
mod slow;
#[path = "server/upkeep.rs"]
mod upkeep;
