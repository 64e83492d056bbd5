//! The messages of protocol 1, as CBOR. A reader ignores keys that it does not know.

use super::{Checkpoint, Role};
use crate::{Hash, Id};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, de::DeserializeOwned};
use std::fmt;

/// A body before compression, either way.
pub const BODY_LIMIT: usize = 8 << 20;
/// Commits in one push or one answer to a pull.
pub const COMMITS_LIMIT: usize = 4096;
/// A blob.
pub const BLOB_LIMIT: u64 = 64 << 20;
/// A long poll waits for so many seconds at most.
pub const WAIT_LIMIT: u32 = 50;

/// A byte string.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

/// Commits for the server, as bundles, parents before children.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// The epoch that the PC knows; in another nothing is taken.
    pub epoch: Id,
    pub commits: Vec<Bytes>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// Of each commit, in the order of the push.
    pub fates: Vec<Fate>,
    /// A signed [`super::Receipt`] of all that were accepted or known; none where there are none.
    pub receipt: Option<Bytes>,
    pub news: News,
}

/// What became of a pushed commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Accepted(u64),
    /// It had this number before.
    Known(u64),
    /// Kept, and shown to nobody until an administrator releases the device: its signer is not
    /// certified, or is revoked.
    Quarantined,
    /// The server lacks these parents: push them first.
    Missing(Vec<Hash>),
    /// No commit of this project. The text is a stable code.
    Refused(String),
}

/// With every answer about the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub epoch: Id,
    /// The last number.
    pub head: u64,
    /// Grows with every certificate, revocation and release.
    pub members: u64,
    /// The server's clock, milliseconds since 1970 UTC.
    pub time: i64,
}

/// What a PC has: the answer to a pull starts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub epoch: Id,
    pub number: u64,
    pub checkpoint: Checkpoint,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulled {
    /// In the order of their numbers, without a gap, after the cursor's.
    pub commits: Vec<Bytes>,
    /// After the last of them.
    pub cursor: Cursor,
    pub news: News,
}

/// The ends of the streams that the server has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    pub heads: Vec<Head>,
    pub news: News,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub stream: Id,
    pub seq: u64,
    pub commit: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    pub revision: u64,
    /// Signed [`super::Certificate`]s, the newest of each device.
    pub certificates: Vec<Bytes>,
    pub standings: Vec<Standing>,
}

/// What the server knows of a device beyond its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub device: Id,
    /// The number up to which the device last said it had everything.
    pub number: u64,
    /// Milliseconds since 1970 UTC; `None` before its first session.
    pub last_seen: Option<i64>,
    pub app_version: String,
    /// Its commits in quarantine.
    pub quarantined: u32,
}

/// Asks for what a device must sign to open a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub device: Id,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenged {
    pub nonce: Bytes,
}

/// Opens a session: Ed25519 over [`session_message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub device: Id,
    pub nonce: Bytes,
    pub signature: Bytes,
    pub app_version: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// For `Authorization: Bearer …`.
    pub token: String,
    /// The device's own certificate, its lease renewed unless it was revoked.
    pub certificate: Bytes,
    pub news: News,
}

/// Joins with the token of an [`super::Invitation`]. `proof` is Ed25519 over [`enrol_message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    pub token: Bytes,
    /// The Ed25519 key of the device.
    pub key: Bytes,
    pub proof: Bytes,
    /// The PC's name, sealed with the project key: the server cannot read it.
    pub label: Bytes,
    pub app_version: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    pub certificate: Bytes,
    pub news: News,
}

/// Leaves an invitation for another PC with the server: an administrator's PC does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Where the invitation is found: [`super::Secret::locator`].
    pub locator: Id,
    /// SHA-256 of the token inside.
    pub token_hash: Hash,
    /// The sealed [`super::Invitation`].
    pub sealed: Bytes,
    pub role: Role,
    /// How long it may be used, in seconds.
    pub seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub sealed: Bytes,
}

