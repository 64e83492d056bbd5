//! Sets text: characters to lines, lines to runs.
//!
//! Chinese breaks between any two characters, but no closing mark begins a line and no opening
//! mark ends one (UAX 14 and the habits below); a quarter of a character's half stands between
//! Han and Latin; neighbouring full-width marks share their white halves.

mod atoms;
mod breaks;
mod lines;

pub(crate) use atoms::{Atom, Piece, Style, What, atoms, is_dropped};
pub(crate) use lines::{Line, Set, set};
