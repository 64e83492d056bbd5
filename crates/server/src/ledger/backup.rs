//! A copy of everything as of one moment: an SQLite file and a folder of blobs, whatever the store is.

use super::{
    Blobs, Fault, Ledger,
    copy::{copy_blobs, copy_rows, named_blobs},
    db::Db,
    open::{self, OpenError},
    refusal,
};
use shoulou_eventlog::sync::wire::{Refusal, RefusalCode};
use std::{fs, io, path::Path};

/// In the folder of a copy.
pub(super) const FILE: &str = "ledger.sqlite3";
pub(super) const BLOBS: &str = "blobs";

impl Ledger {
    /// Writes the copy into `folder`, which must be empty or not there: `ledger.sqlite3` and `blobs`. It can be
    /// verified, served from, and put back by [`Ledger::restore`].
    ///
    /// # Errors
    /// The folder is in use, or cannot be written to; the database does not answer.
    pub async fn backup(&self, folder: &Path) -> Result<(), Refusal> {
        Ok(self.copy_to(folder).await?)
    }

    async fn copy_to(&self, folder: &Path) -> Result<(), Fault> {
        fs::create_dir_all(folder)?;
        if fs::read_dir(folder)?.next().is_some() {
            let taken = refusal(RefusalCode::Malformed, "the folder is not empty");
            return Err(Fault::Refused(taken));
        }
        let file = folder.join(FILE);
        match &self.0.db {
            Db::Sqlite { .. } => {
                let mut db = self.0.db.read().await?;
                let path = file.to_str().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?;
                db.run("VACUUM INTO $1", args![path]).await?;
            }
            Db::Postgres(_) => self.export(&file).await?,
        }
        // After the database: a blob is here before the commit that names it.
        let named = named_blobs(&mut self.0.db.read().await?).await?;
        copy_blobs(named, &self.0.blobs, &Blobs::open(folder.join(BLOBS), true)?).await
    }

    async fn export(&self, file: &Path) -> Result<(), Fault> {
        let url = format!("sqlite:{}", file.display());
        let copy = open::connect(&url, true).await.map_err(unfit)?;
        open::bring_up_to_date(&copy).await.map_err(unfit)?;
        let mut from = self.0.db.snapshot().await?;
        let mut to = copy.write().await?;
        copy_rows(&mut from, &mut to).await?;
        to.commit().await?;
        from.commit().await?;
        copy.close().await;
        Ok(())
    }
}

fn unfit(error: OpenError) -> Fault {
    tracing::error!(what = %error, "the copy cannot be written");
    Fault::Disk(io::Error::other("the copy"))
}
