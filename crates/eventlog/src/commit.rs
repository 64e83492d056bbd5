use crate::{
    Attestation, Batch, Body, COMMIT_LIMIT, CommitError, Event, Hash, Header, Id, NewEvent,
    PartEntry, ProjectKey, Salt, StreamId, event, part::Place,
};
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::collections::BTreeMap;

/// One action of one person, before it is signed.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub stream: StreamId,
    /// From 0; the first carries the public key.
    pub seq: u64,
    /// Hash of the stream's commit before; none with `seq` 0.
    pub prev: Option<Hash>,
    /// With `seq` 0 of a restored or copied PC: the head it goes on from.
    pub continues: Option<Hash>,
    /// Heads of other streams that came in since the commit before.
    pub seen: Vec<Hash>,
    /// Milliseconds since 1970 UTC.
    pub time: i64,
    pub offset_minutes: i32,
    pub actor: Id,
    pub app_version: String,
    pub batch: Option<Batch>,
    pub blobs: Vec<Hash>,
    /// The ordinal of an event is its place here.
    pub events: Vec<NewEvent>,
    pub attestations: Vec<Attestation>,
}

/// The exact bytes to store, and never to encode again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The signed envelope, a tagged COSE_Sign1.
    pub bytes: Vec<u8>,
    /// In the order of the header.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub party: Option<Id>,
    pub bytes: Vec<u8>,
}

impl Commit {
    /// The commit's name, which is its envelope's hash: dropping an erased part does not change it.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }

    /// Envelope and parts together, in bytes.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.parts.iter().map(|part| part.bytes.len()).sum::<usize>()
    }
}

/// Signs `draft`, and seals the parts of parties. `salts` gives fresh random bytes at every call.
///
/// # Errors
/// The draft breaks a rule of the format, is larger than [`COMMIT_LIMIT`], or `signing` is not the
/// key of its device.
pub fn seal(
    draft: Draft,
    signing: &SigningKey,
    key: &ProjectKey,
    salts: &mut dyn FnMut() -> Salt,
) -> Result<Commit, CommitError> {
    let public = signing.verifying_key();
    if crate::device_id(&public) != draft.stream.device {
        return Err(CommitError::ForeignKey);
    }
    let (stream, seq) = (draft.stream, draft.seq);
    let mut entries = Vec::new();
    let mut parts = Vec::new();
    for (index, (party, body)) in bodies(draft.events, draft.attestations)?.into_iter().enumerate()
    {
        let place = Place { stream: &stream, seq, index, party };
        let bytes = place.write(&body, salts(), key)?;
        entries.push(PartEntry {
            party,
            hash: Hash::of(&bytes),
            size: u32::try_from(bytes.len()).map_err(|_| CommitError::TooLarge(bytes.len()))?,
            ordinals: body.events.iter().map(|(ordinal, _)| *ordinal).collect(),
        });
        parts.push(Part { party, bytes });
    }
    let header = Header {
        commit: Hash::default(),
        stream,
        seq,
        prev: draft.prev,
        continues: draft.continues,
        seen: ascending(draft.seen),
        time: draft.time,
        offset_minutes: draft.offset_minutes,
        actor: draft.actor,
        app_version: draft.app_version,
        batch: draft.batch,
        parts: entries,
        blobs: ascending(draft.blobs),
        key: (seq == 0).then_some(public),
    };
    header.check()?;
    let payload = header.encode()?;
    let sign1 = unsigned(payload)
        .create_signature(&[], |message| signing.sign(message).to_bytes().to_vec())
        .build();
    let bytes = sign1.to_tagged_vec().map_err(|_| CommitError::Envelope)?;
    let commit = Commit { bytes, parts };
    if commit.size() > COMMIT_LIMIT {
        Err(CommitError::TooLarge(commit.size()))
    } else {
        Ok(commit)
    }
}

