use crate::{CommitError, Hash, Id, Meta, Order, cbor, event::MAX_EVENTS};
use ciborium::Value;
use ed25519_dalek::VerifyingKey;

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

/// Keys of the header's map.
mod field {
    pub const FORMAT: u8 = 0;
    pub const PROJECT: u8 = 1;
    pub const DEVICE: u8 = 2;
    pub const INCARNATION: u8 = 3;
    pub const SEQ: u8 = 4;
    pub const PREV: u8 = 5;
    pub const SEEN: u8 = 6;
    pub const TIME: u8 = 7;
    pub const OFFSET: u8 = 8;
    pub const ACTOR: u8 = 9;
    pub const APP_VERSION: u8 = 10;
    pub const PARTS: u8 = 11;
    pub const BLOBS: u8 = 12;
    pub const BATCH: u8 = 13;
    pub const KEY: u8 = 14;
    pub const CONTINUES: u8 = 15;
}

impl Header {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, CommitError> {
        let hashes = |hashes: &[Hash]| Value::Array(hashes.iter().map(hash).collect());
        let mut map: Vec<(u8, Value)> = vec![
            (field::FORMAT, FORMAT.into()),
            (field::PROJECT, id(&self.stream.project)),
            (field::DEVICE, id(&self.stream.device)),
            (field::INCARNATION, id(&self.stream.incarnation)),
            (field::SEQ, self.seq.into()),
            (field::SEEN, hashes(&self.seen)),
            (field::TIME, self.time.into()),
            (field::OFFSET, self.offset_minutes.into()),
            (field::ACTOR, id(&self.actor)),
            (field::APP_VERSION, self.app_version.clone().into()),
            (field::PARTS, Value::Array(self.parts.iter().map(PartEntry::encode).collect())),
            (field::BLOBS, hashes(&self.blobs)),
        ];
        map.extend(self.prev.iter().map(|prev| (field::PREV, hash(prev))));
        map.extend(self.batch.map(|batch| {
            let place = vec![id(&batch.id), batch.index.into(), batch.count.into()];
            (field::BATCH, Value::Array(place))
        }));
        map.extend(self.key.iter().map(|key| (field::KEY, Value::Bytes(key.to_bytes().to_vec()))));
        map.extend(self.continues.iter().map(|head| (field::CONTINUES, hash(head))));
        let map = map.into_iter().map(|(key, value)| (Value::from(key), value)).collect();
        Ok(cbor::encode(&Value::Map(map))?)
    }

    pub(crate) fn decode(bytes: &[u8], commit: Hash) -> Result<Header, CommitError> {
        let mut fields = Fields::of(cbor::decode(bytes)?)?;
        match fields.take(field::FORMAT).and_then(int::<u64>) {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => return Err(CommitError::NewerFormat(newer)),
            _ => return Err(CommitError::Malformed("format")),
        }
        let header = Header {
            commit,
            stream: StreamId {
                project: fields.need(field::PROJECT, "project", as_id)?,
                device: fields.need(field::DEVICE, "device", as_id)?,
                incarnation: fields.need(field::INCARNATION, "incarnation", as_id)?,
            },
            seq: fields.need(field::SEQ, "seq", int)?,
            prev: fields.may(field::PREV, "previous hash", as_hash)?,
            continues: fields.may(field::CONTINUES, "continued head", as_hash)?,
            seen: fields.need(field::SEEN, "seen heads", |value| list(value, as_hash))?,
            time: fields.need(field::TIME, "time", int)?,
            offset_minutes: fields.need(field::OFFSET, "offset", int)?,
            actor: fields.need(field::ACTOR, "actor", as_id)?,
            app_version: fields.need(field::APP_VERSION, "app version", |v| v.into_text().ok())?,
            batch: fields.may(field::BATCH, "batch", Batch::decode)?,
            parts: fields.need(field::PARTS, "parts", |v| list(v, PartEntry::decode))?,
            blobs: fields.need(field::BLOBS, "blob addresses", |v| list(v, as_hash))?,
            key: fields.may(field::KEY, "public key", as_key)?,
        };
        if !fields.0.is_empty() {
            return Err(CommitError::Malformed("header: a field that this format does not have"));
        }
        header.check()?;
        Ok(header)
    }
}

impl PartEntry {
    fn encode(&self) -> Value {
        let ordinals = self.ordinals.iter().map(|ordinal| (*ordinal).into()).collect();
        let party = self.party.as_ref().map_or(Value::Null, id);
        Value::Array(vec![party, hash(&self.hash), self.size.into(), Value::Array(ordinals)])
    }

    fn decode(value: Value) -> Option<PartEntry> {
        let [party, hash, size, ordinals] = tuple(value)?;
        let party = if party.is_null() { None } else { Some(as_id(party)?) };
        let ordinals = list(ordinals, int)?;
        Some(PartEntry { party, hash: as_hash(hash)?, size: int(size)?, ordinals })
    }
}

impl Batch {
    fn decode(value: Value) -> Option<Batch> {
        let [id, index, count] = tuple(value)?;
        Some(Batch { id: as_id(id)?, index: int(index)?, count: int(count)? })
    }
}

struct Fields(std::collections::BTreeMap<u64, Value>);

impl Fields {
    fn of(value: Value) -> Result<Fields, CommitError> {
        let entries = value.into_map().map_err(|_| CommitError::Malformed("header"))?;
        let entries = entries.into_iter().map(|(key, value)| Some((int(key)?, value)));
        entries.collect::<Option<_>>().map(Fields).ok_or(CommitError::Malformed("header"))
    }

    fn take(&mut self, key: u8) -> Option<Value> {
        self.0.remove(&u64::from(key))
    }

    fn may<T>(
        &mut self,
        key: u8,
        name: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<T>, CommitError> {
        let value = self.take(key).map(|value| read(value).ok_or(CommitError::Malformed(name)));
        value.transpose()
    }

    fn need<T>(
        &mut self,
        key: u8,
        name: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<T, CommitError> {
        self.may(key, name, read)?.ok_or(CommitError::Malformed(name))
    }
}

pub(crate) fn id(id: &Id) -> Value {
    Value::Bytes(id.0.to_vec())
}

fn hash(hash: &Hash) -> Value {
    Value::Bytes(hash.0.to_vec())
}

pub(crate) fn bytes<const N: usize>(value: Value) -> Option<[u8; N]> {
    value.into_bytes().ok()?.try_into().ok()
}

pub(crate) fn as_id(value: Value) -> Option<Id> {
    bytes(value).map(Id)
}

fn as_hash(value: Value) -> Option<Hash> {
    bytes(value).map(Hash)
}

fn as_key(value: Value) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&bytes(value)?).ok().filter(|key| !key.is_weak())
}

pub(crate) fn int<T: TryFrom<i128>>(value: Value) -> Option<T> {
    i128::from(value.into_integer().ok()?).try_into().ok()
}

pub(crate) fn list<T>(value: Value, read: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
    value.into_array().ok()?.into_iter().map(read).collect()
}

pub(crate) fn tuple<const N: usize>(value: Value) -> Option<[Value; N]> {
    value.into_array().ok()?.try_into().ok()
}
