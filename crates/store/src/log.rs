//! Writing: one action, one transaction {append the commit, apply it to the views}.

use crate::{
    blobs::Blobs,
    erase,
    error::StoreError,
    fold::{Arriving, Opened},
    identity::{Head, Identity},
    knows::Knows,
    lock::Lock,
    mark::Mark,
    memory::Memory,
    prints::PrintNote,
    random::Random,
    script::Script,
    sync::{Base, Pulled},
    transaction::Transaction,
    views::{Changed, Workset, lock},
};
use shoulou_eventlog::{
    Batch, Draft, Hash, Header, Id, NewEvent, ProjectKey, Salt, read_header, seal,
};
use sqlx::SqliteConnection;
use std::{collections::HashSet, sync::Mutex};

/// Parts of one commit have places `arrival * PARTS` and on.
pub(crate) const PARTS: i64 = 65536;

/// One action of one person.
#[derive(Clone, Debug, Default)]
pub struct NewCommit {
    pub actor: Id,
    /// Milliseconds since 1970 UTC.
    pub time: i64,
    /// Of the author's clock, in minutes.
    pub offset: i32,
    pub events: Vec<NewEvent>,
    /// Blobs that the events name. They must have been put before.
    pub blobs: Vec<Hash>,
    /// What the decision was made from; the append is refused as stale when any of it has changed.
    pub reads: Option<Reads>,
    /// Settings of this PC that change together with the log (the undo list).
    pub settings: Vec<(String, Vec<u8>)>,
    /// Lines of this PC's print jobs and batches, likewise.
    pub prints: Vec<PrintNote>,
}

/// Entities as they were when `arrival` was the last commit.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    pub arrival: u64,
    pub entities: Vec<Id>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The local number of the commit (of a batch: of its last commit).
    pub arrival: u64,
    pub hash: Hash,
    /// Entities whose state changed.
    pub touched: Vec<Id>,
    /// Units whose row in the list of homes changed.
    pub homes: Vec<Id>,
}

pub(crate) struct Writer {
    pub db: SqliteConnection,
    pub identity: Identity,
    /// The number of the last commit in the log.
    pub arrival: u64,
    pub erased: HashSet<Id>,
    pub mark: Option<Mark>,
    pub blobs: Blobs,
    pub app_version: String,
    pub knows: Knows,
    pub random: Random,
    pub base: Base,
    pub _lock: Lock,
}

/// A commit on its way into the log, and how it reads.
pub(crate) struct Incoming {
    pub bytes: Arriving,
    pub opened: Opened,
}

/// What else changes in the same transaction.
#[derive(Default)]
pub(crate) struct Along {
    pub settings: Vec<(String, Vec<u8>)>,
    pub prints: Vec<PrintNote>,
    /// Commits to hold back, and those that wait no longer.
    pub hold: Vec<(Hash, Vec<u8>)>,
    pub release: Vec<Hash>,
    /// Bytes that parts in the log lacked.
    pub fill: Vec<Filling>,
    /// The own stream was forked: go on under a new incarnation.
    pub reborn: bool,
    /// What the server said of the commits.
    pub pulled: Option<Pulled>,
}

pub(crate) struct Filling {
    pub arrival: i64,
    pub index: usize,
    pub header: Header,
    pub bytes: Vec<u8>,
}

impl Filling {
    async fn write(
        &self,
        db: &mut SqliteConnection,
        key: &ProjectKey,
        work: &mut Workset<'_>,
    ) -> Result<(), StoreError> {
        let part = std::iter::once((self.index, &self.bytes[..]));
        let opened = Opened::read(self.header.clone(), 0, part, key, &HashSet::new());
        sqlx::query("UPDATE log_part SET bytes = ? WHERE place = ?")
            .bind(&self.bytes[..])
            .bind(self.arrival * PARTS + i64::try_from(self.index).unwrap_or(0))
            .execute(&mut *db)
            .await?;
        for entity in opened.entities() {
            sqlx::query("INSERT OR IGNORE INTO log_entity (entity, arrival) VALUES (?, ?)")
                .bind(&entity.0[..])
                .bind(self.arrival)
                .execute(&mut *db)
                .await?;
            erase::refold(db, entity, key, work).await?;
        }
        Ok(())
    }
}

