//! The whole project in one encrypted file, and back. The format: docs/key-slots.md, "Backups".

mod container;

use crate::{
    db,
    error::{Doing, StoreError},
    lock::{Lock, beside, sync_folder_of},
    log::put_setting,
    read,
    slots::{DataKey, Secret, Slots},
    store::{FRESH, Setup, Store},
};
use container::{Reader, Section, Writer};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{Hash, Id};
use sqlx::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a backup says of itself before it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    pub project: Id,
    /// The project's name, to choose by.
    pub name: String,
    pub schema: i64,
    pub commits: u64,
    /// The last commit taken in.
    pub last: Option<Hash>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    pub bytes: u64,
    pub commits: u64,
    pub blobs: u64,
    /// Blobs left out because their bytes are not those they name.
    pub damaged_blobs: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    pub project: Id,
    pub commits: u64,
    pub homes: u64,
    pub blobs: u64,
}

impl Store {
    /// Writes everything into one file, while work goes on. The file is read back, opened and counted
    /// before it takes its name; a file that was there is replaced only then.
    pub async fn backup(&self, target: &Path) -> Result<BackedUp, StoreError> {
        let (snapshot, part) = (beside(target, "snapshot"), beside(target, "part"));
        let cleared = Cleared(vec![snapshot.clone(), part.clone(), beside(target, "check")]);
        cleared.clear();
        let (done, header) = self.write_backup(&snapshot, &part).await?;
        fs::remove_file(&snapshot).doing("removing the snapshot")?;
        let scratch = beside(target, "check");
        check_backup(&part, &scratch, &header, &self.shared.key, done.blobs).await?;
        fs::rename(&part, target).doing("naming the backup")?;
        sync_folder_of(target)?;
        let bytes = fs::metadata(target).doing("measuring the backup")?.len();
        Ok(BackedUp { bytes, ..done })
    }

    async fn write_backup(
        &self,
        snapshot: &Path,
        part: &Path,
    ) -> Result<(BackedUp, BackupHeader), StoreError> {
        let slots = Slots::open(self.path())?;
        let mut db = db::write_to(self.path(), &self.shared.key, false).await?;
        let name = snapshot.to_str().ok_or(StoreError::Driver("path"))?;
        sqlx::query("VACUUM INTO ?").bind(name).execute(&mut db).await?;
        db::close(db).await?;
        let mut db = db::read_from(snapshot, &self.shared.key, true).await?;
        let last = read::last(&mut db).await?;
        let schema = db::check_schema(&mut db).await?;
        let commits: i64 =
            sqlx::query_scalar("SELECT count(*) FROM log_commit").fetch_one(&mut db).await?;
        db::close(db).await?;
        let project = self.entity(self.project()).await?.unwrap_or_default();
        let text = project.value("name").and_then(|name| name.as_text().map(str::to_owned));
        let header = BackupHeader {
            project: self.project(),
            name: text.unwrap_or_else(|| self.project().to_string()),
            schema,
            commits: commits.unsigned_abs(),
            last: last.map(|last| last.hash),
        };
        let mut done = BackedUp { bytes: 0, commits: header.commits, blobs: 0, damaged_blobs: 0 };
        let mut writer = Writer::create(part, &header)?;
        writer.bytes(Section::Slots, &slots.bytes()?)?;
        writer.file(Section::Database, snapshot)?;
        for address in self.shared.blobs.list()? {
            match self.shared.blobs.stored(&address) {
                Ok(stored) => {
                    writer.bytes(Section::Blob(address), &stored)?;
                    done.blobs += 1;
                }
                // Erased since the list was made.
                Err(StoreError::BlobMissing(_)) => {}
                Err(StoreError::BlobDamaged(_)) => done.damaged_blobs += 1,
                Err(error) => return Err(error),
            }
        }
        writer.finish()?;
        Ok((done, header))
    }
}

/// Reads the file as it lies on the disk, opens the database in it, and counts.
async fn check_backup(
    backup: &Path,
    scratch: &Path,
    expected: &BackupHeader,
    key: &DataKey,
    blobs: u64,
) -> Result<(), StoreError> {
    let mut reader = Reader::open(backup)?;
    if reader.header() != expected {
        return Err(StoreError::BadBackup("header"));
    }
    let mut found = 0;
    while let Some(section) = reader.next()? {
        match section {
            Section::Database => reader.take_file(scratch)?,
            Section::Slots => {
                let slots = Slots::from_bytes(scratch, &reader.take_bytes()?)?;
                if !slots.fits(key) {
                    return Err(StoreError::BadBackup("key slots"));
                }
            }
            Section::Blob(address) => {
                if Hash::of(&reader.take_bytes()?) != address {
                    return Err(StoreError::BadBackup("blob"));
                }
                found += 1;
            }
        }
    }
    if found != blobs {
        return Err(StoreError::BadBackup("number of blobs"));
    }
    let mut db = db::read_from(scratch, key, true).await?;
    let pages: Vec<String> =
        sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut db).await?;
    let last = read::last(&mut db).await?;
    let commits: i64 =
        sqlx::query_scalar("SELECT count(*) FROM log_commit").fetch_one(&mut db).await?;
    db::close(db).await?;
    let counted =
        commits.unsigned_abs() == expected.commits && last.map(|last| last.hash) == expected.last;
    if pages.is_empty() && counted { Ok(()) } else { Err(StoreError::BadBackup("database")) }
}

