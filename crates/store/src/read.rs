//! Reading the log and the views.

use crate::{
    error::StoreError,
    fold::{Happened, Opened},
    identity::{Head, column, last_own},
    log::PARTS,
};
use shoulou_eventlog::{Hash, Id, ProjectKey, StreamId, read_header};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};
use std::collections::{HashMap, HashSet};

/// A commit in the history of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub arrival: u64,
    pub hash: Hash,
    pub stream: Id,
    pub seq: u64,
    pub actor: Id,
    /// Milliseconds since 1970 UTC, and the author's offset in minutes.
    pub time: i64,
    pub offset: i32,
    /// What it says, without what was erased since. In a history: of the entities asked for.
    pub events: Vec<Happened>,
}

/// The end of a stream; a forked stream has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamHead {
    pub stream: Id,
    pub seq: u64,
    pub hash: Hash,
}

/// The last commit of all, by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    pub arrival: u64,
    pub hash: Hash,
    pub actor: Id,
    pub time: i64,
}

impl Entry {
    pub(crate) fn of(arrival: u64, opened: Opened) -> Self {
        let Opened { header, events, .. } = opened;
        Entry {
            arrival,
            hash: header.commit,
            stream: header.stream.id(),
            seq: header.seq,
            actor: header.actor,
            time: header.time,
            offset: header.offset_minutes,
            events,
        }
    }
}

/// The commits of these numbers.
pub(crate) async fn commits_at(
    db: &mut SqliteConnection,
    arrivals: &[i64],
    key: &ProjectKey,
) -> Result<Vec<(i64, Opened)>, StoreError> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "SELECT c.arrival, c.header, c.depth, c.common, p.place, p.bytes FROM log_commit c \
         LEFT JOIN log_part p ON p.place BETWEEN c.arrival * 65536 AND c.arrival * 65536 + 65535 \
         AND p.bytes IS NOT NULL WHERE c.arrival IN (",
    );
    let mut list = query.separated(", ");
    for arrival in arrivals {
        list.push_bind(*arrival);
    }
    query.push(") ORDER BY c.arrival, p.place");
    let rows = query.build().fetch_all(db).await?;
    let mut commits = Vec::with_capacity(arrivals.len());
    let arrival = |row: &SqliteRow| row.try_get::<i64, _>("arrival");
    for rows in rows.chunk_by(|one, next| arrival(one).ok() == arrival(next).ok()) {
        let header = read_header(rows[0].try_get("header")?)?;
        let depth = rows[0].try_get::<i64, _>("depth")?.unsigned_abs();
        let mut parts = Vec::with_capacity(1 + rows.len());
        parts.extend(rows[0].try_get::<Option<&[u8]>, _>("common")?.map(|bytes| (0, bytes)));
        for row in rows {
            if let Some(place) = row.try_get::<Option<i64>, _>("place")? {
                parts.push((usize::try_from(place % PARTS).unwrap_or(0), row.try_get("bytes")?));
            }
        }
        let opened = Opened::read(header, depth, parts.into_iter(), key, &HashSet::new());
        commits.push((arrival(&rows[0])?, opened));
    }
    Ok(commits)
}

/// The commits that touch an entity, newest first in display order.
pub(crate) async fn commits_of(
    db: &mut SqliteConnection,
    entity: &Id,
    limit: i64,
    key: &ProjectKey,
) -> Result<Vec<(u64, Opened)>, StoreError> {
    let rows = sqlx::query(
        "SELECT c.arrival, c.header, c.depth FROM log_entity e \
         JOIN log_commit c ON c.arrival = e.arrival WHERE e.entity = ? \
         ORDER BY c.depth DESC, c.stream DESC, c.seq DESC, c.hash DESC LIMIT ?",
    )
    .bind(&entity.0[..])
    .bind(limit)
    .fetch_all(&mut *db)
    .await?;
    let mut commits = Vec::with_capacity(rows.len());
    for row in rows {
        commits.push(open_row(db, &row, key).await?);
    }
    Ok(commits)
}

async fn open_row(
    db: &mut SqliteConnection,
    row: &sqlx::sqlite::SqliteRow,
    key: &ProjectKey,
) -> Result<(u64, Opened), StoreError> {
    let arrival: i64 = row.try_get("arrival")?;
    let header = read_header(row.try_get("header")?)?;
    let depth = row.try_get::<i64, _>("depth")?.unsigned_abs();
    let parts = parts_of(db, arrival).await?;
    let parts = parts.iter().enumerate();
    let parts = parts.filter_map(|(index, bytes)| Some((index, bytes.as_deref()?)));
    let opened = Opened::read(header, depth, parts, key, &HashSet::new());
    Ok((arrival.unsigned_abs(), opened))
}

/// The parts of a commit in the order of its header; of erased parties, without bytes.
pub(crate) async fn parts_of(
    db: &mut SqliteConnection,
    arrival: i64,
) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let parts = sqlx::query_scalar(
        "SELECT bytes FROM (\
         SELECT -1 AS place, common AS bytes FROM log_commit WHERE arrival = ?1 AND common IS NOT NULL \
         UNION ALL SELECT place, bytes FROM log_part WHERE place BETWEEN ?2 AND ?3) ORDER BY place",
    );
    let (first, last) = (arrival * PARTS, arrival * PARTS + PARTS - 1);
    Ok(parts.bind(arrival).bind(first).bind(last).fetch_all(db).await?)
}

