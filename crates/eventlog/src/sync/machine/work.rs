//! What the machine asks of its driver, and what the driver answers.

use crate::{
    Hash, Id,
    sync::wire::{Bytes, Cursor, EpochStart, Members, News, Pulled, Push, Pushed, Refusal, Upload},
};

/// Monotonic milliseconds from any beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

impl Millis {
    #[must_use]
    pub fn after(self, milliseconds: u64) -> Self {
        Millis(self.0.saturating_add(milliseconds))
    }
}

/// Names one piece of work. An answer under another ticket than the current one is late, and ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What happens to the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The time of [`Effect::WakeAt`] has come. At any other time it does no harm.
    Woken,
    /// A person asks for it, or the system says that the network is back.
    SyncNow,
    /// The log grew: so many of its commits have no number now.
    Recorded { to_sync: u64 },
    /// A blob is wanted that is not here.
    Wanted,
    /// The answer to [`Effect::Do`].
    Done {
        ticket: Ticket,
        /// The PC's clock, milliseconds since 1970 UTC.
        wall: i64,
        outcome: Outcome,
    },
    /// Ends for good: nothing is begun any more.
    Stop,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// One at a time: the next comes after the answer to the one before, or after its cancellation.
    Do {
        ticket: Ticket,
        work: Work,
    },
    /// Drop the request under way: its answer is of no interest. Only a [`Work::Pull`] that waits is cancelled.
    Cancel(Ticket),
    /// Hand over [`Input::Woken`] then. It takes the place of the one before.
    WakeAt(Millis),
    Tell(Tell),
}

/// For a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tell {
    /// The commit stays on this PC alone.
    SetAside { commit: Hash, why: Aside },
    /// The server's administrator has started a new epoch, and the sync goes on from this number.
    NewEpoch { from: u64 },
}

/// Why a commit is not pushed any more, until an epoch turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// It alone is larger than the server takes.
    TooLarge,
    /// The server's stable code.
    Refused(String),
    /// It names commits that neither the server nor this PC has.
    Orphan(Vec<Hash>),
}

/// A commit that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    pub commit: Hash,
    pub bundle: Bytes,
    /// Those of its blobs that are on this PC.
    pub blobs: Vec<Hash>,
}

/// Network: session, pull, push, members, blobs, snapshots. Store: load, take, keep, set aside, turn.
/// Every piece of work is answered once, by the outcome that it names, [`Outcome::Offline`] or
/// [`Outcome::Refused`] where it uses the network, [`Outcome::Failed`] where it uses the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Challenge and session; the driver keeps the token and the renewed certificate.
    /// [`Outcome::Opened`].
    OpenSession,
    /// `wait` in seconds. [`Outcome::Pulled`].
    Pull { cursor: Cursor, limit: u32, wait: u32 },
    /// One transaction: commits, their numbers (up to the cursor's, without a gap) and the cursor, which is
    /// remembered; the remembered cursors in `forget` are dropped. A commit that had one of these numbers by
    /// a receipt, and is another, has none any more: the server lost it. [`Outcome::Taken`].
    Take { commits: Vec<Bytes>, cursor: Cursor, forget: Vec<Cursor> },
    /// Commits without a number, in the order of their arrival, but for those set aside and those in
    /// quarantine; so many of them and so many bytes at most, yet one in any case. [`Outcome::Loaded`].
    Load { commits: usize, bytes: usize },
    /// Those of these commits that are on this PC, numbered or not, parents before children. [`Outcome::Loaded`].
    LoadNamed(Vec<Hash>),
    /// How far an upload is. [`Outcome::Uploaded`].
    AskUpload(Hash),
    /// The next bytes of a blob from here. [`Outcome::Uploaded`], or [`Outcome::NoBlob`].
    Upload { blob: Hash, offset: u64 },
    /// [`Outcome::Pushed`].
    Push(Push),
    /// One transaction: the numbers, the receipt after its signature was checked, and which commits are in
    /// quarantine. [`Outcome::Kept`]; where the receipt says that the log ended at `reached`, the cursor moves there as
    /// by [`Work::Take`]: [`Outcome::Reached`].
    Keep {
        numbers: Vec<(Hash, u64)>,
        quarantined: Vec<Hash>,
        receipt: Option<Bytes>,
        reached: Option<Reached>,
    },
    /// [`Outcome::Kept`].
    SetAside { commit: Hash, why: Aside },
    /// [`Outcome::Members`].
    Members,
    /// Certificates after their signatures were checked; commits that waited for one come into the log.
    /// [`Outcome::Kept`].
    TakeMembers(Members),
    /// One transaction: the cursor; numbers and remembered cursors above it are forgotten, nothing is in
    /// quarantine or set aside any more, and all blobs that are here are on offer. [`Outcome::Kept`].
    Turn { cursor: Cursor },
    /// The next blob that this PC has and the server may have lost. [`Outcome::Blob`].
    NextOffer,
    /// It has it. [`Outcome::Kept`].
    Offered(Hash),
    /// The next blob to fetch, but for those. [`Outcome::Blob`].
    NextWanted { skip: Vec<Hash> },
    /// Fetches the next bytes of a blob and keeps them. [`Outcome::Fetched`], or [`Outcome::Refused`] with
    /// `not_found`.
    Fetch { blob: Hash },
    /// How far the server's snapshot reaches. [`Outcome::Snapshot`].
    AskSnapshot,
    /// Fetches it, checks it and takes its views as provisional. [`Outcome::Snapshot`] with its number, or
    /// with none where it is of no use here.
    LoadSnapshot,
    /// Makes one and leaves it with the server. [`Outcome::Snapshot`] with its number.
    MakeSnapshot,
}

