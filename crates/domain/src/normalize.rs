//! Text and numbers as lists have them, to values as the log keeps them. Pure; one word in, one value out.
//! Which cell means what is not decided here.

pub mod amount;
pub mod date;
pub mod home;
pub mod paper;
pub mod people;
pub mod phone;
mod text;

pub use text::{fold, is_placeholder, tidy};
