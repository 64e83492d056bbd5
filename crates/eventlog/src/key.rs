use crate::{CommitError, Hash};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 24 random bytes: the salt of a part, or the nonce of a blob. Never the same twice.
pub type Salt = [u8; 24];

/// Seals what is personal. Only enrolled PCs hold it; a server never does.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ProjectKey([u8; 32]);

impl ProjectKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        ProjectKey(bytes)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn seal(&self, salt: &Salt, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        self.cipher()
            .encrypt(&XNonce::from(*salt), Payload { msg: plain, aad })
            .expect("XChaCha20-Poly1305 refuses only plaintexts beyond 256 GiB")
    }

    pub(crate) fn open(&self, salt: &Salt, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.cipher().decrypt(&XNonce::from(*salt), Payload { msg: sealed, aad }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for ProjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectKey(…)")
    }
}

const BLOB_AAD: &[u8] = b"shoulou blob 1";

/// The bytes of a blob as they are stored: nonce, ciphertext, 16 bytes of tag. Its address is
/// [`Hash::of`] these bytes.
pub fn seal_blob(plain: &[u8], key: &ProjectKey, nonce: Salt) -> Vec<u8> {
    let mut stored = nonce.to_vec();
    stored.extend(key.seal(&nonce, BLOB_AAD, plain));
    stored
}

/// What `seal_blob` was given.
///
/// # Errors
/// [`CommitError::WrongBlob`] when the bytes are not those that `address` names,
/// [`CommitError::CannotOpen`] when this is not the key.
pub fn open_blob(stored: &[u8], address: &Hash, key: &ProjectKey) -> Result<Vec<u8>, CommitError> {
    if Hash::of(stored) != *address {
        return Err(CommitError::WrongBlob);
    }
    let (nonce, sealed) = stored.split_first_chunk::<24>().ok_or(CommitError::CannotOpen)?;
    key.open(nonce, BLOB_AAD, sealed).ok_or(CommitError::CannotOpen)
}
