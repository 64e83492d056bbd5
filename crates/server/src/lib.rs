//! The central server of projects: it numbers signed commits, keeps them, and hands them on. It decides
//! nothing about homes and cannot read what is personal. `docs/sync-protocol.md` is the contract.
//!
//! [`Ledger`] is the whole of it without sockets, clock or chance: those are arguments. What speaks HTTP
//! stands around it.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod http;
pub mod ledger;

pub use ledger::{BLOBS_ROOM, COMMITS_ROOM, Entropy, Ledger, OpenError, Options};
