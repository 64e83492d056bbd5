//! What a machine begins with.

use crate::{
    Id,
    sync::wire::{COMMITS_LIMIT, Cursor, WAIT_LIMIT},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub project: Id,
    /// For the jitter of pauses: another on every PC.
    pub seed: u64,
    /// Of one pull.
    pub pull_commits: u32,
    /// Of one push.
    pub push_commits: usize,
    pub push_bytes: usize,
    /// How long a pull waits for news, in seconds.
    pub wait: u32,
    /// A snapshot is due when it is so many numbers old; `None`: this PC neither takes nor makes them.
    pub snapshot_every: Option<u64>,
}

impl Config {
    pub fn new(project: Id, seed: u64) -> Self {
        Config {
            project,
            seed,
            pull_commits: 2048,
            push_commits: COMMITS_LIMIT,
            push_bytes: 4 << 20,
            wait: WAIT_LIMIT,
            snapshot_every: None,
        }
    }
}

/// What the store has from the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// None before the first pull.
    pub cursor: Option<Cursor>,
    /// With or without the cursor, in any order.
    pub remembered: Vec<Cursor>,
    /// The revision of the certificates.
    pub members: Option<u64>,
    pub to_sync: u64,
    /// The highest number that the server gave to any commit of the log, pulled or not; 0 without any.
    pub acknowledged: u64,
}
