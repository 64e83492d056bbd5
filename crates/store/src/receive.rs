//! Commits of other PCs: checked on arrival, held back until their ancestors and their batch are there,
//! then taken in as one's own are.

use crate::{
    error::StoreError,
    fold::{Arriving, Happened, Opened},
    identity::column,
    log::{Along, Filling, Incoming, PARTS, Writer},
    memory::Memory,
    sync::check::{place_at, read},
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{CommitError, Hash, Header, Id, read_header};
use sqlx::{Row, SqliteConnection};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

/// What became of the commits that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Newly in the log, in the order taken in; earlier ones that had waited are among them.
    pub admitted: Vec<Hash>,
    /// Waiting now for ancestors, the rest of their batch, their stream's key, or a newer version.
    pub held: usize,
    /// Already here.
    pub known: usize,
    /// Not what they say they are; nothing of them was kept.
    pub refused: Vec<(Hash, CommitError)>,
    pub touched: Vec<Id>,
    /// Units whose row in the list of homes changed.
    pub homes: Vec<Id>,
    /// Somebody else wrote in this PC's own stream (a copy of it did): both branches are kept, and this
    /// PC goes on under a new incarnation.
    pub forked: bool,
}

/// A commit that was checked and is not in the log yet.
pub(crate) struct Waiting {
    pub bytes: Arriving,
    pub header: Header,
    /// What it says, and how many parts do not open, where that was read already: with no depth, and with what
    /// erased parties said.
    pub events: Option<(Vec<Happened>, u32)>,
}

impl Writer {
    pub async fn receive(
        &mut self,
        memory: &Mutex<Memory>,
        commits: Vec<Arriving>,
    ) -> Result<Received, StoreError> {
        let mut received = Received::default();
        let mut unread: BTreeMap<Hash, Arriving> = held(&mut self.db).await?;
        let held_before: HashSet<Hash> = unread.keys().copied().collect();
        let mut along = Along::default();
        for commit in commits {
            let hash = Hash::of(&commit.header);
            let arrival = self.arrival_of(&hash).await?;
            if unread.contains_key(&hash) || arrival.is_some() {
                received.known += 1;
                if let Some(arrival) = arrival {
                    along.fill.extend(self.lacking(arrival, &commit).await?);
                }
            } else {
                unread.insert(hash, commit);
            }
        }
        let waiting = self.check(&mut unread, &mut received).await?;
        let (ready, waiting) = self.choose(waiting, &HashMap::new()).await?;
        received.forked = self.is_forked_by(&ready, &waiting);

        let still = waiting.into_iter().map(|(hash, one)| (hash, one.bytes)).chain(unread);
        for (hash, bytes) in still {
            received.held += 1;
            if !held_before.contains(&hash) {
                along.hold.push((hash, encode(&bytes)?));
            }
        }
        along.reborn = received.forked;
        received.admitted = ready.iter().map(|one| one.opened.header.commit).collect();
        let refused = received.refused.iter().map(|(hash, _)| *hash);
        let settled = received.admitted.iter().copied().chain(refused);
        along.release = settled.filter(|hash| held_before.contains(hash)).collect();
        self.take_in(memory, ready, along, received).await
    }

    /// Whether somebody else goes on in the own stream, also where not all is here that his word waits for.
    pub fn is_forked_by(&self, ready: &[Incoming], waiting: &BTreeMap<Hash, Waiting>) -> bool {
        let own = self.identity.stream_id;
        ready.iter().any(|one| one.opened.header.stream.id() == own)
            || waiting.values().any(|one| one.header.stream.id() == own)
    }

    /// Takes commits in that are ready, and says where the streams end now.
    pub async fn take_in(
        &mut self,
        memory: &Mutex<Memory>,
        ready: Vec<Incoming>,
        along: Along,
        mut received: Received,
    ) -> Result<Received, StoreError> {
        let admitted = self.admit(memory, ready, along).await?;
        received.touched = admitted.touched;
        received.homes = admitted.homes;
        self.identity.load_heads(&mut self.db).await?;
        if received.forked {
            self.renew_mark()?;
        }
        self.leave_mark();
        Ok(received)
    }

