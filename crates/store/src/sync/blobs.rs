//! Blobs on their way: what the log names and is not here, what has come of it so far, what the server has,
//! and what it should drop.

use crate::{
    blobs::Blobs,
    erase::still_named,
    error::{Doing, StoreError},
    identity::column,
    lock::sync_folder_of,
    store::{Store, blocking},
};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{BLOB_LIMIT, Upload},
};
use sqlx::{Connection, Row, SqliteConnection};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
};

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// Bytes that are here; the next are appended there.
    pub offset: u64,
    pub complete: bool,
}

/// Blobs that only an erased party's parts named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unnamed {
    pub party: Id,
    /// In order.
    pub blobs: Vec<Hash>,
}

impl Store {
    pub async fn blob_present(&self, address: &Hash) -> Result<bool, StoreError> {
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || Ok(shared.blobs.path(&address).is_file())).await
    }

    /// Blobs that somebody's events name and that are not on this PC (未下载): at most `limit` after
    /// `after`, in the order of their addresses.
    pub async fn blobs_missing(
        &self,
        after: Option<Hash>,
        limit: usize,
    ) -> Result<Vec<Hash>, StoreError> {
        let mut after = after.map(|hash| hash.0.to_vec()).unwrap_or_default();
        let mut missing = Vec::new();
        loop {
            let mut db = self.reader().await?;
            let rows = sqlx::query(
                "SELECT DISTINCT blob FROM log_blob WHERE blob > ? ORDER BY blob LIMIT 500",
            );
            let rows = rows.bind(&after[..]).fetch_all(&mut *db).await?;
            let Some(last) = rows.last() else { return Ok(missing) };
            after = last.try_get("blob")?;
            for row in &rows {
                let blob = Hash(column(row, "blob")?);
                if self.shared.blobs.path(&blob).is_file() {
                    continue;
                }
                if self.is_wanted(&mut db, &blob).await? {
                    missing.push(blob);
                }
                if missing.len() >= limit {
                    return Ok(missing);
                }
            }
        }
    }

    async fn is_wanted(&self, db: &mut SqliteConnection, blob: &Hash) -> Result<bool, StoreError> {
        Ok(may_be_named(db, blob).await? || still_named(db, blob, self.project_key()).await?)
    }

    /// How much of a blob is here.
    pub async fn download(&self, address: &Hash) -> Result<Download, StoreError> {
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || {
            if let Ok(whole) = fs::metadata(shared.blobs.path(&address)) {
                return Ok(Download { offset: whole.len(), complete: true });
            }
            let offset =
                fs::metadata(partial(&shared.blobs, &address)).map_or(0, |part| part.len());
            Ok(Download { offset, complete: false })
        })
        .await
    }

    /// Appends bytes of a blob at `offset`; with `last`, the blob is whole: it takes its place where its
    /// bytes are those of its address.
    ///
    /// # Errors
    /// [`StoreError::BlobDamaged`] where they are not, or the offset is another than [`Store::download`]
    /// said, or it grows beyond [`BLOB_LIMIT`]: what had come is thrown away.
    pub async fn keep_download(
        &self,
        address: &Hash,
        offset: u64,
        bytes: Vec<u8>,
        last: bool,
    ) -> Result<Download, StoreError> {
        self.writable()?;
        let (shared, address) = (self.shared.clone(), *address);
        blocking(move || {
            let part = partial(&shared.blobs, &address);
            let there = fs::metadata(&part).map_or(0, |part| part.len());
            let grown = offset.saturating_add(bytes.len() as u64);
            if there != offset || grown > BLOB_LIMIT {
                let _ = fs::remove_file(&part);
                return Err(StoreError::BlobDamaged(address));
            }
            append(&part, offset, &bytes)?;
            if !last {
                return Ok(Download { offset: grown, complete: false });
            }
            let stored = fs::read(&part).doing("reading a download")?;
            let kept = shared.blobs.keep(&address, &stored);
            fs::remove_file(&part).doing("removing a download")?;
            kept.map(|()| Download { offset: grown, complete: true })
        })
        .await
    }

    /// How far the server said that the upload of a blob has come; `None` before it said anything.
    pub async fn upload(&self, address: &Hash) -> Result<Option<Upload>, StoreError> {
        let row = sqlx::query("SELECT size, complete FROM local_upload WHERE blob = ?");
        let row = row.bind(&address.0[..]).fetch_optional(&mut *self.reader().await?).await?;
        row.map(|row| {
            let offset = row.try_get::<i64, _>("size")?.unsigned_abs();
            Ok(Upload { offset, complete: row.try_get::<i64, _>("complete")? != 0 })
        })
        .transpose()
    }

    pub async fn keep_upload(&self, address: &Hash, upload: Upload) -> Result<(), StoreError> {
        let address = *address;
        self.write(move |writer, _| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT OR REPLACE INTO local_upload (blob, size, complete) VALUES (?, ?, ?)",
                )
                .bind(&address.0[..])
                .bind(upload.offset.cast_signed())
                .bind(i64::from(upload.complete))
                .execute(&mut writer.db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// A blob that is here and that the server may have lost, since it was put back to an older state.
    pub async fn next_offer(&self) -> Result<Option<Hash>, StoreError> {
        let mut db = self.reader().await?;
        let mut after = Vec::new();
        loop {
            let rows =
                sqlx::query("SELECT blob FROM local_offer WHERE blob > ? ORDER BY blob LIMIT 500");
            let rows = rows.bind(&after[..]).fetch_all(&mut *db).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            after = last.try_get("blob")?;
            for row in &rows {
                let blob = Hash(column(row, "blob")?);
                if self.shared.blobs.path(&blob).is_file() {
                    return Ok(Some(blob));
                }
            }
        }
    }

    /// It has it.
    pub async fn keep_offered(&self, address: &Hash) -> Result<(), StoreError> {
        self.change("DELETE FROM local_offer WHERE blob = ?", vec![*address]).await
    }

    /// Has blobs fetched that are not here.
    pub async fn want(&self, blobs: Vec<Hash>) -> Result<(), StoreError> {
        self.change("INSERT OR IGNORE INTO local_wanted (blob) VALUES (?)", blobs).await
    }

    /// No longer: a person gave up, or nobody has them.
    pub async fn want_no_more(&self, blobs: Vec<Hash>) -> Result<(), StoreError> {
        self.change("DELETE FROM local_wanted WHERE blob = ?", blobs).await
    }

    /// Blobs to fetch, in the order in which they were asked for.
    pub async fn wanted(&self) -> Result<Vec<Hash>, StoreError> {
        let mut db = self.reader().await?;
        let rows =
            sqlx::query("SELECT blob FROM local_wanted ORDER BY id").fetch_all(&mut *db).await?;
        let blobs = rows.iter().map(|row| column(row, "blob").map(Hash));
        let mut blobs: Vec<Hash> = blobs.collect::<Result<_, _>>()?;
        blobs.retain(|blob| !self.shared.blobs.path(blob).is_file());
        Ok(blobs)
    }

    async fn change(&self, sql: &'static str, blobs: Vec<Hash>) -> Result<(), StoreError> {
        self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                for blob in blobs {
                    sqlx::query(sql).bind(&blob.0[..]).execute(&mut *tx).await?;
                }
                Ok(tx.commit().await?)
            })
        })
        .await
    }

    /// For `DropBlobs`: of every erased party, the blobs of commits with a part of that party that no part
    /// names which is left. Those that [`Store::keep_dropped`] was told of are left out.
    pub async fn blobs_to_drop(&self) -> Result<Vec<Unnamed>, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let rows = sqlx::query(
            "SELECT DISTINCT e.party, b.blob FROM log_erased e \
             JOIN log_part p ON p.party = e.party JOIN log_blob b ON b.arrival = p.place / 65536 \
             WHERE b.blob NOT IN (SELECT blob FROM local_dropped) ORDER BY e.party, b.blob",
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut unnamed: BTreeMap<Id, Vec<Hash>> = BTreeMap::new();
        for row in rows {
            let (party, blob) = (Id(column(&row, "party")?), Hash(column(&row, "blob")?));
            if !self.is_wanted(&mut tx, &blob).await? {
                unnamed.entry(party).or_default().push(blob);
            }
        }
        tx.commit().await?;
        Ok(unnamed.into_iter().map(|(party, blobs)| Unnamed { party, blobs }).collect())
    }

    /// The server dropped them.
    pub async fn keep_dropped(&self, blobs: Vec<Hash>) -> Result<(), StoreError> {
        self.change("INSERT OR IGNORE INTO local_dropped (blob) VALUES (?)", blobs).await
    }
}

