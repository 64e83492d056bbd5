//! The rules of 收楼. Pure: the time, the actor and fresh ids are arguments.

pub mod checks;
pub mod command;
pub mod decide;
pub mod dossier;
pub mod fact;
pub mod fields;
pub mod found;
pub mod import;
pub mod normalize;
pub mod paper;
pub mod refusal;
#[cfg(test)]
mod rehearsal;
pub mod template;
pub mod view;
pub mod views;
pub mod vocabulary;
pub mod world;
