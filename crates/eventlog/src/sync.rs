//! How PCs and the central server come to the same log: what travels, what is signed, and when to do
//! what. Pure, as the rest of this crate: sockets, clocks and disks are the caller's. The protocol is
//! described in `docs/sync-protocol.md`.

pub mod checkpoint;
pub mod invitation;
pub mod machine;
pub mod signed;
pub mod wire;

pub use checkpoint::Checkpoint;
pub use invitation::{Invitation, Purpose, Secret};
pub use machine::{Machine, Millis};
pub use signed::{Certificate, Receipt, Role, SignedError, SnapshotNote};

/// The version in every path. A server speaks every version it ever spoke.
pub const PROTOCOL: u32 = 1;
