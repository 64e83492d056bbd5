//! Handing commits on.

use super::{
    Fault, Head, Ledger, May, check_epoch,
    db::{Conn, Row},
    stored::stored,
};
use shoulou_eventlog::{
    Id,
    sync::{
        Checkpoint,
        wire::{BODY_LIMIT, COMMITS_LIMIT, Cursor, Heads, Pulled, Refusal, RefusalCode},
    },
};

/// Commits of one answer, in bytes: what is around them must fit into a body too.
const BYTES: u64 = (BODY_LIMIT as u64) * 7 / 8;
/// How often it is noted that a PC is there, where nothing else changed.
const SEEN_EVERY: i64 = 60_000;

impl Ledger {
    /// The commits after the cursor, `limit` at most. Also where there is nothing new; waiting is the caller's,
    /// by [`Ledger::changed`].
    ///
    /// # Errors
    /// The device may not pull; the epoch is another; the server went backwards.
    pub async fn pull(
        &self,
        project: Id,
        device: Id,
        cursor: Cursor,
        limit: usize,
        now: i64,
    ) -> Result<Pulled, Refusal> {
        Ok(self.hand_on(project, device, cursor, limit, now).await?)
    }

    async fn hand_on(
        &self,
        project: Id,
        device: Id,
        cursor: Cursor,
        limit: usize,
        now: i64,
    ) -> Result<Pulled, Fault> {
        let mut db = self.0.db.read().await?;
        self.member(&mut db, project, device, May::Pull, now).await?;
        let head = Head::read(&mut db, project).await?;
        check_cursor(&mut db, &head, &cursor).await?;
        let noted = noted(&mut db, project, device).await?;
        let mut last = cursor;
        let mut commits = Vec::new();
        let limit = limit.clamp(1, COMMITS_LIMIT);
        if let Some((until, checkpoint)) = cut(&mut db, &head, cursor.number, limit).await? {
            for one in stored(&mut db, project, cursor.number, until).await? {
                let bytes = one.bundle.encode().map_err(|_| Fault::Corrupt("a commit"))?;
                commits.push(bytes.into());
            }
            last = Cursor { number: until, checkpoint, ..cursor };
        }
        drop(db);
        if noted.is_none_or(|(number, seen)| {
            number != cursor.number
                || seen.is_none_or(|seen| seen.abs_diff(now) > SEEN_EVERY as u64)
        }) {
            self.note(project, device, cursor.number, now).await?;
        }
        Ok(Pulled { commits, cursor: last, news: head.news(now) })
    }

    /// The ends of all streams.
    ///
    /// # Errors
    /// The device may not pull.
    pub async fn heads(&self, project: Id, device: Id, now: i64) -> Result<Heads, Refusal> {
        let reading = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, device, May::Pull, now).await?;
            let head = Head::read(&mut db, project).await?;
            let select =
                "SELECT stream, seq, hash FROM stream_end WHERE project = $1 ORDER BY stream, hash";
            let rows = db.rows(select, args![project]).await?;
            let end = |row: &Row| {
                let (stream, seq, commit) = (row.id(0)?, row.count(1)?, row.hash(2)?);
                Ok(shoulou_eventlog::sync::wire::Head { stream, seq, commit })
            };
            let heads = rows.iter().map(end).collect::<Result<_, Fault>>()?;
            Ok::<_, Fault>(Heads { heads, news: head.news(now) })
        };
        Ok(reading.await?)
    }

    /// A PC said how far it is.
    async fn note(&self, project: Id, device: Id, number: u64, now: i64) -> Result<(), Fault> {
        let mut tx = self.0.db.write().await?;
        let put = "INSERT INTO device_cursor (project, device, number, last_seen, app_version)
                   VALUES ($1, $2, $3, $4, '') ON CONFLICT (project, device)
                   DO UPDATE SET number = excluded.number, last_seen = excluded.last_seen";
        tx.run(put, args![project, device, number, now]).await?;
        tx.commit().await
    }
}

async fn noted(
    db: &mut Conn,
    project: Id,
    device: Id,
) -> Result<Option<(u64, Option<i64>)>, Fault> {
    let select = "SELECT number, last_seen FROM device_cursor WHERE project = $1 AND device = $2";
    let row = db.row(select, args![project, device]).await?;
    row.map(|row| Ok((row.count(0)?, row.maybe_int(1)?))).transpose()
}

/// That the server has what the PC has from it.
pub(super) async fn check_cursor(db: &mut Conn, head: &Head, cursor: &Cursor) -> Result<(), Fault> {
    check_epoch(db, head, cursor.epoch).await?;
    let here = match cursor.number {
        0 => Some(Checkpoint::start(head.project)),
        number if number == head.number => Some(head.checkpoint),
        number if number > head.number => None,
        number => {
            let select = "SELECT checkpoint FROM log_commit WHERE project = $1 AND number = $2";
            let row = db.row(select, args![head.project, number]).await?;
            row.map(|row| row.hash(0)).transpose()?.map(Checkpoint)
        }
    };
    if here == Some(cursor.checkpoint) { Ok(()) } else { Err(RefusalCode::Backwards.into()) }
}

/// The last number that fits into an answer, and the checkpoint there; none where there is nothing new.
async fn cut(
    db: &mut Conn,
    head: &Head,
    after: u64,
    limit: usize,
) -> Result<Option<(u64, Checkpoint)>, Fault> {
    if after >= head.number {
        return Ok(None);
    }
    let select = "SELECT number, size, checkpoint FROM log_commit
                  WHERE project = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4";
    let mut sum = 0;
    let mut last = None;
    for row in db.rows(select, args![head.project, after, head.number, limit]).await? {
        sum += row.count(1)?;
        if last.is_some() && sum > BYTES {
            break;
        }
        last = Some((row.count(0)?, Checkpoint(row.hash(2)?)));
    }
    Ok(last)
}