/// A push took the PC from its cursor to the end of the log: these commits need not come back to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub cursor: Cursor,
    /// Remembered cursors that are dropped.
    pub forget: Vec<Cursor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Opened(News),
    Pulled(Pulled),
    /// `erased`: an erasure was among them.
    Taken {
        to_sync: u64,
        erased: bool,
    },
    Loaded(Vec<Unsent>),
    Uploaded(Upload),
    /// It is not on this PC.
    NoBlob,
    Pushed(Pushed),
    Kept {
        to_sync: u64,
    },
    Reached {
        to_sync: u64,
    },
    Members(Members),
    Blob(Option<Hash>),
    Fetched {
        complete: bool,
    },
    Snapshot(Option<u64>),
    /// An answer of the protocol; `retry_after` in seconds.
    Refused {
        refusal: Refusal,
        retry_after: Option<u64>,
    },
    /// No answer, or one that is not of this protocol.
    Offline,
    Failed(Failure),
}

/// Why the store did not do it. It did nothing then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    DiskFull,
    /// What the server sent is not what it should be: a signature, a receipt, a number.
    Unreadable,
    Other,
}

impl Work {
    pub(super) fn waits(&self) -> bool {
        matches!(self, Work::Pull { wait, .. } if *wait > 0)
    }

    /// What an answer has to be understood by.
    pub(super) fn without_load(&self) -> Work {
        match self {
            Work::Take { cursor, .. } => {
                Work::Take { commits: Vec::new(), cursor: *cursor, forget: Vec::new() }
            }
            Work::Push(push) => Work::Push(Push { epoch: push.epoch, commits: Vec::new() }),
            Work::Keep { numbers, reached, .. } => {
                let (numbers, reached) = (numbers.clone(), reached.clone());
                Work::Keep { numbers, quarantined: Vec::new(), receipt: None, reached }
            }
            Work::TakeMembers(members) => Work::TakeMembers(Members {
                revision: members.revision,
                certificates: Vec::new(),
                standings: Vec::new(),
            }),
            work => work.clone(),
        }
    }
}

/// What the server said of an epoch, and a cursor in it.
pub(super) fn cursor(epoch: Id, at: &Cursor) -> Cursor {
    Cursor { epoch, ..*at }
}

pub(super) fn within(start: &EpochStart, cursor: &Cursor) -> bool {
    cursor.number < start.number
        || (cursor.number == start.number && cursor.checkpoint == start.checkpoint)
}
