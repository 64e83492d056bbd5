//! What a store knows of its server. `log_*` and `view_*` stay what they are without one; everything here is in
//! `local_*`, and none of it is written when a person records something.
//!
//! **Sending.** A commit without a number is one that the server is not known to have. Numbers come with
//! receipts ([`Store::keep_receipt`]) and with what is pulled ([`Store::take`]); below a watermark every commit has
//! one, or was set aside. So [`Store::to_sync`] counts what lies above it.
//!
//! **Taking.** One transaction holds the commits, their numbers, their effect on the views, and the cursor: where
//! it is cut off, nothing of it happened, and the same pull is made again.
//!
//! **A snapshot.** A fresh store can begin with another PC's views of the log up to a number `N`
//! ([`Store::import_snapshot`]) and get the log itself later. Until it has done so its views are *provisional*.
//! - Arrival numbers `1..=N` are kept free for the commits that the snapshot covers: a commit with the server's number
//!   `n ≤ N` arrives as `n`, whenever it comes. So arrivals stay in an order in which parents come first,
//!   a commit of this PC's own has a number above `N` from the first, and "what the person was shown" stays a question of
//!   arrival alone: all up to `N` was shown from the beginning.
//! - A commit up to `N` goes into the log and changes no view, for the views know it. One above is folded as ever.
//! - The ends of the streams, with their depths, came with the snapshot: the next commit of this PC names them
//!   although their commits are not here yet.
//! - An entity cannot be folded anew from a log that lacks its beginning. Where an erasure must undo a party's
//!   parts, every state forgets the party instead ([`shoulou_eventlog::EntityState::forget`]).
//! - When the log is whole, [`Store::settle_snapshot`] folds all of it anew, beside ongoing work, and compares. Where anything
//!   differs, the views are made from the log, and the caller is told.

mod blobs;
pub(crate) mod check;
mod cursor;
mod link;
mod members;
mod send;
pub(crate) mod snapshot;
mod take;

pub use blobs::{Download, Unnamed};
pub use link::Link;
pub use members::Members;
pub use send::{Aside, OwnHead, QUARANTINED, Unsent};
pub use snapshot::{Exported, Provisional, Settled};
pub use take::Taken;
pub(crate) use {blobs::may_be_named, snapshot::Base, take::Pulled};

#[cfg(doc)]
use crate::Store;
