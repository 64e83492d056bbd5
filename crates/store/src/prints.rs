//! What this PC hands to printers, and how far its batches are: `local_*` tables, never synced. What a line
//! says beyond its id is the caller's.

use crate::{error::StoreError, identity::column, read::Entry, script::Script, store::Store};
use shoulou_eventlog::Id;
use sqlx::{Row, sqlite::SqliteRow};

/// Jobs that are over and batches are kept up to these numbers.
const JOBS: i64 = 2000;
const BATCHES: i64 = 40;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptJob {
    pub id: Id,
    /// Milliseconds since 1970 UTC.
    pub made: i64,
    /// Something may still become of it.
    pub open: bool,
    pub content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBatch {
    pub id: Id,
    /// Milliseconds since 1970 UTC.
    pub made: i64,
    pub content: Vec<u8>,
}

/// One home of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHome {
    pub batch: Id,
    /// In the order of printing, from 0.
    pub place: u32,
    pub unit: Id,
    pub content: Vec<u8>,
}

/// A line that is new, or takes the place of the one of its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintNote {
    Job(KeptJob),
    Batch(KeptBatch),
    Home(KeptHome),
}

impl PrintNote {
    pub(crate) fn write(&self, script: &mut Script) -> Result<(), StoreError> {
        match self {
            PrintNote::Job(job) => script
                .then(
                    "INSERT INTO local_print_job (id, made, open, content) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (id) DO UPDATE SET open = excluded.open, content = excluded.content",
                )
                .bind(&job.id.0[..])?
                .bind(job.made)?
                .bind(job.open)?
                .bind(&job.content[..])?,
            PrintNote::Batch(batch) => script
                .then(
                    "INSERT INTO local_batch (id, made, content) VALUES (?, ?, ?) \
                     ON CONFLICT (id) DO UPDATE SET content = excluded.content",
                )
                .bind(&batch.id.0[..])?
                .bind(batch.made)?
                .bind(&batch.content[..])?,
            PrintNote::Home(home) => script
                .then(
                    "INSERT INTO local_batch_home (batch, place, unit, content) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (batch, place) DO UPDATE SET content = excluded.content",
                )
                .bind(&home.batch.0[..])?
                .bind(i64::from(home.place))?
                .bind(&home.unit.0[..])?
                .bind(&home.content[..])?,
        };
        Ok(())
    }
}

impl Store {
    /// Keeps these lines, all or none. Where they belong to an entry of the log, [`crate::NewCommit::prints`]
    /// keeps them with it.
    pub async fn note_prints(&self, notes: Vec<PrintNote>) -> Result<(), StoreError> {
        let mut script = Script::default();
        notes.iter().try_for_each(|note| note.write(&mut script))?;
        if notes.iter().any(|note| matches!(note, PrintNote::Batch(_))) {
            script
                .then(
                    "DELETE FROM local_batch WHERE id NOT IN \
                     (SELECT id FROM local_batch ORDER BY made DESC, id DESC LIMIT ?)",
                )
                .bind(BATCHES)?
                .then(
                    "DELETE FROM local_print_job WHERE open = 0 AND id NOT IN \
                     (SELECT id FROM local_print_job ORDER BY made DESC, id DESC LIMIT ?)",
                )
                .bind(JOBS)?;
        }
        self.write(|writer, _| Box::pin(script.run_whole(&mut writer.db))).await
    }

    /// Newest first.
    pub async fn print_jobs(&self, limit: u32) -> Result<Vec<KeptJob>, StoreError> {
        let query = "SELECT id, made, open, content FROM local_print_job \
                     ORDER BY made DESC, id DESC LIMIT ?";
        let query = sqlx::query(query).bind(limit);
        query.fetch_all(&mut *self.reader().await?).await?.iter().map(job).collect()
    }

    /// Those of which something may still become, oldest first.
    pub async fn open_print_jobs(&self) -> Result<Vec<KeptJob>, StoreError> {
        let query = "SELECT id, made, open, content FROM local_print_job WHERE open = 1 \
                     ORDER BY made, id";
        sqlx::query(query).fetch_all(&mut *self.reader().await?).await?.iter().map(job).collect()
    }

    pub async fn print_job(&self, id: Id) -> Result<Option<KeptJob>, StoreError> {
        let query = "SELECT id, made, open, content FROM local_print_job WHERE id = ?";
        let row = sqlx::query(query).bind(&id.0[..]);
        row.fetch_optional(&mut *self.reader().await?).await?.as_ref().map(job).transpose()
    }

    /// Newest first.
    pub async fn batches(&self) -> Result<Vec<KeptBatch>, StoreError> {
        let query = "SELECT id, made, content FROM local_batch ORDER BY made DESC, id DESC";
        let rows = sqlx::query(query).fetch_all(&mut *self.reader().await?).await?;
        let batch = |row: &SqliteRow| {
            Ok(KeptBatch {
                id: Id(column(row, "id")?),
                made: row.try_get("made")?,
                content: row.try_get("content")?,
            })
        };
        rows.iter().map(batch).collect()
    }

    /// In the order of printing.
    pub async fn batch_homes(&self, batch: Id) -> Result<Vec<KeptHome>, StoreError> {
        let query = "SELECT place, unit, content FROM local_batch_home WHERE batch = ? \
                     ORDER BY place";
        let rows = sqlx::query(query).bind(&batch.0[..]);
        let home = |row: &SqliteRow| {
            Ok(KeptHome {
                batch,
                place: row.try_get("place")?,
                unit: Id(column(row, "unit")?),
                content: row.try_get("content")?,
            })
        };
        rows.fetch_all(&mut *self.reader().await?).await?.iter().map(home).collect()
    }

    /// The newest commits of those that name blobs, as they arrived; older than `before`, where it is given.
    pub async fn commits_with_blobs(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut db = self.reader().await?;
        let query = "SELECT DISTINCT arrival FROM log_blob WHERE arrival < ? \
                     ORDER BY arrival DESC LIMIT ?";
        let before = before.map_or(i64::MAX, u64::cast_signed);
        let query = sqlx::query_scalar::<_, i64>(query).bind(before).bind(limit);
        let arrivals = query.fetch_all(&mut *db).await?;
        if arrivals.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.project_key();
        let commits = crate::read::commits_at(&mut db, &arrivals, key).await?;
        let entry = |(arrival, opened): (i64, _)| Entry::of(arrival.cast_unsigned(), opened);
        Ok(commits.into_iter().rev().map(entry).collect())
    }
}

fn job(row: &SqliteRow) -> Result<KeptJob, StoreError> {
    Ok(KeptJob {
        id: Id(column(row, "id")?),
        made: row.try_get("made")?,
        open: row.try_get("open")?,
        content: row.try_get("content")?,
    })
}