/// Reads the header and checks its signature. `keys` knows the key of a stream from its seq 0, by
/// [`StreamId::id`]; a seq 0 brings its own, which its device id vouches for.
///
/// # Errors
/// [`CommitError::UnknownSigner`] when the stream's seq 0 is still to come; everything else of
/// [`CommitError`] that concerns an envelope.
pub fn verify(
    bytes: &[u8],
    keys: impl Fn(&Id) -> Option<VerifyingKey>,
) -> Result<Header, CommitError> {
    let (header, sign1) = open_envelope(bytes)?;
    let stream = header.stream.id();
    let key = header.key.or_else(|| keys(&stream)).ok_or(CommitError::UnknownSigner(stream))?;
    if crate::device_id(&key) != header.stream.device {
        return Err(CommitError::ForeignKey);
    }
    sign1.verify_signature(&[], |signature, message| {
        let signature = Signature::from_slice(signature).map_err(|_| CommitError::Envelope)?;
        key.verify_strict(message, &signature).map_err(|_| CommitError::BadSignature)
    })?;
    Ok(header)
}

/// Reads the header of bytes whose signature was checked when they arrived.
///
/// # Errors
/// As [`verify`], but for signer and signature.
pub fn read_header(bytes: &[u8]) -> Result<Header, CommitError> {
    open_envelope(bytes).map(|(header, _)| header)
}

/// The events of part `index`, with their ordinals.
///
/// # Errors
/// Bytes that are not this part's, a key that does not open it, or a malformed part.
pub fn open_part(
    header: &Header,
    index: usize,
    bytes: &[u8],
    key: &ProjectKey,
) -> Result<Vec<(u32, Event)>, CommitError> {
    open_body(header, index, bytes, key).map(|body| body.events)
}

/// The events of part `index` and what other keys attest of them.
///
/// # Errors
/// As [`open_part`].
pub fn open_body(
    header: &Header,
    index: usize,
    bytes: &[u8],
    key: &ProjectKey,
) -> Result<Body, CommitError> {
    header.check_part(index, bytes)?;
    let entry = &header.parts[index];
    let place = Place { stream: &header.stream, seq: header.seq, index, party: entry.party };
    place.read(bytes, &entry.ordinals, key)
}

fn bodies(
    events: Vec<NewEvent>,
    attestations: Vec<Attestation>,
) -> Result<BTreeMap<Option<Id>, Body>, CommitError> {
    if events.len() > event::MAX_EVENTS {
        return Err(CommitError::Malformed("number of events"));
    }
    let mut bodies: BTreeMap<Option<Id>, Body> = BTreeMap::new();
    let mut homes = Vec::with_capacity(events.len());
    for (ordinal, new) in events.into_iter().enumerate() {
        if !event::kind_is_well_formed(&new.event.kind) {
            return Err(CommitError::Malformed("kind"));
        }
        homes.push(new.party);
        bodies.entry(new.party).or_default().events.push((ordinal as u32, new.event));
    }
    for attestation in attestations {
        let party = homes.get(attestation.ordinal as usize);
        let party = party.ok_or(CommitError::Malformed("attestation"))?;
        bodies.entry(*party).or_default().attestations.push(attestation);
    }
    Ok(bodies)
}

fn ascending(mut hashes: Vec<Hash>) -> Vec<Hash> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn unsigned(payload: Vec<u8>) -> CoseSign1Builder {
    let protected = HeaderBuilder::new().algorithm(iana::Algorithm::Ed25519).build();
    CoseSign1Builder::new().protected(protected).payload(payload)
}

fn open_envelope(bytes: &[u8]) -> Result<(Header, CoseSign1), CommitError> {
    if bytes.len() > COMMIT_LIMIT {
        return Err(CommitError::TooLarge(bytes.len()));
    }
    let sign1 = CoseSign1::from_tagged_slice(bytes).map_err(|_| CommitError::Envelope)?;
    let payload = sign1.payload.as_deref().ok_or(CommitError::Envelope)?;
    let only = unsigned(payload.to_vec()).signature(sign1.signature.clone()).build();
    if sign1.signature.len() != 64 || only.to_tagged_vec().ok().as_deref() != Some(bytes) {
        return Err(CommitError::Envelope);
    }
    let header = Header::decode(payload, Hash::of(bytes))?;
    let parts = header.parts.iter().map(|part| part.size as usize);
    let size = parts.fold(bytes.len(), usize::saturating_add);
    if size > COMMIT_LIMIT { Err(CommitError::TooLarge(size)) } else { Ok((header, sign1)) }
}

#[cfg(test)]
mod tests;
