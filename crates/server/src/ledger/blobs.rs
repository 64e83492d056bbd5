//! Blobs in a folder, by project and address. What is on its way lies apart until its bytes are those that
//! the address names.

use super::{Fault, Ledger, May, db::Conn, push::apart, refusal};
use sha2::{Digest, Sha256};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{BLOB_LIMIT, Refusal, RefusalCode, Upload},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

pub(crate) struct Blobs {
    folder: PathBuf,
    durable: bool,
}

impl Ledger {
    /// Whether a blob is there, or how far its upload has come. One that was dropped counts as there: nobody
    /// needs to send it.
    ///
    /// # Errors
    /// The device was never enrolled.
    pub async fn upload(
        &self,
        project: Id,
        device: Id,
        blob: Hash,
        now: i64,
    ) -> Result<Upload, Refusal> {
        let looking = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, device, May::Push, now).await?;
            if is_dropped(&mut db, project, blob).await? {
                return Ok(Upload { offset: 0, complete: true });
            }
            drop(db);
            self.0.blobs.progress(project, blob).await
        };
        Ok(looking.await?)
    }

    /// Appends bytes to an upload of `length` bytes, at `offset`. When it is whole, it is durable and answers so.
    ///
    /// # Errors
    /// The device was never enrolled; the upload is not at this offset; the bytes are not those of the address;
    /// too large; another upload of it is under way; the device was revoked, and no more of it may wait.
    pub async fn append(
        &self,
        project: Id,
        device: Id,
        blob: Hash,
        at: Range<u64>,
        bytes: Vec<u8>,
        now: i64,
    ) -> Result<Upload, Refusal> {
        let appending = async {
            if at.end > BLOB_LIMIT {
                return Err(RefusalCode::TooLarge.into());
            }
            let mut db = self.0.db.read().await?;
            let member = self.member(&mut db, project, device, May::Push, now).await?;
            if is_dropped(&mut db, project, blob).await? {
                return Ok(Upload { offset: at.end, complete: true });
            }
            drop(db);
            if member.revoked.is_some() {
                self.room_for_blob(project, device, blob, at.end).await?;
            }
            self.0.blobs.append(project, blob, at, bytes).await
        };
        Ok(appending.await?)
    }

    /// A blob's size, for whoever may fetch it.
    ///
    /// # Errors
    /// The device may not pull, or there is no such blob.
    pub async fn blob_size(
        &self,
        project: Id,
        device: Id,
        blob: Hash,
        now: i64,
    ) -> Result<u64, Refusal> {
        let looking = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, device, May::Pull, now).await?;
            drop(db);
            self.0.blobs.size(project, blob).await?.ok_or(Fault::from(RefusalCode::NotFound))
        };
        Ok(looking.await?)
    }

    /// Some of a blob's bytes. Whoever asks has asked for its size before.
    ///
    /// # Errors
    /// It is not there, or not so long.
    pub async fn blob_bytes(
        &self,
        project: Id,
        blob: Hash,
        range: Range<u64>,
    ) -> Result<Vec<u8>, Refusal> {
        Ok(self.0.blobs.read(project, blob, range).await?)
    }
}

async fn is_dropped(db: &mut Conn, project: Id, blob: Hash) -> Result<bool, Fault> {
    let select = "SELECT 1 FROM dropped_blob WHERE project = $1 AND blob = $2";
    Ok(db.row(select, args![project, blob]).await?.is_some())
}

impl Blobs {
    pub fn open(folder: PathBuf, durable: bool) -> io::Result<Blobs> {
        fs::create_dir_all(&folder)?;
        Ok(Blobs { folder, durable })
    }

    /// A folder that is only read.
    pub fn at(folder: PathBuf) -> Blobs {
        Blobs { folder, durable: false }
    }

    pub fn path(&self, project: Id, blob: Hash) -> PathBuf {
        let name = blob.to_string();
        self.folder.join(project.to_string()).join(&name[..2]).join(name)
    }

    fn arriving(&self, project: Id, blob: Hash) -> PathBuf {
        self.folder.join(project.to_string()).join("arriving").join(blob.to_string())
    }

    pub async fn size(&self, project: Id, blob: Hash) -> Result<Option<u64>, Fault> {
        match tokio::fs::metadata(self.path(project, blob)).await {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn progress(&self, project: Id, blob: Hash) -> Result<Upload, Fault> {
        if let Some(offset) = self.size(project, blob).await? {
            return Ok(Upload { offset, complete: true });
        }
        match tokio::fs::metadata(self.arriving(project, blob)).await {
            Ok(found) => Ok(Upload { offset: found.len(), complete: false }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Upload { offset: 0, complete: false })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// `at` is from the offset to the length of the whole.
    async fn append(
        &self,
        project: Id,
        blob: Hash,
        at: Range<u64>,
        bytes: Vec<u8>,
    ) -> Result<Upload, Fault> {
        let (arriving, path) = (self.arriving(project, blob), self.path(project, blob));
        let durable = self.durable;
        apart(move || append(&arriving, &path, blob, at, &bytes, durable)).await?
    }

    async fn read(&self, project: Id, blob: Hash, range: Range<u64>) -> Result<Vec<u8>, Fault> {
        let path = self.path(project, blob);
        let read = move || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = Vec::new();
            file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        match apart(read).await? {
            Err(error) if io::Error::kind(&error) == io::ErrorKind::NotFound => {
                Err(RefusalCode::NotFound.into())
            }
            read => Ok(read?),
        }
    }

    /// Takes away blobs of which the database says that they are of no use. What cannot be removed now is found by
    /// `verify`.
    pub async fn forget(&self, project: Id, blobs: &[Hash]) {
        for blob in blobs {
            for path in [self.path(project, *blob), self.arriving(project, *blob)] {
                match tokio::fs::remove_file(path).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::error!(what = %error.kind(), "a dropped blob is still on the disk");
                    }
                    _ => {}
                }
            }
        }
    }
}

fn append(
    arriving: &Path,
    path: &Path,
    blob: Hash,
    at: Range<u64>,
    bytes: &[u8],
    durable: bool,
) -> Result<Upload, Fault> {
    if let Ok(found) = fs::metadata(path) {
        return Ok(Upload { offset: found.len(), complete: true });
    }
    for folder in [arriving.parent(), path.parent()].into_iter().flatten() {
        fs::create_dir_all(folder)?;
    }
    let mut file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(arriving)?;
    if file.try_lock().is_err() {
        return Err(Fault::Refused(refusal(
            RefusalCode::Busy,
            "another upload of it is under way",
        )));
    }
    let here = file.seek(SeekFrom::End(0))?;
    let after = at.start.saturating_add(bytes.len() as u64);
    if here != at.start || after > at.end {
        return Err(RefusalCode::WrongBytes.into());
    }
    file.write_all(bytes)?;
    if after < at.end {
        return Ok(Upload { offset: after, complete: false });
    }
    if hash_of(&mut file)? != blob {
        fs::remove_file(arriving)?;
        return Err(RefusalCode::WrongBytes.into());
    }
    if durable {
        file.sync_all()?;
    }
    fs::rename(arriving, path)?;
    if durable && let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(Upload { offset: after, complete: true })
}

pub(super) fn hash_of(file: &mut File) -> io::Result<Hash> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Hash(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows writes the name with the file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