    /// Takes out of `unread` all whose signature and parts can be checked now.
    async fn check(
        &mut self,
        unread: &mut BTreeMap<Hash, Arriving>,
        received: &mut Received,
    ) -> Result<BTreeMap<Hash, Waiting>, StoreError> {
        let mut keys = stream_keys(&mut self.db).await?;
        let mut checked = BTreeMap::new();
        loop {
            let before = unread.len();
            for (hash, bytes) in std::mem::take(unread) {
                match read(&bytes, &keys, self.identity.stream.project) {
                    Ok(header) => {
                        if let Some(key) = header.key {
                            keys.insert(header.stream.id(), key);
                        }
                        checked.insert(hash, Waiting { bytes, header, events: None });
                    }
                    Err(CommitError::UnknownSigner(_) | CommitError::NewerFormat(_)) => {
                        unread.insert(hash, bytes);
                    }
                    Err(error) => received.refused.push((hash, error)),
                }
            }
            if unread.len() == before || unread.is_empty() {
                return Ok(checked);
            }
        }
    }

    /// Splits what is complete, in the order of its depth, from what must wait. `before` are the depths of
    /// commits that come into the log in the same transaction.
    pub async fn choose(
        &mut self,
        mut waiting: BTreeMap<Hash, Waiting>,
        before: &HashMap<Hash, u64>,
    ) -> Result<(Vec<Incoming>, BTreeMap<Hash, Waiting>), StoreError> {
        let mut known: HashMap<Hash, u64> = HashMap::new();
        let parents: HashSet<Hash> =
            waiting.values().flat_map(|one| one.header.parents().copied()).collect();
        for parent in parents.into_iter().filter(|parent| !waiting.contains_key(parent)) {
            let depth = match before.get(&parent) {
                Some(depth) => Some(*depth),
                None => self.depth_of(&parent).await?,
            };
            if let Some(depth) = depth {
                known.insert(parent, depth);
            }
        }
        let mut excluded: HashSet<Hash> = HashSet::new();
        let depths = loop {
            let depths = connected(&waiting, &known, &excluded);
            let broken = broken_batches(&waiting, &depths);
            if broken.is_empty() {
                break depths;
            }
            excluded.extend(broken);
        };
        let mut ready = Vec::with_capacity(depths.len());
        for (hash, depth) in depths {
            if let Some(one) = waiting.remove(&hash) {
                ready.push(self.open(one, depth));
            }
        }
        ready.sort_by_key(|one| {
            let header = &one.opened.header;
            (one.opened.depth, header.stream.id(), header.seq, header.commit)
        });
        Ok((ready, waiting))
    }

    pub fn open(&self, one: Waiting, depth: u64) -> Incoming {
        if let Some((mut events, unreadable)) = one.events {
            place_at(&mut events, depth, &self.erased);
            let opened = Opened { header: one.header, depth, events, unreadable };
            return Incoming { bytes: one.bytes, opened };
        }
        let parts = one.bytes.parts.iter().enumerate();
        let parts = parts.filter_map(|(index, bytes)| Some((index, bytes.as_deref()?)));
        let key = &self.identity.project_key;
        let opened = Opened::read(one.header, depth, parts, key, &self.erased);
        Incoming { bytes: one.bytes, opened }
    }

    pub async fn depth_of(&mut self, hash: &Hash) -> Result<Option<u64>, StoreError> {
        let depth: Option<i64> = sqlx::query_scalar("SELECT depth FROM log_commit WHERE hash = ?")
            .bind(&hash.0[..])
            .fetch_optional(&mut self.db)
            .await?;
        Ok(depth.map(i64::unsigned_abs))
    }

    async fn arrival_of(&mut self, hash: &Hash) -> Result<Option<i64>, StoreError> {
        let arrival = sqlx::query_scalar("SELECT arrival FROM log_commit WHERE hash = ?");
        Ok(arrival.bind(&hash.0[..]).fetch_optional(&mut self.db).await?)
    }

