//! A backup's way back, into an empty store of either kind.

use super::{
    Blobs, Fault, Ledger, Options,
    backup::{BLOBS, FILE},
    copy::{copy_blobs, copy_rows, named_blobs},
    db::{Conn, Db},
    open::{self, OpenError},
    tables::TABLES,
};
use std::{fs, io, path::Path};

/// In the folder for blobs, while a backup is put back.
const UNDER_WAY: &str = "restoring";

impl Ledger {
    /// Puts the copy that [`Ledger::backup`] wrote into `folder` into the store at `url`, in one transaction, its
    /// blobs into the folder of `options`, and opens it. The copy stays as it is, also where it is of an older version.
    ///
    /// # Errors
    /// There is no copy in the folder; the store has something in it; see also [`OpenError`].
    pub async fn restore(folder: &Path, url: &str, options: Options) -> Result<Ledger, OpenError> {
        if !folder.join(FILE).is_file() {
            return Err(OpenError::NoBackup);
        }
        let under_way = options.blobs.join(UNDER_WAY);
        let to = open::connect(url, options.durable).await?;
        open::bring_up_to_date(&to).await?;
        let put_back = async {
            let mut tx = to.write().await?;
            if !is_empty(&mut tx).await? {
                return Err(Stopped(OpenError::Occupied));
            }
            let source = copied(&folder.join(FILE), &under_way).await?;
            let mut from = source.snapshot().await?;
            let blobs = Blobs::open(options.blobs.clone(), options.durable)?;
            let named = named_blobs(&mut from).await?;
            copy_blobs(named, &Blobs::at(folder.join(BLOBS)), &blobs).await?;
            copy_rows(&mut from, &mut tx).await?;
            from.commit().await?;
            source.close().await;
            Ok::<_, Stopped>(tx.commit().await?)
        };
        let done = put_back.await;
        to.close().await;
        let _ = forget(&under_way);
        match done {
            Ok(()) => Ledger::open(url, options).await,
            Err(Stopped(error)) => Err(error),
        }
    }
}

async fn is_empty(tx: &mut Conn) -> Result<bool, Fault> {
    for table in TABLES {
        if !tx.rows_text(format!("SELECT 1 FROM {} LIMIT 1", table.name)).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The copy's database once more, so that it can be brought up to date.
async fn copied(backup: &Path, folder: &Path) -> Result<Db, Stopped> {
    forget(folder)?;
    fs::create_dir_all(folder)?;
    let file = folder.join(FILE);
    fs::copy(backup, &file)?;
    let db = open::connect(&format!("sqlite:{}", file.display()), false).await?;
    open::bring_up_to_date(&db).await?;
    Ok(db)
}

fn forget(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

struct Stopped(OpenError);

impl From<OpenError> for Stopped {
    fn from(error: OpenError) -> Self {
        Stopped(error)
    }
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Stopped(match fault {
            Fault::Database(error) => OpenError::Database(error),
            Fault::Disk(error) => OpenError::Blobs(error),
            Fault::Refused(_) | Fault::Corrupt(_) => OpenError::Content,
        })
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Stopped(OpenError::Blobs(error))
    }
}