impl Along {
    async fn write(&self, tx: &mut Transaction<'_>) -> Result<(), StoreError> {
        for (key, value) in &self.settings {
            put_setting(tx.send().await?, key, value).await?;
        }
        self.prints.iter().try_for_each(|note| note.write(tx.script()))?;
        for (hash, content) in &self.hold {
            sqlx::query("INSERT OR IGNORE INTO local_held (hash, content) VALUES (?, ?)")
                .bind(&hash.0[..])
                .bind(&content[..])
                .execute(tx.send().await?)
                .await?;
        }
        for hash in &self.release {
            sqlx::query("DELETE FROM local_held WHERE hash = ?")
                .bind(&hash.0[..])
                .execute(tx.send().await?)
                .await?;
        }
        Ok(())
    }
}

#[must_use]
pub(crate) struct Admitted {
    pub touched: Vec<Id>,
    pub homes: Vec<Id>,
}

impl Writer {
    pub async fn append(
        &mut self,
        memory: &Mutex<Memory>,
        news: Vec<NewCommit>,
    ) -> Result<Appended, StoreError> {
        if news.is_empty() || news.iter().any(|new| new.events.is_empty()) {
            return Err(StoreError::EmptyCommit);
        }
        for reads in news.iter().filter_map(|new| new.reads.as_ref()) {
            self.check_fresh(reads).await?;
        }
        let settings = news.iter().flat_map(|new| new.settings.clone()).collect();
        let prints = news.iter().flat_map(|new| new.prints.clone()).collect();
        let along = Along { settings, prints, ..Along::default() };
        let incoming = self.seal(news)?;
        let last = incoming.last().map(|last| Head {
            hash: last.opened.header.commit,
            seq: last.opened.header.seq,
            depth: last.opened.depth,
        });
        let last = last.ok_or(StoreError::EmptyCommit)?;
        let admitted = self.admit(memory, incoming, along).await?;
        self.identity.head = Some(last);
        self.identity.untold.clear();
        self.leave_mark();
        Ok(Appended {
            arrival: self.arrival,
            hash: last.hash,
            touched: admitted.touched,
            homes: admitted.homes,
        })
    }

    async fn check_fresh(&mut self, reads: &Reads) -> Result<(), StoreError> {
        if reads.arrival >= self.arrival || reads.entities.is_empty() {
            return Ok(());
        }
        for entity in &reads.entities {
            let newer: Option<i64> = sqlx::query_scalar(
                "SELECT 1 FROM log_entity WHERE entity = ? AND arrival > ? LIMIT 1",
            )
            .bind(&entity.0[..])
            .bind(reads.arrival.max(self.base.number).cast_signed())
            .fetch_optional(&mut self.db)
            .await?;
            if newer.is_some() {
                return Err(StoreError::Stale);
            }
        }
        Ok(())
    }

    /// Signs and chains. What is folded is read back from the sealed bytes, so that it is what every
    /// other PC will fold.
    fn seal(&self, news: Vec<NewCommit>) -> Result<Vec<Incoming>, StoreError> {
        let identity = &self.identity;
        let count = u32::try_from(news.len()).map_err(|_| StoreError::EmptyCommit)?;
        let batch = if count > 1 { Some(Id(self.random.bytes()?)) } else { None };
        let depth = identity.next_depth();
        let mut prev = identity.head.map(|head| head.hash);
        let first = identity.head.map_or(0, |head| head.seq + 1);
        let continues = identity.continues.filter(|_| first == 0);
        let mut seen: Vec<Hash> = identity.untold.iter().map(|head| head.hash).collect();
        seen.retain(|hash| Some(*hash) != continues);
        let mut salts = Salts::of(&self.random);
        let mut incoming = Vec::with_capacity(news.len());
        for (index, new) in (0..).zip(news) {
            let seq = first + u64::from(index);
            let depth = depth + u64::from(index);
            let draft = Draft {
                stream: identity.stream,
                seq,
                prev,
                continues: continues.filter(|_| seq == 0),
                seen: std::mem::take(&mut seen),
                time: new.time,
                offset_minutes: new.offset,
                actor: new.actor,
                app_version: self.app_version.clone(),
                batch: batch.map(|id| Batch { id, index, count }),
                blobs: new.blobs,
                events: new.events,
                attestations: Vec::new(),
            };
            let commit =
                seal(draft, &identity.signing, &identity.project_key, &mut || salts.next())?;
            if salts.failed {
                return Err(StoreError::NoRandomness);
            }
            let header = read_header(&commit.bytes)?;
            prev = Some(header.commit);
            let parts = commit.parts.iter().map(|part| &part.bytes[..]).enumerate();
            let opened = Opened::read(header, depth, parts, &identity.project_key, &self.erased);
            incoming.push(Incoming { opened, bytes: commit.into() });
        }
        Ok(incoming)
    }

