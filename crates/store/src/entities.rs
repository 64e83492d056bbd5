//! Entities in the file: a stored state, and the log's commits after it, which are its tail. So a tick
//! writes its commit, and not again all that was ever said of the home.

use crate::{
    error::StoreError,
    fold::{Entity, Opened, apply, decode_state, encode_state, id},
    identity::column,
    knows::Knows,
    transaction::Transaction,
};
use shoulou_eventlog::{Id, ProjectKey};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Rows fetched with one statement.
pub(crate) const CHUNK: usize = 100;
/// Rows written with one script.
pub(crate) const ROWS: usize = 16;
/// No commit has a greater number.
pub(crate) const LATEST: u64 = i64::MAX as u64;
/// A tail of so many commits is folded into the stored state.
const LONGEST_TAIL: u32 = 32;

impl Entity {
    fn is_told_by_its_tail(&self) -> bool {
        self.tail.is_some_and(|commits| commits < LONGEST_TAIL)
    }
}

/// The entities that the file knows, as the commits up to `until` leave them. `db` is in a transaction, or it
/// is the connection that writes.
pub(crate) async fn load(
    db: &mut SqliteConnection,
    ids: &[Id],
    until: u64,
    key: &ProjectKey,
    knows: Knows,
) -> Result<HashMap<Id, Entity>, StoreError> {
    let mut entities = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let mut rows = among("SELECT id, kind, state FROM view_entity WHERE id IN (", chunk);
        for row in rows.build().fetch_all(&mut *db).await? {
            let kind: &str = row.try_get("kind")?;
            let state = Arc::new(decode_state(row.try_get("state")?)?);
            let entity = Entity { kind: kind.into(), state, tail: Some(0) };
            entities.insert(id(row.try_get("id")?)?, entity);
        }
        let tails = tails(db, chunk, until).await?;
        let arrivals = tails.iter().map(|(arrival, _)| *arrival).collect::<BTreeSet<_>>();
        for (arrival, opened) in opened(db, arrivals, key).await? {
            let mut told: HashSet<Id> = opened.entities();
            told.retain(|entity| tails.contains(&(arrival, *entity)));
            let said = opened.events.iter().filter(|one| told.contains(&one.event.entity));
            said.for_each(|happened| apply(&mut entities, happened, knows));
            lengthen(&mut entities, told);
        }
    }
    Ok(entities)
}

/// All that the file knows, in order.
pub(crate) async fn all(db: &mut SqliteConnection) -> Result<Vec<Id>, StoreError> {
    let rows = sqlx::query("SELECT id FROM view_entity ORDER BY id").fetch_all(db).await?;
    rows.iter().map(|row| column(row, "id").map(Id)).collect()
}

/// Counts a commit that these entities have in their tails now.
pub(crate) fn lengthen(entities: &mut HashMap<Id, Entity>, told: impl IntoIterator<Item = Id>) {
    for id in told {
        if let Some(tail) = entities.get_mut(&id).and_then(|entity| entity.tail.as_mut()) {
            *tail += 1;
        }
    }
}

/// What each of the entities has in its tail.
async fn tails(
    db: &mut SqliteConnection,
    ids: &[Id],
    until: u64,
) -> Result<HashSet<(i64, Id)>, StoreError> {
    let mut query = among(
        "SELECT e.arrival, e.entity FROM view_entity v \
         JOIN log_entity e ON e.entity = v.id AND e.arrival > v.upto WHERE v.id IN (",
        ids,
    );
    query.push(" AND e.arrival <= ").push_bind(until.cast_signed());
    let rows = query.build().fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("arrival")?, Id(column(row, "entity")?)))).collect()
}

async fn opened(
    db: &mut SqliteConnection,
    arrivals: BTreeSet<i64>,
    key: &ProjectKey,
) -> Result<Vec<(i64, Opened)>, StoreError> {
    let arrivals: Vec<i64> = arrivals.into_iter().collect();
    let mut commits = Vec::with_capacity(arrivals.len());
    for chunk in arrivals.chunks(CHUNK) {
        commits.extend(crate::read::commits_at(db, chunk, key).await?);
    }
    Ok(commits)
}

/// Stores every entity whose tail no longer tells enough, or tells it too slowly, as of the commits up to
/// `upto`, with which its tail begins anew.
pub(crate) async fn write(
    tx: &mut Transaction<'_>,
    mut entities: Vec<(&Id, &mut Entity)>,
    upto: u64,
) -> Result<(), StoreError> {
    entities.retain(|(_, entity)| !entity.is_told_by_its_tail());
    entities.sort_unstable_by_key(|(id, _)| **id);
    for rows in entities.chunks_mut(ROWS) {
        for (id, entity) in &mut *rows {
            entity.tail = Some(0);
            tx.script()
                .then(
                    "INSERT INTO view_entity (id, kind, upto, state) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (id) DO UPDATE \
                     SET kind = excluded.kind, upto = excluded.upto, state = excluded.state",
                )
                .bind(&id.0[..])?
                .bind(&*entity.kind)?
                .bind(upto.cast_signed())?
                .bind(encode_state(&entity.state))?;
        }
        if rows.len() == ROWS {
            tx.send().await?;
        }
    }
    Ok(())
}

/// A query that ends in a list of ids.
fn among(sql: &str, ids: &[Id]) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(sql);
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.0.to_vec());
    }
    query.push(")");
    query
}