/// What a backup says of itself. Only [`restore`] checks it.
pub fn backup_header(backup: &Path) -> Result<BackupHeader, StoreError> {
    Ok(Reader::open(backup)?.header().clone())
}

/// Brings a backup back as a project of its own at `target`, which must be free. Everything is read,
/// opened and verified before any of it takes its place. The project goes on under a new incarnation
/// that names the head it continues.
///
/// # Errors
/// [`StoreError::Exists`], [`StoreError::WrongSecret`], [`StoreError::MistypedCode`],
/// [`StoreError::BadBackup`], [`StoreError::NewerBackup`]: nothing was written then.
pub async fn restore(
    backup: &Path,
    secret: Secret<'_>,
    target: &Path,
) -> Result<Restored, StoreError> {
    let slots = beside(target, "keys.json");
    let blobs = beside(target, "blobs");
    if target.exists() || slots.exists() || blobs.exists() {
        return Err(StoreError::Exists);
    }
    let _lock = Lock::take(target)?;
    let draft = beside(target, "restoring");
    let cleared = Cleared::project(&draft);
    cleared.clear();
    unpack(backup, &draft)?;
    let mut kept = Slots::open(&draft)?;
    let key = kept.unlock(secret)?;
    let restored = examine(&draft, &key).await?;
    begin_anew(&draft, &key).await?;

    let draft_blobs = beside(&draft, "blobs");
    if draft_blobs.exists() {
        fs::rename(draft_blobs, blobs).doing("placing the blobs")?;
    }
    kept.move_beside(target)?;
    fs::rename(&draft, target).doing("placing the database")?;
    sync_folder_of(target)?;
    Ok(restored)
}

fn unpack(backup: &Path, draft: &Path) -> Result<(), StoreError> {
    let mut reader = Reader::open(backup)?;
    let blobs = crate::blobs::Blobs::of(draft);
    while let Some(section) = reader.next()? {
        match section {
            Section::Database => reader.take_file(draft)?,
            Section::Slots => Slots::from_bytes(draft, &reader.take_bytes()?)?.keep()?,
            Section::Blob(address) => {
                blobs.keep(&address, &reader.take_bytes()?).map_err(|error| match error {
                    StoreError::BlobDamaged(_) => StoreError::BadBackup("blob"),
                    other => other,
                })?
            }
        }
    }
    if draft.exists() { Ok(()) } else { Err(StoreError::BadBackup("no database")) }
}

async fn examine(draft: &Path, key: &DataKey) -> Result<Restored, StoreError> {
    let store = Store::open(draft, key, Setup::default()).await?;
    let report = store.verify().await?;
    let project = store.project();
    store.close().await?;
    if !report.is_clean() {
        return Err(StoreError::BadBackup("its log does not verify"));
    }
    let blobs = crate::blobs::Blobs::of(draft).list()?.len() as u64;
    Ok(Restored { project, commits: report.commits, homes: report.homes, blobs })
}

async fn begin_anew(draft: &Path, key: &DataKey) -> Result<(), StoreError> {
    let mut db = db::write_to(draft, key, false).await?;
    let mut identity = crate::identity::Identity::load(&mut db).await?;
    let mut tx = db.begin().await?;
    identity.write_head_to(&mut tx).await?;
    identity.reincarnate(&mut tx, &crate::Random::default()).await?;
    put_setting(&mut tx, FRESH, b"1").await?;
    tx.commit().await?;
    db::close(db).await
}

/// Files that are not to be left behind, whatever happens.
pub(crate) struct Cleared(Vec<PathBuf>);

impl Cleared {
    pub fn project(database: &Path) -> Self {
        let endings = ["blobs", "keys.json", "keys.json.last", "keys.json.part", "lock"];
        let mut paths: Vec<PathBuf> =
            endings.iter().map(|ending| beside(database, ending)).collect();
        for ending in ["", "-wal", "-shm"] {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            paths.push(name.into());
        }
        Cleared(paths)
    }

    pub fn clear(&self) {
        for path in &self.0 {
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

impl Drop for Cleared {
    fn drop(&mut self) {
        self.clear();
    }
}
