use crate::{CommitError, Hash, Id, Meta, Order, event::MAX_EVENTS};
use ed25519_dalek::VerifyingKey;

mod wire;

/// The format this version writes. It reads every format up to it.
pub const FORMAT: u64 = 1;
/// A commit's envelope and parts together, in bytes.
pub const COMMIT_LIMIT: usize = 1 << 20;

const MAX_PARTS: usize = 8192;
const MAX_HASHES: usize = 8192;
const MAX_VERSION: usize = 64;
/// Years 1 to 9999.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;
const OFFSETS: std::ops::RangeInclusive<i32> = -1080..=1080;

/// Who writes: one device in one project, until it is restored, copied or reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    pub project: Id,
    /// [`device_id`] of the key that signs.
    pub device: Id,
    /// 128 random bits.
    pub incarnation: Id,
}

impl StreamId {
    pub fn new(project: Id, key: &VerifyingKey, incarnation: Id) -> Self {
        StreamId { project, device: device_id(key), incarnation }
    }

    pub fn id(&self) -> Id {
        Id::derive("stream", &[&self.project.0, &self.device.0, &self.incarnation.0])
    }
}

/// A device is its key: nobody else can begin a stream in its name.
pub fn device_id(key: &VerifyingKey) -> Id {
    Id::derive("device", &[key.as_bytes()])
}

/// A commit's place in a batch, all of which is shown together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: Id,
    /// From 0.
    pub index: u32,
    pub count: u32,
}

/// What the header says of a part, kept even when the part's bytes are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartEntry {
    pub party: Option<Id>,
    /// Of the part's stored bytes.
    pub hash: Hash,
    /// Their length.
    pub size: u32,
    /// The ordinals, ascending, of the events inside.
    pub ordinals: Vec<u32>,
}

/// What everybody may read of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Of the envelope these fields were read from: the commit's name.
    pub commit: Hash,
    pub stream: StreamId,
    pub seq: u64,
    /// Of the commit before in this stream.
    pub prev: Option<Hash>,
    /// With `seq` 0: the head, of an earlier incarnation, that this one goes on from.
    pub continues: Option<Hash>,
    /// Heads of other streams that were not seen before; ascending.
    pub seen: Vec<Hash>,
    /// Milliseconds since 1970 UTC, as the author's clock had it.
    pub time: i64,
    pub offset_minutes: i32,
    pub actor: Id,
    pub app_version: String,
    pub batch: Option<Batch>,
    pub parts: Vec<PartEntry>,
    /// Addresses of blobs that the events name; ascending.
    pub blobs: Vec<Hash>,
    /// With `seq` 0: the Ed25519 key of the stream.
    pub key: Option<VerifyingKey>,
}

impl Header {
    /// How many events the commit has; their ordinals are 0 up to this.
    pub fn event_count(&self) -> usize {
        self.parts.iter().map(|part| part.ordinals.len()).sum()
    }

    /// The commits that must have arrived before this one.
    pub fn parents(&self) -> impl Iterator<Item = &Hash> {
        self.prev.iter().chain(&self.continues).chain(&self.seen)
    }

    /// What every event of `party`'s part carries, once the commit's depth is known.
    pub fn meta(&self, depth: u64, ordinal: u32, party: Option<Id>) -> Meta {
        let order = Order { depth, stream: self.stream.id(), seq: self.seq, ordinal };
        Meta { order, actor: self.actor, time: self.time, party }
    }

    /// That `bytes` are the stored bytes of part `index`. Needs no key.
    ///
    /// # Errors
    /// [`CommitError::NoSuchPart`], [`CommitError::WrongPart`].
    pub fn check_part(&self, index: usize, bytes: &[u8]) -> Result<(), CommitError> {
        let entry = self.parts.get(index).ok_or(CommitError::NoSuchPart(index))?;
        if bytes.len() == entry.size as usize && Hash::of(bytes) == entry.hash {
            Ok(())
        } else {
            Err(CommitError::WrongPart(index))
        }
    }

    pub(crate) fn check(&self) -> Result<(), CommitError> {
        let first = self.seq == 0;
        let ascending = |hashes: &[Hash]| {
            hashes.len() <= MAX_HASHES && hashes.windows(2).all(|pair| pair[0] < pair[1])
        };
        let parties = self.parts.windows(2).all(|pair| pair[0].party < pair[1].party);
        for (holds, what) in [
            (first == self.prev.is_none(), "previous hash"),
            (first == self.key.is_some(), "public key"),
            (first || self.continues.is_none(), "continued head"),
            (ascending(&self.seen), "seen heads"),
            (ascending(&self.blobs), "blob addresses"),
            (TIMES.contains(&self.time), "time"),
            (OFFSETS.contains(&self.offset_minutes), "offset"),
            (self.app_version.len() <= MAX_VERSION, "app version"),
            (self.batch.is_none_or(|batch| batch.index < batch.count), "batch"),
            (!self.parts.is_empty() && self.parts.len() <= MAX_PARTS && parties, "parts"),
            (self.ordinals_cover(), "ordinals"),
        ] {
            if !holds {
                return Err(CommitError::Malformed(what));
            }
        }
        match &self.key {
            Some(key) if device_id(key) != self.stream.device => Err(CommitError::ForeignKey),
            _ => Ok(()),
        }
    }

    /// Each ordinal from 0 up is in exactly one part: so a reference names one event at most, also
    /// when parts are missing.
    fn ordinals_cover(&self) -> bool {
        let count = self.event_count();
        if count > MAX_EVENTS {
            return false;
        }
        let mut taken = vec![false; count];
        self.parts.iter().all(|part| {
            !part.ordinals.is_empty()
                && part.ordinals.windows(2).all(|pair| pair[0] < pair[1])
                && part.ordinals.iter().all(|ordinal| {
                    taken
                        .get_mut(*ordinal as usize)
                        .is_some_and(|taken| !std::mem::replace(taken, true))
                })
        })
    }
}
