//! What the server does not have yet.

use super::{cursor, link};
use crate::{
    error::StoreError,
    identity::{column, fixed},
    log::put_setting,
    read::{self, StreamHead},
    store::{Store, setting},
};
use shoulou_eventlog::{
    Bundle, Hash, Id, StreamId, read_header,
    sync::{
        Receipt,
        machine::Reached,
        wire::{COMMITS_LIMIT, Cursor},
    },
};
use sqlx::{Connection, QueryBuilder, Row, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};

const WATERMARK: &str = "sync/watermark";
/// Why a commit is set aside that the server keeps and shows to nobody: it has it, and will number it or not.
pub const QUARANTINED: &str = "quarantined";
/// Rows inserted with one statement.
const ROWS: usize = 200;

/// A commit for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    pub arrival: u64,
    pub hash: Hash,
    /// [`Bundle::encode`]d.
    pub bundle: Vec<u8>,
    /// Those that it names and that are on this PC; each is uploaded before it.
    pub blobs: Vec<Hash>,
}

impl Unsent {
    pub fn size(&self) -> usize {
        self.bundle.len()
    }
}

/// A commit that is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    pub arrival: u64,
    pub hash: Hash,
    /// A stable word: [`QUARANTINED`], or the caller's.
    pub why: String,
}

/// Where this PC's own stream stands, to compare with what the server has of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnHead {
    pub stream: StreamId,
    /// `None` before the first commit.
    pub head: Option<StreamHead>,
}

impl Store {
    /// How many commits the server is not known to have, without those set aside. Costs no more after a
    /// million commits than after ten.
    pub async fn to_sync(&self) -> Result<u64, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let count = to_sync(&mut tx).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// The highest number that the server gave to any commit of the log; 0 without any.
    pub async fn acknowledged(&self) -> Result<u64, StoreError> {
        let query = sqlx::query_scalar("SELECT max(number) FROM local_number");
        let highest: Option<i64> = query.fetch_one(&mut *self.reader().await?).await?;
        Ok(highest.map_or(0, i64::unsigned_abs))
    }

