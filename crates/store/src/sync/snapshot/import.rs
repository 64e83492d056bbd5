//! Another PC's views, taken as provisional.

use super::{
    Base, Marker, State,
    format::{EntityRow, Head, HomeRow, Unpacker, VERSION},
    put,
};
use crate::{
    error::StoreError,
    identity::fixed,
    log::Writer,
    memory::Memory,
    store::Store,
    sync::{cursor, members},
    views::lock,
};
use shoulou_eventlog::{
    open_blob,
    sync::{Checkpoint, SnapshotNote, wire::Cursor},
};
use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection};
use std::sync::Mutex;

/// Rows inserted with one statement: states are large, homes are not.
const ENTITIES: u64 = 32;
const HOMES: u64 = 100;

impl Store {
    /// Takes the views of a snapshot into a store whose log is empty, in one transaction. From then on people
    /// can work here; [`Store::take`] brings the log, from number 0. `Ok(false)`, and nothing was taken, where it is
    /// of no use here: something was recorded before, or another version made it.
    ///
    /// # Errors
    /// [`StoreError::BadSnapshot`] where it is not what the note says, or the note is not of a certified device
    /// of this project.
    pub async fn import_snapshot(
        &self,
        sealed: Vec<u8>,
        note: &SnapshotNote,
    ) -> Result<bool, StoreError> {
        if note.project != self.project() {
            return Err(StoreError::BadSnapshot("the project"));
        }
        if note.fold != self.fold() {
            return Ok(false);
        }
        let (note, project_key) = (note.clone(), self.project_key().clone());
        let opened = crate::store::blocking(move || {
            let packed = open_blob(&sealed, &note.blob, &project_key)
                .map_err(|_| StoreError::BadSnapshot("its bytes"))?;
            let mut content = Unpacker::new(packed)?;
            let head: Head = content.next()?;
            let fits = head.version == VERSION
                && head.project == note.project
                && head.cursor == note.cursor
                && head.fold == note.fold
                && head.cursor.number > 0;
            if fits { Ok((note, head, content)) } else { Err(StoreError::BadSnapshot("its head")) }
        });
        let (note, head, content) = opened.await?;
        self.write(move |writer, memory| Box::pin(writer.begin_with(memory, note, head, content)))
            .await
    }
}

impl Writer {
    async fn begin_with(
        &mut self,
        memory: &Mutex<Memory>,
        note: SnapshotNote,
        head: Head,
        mut content: Unpacker,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin_with("BEGIN IMMEDIATE").await?;
        if !members::certified(&mut tx).await?.contains(&note.device) {
            return Err(StoreError::BadSnapshot("its maker"));
        }
        let start = Checkpoint::start(note.project);
        let begin = Cursor { number: 0, checkpoint: start, ..note.cursor };
        let cursor = cursor::load(&mut tx).await?;
        if !is_empty(&mut tx).await? || cursor.is_some_and(|cursor| cursor != begin) {
            return Ok(false);
        }
        let number = head.cursor.number;
        write_rows(&mut tx, &head, &mut content).await?;
        content.end()?;
        write_head(&mut tx, &head).await?;
        cursor::put(&mut tx, &begin).await?;
        put(&mut tx, Marker { number, state: State::Provisional, differed: false }).await?;
        // A copy of this PC's folder has worked already: this one goes on under a name of its own.
        let copied = head.streams.iter().any(|(stream, _)| *stream == self.identity.stream_id);
        let reborn = match copied {
            true => Some(self.identity.reborn(&mut tx, &self.random).await?),
            false => None,
        };
        tx.commit().await?;
        if let Some(identity) = reborn {
            self.identity = identity;
            self.renew_mark()?;
            self.leave_mark();
        }
        self.base = Base { number, provisional: true };
        self.arrival = number;
        self.erased.extend(head.erased);
        {
            let mut memory = lock(memory);
            memory.forget();
            memory.shown_until = number;
            memory.strangers_until = Some(number);
        }
        self.identity.load_heads(&mut self.db).await?;
        Ok(true)
    }
}

async fn is_empty(db: &mut SqliteConnection) -> Result<bool, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM log_commit UNION ALL SELECT 1 FROM local_held \
         UNION ALL SELECT 1 FROM view_entity LIMIT 1",
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_none())
}

async fn write_rows(
    db: &mut SqliteConnection,
    head: &Head,
    content: &mut Unpacker,
) -> Result<(), StoreError> {
    let upto = head.cursor.number.cast_signed();
    let mut left = head.entities;
    while left > 0 {
        let count = left.min(ENTITIES);
        left -= count;
        let rows = (0..count).map(|_| content.next()).collect::<Result<Vec<EntityRow>, _>>()?;
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO view_entity (id, kind, upto, state) ");
        insert.push_values(rows, |mut row, (id, kind, state)| {
            row.push_bind(id.0.to_vec()).push_bind(kind).push_bind(upto).push_bind(state.0);
        });
        insert.build().execute(&mut *db).await?;
    }
    let mut left = head.homes;
    while left > 0 {
        let count = left.min(HOMES);
        left -= count;
        let rows = (0..count).map(|_| content.next()).collect::<Result<Vec<HomeRow>, _>>()?;
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO view_home (unit, place, row) ");
        insert.push_values(rows, |mut row, (unit, place, home)| {
            row.push_bind(unit.0.to_vec()).push_bind(place.0).push_bind(home.0);
        });
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

async fn write_head(db: &mut SqliteConnection, head: &Head) -> Result<(), StoreError> {
    for (stream, key) in &head.streams {
        let key: [u8; 32] = fixed(key.0.clone()).map_err(|_| StoreError::BadSnapshot("a key"))?;
        sqlx::query("INSERT INTO log_stream (stream, key) VALUES (?, ?)")
            .bind(&stream.0[..])
            .bind(&key[..])
            .execute(&mut *db)
            .await?;
    }
    for (hash, stream, seq, depth) in &head.heads {
        sqlx::query(
            "INSERT INTO local_head (hash, stream, seq, told, depth) VALUES (?, ?, ?, 0, ?)",
        )
        .bind(&hash.0[..])
        .bind(&stream.0[..])
        .bind(seq.cast_signed())
        .bind(depth.cast_signed())
        .execute(&mut *db)
        .await?;
    }
    for party in &head.erased {
        sqlx::query("INSERT INTO log_erased (party) VALUES (?)")
            .bind(&party.0[..])
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
