//! What there is to say of the sync at any moment.

use super::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub link: Link,
    /// Commits of this PC's log that the server has not acknowledged.
    pub to_sync: u64,
    /// Where it does not go on by itself. What is not touched by the reason goes on.
    pub halt: Option<Halt>,
    /// The PC's clock minus the server's, in milliseconds, where they are minutes apart.
    pub clock_off: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Since this machine was made.
    NeverConnected,
    Offline {
        since: Millis,
    },
    /// Commits, both ways, of this round.
    Syncing {
        done: u64,
        total: u64,
    },
    /// All that the server has is here, and the other way round.
    Synced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Halt {
    /// The server lost commits: an administrator starts a new epoch.
    Backwards,
    /// Pushes go on, pulls do not.
    Revoked,
    NotAMember,
    /// The lease is over and was not renewed. Pushes go on, pulls do not.
    LeaseRefused,
    /// The server or its data speaks another version.
    Versions,
    /// Nothing more can be taken.
    DiskFull,
    /// Revoked, and no more of this PC may wait for its release: pushes go on when there is room.
    QuarantineFull,
}
