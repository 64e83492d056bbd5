//! The views of the log up to a number, for a PC that is new.

use super::{
    State,
    format::{EntityRow, Head, HomeRow, Packer, VERSION},
    lacks_parts, load,
};
use crate::{
    db, entities, error::StoreError, fold::encode_state, identity::column, read::StreamHead,
    store::Store, sync::cursor,
};
use shoulou_eventlog::{
    Hash, Id, read_header, seal_blob,
    sync::{
        SnapshotNote,
        wire::{BLOB_LIMIT, Bytes, Cursor},
    },
};
use sqlx::{Connection, Row, SqliteConnection};

/// Headers read at a time.
const CHUNK: i64 = 4000;

/// A snapshot for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Sealed with the project key, as blobs are.
    pub sealed: Vec<u8>,
    pub note: SnapshotNote,
    /// The note, signed by this PC.
    pub signed: Vec<u8>,
}

impl Store {
    /// The views, where they are those of the server's log up to the cursor and of nothing else: not while
    /// there are commits without a number, or the views are provisional. `None` then, and where they would
    /// be larger than a blob may be. Runs beside ongoing work.
    pub async fn export_snapshot(&self) -> Result<Option<Exported>, StoreError> {
        let mut db = db::read_from(self.path(), &self.shared.key, false).await?;
        let packed = self.pack(&mut db).await;
        db::close(db).await?;
        let Some((cursor, events, erased, packed)) = packed? else { return Ok(None) };
        let salt = self.shared.random.bytes()?;
        let sealed = seal_blob(&packed, self.project_key(), salt);
        if sealed.len() as u64 > BLOB_LIMIT {
            return Ok(None);
        }
        let (device, key) = self.device().await?;
        let note = SnapshotNote {
            project: self.project(),
            cursor,
            fold: self.fold(),
            blob: Hash::of(&sealed),
            size: sealed.len() as u64,
            commits: cursor.number,
            events,
            erased,
            device,
            key: key.as_bytes().to_vec().into(),
        };
        let signing = self.signing_key().await?;
        let signed = note.sign(&signing);
        Ok(Some(Exported { sealed, note, signed }))
    }

    async fn pack(
        &self,
        db: &mut SqliteConnection,
    ) -> Result<Option<(Cursor, u64, u64, Vec<u8>)>, StoreError> {
        let mut tx = db.begin().await?;
        let Some(cursor) = of_the_server(&mut tx).await? else { return Ok(None) };
        let mut packer = Packer::new()?;
        let head = self.head(&mut tx, cursor).await?;
        packer.put(&head)?;
        for chunk in entities::all(&mut tx).await?.chunks(entities::CHUNK) {
            let (key, knows) = (self.project_key(), self.shared.knows);
            let found = entities::load(&mut tx, chunk, entities::LATEST, key, knows).await?;
            for (id, entity) in chunk.iter().filter_map(|id| found.get_key_value(id)) {
                let state = Bytes(encode_state(&entity.state));
                let row: EntityRow = (*id, entity.kind.to_string(), state);
                packer.put(&row)?;
            }
        }
        let mut last = Vec::new();
        loop {
            let rows = sqlx::query(
                "SELECT unit, place, row FROM view_home WHERE unit > ? ORDER BY unit LIMIT 1000",
            );
            let rows = rows.bind(&last[..]).fetch_all(&mut *tx).await?;
            for row in &rows {
                last = row.try_get("unit")?;
                let (place, home): (Vec<u8>, Vec<u8>) =
                    (row.try_get("place")?, row.try_get("row")?);
                let row: HomeRow = (crate::fold::id(last.clone())?, Bytes(place), Bytes(home));
                packer.put(&row)?;
            }
            if rows.is_empty() {
                break;
            }
        }
        let events = count_events(&mut tx).await?;
        tx.commit().await?;
        Ok(Some((cursor, events, head.erased.len() as u64, packer.finish()?)))
    }

    async fn head(&self, db: &mut SqliteConnection, cursor: Cursor) -> Result<Head, StoreError> {
        let streams = sqlx::query("SELECT stream, key FROM log_stream ORDER BY stream");
        let streams = streams.fetch_all(&mut *db).await?;
        let streams = streams
            .iter()
            .map(|row| Ok((Id(column(row, "stream")?), Bytes(row.try_get("key")?))))
            .collect::<Result<_, StoreError>>()?;
        let mut heads = Vec::new();
        for StreamHead { hash, stream, seq } in crate::read::heads(db).await? {
            let depth: i64 = sqlx::query_scalar("SELECT depth FROM log_commit WHERE hash = ?")
                .bind(&hash.0[..])
                .fetch_one(&mut *db)
                .await?;
            heads.push((hash, stream, seq, depth.unsigned_abs()));
        }
        heads.sort_unstable();
        let mut erased: Vec<Id> = crate::erase::load(db).await?.into_iter().collect();
        erased.sort_unstable();
        let count = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql);
        let entities = count("SELECT count(*) FROM view_entity").fetch_one(&mut *db).await?;
        let homes = count("SELECT count(*) FROM view_home").fetch_one(&mut *db).await?;
        Ok(Head {
            version: VERSION,
            project: self.project(),
            cursor,
            fold: self.fold(),
            streams,
            heads,
            erased,
            entities: entities.unsigned_abs(),
            homes: homes.unsigned_abs(),
        })
    }
}

/// The cursor, where the log is exactly what the server has up to it.
async fn of_the_server(db: &mut SqliteConnection) -> Result<Option<Cursor>, StoreError> {
    let Some(cursor) = cursor::load(db).await?.filter(|cursor| cursor.number > 0) else {
        return Ok(None);
    };
    if load(db).await?.is_some_and(|marker| marker.state == State::Provisional) {
        return Ok(None);
    }
    let commits: i64 =
        sqlx::query_scalar("SELECT count(*) FROM log_commit").fetch_one(&mut *db).await?;
    let numbered: i64 = sqlx::query_scalar("SELECT count(*) FROM local_number WHERE number <= ?")
        .bind(cursor.number.cast_signed())
        .fetch_one(&mut *db)
        .await?;
    let whole = commits.unsigned_abs() == cursor.number && numbered == commits;
    Ok(if whole && !lacks_parts(db).await? { Some(cursor) } else { None })
}

async fn count_events(db: &mut SqliteConnection) -> Result<u64, StoreError> {
    let (mut events, mut arrival) = (0, 0i64);
    loop {
        let rows = sqlx::query(
            "SELECT arrival, header FROM log_commit WHERE arrival > ? ORDER BY arrival LIMIT ?",
        );
        let rows = rows.bind(arrival).bind(CHUNK).fetch_all(&mut *db).await?;
        let Some(last) = rows.last() else { return Ok(events) };
        arrival = last.try_get("arrival")?;
        for row in &rows {
            events += read_header(row.try_get("header")?)?.event_count() as u64;
        }
    }
}