    /// The next of them after `arrival`, parents before children. At least one, however large, where there
    /// is any; otherwise at most so many commits and bytes.
    pub async fn unsent(
        &self,
        after: u64,
        max_bytes: usize,
        max_commits: usize,
    ) -> Result<Vec<Unsent>, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let after = after.max(watermark(&mut tx).await?);
        let rows = sqlx::query(
            "SELECT c.arrival, c.hash, c.header FROM log_commit c WHERE c.arrival > ?1 \
             AND NOT EXISTS (SELECT 1 FROM local_number n WHERE n.arrival = c.arrival) \
             AND NOT EXISTS (SELECT 1 FROM local_aside a WHERE a.arrival = c.arrival) \
             ORDER BY c.arrival LIMIT ?2",
        )
        .bind(after.cast_signed())
        .bind(i64::try_from(max_commits.min(COMMITS_LIMIT)).unwrap_or(0))
        .fetch_all(&mut *tx)
        .await?;
        let mut unsent: Vec<Unsent> = Vec::new();
        let mut bytes = 0;
        for row in rows {
            let one = self.bundle(&mut tx, &row).await?;
            bytes += one.size();
            if bytes > max_bytes && !unsent.is_empty() {
                break;
            }
            unsent.push(one);
        }
        tx.commit().await?;
        Ok(unsent)
    }

    /// Of these commits, those that are in the log, whether they have numbers or not; parents before children.
    pub async fn named(&self, hashes: &[Hash]) -> Result<Vec<Unsent>, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let mut named = Vec::with_capacity(hashes.len());
        for hash in hashes {
            let row = sqlx::query("SELECT arrival, hash, header FROM log_commit WHERE hash = ?");
            let row = row.bind(&hash.0[..]).fetch_optional(&mut *tx).await?;
            if let Some(row) = row {
                named.push(self.bundle(&mut tx, &row).await?);
            }
        }
        tx.commit().await?;
        named.sort_by_key(|one| one.arrival);
        named.dedup();
        Ok(named)
    }

    async fn bundle(
        &self,
        db: &mut SqliteConnection,
        row: &sqlx::sqlite::SqliteRow,
    ) -> Result<Unsent, StoreError> {
        let arrival: i64 = row.try_get("arrival")?;
        let envelope: Vec<u8> = row.try_get("header")?;
        let mut blobs = read_header(&envelope)?.blobs;
        blobs.retain(|blob| self.shared.blobs.path(blob).is_file());
        let parts = crate::read::parts_of(db, arrival).await?;
        let bundle = Bundle { envelope, parts }.encode()?;
        let hash = Hash(column(row, "hash")?);
        Ok(Unsent { arrival: arrival.unsigned_abs(), hash, bundle, blobs })
    }

    /// Keeps the server's word that it has commits: they count as synced from now on. `numbers` are what
    /// its answer said of them, and must be in the receipt; those in `quarantined` are set aside.
    ///
    /// `true` where the cursor moved to `reached`: the receipt says that the log ended there, and its commits
    /// lead there from the cursor. So what this PC pushed last need not be pulled again.
    ///
    /// # Errors
    /// [`StoreError::NotFromServer`] where this PC's server did not sign the receipt, or for another project
    /// or epoch, or it does not say what `numbers` say; [`StoreError::Unlinked`]. Nothing was kept then.
    pub async fn keep_receipt(
        &self,
        receipt: Option<Vec<u8>>,
        numbers: Vec<(Hash, u64)>,
        quarantined: Vec<Hash>,
        reached: Option<Reached>,
    ) -> Result<bool, StoreError> {
        let project = self.project();
        self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                let receipt = match &receipt {
                    Some(signed) => Some(keep(&mut tx, project, signed).await?),
                    None => None,
                };
                let told: HashMap<Hash, u64> =
                    receipt.iter().flat_map(|receipt| receipt.commits.iter().copied()).collect();
                if numbers.iter().any(|(hash, number)| told.get(hash) != Some(number)) {
                    return Err(StoreError::NotFromServer("the numbers of a receipt"));
                }
                let told: Vec<(Hash, u64)> = told.into_iter().collect();
                let hashes: Vec<Hash> = told.iter().map(|(hash, _)| *hash).collect();
                let arrivals = read::arrivals(&mut tx, &hashes).await?;
                let here = arrivals.iter().zip(&told);
                let here = here.filter_map(|(arrival, (_, number))| Some(((*arrival)?, *number)));
                let here: Vec<(u64, u64)> = here.collect();
                let from = cursor::load(&mut tx).await?;
                let reached =
                    reached.zip(from.zip(receipt)).filter(|(reached, (from, receipt))| {
                        here.len() == told.len() && leads(receipt, *from, reached.cursor)
                    });
                if let Some((reached, (from, _))) = &reached {
                    forget_others(&mut tx, from.number, reached.cursor.number, &here).await?;
                    let forget: Vec<u64> = reached.forget.iter().map(|one| one.number).collect();
                    cursor::advance(&mut tx, &reached.cursor, &forget).await?;
                }
                number(&mut tx, &here).await?;
                for hash in &quarantined {
                    put_aside(&mut tx, hash, QUARANTINED).await?;
                }
                raise_watermark(&mut tx).await?;
                tx.commit().await?;
                Ok(reached.is_some())
            })
        })
        .await
    }

    /// The kept receipts, as the server signed them, oldest first: at most `limit` after the `after`th.
    pub async fn receipts(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let rows =
            sqlx::query("SELECT id, receipt FROM local_receipt WHERE id > ? ORDER BY id LIMIT ?");
        let rows = rows.bind(after.cast_signed()).bind(limit);
        let rows = rows.fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| Ok((row.try_get::<i64, _>("id")?.unsigned_abs(), row.try_get("receipt")?)))
            .collect()
    }

    /// The server's number of a commit.
    pub async fn number_of(&self, hash: &Hash) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT n.number FROM local_number n JOIN log_commit c ON c.arrival = n.arrival \
             WHERE c.hash = ?",
        );
        let number: Option<i64> =
            query.bind(&hash.0[..]).fetch_optional(&mut *self.reader().await?).await?;
        Ok(number.map(i64::unsigned_abs))
    }

    /// Does not send a commit: the server refuses it, or keeps it in quarantine (`why` is [`QUARANTINED`]). Nothing happens where it is not in the log or has a number.
    pub async fn set_aside(&self, hash: &Hash, why: &str) -> Result<(), StoreError> {
        let (hash, why) = (*hash, why.to_owned());
        self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                put_aside(&mut tx, &hash, &why).await?;
                raise_watermark(&mut tx).await?;
                Ok(tx.commit().await?)
            })
        })
        .await
    }

    /// Sends again what was set aside for this reason, or for any.
    pub async fn take_up(&self, why: Option<&str>) -> Result<(), StoreError> {
        let why = why.map(str::to_owned);
        self.write(move |writer, _| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                sqlx::query("DELETE FROM local_aside WHERE ?1 IS NULL OR why = ?1")
                    .bind(why)
                    .execute(&mut *tx)
                    .await?;
                lower_watermark(&mut tx).await?;
                Ok(tx.commit().await?)
            })
        })
        .await
    }

    /// What is set aside, in the order in which it was recorded.
    pub async fn asides(&self) -> Result<Vec<Aside>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.arrival, a.why, c.hash FROM local_aside a \
             JOIN log_commit c ON c.arrival = a.arrival ORDER BY a.arrival",
        );
        let rows = rows.fetch_all(&mut *self.reader().await?).await?;
        rows.iter()
            .map(|row| {
                let arrival = row.try_get::<i64, _>("arrival")?.unsigned_abs();
                Ok(Aside { arrival, hash: Hash(column(row, "hash")?), why: row.try_get("why")? })
            })
            .collect()
    }

    /// Where the own stream stands. A server that has a commit of it which is not in this log has it from a
    /// copy of this PC, or from this PC before it was put back to an older state.
    pub async fn own_head(&self) -> Result<OwnHead, StoreError> {
        self.write(|writer, _| {
            Box::pin(async move {
                let identity = &writer.identity;
                let stream = identity.stream_id;
                let head =
                    identity.head.map(|head| StreamHead { stream, seq: head.seq, hash: head.hash });
                Ok(OwnHead { stream: identity.stream, head })
            })
        })
        .await
    }
}