    /// Takes commits into the log and the views, in one transaction. All their ancestors are in the
    /// log, or come before them.
    pub async fn admit(
        &mut self,
        memory: &Mutex<Memory>,
        incoming: Vec<Incoming>,
        along: Along,
    ) -> Result<Admitted, StoreError> {
        let project = self.identity.stream.project;
        let own = self.identity.stream_id;
        let mut tx = Transaction::new(&mut self.db);
        let key = &self.identity.project_key;
        let mut work = Workset::new(memory, key, self.knows, project, self.arrival);
        let mut arrival = self.arrival;
        let mut strangers = None;
        let mut erasures = Vec::new();
        if let Some(pulled) = &along.pulled {
            pulled.write_history(&mut tx, &self.erased).await?;
        }
        let goes_on = !along.reborn && self.identity.is_gone_on_by(&incoming);
        if !goes_on {
            self.identity.write_head(tx.script())?;
        }
        for one in &incoming {
            arrival += 1;
            insert(tx.script(), arrival, one, &self.erased)?;
            if !goes_on {
                follow(tx.script(), &one.opened.header, own)?;
            }
            if incoming.len() > 1 {
                tx.send().await?;
            }
            work.apply(tx.read()?, &one.opened).await?;
            if one.opened.header.stream.id() != own {
                strangers = Some(arrival);
            }
            erasures.extend(one.opened.erasures().map(|(_, erase)| erase.party));
        }
        erasures.retain(|party| !self.erased.contains(party));
        let mut dropped = match &erasures[..] {
            [] => Vec::new(),
            erasures => {
                erase::parties(tx.send().await?, erasures, key, self.base, &mut work).await?
            }
        };
        dropped.extend(erase::of_the_erased(&mut tx, &incoming, &self.erased, key).await?);
        for filling in &along.fill {
            filling.write(tx.send().await?, key, &mut work).await?;
        }
        along.write(&mut tx).await?;
        if let Some(pulled) = &along.pulled {
            pulled.write(&mut tx, self.arrival + 1, &incoming).await?;
        }
        let reborn = match along.reborn {
            true => Some(self.identity.reborn(tx.send().await?, &self.random).await?),
            false => None,
        };
        let touched = work.touched();
        let changed = work.commit(tx, arrival).await?;
        self.arrival = arrival;
        if let Some(identity) = reborn {
            self.identity = identity;
            // What the incarnation before said is another stream's now.
            strangers = Some(arrival);
        }
        if let Some(arrival) = strangers {
            lock(memory).strangers_until = Some(arrival);
        }
        self.erased.extend(erasures.iter().copied());
        let homes = keep(memory, changed);
        match erasures.is_empty() {
            true => dropped.iter().for_each(|blob| self.blobs.remove(blob)),
            false => self.after_erasure(&incoming, dropped).await,
        }
        Ok(Admitted { touched, homes })
    }
}

/// Every change becomes visible to readers here, after it is durable.
pub(crate) fn keep(memory: &Mutex<Memory>, changed: Changed) -> Vec<Id> {
    let mut memory = lock(memory);
    memory.epoch += 1;
    changed.entities.into_iter().for_each(|(id, entity)| memory.put(id, entity));
    if !(changed.homes.is_empty() && changed.gone.is_empty()) {
        memory.put_homes(changed.homes, &changed.gone);
    }
    changed.units
}

