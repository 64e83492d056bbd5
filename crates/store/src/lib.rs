//! The log and its views in one encrypted SQLite file: append a commit and fold it in, in one
//! transaction; rebuild, verify, erase, back up.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod backup;
mod blobs;
mod db;
mod entities;
mod erase;
mod error;
mod fold;
mod identity;
mod knows;
mod lock;
mod log;
mod mark;
mod memory;
mod origin;
mod prints;
mod random;
mod read;
mod rebuild;
mod receive;
mod script;
mod since;
mod slots;
mod store;
mod sync;
mod transaction;
mod unbroken;
mod verify;
mod views;

pub use backup::{BackedUp, BackupHeader, Restored, backup_header, restore};
pub use error::{Damage, Place, StoreError};
pub use fold::{Arriving, Happened};
pub use knows::Knows;
pub use log::{Appended, NewCommit, Reads};
pub use mark::Continued;
pub use prints::{KeptBatch, KeptHome, KeptJob, PrintNote};
pub use random::Random;
pub use read::{Entry, Last, StreamHead};
pub use rebuild::Rebuilt;
pub use receive::Received;
pub use slots::{DataKey, RecoveryCode, Secret, SlotKind, Slots};
pub use store::{Setup, Store};
pub use sync::{
    Aside, Download, Exported, Link, Members, OwnHead, Provisional, QUARANTINED, Settled, Taken,
    Unnamed, Unsent,
};
pub use verify::{Fault, FaultAt, Report};