/// What a receipt says, once its signature was checked.
async fn keep(
    db: &mut SqliteConnection,
    project: Id,
    signed: &[u8],
) -> Result<Receipt, StoreError> {
    let link = link::load(db).await?.ok_or(StoreError::Unlinked)?;
    let receipt = Receipt::read(signed, &link.verifying_key()?);
    let receipt = receipt.map_err(|_| StoreError::NotFromServer("a receipt"))?;
    let epoch = cursor::load(db).await?.map(|cursor| cursor.epoch);
    if receipt.project != project || epoch.is_some_and(|known| known != receipt.epoch) {
        return Err(StoreError::NotFromServer("the place of a receipt"));
    }
    let keep = sqlx::query("INSERT INTO local_receipt (receipt) VALUES (?)");
    keep.bind(signed).execute(db).await?;
    Ok(receipt)
}

/// Whether the commits of a receipt are all that the server had after `from`, and lead to `to`.
fn leads(receipt: &Receipt, from: Cursor, to: Cursor) -> bool {
    let mut after: Vec<(Hash, u64)> = receipt.commits.clone();
    after.retain(|(_, number)| *number > from.number);
    after.sort_unstable_by_key(|(_, number)| *number);
    let end = Cursor { epoch: receipt.epoch, number: receipt.head, checkpoint: receipt.checkpoint };
    let whole = after.iter().map(|(_, number)| *number).eq(from.number + 1..=to.number);
    let checkpoint = after.iter().fold(from.checkpoint, |at, (hash, _)| at.then(hash));
    whole && to == end && from.epoch == to.epoch && checkpoint == to.checkpoint
}

async fn put_aside(db: &mut SqliteConnection, hash: &Hash, why: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT OR REPLACE INTO local_aside (arrival, why) \
         SELECT c.arrival, ?2 FROM log_commit c WHERE c.hash = ?1 \
         AND NOT EXISTS (SELECT 1 FROM local_number n WHERE n.arrival = c.arrival)",
    )
    .bind(&hash.0[..])
    .bind(why)
    .execute(db)
    .await?;
    Ok(())
}

