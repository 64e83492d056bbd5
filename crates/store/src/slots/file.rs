use super::{SlotKind, hex, unhex};
use crate::{
    error::{Doing, StoreError},
    lock::{beside, sync_folder_of},
};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fs, io::Write, path::Path};
use zeroize::Zeroizing;

const FORMAT: &str = "shoulou-keys";
const VERSION: u32 = 1;
/// A file that asks for more than this is not ours.
const MOST_MEMORY_KIB: u32 = 1 << 20;
const MOST_PASSES: u32 = 64;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SlotFile {
    format: String,
    version: u32,
    pub check: String,
    pub recovery_confirmed: bool,
    pub slots: Vec<Slot>,
    /// SHA-256 of this object as compact JSON with an empty `sum`.
    sum: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Slot {
    pub kind: SlotKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kdf: Option<Kdf>,
    pub nonce: String,
    pub wrapped: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kdf {
    pub name: String,
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    pub salt: String,
}

impl Slot {
    pub fn derive(&self, secret: &[u8]) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        self.kdf.as_ref().ok_or(StoreError::SlotsDamaged)?.derive(secret)
    }
}

impl Kdf {
    pub fn for_passwords(salt: [u8; 16]) -> Self {
        Kdf::argon2id(64 * 1024, 3, salt)
    }

    /// A code is random already; the hash needs no cost to protect it.
    pub fn for_codes(salt: [u8; 16]) -> Self {
        Kdf::argon2id(8 * 1024, 1, salt)
    }

    fn argon2id(memory_kib: u32, passes: u32, salt: [u8; 16]) -> Self {
        Kdf { name: "argon2id".into(), memory_kib, passes, lanes: 1, salt: hex(&salt) }
    }

    pub fn derive(&self, secret: &[u8]) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        if self.name != "argon2id" {
            return Err(StoreError::SlotsNewer);
        }
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES {
            return Err(StoreError::SlotsDamaged);
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| StoreError::SlotsDamaged)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, &unhex(&self.salt)?, &mut *key)
            .map_err(|_| StoreError::SlotsDamaged)?;
        Ok(key)
    }
}

impl SlotFile {
    pub fn new(check: String) -> Self {
        SlotFile {
            format: FORMAT.into(),
            version: VERSION,
            check,
            recovery_confirmed: false,
            slots: Vec::new(),
            sum: String::new(),
        }
    }

    pub fn encode(&self) -> Result<Vec<u8>, StoreError> {
        let whole = SlotFile { sum: self.sum()?, ..self.clone() };
        serde_json::to_vec_pretty(&whole).map_err(|_| StoreError::SlotsDamaged)
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|_| StoreError::SlotsDamaged)?;
        if head.format != FORMAT {
            return Err(StoreError::SlotsDamaged);
        }
        if head.version > VERSION {
            return Err(StoreError::SlotsNewer);
        }
        let whole: SlotFile =
            serde_json::from_slice(bytes).map_err(|_| StoreError::SlotsDamaged)?;
        if whole.sum != whole.sum()? {
            return Err(StoreError::SlotsDamaged);
        }
        Ok(whole)
    }

    fn sum(&self) -> Result<String, StoreError> {
        let bare = SlotFile { sum: String::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&bare).map_err(|_| StoreError::SlotsDamaged)?;
        Ok(hex(&Sha256::digest(bytes)))
    }
}

/// The file, or the version before it where the file was damaged or lost.
pub(super) fn read(path: &Path) -> Result<SlotFile, StoreError> {
    match read_one(path) {
        Err(StoreError::SlotsDamaged | StoreError::NotFound) => {
            let first = read_one(path);
            read_one(&beside(path, "last")).or(first)
        }
        answer => answer,
    }
}

fn read_one(path: &Path) -> Result<SlotFile, StoreError> {
    match fs::read(path) {
        Ok(bytes) => SlotFile::decode(&bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StoreError::NotFound),
        Err(error) => Err(error).doing("reading the key slots"),
    }
}

/// Whole or not at all; the version before stays beside it.
pub(super) fn write(path: &Path, content: &SlotFile) -> Result<(), StoreError> {
    let bytes = content.encode()?;
    let part = beside(path, "part");
    let written = fs::File::create(&part)
        .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()));
    let kept = written.and_then(|()| match fs::read(path) {
        Ok(before) if SlotFile::decode(&before).is_ok() => keep_last(path, &before),
        _ => Ok(()),
    });
    let done = kept.and_then(|()| fs::rename(&part, path));
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done.doing("writing the key slots")?;
    sync_folder_of(path)
}

fn keep_last(path: &Path, before: &[u8]) -> std::io::Result<()> {
    let (last, part) = (beside(path, "last"), beside(path, "last.part"));
    fs::File::create(&part)
        .and_then(|mut file| file.write_all(before).and_then(|()| file.sync_all()))?;
    fs::rename(part, last)
}
