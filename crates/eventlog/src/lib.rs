//! Signed commits, causality and claims. Knows nothing of homes; pure: no I/O, no clock, no randomness.

pub mod event;
pub mod ids;
pub mod value;

pub use event::{Claim, Event, EventRef, NewEvent, Source};
pub use ids::{Hash, Id};
pub use value::Value;
pub mod state;
pub use state::{EntityState, Erase, Meta, Order, Recorded, Settled, Stated, Void, Voiding};
