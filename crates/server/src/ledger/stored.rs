//! Commits as they lie in the log, put together again.

use super::{
    Fault,
    db::{Conn, Row},
};
use shoulou_eventlog::{Bundle, Hash, Id, sync::Checkpoint};
use std::collections::HashMap;

/// The place of each party's part in its commit, and its bytes where they are here.
pub(super) type Parts = Vec<(u64, Option<Vec<u8>>)>;

pub(super) struct Stored {
    pub number: u64,
    pub hash: Hash,
    pub stream: Id,
    pub checkpoint: Checkpoint,
    pub bundle: Bundle,
}

/// The commits with numbers after `after`, up to and with `until`.
pub(super) async fn stored(
    db: &mut Conn,
    project: Id,
    after: u64,
    until: u64,
) -> Result<Vec<Stored>, Fault> {
    let select = "SELECT number, place, bytes FROM log_part
                  WHERE project = $1 AND number > $2 AND number <= $3";
    let mut parts: HashMap<u64, Parts> = HashMap::new();
    for row in db.rows(select, args![project, after, until]).await? {
        parts.entry(row.count(0)?).or_default().push((row.count(1)?, row.maybe_bytes(2)?));
    }
    let select = "SELECT number, hash, stream, checkpoint, envelope, common, parts FROM log_commit
                  WHERE project = $1 AND number > $2 AND number <= $3 ORDER BY number";
    let rows = db.rows(select, args![project, after, until]).await?;
    let stored = |row: &Row| {
        let number = row.count(0)?;
        let of_parties = parts.remove(&number).unwrap_or_default();
        Ok(Stored {
            number,
            hash: row.hash(1)?,
            stream: row.id(2)?,
            checkpoint: Checkpoint(row.hash(3)?),
            bundle: bundle(row.bytes(4)?, row.maybe_bytes(5)?, row.count(6)?, of_parties),
        })
    };
    rows.iter().map(stored).collect()
}

/// A commit as it came, without the parts whose bytes are not here.
pub(super) fn bundle(
    envelope: Vec<u8>,
    common: Option<Vec<u8>>,
    count: u64,
    of_parties: Parts,
) -> Bundle {
    let mut parts = vec![None; usize::try_from(count).unwrap_or(0)];
    if let (Some(first), Some(common)) = (parts.first_mut(), common) {
        *first = Some(common);
    }
    for (place, bytes) in of_parties {
        if let Some(part) = parts.get_mut(usize::try_from(place).unwrap_or(usize::MAX)) {
            *part = bytes;
        }
    }
    Bundle { envelope, parts }
}
