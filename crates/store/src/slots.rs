//! The data key, wrapped once for each way of opening the project. The format: docs/key-slots.md.

mod code;
mod file;

pub use code::RecoveryCode;

use crate::{error::StoreError, lock::beside};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead, aead::Payload};
use file::{Kdf, Slot, SlotFile};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    path::{Path, PathBuf},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The random 256-bit key of one database.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; 32]);

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    Keyring,
    Password,
    Recovery,
}

/// What opens a slot.
pub enum Secret<'a> {
    /// The 32 random bytes that the app keeps in the system's keyring.
    Keyring(&'a [u8; 32]),
    Password(&'a str),
    Recovery(&'a str),
    /// A person typed it: a recovery code where it reads as one, else the password.
    Typed(&'a str),
}

/// The file of key slots beside a database.
#[derive(Debug)]
pub struct Slots {
    path: PathBuf,
    content: SlotFile,
}

impl DataKey {
    pub fn random() -> Result<Self, StoreError> {
        Ok(DataKey(random()?))
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        DataKey(bytes)
    }

    /// As SQLCipher wants a raw key, quotes included.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        use fmt::Write;
        let mut text = Zeroizing::new(String::with_capacity(69));
        text.push_str("\"x'");
        for byte in self.0 {
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }

    /// Tells a wrong key from a damaged file; 64 bits of a hash give nothing of the key away.
    fn check(&self) -> String {
        let digest = Sha256::new().chain_update(b"shoulou/key-check/1").chain_update(self.0);
        hex(&digest.finalize()[..8])
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl Slots {
    /// New slots for a new database: none yet. They are written with the first slot added.
    pub fn create(database: &Path, key: &DataKey) -> Result<Self, StoreError> {
        let path = beside(database, "keys.json");
        if path.exists() {
            return Err(StoreError::Exists);
        }
        Ok(Slots { path, content: SlotFile::new(key.check()) })
    }

    pub fn open(database: &Path) -> Result<Self, StoreError> {
        let path = beside(database, "keys.json");
        let content = file::read(&path)?;
        Ok(Slots { path, content })
    }

    pub fn kinds(&self) -> Vec<SlotKind> {
        self.content.slots.iter().map(|slot| slot.kind).collect()
    }

    pub fn has(&self, kind: SlotKind) -> bool {
        self.content.slots.iter().any(|slot| slot.kind == kind)
    }

    /// Whether a person has typed the printed recovery code back.
    pub fn recovery_confirmed(&self) -> bool {
        self.content.recovery_confirmed
    }

    /// Whether this is the key these slots hold.
    pub fn fits(&self, key: &DataKey) -> bool {
        self.content.check == key.check()
    }

    /// Tells this keyring slot from any other, of a copy or another PC's folder of the same project too.
    pub fn keyring_mark(&self) -> Option<&str> {
        let slot = self.content.slots.iter().find(|slot| slot.kind == SlotKind::Keyring)?;
        Some(&slot.nonce)
    }

    /// Wraps the key for the keyring; the answer is what to keep there, under [`Slots::keyring_mark`].
    pub fn add_keyring(&mut self, key: &DataKey) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let kek = Zeroizing::new(random()?);
        self.put(SlotKind::Keyring, key, None, &kek)?;
        Ok(kek)
    }

    pub fn add_password(&mut self, key: &DataKey, password: &str) -> Result<(), StoreError> {
        let kdf = Kdf::for_passwords(random()?);
        let kek = kdf.derive(password.as_bytes())?;
        self.put(SlotKind::Password, key, Some(kdf), &kek)
    }

    /// Makes a new recovery code, which is nowhere kept; an older one no longer opens anything.
    pub fn add_recovery(&mut self, key: &DataKey) -> Result<RecoveryCode, StoreError> {
        let code = RecoveryCode::random()?;
        let kdf = Kdf::for_codes(random()?);
        let kek = kdf.derive(code.entropy())?;
        self.content.recovery_confirmed = false;
        self.put(SlotKind::Recovery, key, Some(kdf), &kek)?;
        Ok(code)
    }

    /// The last slot stays: without it nobody could ever open the project again.
    pub fn remove(&mut self, kind: SlotKind) -> Result<(), StoreError> {
        if !self.has(kind) {
            return Err(StoreError::NoSlot);
        }
        if self.content.slots.len() == 1 {
            return Err(StoreError::LastSlot);
        }
        let mut content = self.content.clone();
        content.slots.retain(|slot| slot.kind != kind);
        if kind == SlotKind::Recovery {
            content.recovery_confirmed = false;
        }
        self.write(content)
    }

    pub fn unlock(&self, secret: Secret<'_>) -> Result<DataKey, StoreError> {
        match secret {
            Secret::Keyring(kek) => self.unwrap(SlotKind::Keyring, |_| Ok(Zeroizing::new(*kek))),
            Secret::Password(password) => {
                self.unwrap(SlotKind::Password, |slot| slot.derive(password.as_bytes()))
            }
            Secret::Recovery(typed) => {
                let code = RecoveryCode::parse(typed)?;
                self.unwrap(SlotKind::Recovery, |slot| slot.derive(code.entropy()))
            }
            Secret::Typed(typed) => match self.unlock(Secret::Recovery(typed)) {
                Ok(key) => Ok(key),
                Err(mistyped) => match self.unlock(Secret::Password(typed)) {
                    Err(StoreError::WrongSecret | StoreError::NoSlot)
                        if RecoveryCode::resembles(typed) =>
                    {
                        Err(mistyped)
                    }
                    Err(StoreError::NoSlot) => Err(StoreError::WrongSecret),
                    answer => answer,
                },
            },
        }
    }

    /// The recovery code typed back: from now on it counts as written down.
    pub fn confirm_recovery(&mut self, typed: &str) -> Result<(), StoreError> {
        self.unlock(Secret::Recovery(typed))?;
        let mut content = self.content.clone();
        content.recovery_confirmed = true;
        self.write(content)
    }

    pub(crate) fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        self.content.encode()
    }

    /// Slots as they came in a backup; not written until [`Slots::keep`].
    pub(crate) fn from_bytes(database: &Path, bytes: &[u8]) -> Result<Self, StoreError> {
        Ok(Slots { path: beside(database, "keys.json"), content: SlotFile::decode(bytes)? })
    }

    pub(crate) fn keep(&mut self) -> Result<(), StoreError> {
        self.write(self.content.clone())
    }

    pub(crate) fn move_beside(&mut self, database: &Path) -> Result<(), StoreError> {
        self.path = beside(database, "keys.json");
        self.keep()
    }

    fn put(
        &mut self,
        kind: SlotKind,
        key: &DataKey,
        kdf: Option<Kdf>,
        kek: &[u8; 32],
    ) -> Result<(), StoreError> {
        let nonce: [u8; 24] = random()?;
        let aad = aad(kind, kdf.as_ref());
        let wrapped = XChaCha20Poly1305::new(kek.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: &key.0, aad: aad.as_bytes() })
            .map_err(|_| StoreError::SlotsDamaged)?;
        let slot = Slot { kind, kdf, nonce: hex(&nonce), wrapped: hex(&wrapped) };
        let mut content = self.content.clone();
        content.slots.retain(|slot| slot.kind != kind);
        content.slots.push(slot);
        content.slots.sort_by_key(|slot| slot.kind);
        self.write(content)
    }

    fn unwrap(
        &self,
        kind: SlotKind,
        kek: impl Fn(&Slot) -> Result<Zeroizing<[u8; 32]>, StoreError>,
    ) -> Result<DataKey, StoreError> {
        let slot =
            self.content.slots.iter().find(|slot| slot.kind == kind).ok_or(StoreError::NoSlot)?;
        let nonce: [u8; 24] =
            unhex(&slot.nonce)?.try_into().map_err(|_| StoreError::SlotsDamaged)?;
        let wrapped = unhex(&slot.wrapped)?;
        let aad = aad(kind, slot.kdf.as_ref());
        let kek = kek(slot)?;
        let opened = XChaCha20Poly1305::new((&*kek).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: &wrapped, aad: aad.as_bytes() })
            .map_err(|_| StoreError::WrongSecret)?;
        let opened = Zeroizing::new(opened);
        let bytes = opened.as_slice().try_into().map_err(|_| StoreError::SlotsDamaged)?;
        Ok(DataKey(bytes))
    }

    fn write(&mut self, content: SlotFile) -> Result<(), StoreError> {
        file::write(&self.path, &content)?;
        self.content = content;
        Ok(())
    }
}

/// Binds a wrapped key to its slot's kind and parameters.
fn aad(kind: SlotKind, kdf: Option<&Kdf>) -> String {
    let kind = match kind {
        SlotKind::Keyring => "keyring",
        SlotKind::Password => "password",
        SlotKind::Recovery => "recovery",
    };
    match kdf {
        None => format!("shoulou/slot/1/{kind}"),
        Some(kdf) => format!(
            "shoulou/slot/1/{kind}/{}/{}/{}/{}/{}",
            kdf.name, kdf.memory_kib, kdf.passes, kdf.lanes, kdf.salt
        ),
    }
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::NoRandomness)?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Result<Vec<u8>, StoreError> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err(StoreError::SlotsDamaged);
    }
    let digit = |c: u8| char::from(c).to_digit(16).ok_or(StoreError::SlotsDamaged);
    digits.chunks(2).map(|pair| Ok((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
}

#[cfg(test)]
mod tests;
