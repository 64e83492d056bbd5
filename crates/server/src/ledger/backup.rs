//! A copy of everything as of one moment: an SQLite file and a folder of blobs, whatever the store is.

use super::{
    Fault, Ledger,
    db::{Arg, Conn, Db},
    open::{self, OpenError},
    push::apart,
    refusal,
};
use shoulou_eventlog::{
    Hash, Id,
    sync::wire::{Refusal, RefusalCode},
};
use std::{fs, io, path::Path};

/// `b` is bytes, `i` an integer, `t` text.
type Table = (&'static str, &'static [&'static str], &'static str);

const TABLES: &[Table] = &[
    ("server_setting", &["name", "value"], "tb"),
    (
        "project_head",
        &["project", "epoch", "head", "checkpoint", "members", "erased", "quarantined"],
        "bbibiii",
    ),
    ("project_epoch", &["project", "place", "epoch", "number", "checkpoint", "began"], "bibibi"),
    (
        "log_commit",
        &[
            "project",
            "number",
            "hash",
            "stream",
            "seq",
            "envelope",
            "common",
            "parts",
            "size",
            "checkpoint",
            "received",
        ],
        "bibbibbiibi",
    ),
    ("log_part", &["project", "number", "place", "party", "bytes"], "biibb"),
    ("log_blob", &["project", "blob", "number"], "bbi"),
    ("log_stream", &["project", "stream", "device", "key"], "bbbb"),
    ("log_erased", &["project", "party", "number"], "bbi"),
    ("stream_end", &["project", "hash", "stream", "seq"], "bbbi"),
    (
        "quarantine_commit",
        &[
            "project", "hash", "arrival", "device", "stream", "seq", "envelope", "common", "parts",
            "size",
        ],
        "bbibbibbii",
    ),
    ("quarantine_part", &["project", "hash", "place", "party", "bytes"], "bbibb"),
    (
        "member",
        &[
            "project",
            "device",
            "key",
            "role",
            "label",
            "enrolled",
            "lease",
            "revoked",
            "revision",
            "certificate",
        ],
        "bbbtbiiiib",
    ),
    ("device_cursor", &["project", "device", "number", "last_seen", "app_version"], "bbiit"),
    (
        "invitation",
        &["locator", "project", "token_hash", "role", "sealed", "expires", "used_by"],
        "bbbtbib",
    ),
    ("snapshot", &["project", "note", "blob"], "bbb"),
    ("dropped_blob", &["project", "blob"], "bb"),
];

impl Ledger {
    /// Writes the copy into `folder`, which must be empty or not there: `ledger.sqlite3` and `blobs`. It can be
    /// verified, and served from.
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
        let file = folder.join("ledger.sqlite3");
        match &self.0.db {
            Db::Sqlite { .. } => {
                let mut db = self.0.db.read().await?;
                let path = file.to_str().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?;
                db.run("VACUUM INTO $1", args![path]).await?;
            }
            Db::Postgres(_) => self.export(&file).await?,
        }
        self.copy_blobs(&folder.join("blobs")).await
    }

    async fn export(&self, file: &Path) -> Result<(), Fault> {
        let url = format!("sqlite:{}", file.display());
        let copy = open::connect(&url, true).await.map_err(unfit)?;
        open::bring_up_to_date(&copy).await.map_err(unfit)?;
        let mut from = self.0.db.snapshot().await?;
        let mut to = copy.write().await?;
        for table in TABLES {
            copy_table(&mut from, &mut to, table).await?;
        }
        to.commit().await?;
        from.commit().await?;
        copy.close().await;
        Ok(())
    }

    /// After the database: a blob is here before the commit that names it.
    async fn copy_blobs(&self, folder: &Path) -> Result<(), Fault> {
        let mut db = self.0.db.read().await?;
        let named =
            "SELECT DISTINCT project, blob FROM log_blob UNION SELECT project, blob FROM snapshot";
        let rows = db.rows(named, []).await?;
        drop(db);
        let blobs = rows.iter().map(|row| Ok((row.id(0)?, row.hash(1)?)));
        let blobs = blobs.collect::<Result<Vec<(Id, Hash)>, Fault>>()?;
        let to = super::Blobs::open(folder.to_owned(), true)?;
        for (project, blob) in blobs {
            let (from, to) = (self.0.blobs.path(project, blob), to.path(project, blob));
            let copied = apart(move || {
                fs::create_dir_all(to.parent().unwrap_or(&to))?;
                fs::copy(from, to)
            });
            match copied.await? {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

fn unfit(error: OpenError) -> Fault {
    tracing::error!(what = %error, "the copy cannot be written");
    Fault::Disk(io::Error::other("the copy"))
}

async fn copy_table(from: &mut Conn, to: &mut Conn, table: &Table) -> Result<(), Fault> {
    let (name, columns, kinds) = table;
    // A name for each table: what is fetched by one name always has the same columns.
    let cursor = format!("of_{name}");
    let selected = columns.join(", ");
    let declare = format!("DECLARE {cursor} NO SCROLL CURSOR FOR SELECT {selected} FROM {name}");
    from.run_text(declare).await?;
    loop {
        let rows = from.rows_text(format!("FETCH 256 FROM {cursor}")).await?;
        if rows.is_empty() {
            break;
        }
        let mut values = Vec::with_capacity(rows.len());
        for row in &rows {
            let column = |(at, kind)| {
                Ok(match kind {
                    'b' => Arg::from(row.maybe_bytes(at)?),
                    'i' => Arg::from(row.maybe_int(at)?),
                    _ => Arg::from(row.text(at)?.as_str()),
                })
            };
            values.push(kinds.chars().enumerate().map(column).collect::<Result<Vec<_>, Fault>>()?);
        }
        to.insert(name, columns, values, "").await?;
    }
    from.run_text(format!("CLOSE {cursor}")).await
}