async fn to_sync(db: &mut SqliteConnection) -> Result<u64, StoreError> {
    let above = watermark(db).await?.cast_signed();
    let count: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM log_commit WHERE arrival > ?1) \
         - (SELECT count(*) FROM local_number WHERE arrival > ?1) \
         - (SELECT count(*) FROM local_aside WHERE arrival > ?1)",
    )
    .bind(above)
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Every commit up to it has a number or is set aside.
pub(super) async fn watermark(db: &mut SqliteConnection) -> Result<u64, StoreError> {
    let bytes = setting(db, WATERMARK).await?;
    let bytes = bytes.map(fixed::<8>).transpose()?;
    Ok(bytes.map_or(0, u64::from_be_bytes))
}

async fn put_watermark(db: &mut SqliteConnection, arrival: i64) -> Result<(), StoreError> {
    put_setting(db, WATERMARK, &arrival.to_be_bytes()).await
}

/// After numbers came, or something was set aside.
pub(super) async fn raise_watermark(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let before = watermark(db).await?.cast_signed();
    let first: Option<i64> = sqlx::query_scalar(
        "SELECT c.arrival FROM log_commit c WHERE c.arrival > ?1 \
         AND NOT EXISTS (SELECT 1 FROM local_number n WHERE n.arrival = c.arrival) \
         AND NOT EXISTS (SELECT 1 FROM local_aside a WHERE a.arrival = c.arrival) \
         ORDER BY c.arrival LIMIT 1",
    )
    .bind(before)
    .fetch_optional(&mut *db)
    .await?;
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(arrival) FROM log_commit").fetch_one(&mut *db).await?;
    let raised = first.map_or(last, |first| Some(first - 1)).unwrap_or(0);
    if raised > before { put_watermark(db, raised).await } else { Ok(()) }
}

/// After numbers were forgotten, or something is sent again.
pub(super) async fn lower_watermark(db: &mut SqliteConnection) -> Result<(), StoreError> {
    put_watermark(db, 0).await?;
    raise_watermark(db).await
}

/// Where a receipt gave one of these numbers, above `before` and up to `last`, to another commit than `numbers`
/// do, the server lost that commit: it has no number any more, and is sent again.
pub(super) async fn forget_others(
    db: &mut SqliteConnection,
    before: u64,
    last: u64,
    numbers: &[(u64, u64)],
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT arrival FROM local_number WHERE number > ? AND number <= ?");
    let rows = rows.bind(before.cast_signed()).bind(last.cast_signed()).fetch_all(&mut *db).await?;
    let true_ones: HashSet<i64> =
        numbers.iter().map(|(arrival, _)| arrival.cast_signed()).collect();
    let mut others = Vec::new();
    for row in rows {
        let arrival: i64 = row.try_get("arrival")?;
        if !true_ones.contains(&arrival) {
            others.push(arrival);
        }
    }
    for arrival in &others {
        let forget = sqlx::query("DELETE FROM local_number WHERE arrival = ?");
        forget.bind(arrival).execute(&mut *db).await?;
    }
    if others.is_empty() { Ok(()) } else { lower_watermark(db).await }
}

/// Notes the server's numbers of commits by their arrival; what has one is not set aside any more.
pub(super) async fn number(
    db: &mut SqliteConnection,
    numbers: &[(u64, u64)],
) -> Result<(), StoreError> {
    let asides: i64 =
        sqlx::query_scalar("SELECT count(*) FROM local_aside").fetch_one(&mut *db).await?;
    for rows in numbers.chunks(ROWS) {
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT OR REPLACE INTO local_number (arrival, number) ");
        insert.push_values(rows, |mut row, (arrival, number)| {
            row.push_bind(arrival.cast_signed()).push_bind(number.cast_signed());
        });
        insert.build().execute(&mut *db).await?;
        if asides == 0 {
            continue;
        }
        for (arrival, _) in rows {
            sqlx::query("DELETE FROM local_aside WHERE arrival = ?")
                .bind(arrival.cast_signed())
                .execute(&mut *db)
                .await?;
        }
    }
    raise_watermark(db).await
}