pub(crate) async fn history(
    db: &mut SqliteConnection,
    entities: &[Id],
    limit: u32,
    key: &ProjectKey,
) -> Result<Vec<Entry>, StoreError> {
    let mut found: HashMap<u64, Opened> = HashMap::new();
    for entity in entities {
        found.extend(commits_of(db, entity, i64::from(limit), key).await?);
    }
    let mut commits: Vec<(u64, Opened)> = found.into_iter().collect();
    commits.sort_by_key(|(_, opened)| {
        let header = &opened.header;
        std::cmp::Reverse((opened.depth, header.stream.id(), header.seq, header.commit))
    });
    commits.truncate(limit as usize);
    let entries = commits.into_iter().map(|(arrival, mut opened)| {
        opened.events.retain(|happened| entities.contains(&happened.event.entity));
        Entry::of(arrival, opened)
    });
    Ok(entries.filter(|entry| !entry.events.is_empty()).collect())
}

pub(crate) async fn commit(
    db: &mut SqliteConnection,
    hash: &Hash,
    key: &ProjectKey,
) -> Result<Option<Entry>, StoreError> {
    let row = sqlx::query("SELECT arrival, header, depth FROM log_commit WHERE hash = ?")
        .bind(&hash.0[..])
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (arrival, opened) = open_row(db, &row, key).await?;
    Ok(Some(Entry::of(arrival, opened)))
}

/// The numbers of the commits that are in the log.
pub(crate) async fn arrivals(
    db: &mut SqliteConnection,
    hashes: &[Hash],
) -> Result<Vec<Option<u64>>, StoreError> {
    let mut found = Vec::with_capacity(hashes.len());
    for hash in hashes {
        let arrival: Option<i64> =
            sqlx::query_scalar("SELECT arrival FROM log_commit WHERE hash = ?")
                .bind(&hash.0[..])
                .fetch_optional(&mut *db)
                .await?;
        found.push(arrival.map(i64::unsigned_abs));
    }
    Ok(found)
}

pub(crate) async fn heads(db: &mut SqliteConnection) -> Result<Vec<StreamHead>, StoreError> {
    let rows = sqlx::query("SELECT stream, seq, hash FROM local_head ORDER BY stream, seq, hash")
        .fetch_all(&mut *db)
        .await?;
    let heads = rows.iter().map(|row| {
        Ok(StreamHead {
            stream: Id(column(row, "stream")?),
            seq: row.try_get::<i64, _>("seq")?.unsigned_abs(),
            hash: Hash(column(row, "hash")?),
        })
    });
    let mut heads: Vec<_> = heads.collect::<Result<_, StoreError>>()?;
    let stream = stream_of(db).await?.id();
    if let Some(Head { hash, seq, .. }) = last_own(db, stream).await? {
        heads.retain(|head| head.stream != stream);
        heads.push(StreamHead { stream, seq, hash });
        heads.sort_unstable();
    }
    Ok(heads)
}

pub(crate) async fn last(db: &mut SqliteConnection) -> Result<Option<Last>, StoreError> {
    let row = sqlx::query(
        "SELECT arrival, hash, actor, time FROM log_commit ORDER BY arrival DESC LIMIT 1",
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Last {
            arrival: row.try_get::<i64, _>("arrival")?.unsigned_abs(),
            hash: Hash(column(&row, "hash")?),
            actor: Id(column(&row, "actor")?),
            time: row.try_get("time")?,
        })
    })
    .transpose()
}

/// Whether this is the commit with this number in this stream.
pub(crate) async fn stands_at(
    db: &mut SqliteConnection,
    hash: &Hash,
    stream: Id,
    seq: u64,
) -> Result<bool, StoreError> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM log_commit WHERE hash = ? AND stream = ? AND seq = ?")
            .bind(&hash.0[..])
            .bind(&stream.0[..])
            .bind(seq.cast_signed())
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}

/// Everything to send to another PC, in the order it was taken in: at most `limit` commits after
/// `arrival`.
pub(crate) async fn commits_after(
    db: &mut SqliteConnection,
    arrival: u64,
    limit: u32,
) -> Result<Vec<(u64, crate::Arriving)>, StoreError> {
    let rows = sqlx::query(
        "SELECT arrival, header FROM log_commit WHERE arrival > ? ORDER BY arrival LIMIT ?",
    )
    .bind(arrival.cast_signed())
    .bind(limit)
    .fetch_all(&mut *db)
    .await?;
    let mut commits = Vec::with_capacity(rows.len());
    for row in rows {
        let arrival: i64 = row.try_get("arrival")?;
        let parts = parts_of(db, arrival).await?;
        let header = row.try_get("header")?;
        commits.push((arrival.unsigned_abs(), crate::Arriving { header, parts }));
    }
    Ok(commits)
}

pub(crate) async fn stream_of(db: &mut SqliteConnection) -> Result<StreamId, StoreError> {
    let row = sqlx::query("SELECT project, device, incarnation FROM local_identity");
    let row = row.fetch_one(db).await?;
    Ok(StreamId {
        project: Id(column(&row, "project")?),
        device: Id(column(&row, "device")?),
        incarnation: Id(column(&row, "incarnation")?),
    })
}
