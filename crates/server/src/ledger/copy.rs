//! What a backup and its way back have in common: all rows, and all blobs that anything names.

use super::{
    Blobs, Fault,
    db::{Arg, Conn, Row},
    push::apart,
    tables::{TABLES, Table},
};
use futures_util::{StreamExt, TryStreamExt};
use shoulou_eventlog::{Hash, Id, read_header};
use std::{collections::BTreeSet, fs, io};

/// Rows written at once.
const ROWS: usize = 256;

pub(super) async fn copy_rows(from: &mut Conn, to: &mut Conn) -> Result<(), Fault> {
    for table in TABLES {
        copy_table(from, to, table).await?;
    }
    Ok(())
}

async fn copy_table(from: &mut Conn, to: &mut Conn, table: &'static Table) -> Result<(), Fault> {
    let mut rows = from.stream(format!("SELECT {} FROM {}", table.columns, table.name));
    loop {
        let chunk: Vec<Row> = rows.by_ref().take(ROWS).try_collect().await?;
        if chunk.is_empty() {
            return Ok(());
        }
        let values = chunk.iter().map(|row| values(row, table));
        to.insert(table, values.collect::<Result<_, _>>()?, "").await?;
    }
}

fn values(row: &Row, table: &Table) -> Result<Vec<Arg>, Fault> {
    let value = |(at, kind)| {
        Ok(match kind {
            'b' => Arg::from(row.maybe_bytes(at)?),
            'i' => Arg::from(row.maybe_int(at)?),
            _ => Arg::from(row.text(at)?.as_str()),
        })
    };
    table.kinds.chars().enumerate().map(value).collect()
}

/// Those that commits and snapshots name, in the log and in quarantine.
pub(super) async fn named_blobs(db: &mut Conn) -> Result<BTreeSet<(Id, Hash)>, Fault> {
    let select =
        "SELECT DISTINCT project, blob FROM log_blob UNION SELECT project, blob FROM snapshot";
    let rows = db.rows(select, []).await?;
    let named = rows.iter().map(|row| Ok((row.id(0)?, row.hash(1)?)));
    let mut named = named.collect::<Result<BTreeSet<_>, Fault>>()?;
    let mut waiting = db.stream("SELECT project, envelope FROM quarantine_commit".to_owned());
    while let Some(row) = waiting.try_next().await? {
        let header = read_header(&row.bytes(1)?).map_err(|_| Fault::Corrupt("a commit"))?;
        let project = row.id(0)?;
        named.extend(header.blobs.into_iter().map(|blob| (project, blob)));
    }
    Ok(named)
}

/// One that is not here may still be sent.
pub(super) async fn copy_blobs(
    named: BTreeSet<(Id, Hash)>,
    from: &Blobs,
    to: &Blobs,
) -> Result<(), Fault> {
    for (project, blob) in named {
        let (from, to) = (from.path(project, blob), to.path(project, blob));
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
