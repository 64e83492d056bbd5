//! Signed commits, causality and claims: a log that loses nothing. Knows nothing of homes; pure: no
//! I/O, no clock, no randomness. The format is described in `docs/log-format.md`.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod bundle;
pub mod cbor;
pub mod commit;
pub mod error;
pub mod event;
pub mod graph;
pub mod header;
pub mod ids;
pub mod key;
pub mod merge;
pub mod part;
pub mod state;
pub mod sync;
pub mod value;

pub use bundle::Bundle;
pub use commit::{Commit, Draft, Part, open_body, open_part, read_header, seal, verify};
pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use error::CommitError;
pub use event::{Claim, Event, EventRef, NewEvent, Source};
pub use graph::{Arrivals, Link, Pending, Standing, Verdict, judge};
pub use header::{Batch, COMMIT_LIMIT, FORMAT, Header, PartEntry, StreamId, device_id};
pub use ids::{Hash, Id};
pub use key::{ProjectKey, Salt, open_blob, seal_blob};
pub use merge::{Merged, representative};
pub use part::{Attestation, Body, event_hash};
pub use state::{
    EntityState, Erase, FOLD_VERSION, Meta, Order, Recorded, Replaced, Settled, Stated, Void,
    Voiding,
};
pub use value::Value;
