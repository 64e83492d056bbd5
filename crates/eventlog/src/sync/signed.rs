//! What the server or a device vouches for: COSE_Sign1 as a commit's envelope is, each kind with its
//! own additional data, so that none can be passed off as another.

use super::{Checkpoint, wire};
use crate::{Hash, Id, device_id};
use coset::{
    CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate, TaggedCborSerializable,
    iana,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    #[error("not a signed document of this kind")]
    Malformed,
    #[error("the signature does not hold")]
    BadSignature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    /// Invites, revokes and releases.
    Administrator,
}

/// The server's word that a device belongs to a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub project: Id,
    pub device: Id,
    pub key: wire::Bytes,
    pub role: Role,
    /// Sealed with the project key.
    pub label: wire::Bytes,
    /// When it was enrolled; milliseconds since 1970 UTC by the server's clock, as below.
    pub enrolled: i64,
    /// Pulls end here unless a session renews it.
    pub lease: i64,
    pub revoked: Option<i64>,
    /// Of two certificates of a device the one with the higher revision holds.
    pub revision: u64,
}

/// The server's word that commits are in its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub project: Id,
    pub epoch: Id,
    /// Milliseconds since 1970 UTC by the server's clock.
    pub received: i64,
    pub commits: Vec<(Hash, u64)>,
    /// The last number when the receipt was made, and the checkpoint there.
    pub head: u64,
    pub checkpoint: Checkpoint,
}

/// A device's word that a blob holds the views of the log up to a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotNote {
    pub project: Id,
    pub cursor: wire::Cursor,
    /// The fold's version and the kinds it knows: views of another are of no use.
    pub fold: String,
    pub blob: Hash,
    pub size: u64,
    /// Of the commits, events and parties erased that it covers.
    pub commits: u64,
    pub events: u64,
    pub erased: u64,
    /// The device that made and signed it.
    pub device: Id,
    pub key: wire::Bytes,
}

trait Kind: Serialize + DeserializeOwned {
    const AAD: &'static [u8];
}

impl Kind for Certificate {
    const AAD: &'static [u8] = b"shoulou certificate 1";
}
impl Kind for Receipt {
    const AAD: &'static [u8] = b"shoulou receipt 1";
}
impl Kind for SnapshotNote {
    const AAD: &'static [u8] = b"shoulou snapshot 1";
}

impl Certificate {
    pub fn sign(&self, server: &SigningKey) -> Vec<u8> {
        sign(self, server)
    }

    /// # Errors
    /// Not signed by this server, or not a certificate.
    pub fn read(bytes: &[u8], server: &VerifyingKey) -> Result<Self, SignedError> {
        let certificate: Certificate = read(bytes, |_: &Certificate| Some(*server))?;
        let key = certificate.verifying_key().ok_or(SignedError::Malformed)?;
        let own = device_id(&key) == certificate.device;
        if own { Ok(certificate) } else { Err(SignedError::Malformed) }
    }

    /// The device's key.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(self.key.0.as_slice().try_into().ok()?).ok()
    }
}

impl Receipt {
    pub fn sign(&self, server: &SigningKey) -> Vec<u8> {
        sign(self, server)
    }

    /// # Errors
    /// Not signed by this server, or not a receipt.
    pub fn read(bytes: &[u8], server: &VerifyingKey) -> Result<Self, SignedError> {
        read(bytes, |_: &Receipt| Some(*server))
    }
}

impl SnapshotNote {
    pub fn sign(&self, device: &SigningKey) -> Vec<u8> {
        sign(self, device)
    }

    /// Whether the device is one to trust is for the reader, who has the certificates.
    ///
    /// # Errors
    /// Not signed by the device it names, or not a note.
    pub fn read(bytes: &[u8]) -> Result<Self, SignedError> {
        read(bytes, |note: &SnapshotNote| {
            let key = VerifyingKey::from_bytes(note.key.0.as_slice().try_into().ok()?).ok()?;
            (device_id(&key) == note.device).then_some(key)
        })
    }
}

fn sign<K: Kind>(document: &K, key: &SigningKey) -> Vec<u8> {
    let protected = HeaderBuilder::new().algorithm(iana::Algorithm::Ed25519).build();
    CoseSign1Builder::new()
        .protected(protected)
        .payload(wire::encode(document))
        .create_signature(K::AAD, |message| key.sign(message).to_bytes().to_vec())
        .build()
        .to_tagged_vec()
        .expect("a Vec takes all that is written to it")
}

fn read<K: Kind>(
    bytes: &[u8],
    signer: impl Fn(&K) -> Option<VerifyingKey>,
) -> Result<K, SignedError> {
    let sign1 = CoseSign1::from_tagged_slice(bytes).map_err(|_| SignedError::Malformed)?;
    let expected = Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::Ed25519));
    if sign1.protected.header.alg != expected {
        return Err(SignedError::Malformed);
    }
    let payload = sign1.payload.as_deref().ok_or(SignedError::Malformed)?;
    let document: K = wire::decode(payload).map_err(|_| SignedError::Malformed)?;
    let key = signer(&document).ok_or(SignedError::Malformed)?;
    sign1.verify_signature(K::AAD, |signature, message| {
        let signature = Signature::from_slice(signature).map_err(|_| SignedError::Malformed)?;
        key.verify_strict(message, &signature).map_err(|_| SignedError::BadSignature)
    })?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn certificate() -> Certificate {
        let device = key(2).verifying_key();
        Certificate {
            project: Id([1; 16]),
            device: device_id(&device),
            key: device.as_bytes().to_vec().into(),
            role: Role::Member,
            label: vec![7; 40].into(),
            enrolled: 1_795_224_060_000,
            lease: 1_797_816_060_000,
            revoked: None,
            revision: 3,
        }
    }

    #[test]
    fn a_certificate_holds_for_the_server_that_signed_it_and_for_no_other() {
        let signed = certificate().sign(&key(1));
        assert_eq!(Certificate::read(&signed, &key(1).verifying_key()), Ok(certificate()));
        let other = Certificate::read(&signed, &key(3).verifying_key());
        assert_eq!(other, Err(SignedError::BadSignature));
        for at in 0..signed.len() {
            let mut changed = signed.clone();
            changed[at] ^= 1;
            assert!(Certificate::read(&changed, &key(1).verifying_key()).is_err());
        }
    }

    #[test]
    fn a_certificate_whose_device_is_not_its_key_is_none() {
        let wrong = Certificate { device: Id([5; 16]), ..certificate() };
        let read = Certificate::read(&wrong.sign(&key(1)), &key(1).verifying_key());
        assert_eq!(read, Err(SignedError::Malformed));
    }

    #[test]
    fn a_receipt_is_not_taken_for_a_certificate() {
        let receipt = Receipt {
            project: Id([1; 16]),
            epoch: Id([2; 16]),
            received: 5,
            commits: vec![(Hash::of(b"one"), 1)],
            head: 1,
            checkpoint: Checkpoint::start(Id([1; 16])).then(&Hash::of(b"one")),
        };
        let signed = receipt.sign(&key(1));
        assert_eq!(Receipt::read(&signed, &key(1).verifying_key()), Ok(receipt));
        assert!(Certificate::read(&signed, &key(1).verifying_key()).is_err());
    }
}
