//! Blobs as files: sealed, named by the SHA-256 of the stored bytes, durable before the commit that
//! names them.

use crate::{
    error::{Doing, StoreError},
    lock::{beside, sync_folder_of},
    random::Random,
};
use shoulou_eventlog::{Hash, ProjectKey, open_blob, seal_blob};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

#[derive(Clone, Debug)]
pub(crate) struct Blobs {
    root: PathBuf,
}

impl Blobs {
    pub fn of(database: &Path) -> Self {
        Blobs { root: beside(database, "blobs") }
    }

    pub fn path(&self, address: &Hash) -> PathBuf {
        let name = address.to_string();
        self.root.join(&name[..2]).join(&name[2..])
    }

    pub fn seal(
        &self,
        plain: &[u8],
        key: &ProjectKey,
        random: &Random,
    ) -> Result<Hash, StoreError> {
        let stored = seal_blob(plain, key, random.bytes()?);
        let address = Hash::of(&stored);
        self.keep(&address, &stored)?;
        Ok(address)
    }

    /// Whole or not at all. What is there already is not written again, unless it is damaged.
    pub fn keep(&self, address: &Hash, stored: &[u8]) -> Result<(), StoreError> {
        if Hash::of(stored) != *address {
            return Err(StoreError::BlobDamaged(*address));
        }
        let path = self.path(address);
        if self.stored(address).is_ok() {
            return Ok(());
        }
        let folder = self.root.join(&address.to_string()[..2]);
        let fresh = !folder.exists();
        fs::create_dir_all(&folder).doing("making a folder for blobs")?;
        let part = folder.join(format!("{address}.part"));
        let written = fs::File::create(&part)
            .and_then(|mut file| file.write_all(stored).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&part, &path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written.doing("writing a blob")?;
        sync_folder_of(&path)?;
        if fresh {
            sync_folder_of(&folder)?;
            sync_folder_of(&self.root)?;
        }
        Ok(())
    }

    /// The stored bytes, checked against their address.
    pub fn stored(&self, address: &Hash) -> Result<Vec<u8>, StoreError> {
        match fs::read(self.path(address)) {
            Ok(bytes) if Hash::of(&bytes) == *address => Ok(bytes),
            Ok(_) => Err(StoreError::BlobDamaged(*address)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(StoreError::BlobMissing(*address))
            }
            Err(error) => Err(error).doing("reading a blob"),
        }
    }

    pub fn open(&self, address: &Hash, key: &ProjectKey) -> Result<Vec<u8>, StoreError> {
        Ok(open_blob(&self.stored(address)?, address, key)?)
    }

    pub fn remove(&self, address: &Hash) {
        let _ = fs::remove_file(self.path(address));
    }

    /// Addresses of all blobs that lie here.
    pub fn list(&self) -> Result<Vec<Hash>, StoreError> {
        let mut found = Vec::new();
        let folders = match fs::read_dir(&self.root) {
            Ok(folders) => folders,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error).doing("listing blobs"),
        };
        for folder in folders {
            let folder = folder.doing("listing blobs")?;
            let head = folder.file_name();
            let Ok(files) = fs::read_dir(folder.path()) else { continue };
            for file in files {
                let tail = file.doing("listing blobs")?.file_name();
                let name = format!("{}{}", head.to_string_lossy(), tail.to_string_lossy());
                found.extend(name.parse::<Hash>());
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_comes_back_and_its_file_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(&dir.path().join("project.db"));
        let key = ProjectKey::new([7; 32]);
        let address = blobs.seal("身份证扫描件".as_bytes(), &key, &Random::default()).unwrap();
        assert_eq!(blobs.open(&address, &key).unwrap(), "身份证扫描件".as_bytes());
        assert_eq!(blobs.list().unwrap(), [address]);
        let stored = fs::read(blobs.path(&address)).unwrap();
        assert_eq!(Hash::of(&stored), address);
        assert!(!stored.windows(6).any(|window| window == &"身份".as_bytes()[..6]));
    }

    #[test]
    fn a_damaged_blob_is_named_and_a_good_copy_heals_it() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::of(&dir.path().join("project.db"));
        let key = ProjectKey::new([7; 32]);
        let address = blobs.seal(b"scan", &key, &Random::default()).unwrap();
        let good = blobs.stored(&address).unwrap();
        let mut bad = good.clone();
        bad[30] ^= 1;
        fs::write(blobs.path(&address), &bad).unwrap();
        assert!(
            matches!(blobs.open(&address, &key), Err(StoreError::BlobDamaged(at)) if at == address)
        );
        assert!(matches!(blobs.keep(&address, &bad), Err(StoreError::BlobDamaged(_))));
        blobs.keep(&address, &good).unwrap();
        assert_eq!(blobs.open(&address, &key).unwrap(), b"scan");
        blobs.remove(&address);
        assert!(matches!(blobs.open(&address, &key), Err(StoreError::BlobMissing(_))));
    }
}
