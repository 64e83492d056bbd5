//! A project's PCs and its server in one process, from a seed: the real store, the real machine and the real
//! ledger, and between them a network, clocks, disks and people that do everything they should not. No clock
//! and no socket are real, so that a seed gives one run. When all is healed, what they ended with is compared
//! with a plain list of what was ever promised to anybody.

mod blobs;
mod check;
mod faults;
mod flying;
mod folder;
mod heal;
mod model;
mod network;
mod pc;
mod people;
mod rng;
mod server;
mod snapshots;
mod work;
mod world;

pub use world::{Outcome, simulate};

/// What is broken on purpose, to see that it is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    #[default]
    None,
    /// The server leaves a number out when it hands commits on.
    NumberSkipped,
    /// The server answers before what it accepted is durable, and loses it.
    AnsweredTooEarly,
    /// A PC moves its cursor and does not take what it pulled.
    CursorBeforeTake,
    /// A PC takes commits as sent that it did not send.
    NeverSent,
    /// A PC says that something is recorded before it is durable.
    RecordedTooEarly,
    /// A claim replaces one that its author was not shown.
    ReplacedUnseen,
    /// What a commit's author had seen counts as replaced.
    SeenIsReplaced,
    /// Of two claims that did not see each other, the screen shows one.
    LastOneWins,
    /// A PC believes another's views, and never compares them with the log.
    SnapshotBelieved,
    /// A PC has blobs dropped that others still name.
    DroppedTooMuch,
}

impl Sabotage {
    pub const ALL: [Sabotage; 10] = [
        Sabotage::NumberSkipped,
        Sabotage::AnsweredTooEarly,
        Sabotage::CursorBeforeTake,
        Sabotage::NeverSent,
        Sabotage::RecordedTooEarly,
        Sabotage::ReplacedUnseen,
        Sabotage::SeenIsReplaced,
        Sabotage::LastOneWins,
        Sabotage::SnapshotBelieved,
        Sabotage::DroppedTooMuch,
    ];
}

/// Seeds, one a line; what stands after a `#` is why.
///
/// # Errors
/// A line that is no number.
pub fn corpus(text: &str) -> Result<Vec<u64>, String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let seeds = lines.filter(|line| !line.is_empty());
    seeds.map(|line| line.parse().map_err(|_| format!("{line} is no seed"))).collect()
}