/// Why a request was not carried out. `code` is stable; `detail` is for logs, never personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: RefusalCode,
    pub detail: String,
    /// With [`RefusalCode::Epoch`]: where the epochs since began, oldest first.
    #[serde(default)]
    pub epochs: Vec<EpochStart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// Not of this protocol: malformed, or a rule of it broken.
    Malformed,
    TooLarge,
    /// No session, or one that ended: open another.
    NoSession,
    /// The device is not enrolled here, or the project does not exist. Which of the two is not said.
    NotAMember,
    /// An administrator took the device out of the project.
    Revoked,
    /// Pulls ended with the lease; pushes go on.
    LeaseExpired,
    NotAnAdministrator,
    /// The epoch is another now.
    Epoch,
    /// The server does not have what the PC has from it: it went backwards.
    Backwards,
    /// No such blob, invitation, snapshot.
    NotFound,
    /// The invitation was used before, or its time is over.
    Spent,
    /// At the wrong offset of an upload, or a blob whose bytes are not those of its address.
    WrongBytes,
    /// Try again later.
    Busy,
    /// So much of a revoked device waits for release that no more of it is taken.
    QuarantineFull,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochStart {
    pub epoch: Id,
    /// The last number that it shares with the epoch before, and the checkpoint there.
    pub number: u64,
    pub checkpoint: Checkpoint,
}

/// Tells the server which blobs only an erased party's parts named. It drops those that no other
/// commit names, and only such as a commit with a part of that party names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropBlobs {
    pub party: Id,
    pub blobs: Vec<Hash>,
}

/// How far the upload of a blob has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    pub offset: u64,
    pub complete: bool,
}

/// What opens a session for a device.
pub fn session_message(project: Id, device: Id, nonce: &[u8]) -> Vec<u8> {
    [&b"shoulou session 1"[..], &project.0, &device.0, nonce].concat()
}

/// What shows that whoever enrols a key holds it.
pub fn enrol_message(project: Id, token: &[u8]) -> Vec<u8> {
    [&b"shoulou enrol 1"[..], &project.0, token].concat()
}

pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(message, &mut bytes).expect("a Vec takes all that is written to it");
    bytes
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message of this protocol")]
pub struct NotAMessage;

/// # Errors
/// Bytes that are not exactly one such message.
pub fn decode<T: DeserializeOwned>(mut bytes: &[u8]) -> Result<T, NotAMessage> {
    if bytes.len() > BODY_LIMIT {
        return Err(NotAMessage);
    }
    let message = ciborium::from_reader(&mut bytes).map_err(|_| NotAMessage)?;
    if bytes.is_empty() { Ok(message) } else { Err(NotAMessage) }
}

/// Contents are personal or secret.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        d.deserialize_byte_buf(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_and_half_of_it_or_more_than_it_does_not() {
        let news = News { epoch: Id([1; 16]), head: 7, members: 2, time: 1_795_224_060_000 };
        let fates = vec![
            Fate::Accepted(6),
            Fate::Known(1),
            Fate::Quarantined,
            Fate::Missing(vec![Hash::of(b"parent")]),
            Fate::Refused("signature".into()),
        ];
        let message = Pushed { fates, receipt: Some(Bytes(vec![1, 2, 3])), news };
        let bytes = encode(&message);
        assert_eq!(decode::<Pushed>(&bytes), Ok(message));
        for end in 0..bytes.len() {
            assert_eq!(decode::<Pushed>(&bytes[..end]), Err(NotAMessage));
        }
        assert_eq!(decode::<Pushed>(&[&bytes[..], &[0]].concat()), Err(NotAMessage));
    }

    #[test]
    fn a_message_with_keys_of_a_later_version_is_read() {
        let later = ciborium::Value::Map(vec![
            ("device".into(), ciborium::Value::Bytes(vec![9; 16])),
            ("more".into(), "of a later version".into()),
        ]);
        let read: Challenge = decode(&encode(&later)).unwrap();
        assert_eq!(read.device, Id([9; 16]));
    }
}
