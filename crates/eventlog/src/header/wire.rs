use super::{Batch, FORMAT, Header, PartEntry, StreamId};
use crate::{
    CommitError, Hash,
    cbor::{
        self,
        items::{as_hash, as_id, bytes, hash, id, int, list, tuple},
    },
};
use ciborium::Value;
use ed25519_dalek::VerifyingKey;
use std::collections::BTreeMap;

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

struct Fields(BTreeMap<u64, Value>);

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

fn as_key(value: Value) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&bytes(value)?).ok().filter(|key| !key.is_weak())
}