pub(crate) fn insert(
    script: &mut Script,
    arrival: u64,
    incoming: &Incoming,
    erased: &HashSet<Id>,
) -> Result<(), StoreError> {
    let Incoming { bytes, opened } = incoming;
    let header = &opened.header;
    let arrival = arrival.cast_signed();
    let stream = header.stream.id();
    script
        .then(
            "INSERT INTO log_commit \
             (arrival, hash, stream, seq, prev, depth, time, actor, header, common) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(arrival)?
        .bind(&header.commit.0[..])?
        .bind(&stream.0[..])?
        .bind(header.seq.cast_signed())?
        .bind(header.prev.map(|hash| hash.0.to_vec()))?
        .bind(opened.depth.cast_signed())?
        .bind(header.time)?
        .bind(&header.actor.0[..])?
        .bind(&bytes.header[..])?
        .bind(common(header, bytes))?;
    for (index, entry) in (0..).zip(&header.parts) {
        let Some(party) = entry.party else { continue };
        let gone = erased.contains(&party);
        let content = bytes.parts.get(index as usize).and_then(Option::as_deref);
        script
            .then("INSERT INTO log_part (place, party, bytes) VALUES (?, ?, ?)")
            .bind(arrival * PARTS + index)?
            .bind(&party.0[..])?
            .bind(content.filter(|_| !gone))?;
    }
    for entity in opened.entities() {
        script
            .then("INSERT INTO log_entity (entity, arrival) VALUES (?, ?)")
            .bind(&entity.0[..])?
            .bind(arrival)?;
    }
    for blob in &header.blobs {
        script
            .then("INSERT INTO log_blob (blob, arrival) VALUES (?, ?)")
            .bind(&blob.0[..])?
            .bind(arrival)?;
    }
    if let Some(key) = &header.key {
        script
            .then("INSERT OR IGNORE INTO log_stream (stream, key) VALUES (?, ?)")
            .bind(&stream.0[..])?
            .bind(&key.as_bytes()[..])?;
    }
    Ok(())
}

fn common<'b>(header: &Header, bytes: &'b Arriving) -> Option<&'b [u8]> {
    header.parts.first().filter(|entry| entry.party.is_none())?;
    bytes.parts.first()?.as_deref()
}

/// Moves the heads: the commit before is none any more, and what an own commit names is told.
fn follow(script: &mut Script, header: &Header, own: Id) -> Result<(), StoreError> {
    let stream = header.stream.id();
    if let Some(prev) = &header.prev {
        script.then("DELETE FROM local_head WHERE hash = ?").bind(&prev.0[..])?;
    }
    script
        .then("INSERT INTO local_head (hash, stream, seq, told) VALUES (?, ?, ?, 0)")
        .bind(&header.commit.0[..])?
        .bind(&stream.0[..])?
        .bind(header.seq.cast_signed())?;
    if stream == own {
        for told in header.continues.iter().chain(&header.seen) {
            script.then("UPDATE local_head SET told = 1 WHERE hash = ?").bind(&told.0[..])?;
        }
    }
    Ok(())
}

pub(crate) async fn put_setting(
    db: &mut SqliteConnection,
    key: &str,
    value: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO local_setting (key, value) VALUES (?1, ?2) \
         ON CONFLICT (key) DO UPDATE SET value = ?2",
    )
    .bind(key)
    .bind(value)
    .execute(db)
    .await?;
    Ok(())
}

/// Random salts, fetched in blocks: a call to the system for every part would cost more than sealing it.
struct Salts<'r> {
    random: &'r Random,
    block: Vec<u8>,
    failed: bool,
}

impl<'r> Salts<'r> {
    fn of(random: &'r Random) -> Self {
        Salts { random, block: Vec::new(), failed: false }
    }

    fn next(&mut self) -> Salt {
        if self.block.len() < 24 {
            match self.random.bytes::<{ 24 * 32 }>() {
                Ok(bytes) => self.block = bytes.to_vec(),
                Err(_) => {
                    self.failed = true;
                    return [0; 24];
                }
            }
        }
        let rest = self.block.len() - 24;
        let mut salt = [0; 24];
        salt.copy_from_slice(&self.block[rest..]);
        self.block.truncate(rest);
        salt
    }
}