    /// Bytes that the log lacks of a commit, and that came now: the PC that sent it first had erased their
    /// party, and its word for that has not come. Another PC may still have them.
    pub async fn lacking(
        &mut self,
        arrival: i64,
        commit: &Arriving,
    ) -> Result<Vec<Filling>, StoreError> {
        let places: Vec<i64> = sqlx::query_scalar(
            "SELECT place FROM log_part WHERE place BETWEEN ?1 AND ?2 AND bytes IS NULL \
             AND party IS NOT NULL AND party NOT IN (SELECT party FROM log_erased)",
        )
        .bind(arrival * PARTS)
        .bind(arrival * PARTS + PARTS - 1)
        .fetch_all(&mut self.db)
        .await?;
        let indexes = places.iter().filter_map(|place| usize::try_from(place % PARTS).ok());
        Ok(indexes.filter_map(|index| found(commit, arrival, index)).collect())
    }
}

/// Depths of all whose ancestors are in the log or connected themselves.
fn connected(
    waiting: &BTreeMap<Hash, Waiting>,
    known: &HashMap<Hash, u64>,
    excluded: &HashSet<Hash>,
) -> HashMap<Hash, u64> {
    let mut missing: HashMap<Hash, usize> = HashMap::new();
    let mut children: HashMap<Hash, Vec<Hash>> = HashMap::new();
    let mut free = Vec::new();
    for (hash, one) in waiting.iter().filter(|(hash, _)| !excluded.contains(*hash)) {
        let lacking: HashSet<&Hash> =
            one.header.parents().filter(|parent| !known.contains_key(*parent)).collect();
        lacking.iter().for_each(|parent| children.entry(**parent).or_default().push(*hash));
        match lacking.len() {
            0 => free.push(*hash),
            lacking => drop(missing.insert(*hash, lacking)),
        }
    }
    let mut depths = HashMap::new();
    while let Some(hash) = free.pop() {
        let parents = waiting[&hash].header.parents();
        let deepest = parents.filter_map(|parent| known.get(parent).or_else(|| depths.get(parent)));
        let depth = 1 + deepest.max().copied().unwrap_or(0);
        depths.insert(hash, depth);
        for child in children.remove(&hash).unwrap_or_default() {
            if let Some(lacking) = missing.get_mut(&child) {
                *lacking -= 1;
                if *lacking == 0 {
                    free.push(child);
                }
            }
        }
    }
    depths
}

/// Commits of batches that are not complete among the connected.
fn broken_batches(waiting: &BTreeMap<Hash, Waiting>, depths: &HashMap<Hash, u64>) -> Vec<Hash> {
    #[derive(Default)]
    struct There {
        count: u32,
        indexes: HashSet<u32>,
        hashes: Vec<Hash>,
    }
    let mut batches: HashMap<(Id, Id), There> = HashMap::new();
    for hash in depths.keys() {
        let header = &waiting[hash].header;
        if let Some(batch) = &header.batch {
            let entry = batches.entry((header.stream.id(), batch.id)).or_default();
            entry.count = entry.count.max(batch.count);
            entry.indexes.insert(batch.index);
            entry.hashes.push(*hash);
        }
    }
    let broken = batches.into_values().filter(|there| there.indexes.len() < there.count as usize);
    broken.flat_map(|there| there.hashes).collect()
}

fn found(commit: &Arriving, arrival: i64, index: usize) -> Option<Filling> {
    let bytes = commit.parts.get(index)?.clone()?;
    let header = read_header(&commit.header).ok()?;
    header.check_part(index, &bytes).ok()?;
    Some(Filling { arrival, index, header, bytes })
}

async fn held(db: &mut SqliteConnection) -> Result<BTreeMap<Hash, Arriving>, StoreError> {
    let rows = sqlx::query("SELECT hash, content FROM local_held WHERE device IS NULL");
    let rows = rows.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let content: &[u8] = row.try_get("content")?;
            let commit =
                ciborium::from_reader(content).map_err(|_| StoreError::row("local_held"))?;
            Ok((Hash(column(row, "hash")?), commit))
        })
        .collect()
}

pub(crate) fn encode(commit: &Arriving) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(commit, &mut bytes).map_err(|_| StoreError::row("local_held"))?;
    Ok(bytes)
}

pub(crate) async fn stream_keys(
    db: &mut SqliteConnection,
) -> Result<HashMap<Id, VerifyingKey>, StoreError> {
    let rows = sqlx::query("SELECT stream, key FROM log_stream").fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let key = VerifyingKey::from_bytes(&column(row, "key")?);
            let key = key.map_err(|_| StoreError::row("log_stream"))?;
            Ok((Id(column(row, "stream")?), key))
        })
        .collect()
}
