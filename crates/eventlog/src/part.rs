//! A part's stored bytes: `[1, salt, body]` for the common part, `[1, salt, sealed body]` for a
//! party's. `body` is `[[event, …], [attestation, …]]`, the events in the order of the ordinals
//! that the header lists.

use crate::{
    CommitError, Event, Hash, Id, ProjectKey, Salt, StreamId,
    cbor::{
        self,
        items::{as_id, bytes, id, int, list, tuple},
    },
    event,
};
use ciborium::Value;

const VERSION: u64 = 1;

/// Another key's word for an event: a signature over its [`event_hash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Of the event attested, in the same commit.
    pub ordinal: u32,
    /// `Id::derive("key", [public key])`.
    pub key: Id,
    pub signature: [u8; 64],
}

/// What a part says, once it is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    pub events: Vec<(u32, Event)>,
    pub attestations: Vec<Attestation>,
}

/// Where a part belongs. Sealed in with it, so that it opens nowhere else.
pub(crate) struct Place<'a> {
    pub stream: &'a StreamId,
    pub seq: u64,
    pub index: usize,
    pub party: Option<Id>,
}

/// The hash an attestation signs: of this event in this place of this stream, so that it can be
/// moved to no other. `SHA-256("shoulou event 1" stream seq ordinal event)`, the numbers as 8 and 4
/// big-endian bytes, the event as stored.
///
/// # Errors
/// A payload that the log cannot hold.
pub fn event_hash(
    stream: &StreamId,
    seq: u64,
    ordinal: u32,
    event: &Event,
) -> Result<Hash, CommitError> {
    let mut bytes = b"shoulou event 1".to_vec();
    bytes.extend(stream.id().0);
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ordinal.to_be_bytes());
    bytes.extend(cbor::encode(&event::to_cbor(event))?);
    Ok(Hash::of(&bytes))
}

impl Place<'_> {
    fn aad(&self, party: &Id) -> Vec<u8> {
        let mut aad = b"shoulou part 1".to_vec();
        aad.extend(self.stream.id().0);
        aad.extend(self.seq.to_be_bytes());
        aad.extend((self.index as u32).to_be_bytes());
        aad.extend(party.0);
        aad
    }

    pub fn write(&self, body: &Body, salt: Salt, key: &ProjectKey) -> Result<Vec<u8>, CommitError> {
        let events = body.events.iter().map(|(_, event)| event::to_cbor(event)).collect();
        let attestations = body.attestations.iter().map(Attestation::encode).collect();
        let body = Value::Array(vec![Value::Array(events), Value::Array(attestations)]);
        let body = match &self.party {
            None => body,
            Some(party) => {
                let plain = zeroize::Zeroizing::new(cbor::encode(&body)?);
                Value::Bytes(key.seal(&salt, &self.aad(party), &plain))
            }
        };
        let part = Value::Array(vec![VERSION.into(), Value::Bytes(salt.to_vec()), body]);
        Ok(cbor::encode(&part)?)
    }

    pub fn read(
        &self,
        stored: &[u8],
        ordinals: &[u32],
        key: &ProjectKey,
    ) -> Result<Body, CommitError> {
        const FLAW: CommitError = CommitError::Malformed("part");
        let [version, salt, body] = tuple(cbor::decode(stored)?).ok_or(FLAW)?;
        if int::<u64>(version) != Some(VERSION) {
            return Err(CommitError::Malformed("part: version"));
        }
        let salt = bytes(salt).ok_or(CommitError::Malformed("part: salt"))?;
        let body = match &self.party {
            None => body,
            Some(party) => {
                let sealed = body.into_bytes().map_err(|_| FLAW)?;
                let plain = key.open(&salt, &self.aad(party), &sealed);
                let plain = zeroize::Zeroizing::new(plain.ok_or(CommitError::CannotOpen)?);
                cbor::decode(&plain)?
            }
        };
        let [events, attestations] = tuple(body).ok_or(FLAW)?;
        let events = list(events, event::from_cbor).ok_or(CommitError::Malformed("event"))?;
        if events.len() != ordinals.len() {
            return Err(CommitError::Malformed("part: number of events"));
        }
        let attestations = list(attestations, Attestation::decode)
            .filter(|all| all.iter().all(|one| ordinals.binary_search(&one.ordinal).is_ok()))
            .ok_or(CommitError::Malformed("attestation"))?;
        Ok(Body { events: ordinals.iter().copied().zip(events).collect(), attestations })
    }
}

impl Attestation {
    fn encode(&self) -> Value {
        let signature = Value::Bytes(self.signature.to_vec());
        Value::Array(vec![self.ordinal.into(), id(&self.key), signature])
    }

    fn decode(value: Value) -> Option<Attestation> {
        let [ordinal, key, signature] = tuple(value)?;
        let (key, signature) = (as_id(key)?, bytes(signature)?);
        Some(Attestation { ordinal: int(ordinal)?, key, signature })
    }
}