/// All that commits name: what the server was put back to says nothing of which files it still has, and a commit
/// may have come to it again from a PC without the blob.
pub(super) async fn offer_all(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("INSERT OR IGNORE INTO local_offer (blob) SELECT DISTINCT blob FROM log_blob")
        .execute(db)
        .await?;
    Ok(())
}

/// Whether a part that is still to come could name it.
pub(crate) async fn may_be_named(
    db: &mut SqliteConnection,
    blob: &Hash,
) -> Result<bool, StoreError> {
    let lacking: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM log_blob b JOIN log_part p \
         ON p.place BETWEEN b.arrival * 65536 AND b.arrival * 65536 + 65535 \
         WHERE b.blob = ? AND p.bytes IS NULL AND p.party NOT IN (SELECT party FROM log_erased) LIMIT 1",
    )
    .bind(&blob.0[..])
    .fetch_optional(db)
    .await?;
    Ok(lacking.is_some())
}

/// What has come of a blob lies beside where it will be.
fn partial(blobs: &Blobs, address: &Hash) -> PathBuf {
    blobs.path(address).with_extension("download")
}

fn append(part: &PathBuf, offset: u64, bytes: &[u8]) -> Result<(), StoreError> {
    if let Some(folder) = part.parent() {
        fs::create_dir_all(folder).doing("making a folder for blobs")?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(part)
        .doing("opening a download")?;
    let written = file
        .seek(SeekFrom::Start(offset))
        .and_then(|_| file.write_all(bytes))
        .and_then(|()| file.sync_data());
    written.doing("writing a download")?;
    if offset == 0 { sync_folder_of(part) } else { Ok(()) }
}
