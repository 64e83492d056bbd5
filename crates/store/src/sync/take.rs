//! What the server sends: taken in with its numbers and the cursor, in one transaction.

use super::{
    check::{Against, Checked, check, decode},
    cursor, members, send,
};
use crate::{
    Arriving, Received,
    error::StoreError,
    identity::column,
    log::{Along, Incoming, Writer, insert},
    memory::Memory,
    receive::{Waiting, encode, stream_keys},
    store::Store,
    transaction::Transaction,
};
use shoulou_eventlog::{
    Hash, Id, read_header,
    sync::wire::{self, Cursor},
};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

/// Hashes looked up with one statement.
const CHUNK: usize = 200;

/// What a pull did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// `admitted` holds what came into the log *and* the views; `known` commits got their numbers.
    pub received: Received,
    /// Commits that wait, now, for the certificate of their device; of them `received.held` counts none.
    pub held_uncertified: usize,
    /// Commits that went into the log behind the snapshot whose views told of them before.
    pub history: usize,
    /// An erasure was among them.
    pub erased: bool,
}

/// What the server said of the commits that come in, to be written with them.
#[derive(Default)]
pub(crate) struct Pulled {
    cursor: Option<Cursor>,
    /// How many commits lead to it.
    taken: u64,
    /// Numbers of checkpoints.
    forget: Vec<u64>,
    history: Vec<(u64, Incoming)>,
    /// Of commits that come in, or go on waiting.
    numbers: HashMap<Hash, u64>,
    /// Of commits in the log: arrival, number.
    known: Vec<(u64, u64)>,
    hold: Vec<Hold>,
    renumber: Vec<(Hash, u64)>,
}

struct Hold {
    hash: Hash,
    content: Vec<u8>,
    device: Option<Id>,
    checked: bool,
}

/// A commit that waits in the file.
struct Held {
    number: Option<u64>,
    device: Option<Id>,
}

impl Store {
    /// Takes in what the server answered to a pull after [`Store::cursor`]; `after` is the answer's cursor, which
    /// is remembered, and those in `forget` are no longer.
    /// All of it or nothing, and the cursor with it. Signatures are checked before, on several threads;
    /// work at this PC waits only for the writing, so that pulls of some hundred commits are not noticed.
    ///
    /// A commit of a device without a certificate is held back until [`Store::put_certificates`] brings it.
    ///
    /// # Errors
    /// [`StoreError::NotFromServer`] where the commits do not lead from the cursor to `after`,
    /// [`StoreError::Commit`] where one is not what it says it is, [`StoreError::Stale`] where the cursor has
    /// moved meanwhile, [`StoreError::Unlinked`] without a cursor. Nothing was taken then.
    pub async fn take(
        &self,
        pulled: Vec<wire::Bytes>,
        after: Cursor,
        forget: &[Cursor],
    ) -> Result<Taken, StoreError> {
        let before = self.cursor().await?.ok_or(StoreError::Unlinked)?;
        if pulled.is_empty() && before == after {
            return Ok(Taken::default());
        }
        let pulled = decode(pulled).await?;
        let hashes: Vec<Hash> = pulled.iter().map(|(hash, _)| *hash).collect();
        if led_to(before, &hashes) != after {
            return Err(StoreError::NotFromServer("the checkpoint"));
        }
        let (known, streams) = {
            let mut db = self.reader().await?;
            (known(&mut db, &hashes).await?, stream_keys(&mut db).await?)
        };
        let (old, new): (Vec<_>, Vec<_>) =
            pulled.into_iter().partition(|(hash, _)| known.contains_key(hash));
        let key = self.project_key().clone();
        let new = check(new, Against { project: self.project(), key, streams }).await?;
        if let Some(error) = new.iter().find_map(|(_, one)| one.bad()) {
            return Err(error.clone().into());
        }
        let forget = forget.iter().map(|cursor| cursor.number).collect();
        let pull = Pull { before, after, forget, hashes, old, new };
        self.write(|writer, memory| Box::pin(writer.take(memory, pull))).await
    }
}

struct Pull {
    before: Cursor,
    after: Cursor,
    forget: Vec<u64>,
    /// In the order of their numbers.
    hashes: Vec<Hash>,
    /// In the log already.
    old: Vec<(Hash, Arriving)>,
    new: Vec<(Hash, Checked)>,
}

impl Writer {
    async fn take(&mut self, memory: &Mutex<Memory>, pull: Pull) -> Result<Taken, StoreError> {
        if cursor::load(&mut self.db).await? != Some(pull.before) {
            return Err(StoreError::Stale);
        }
        let first = pull.before.number + 1;
        let numbers: HashMap<Hash, u64> = pull.hashes.iter().copied().zip(first..).collect();
        let mut along = Along::default();
        let (cursor, forget) = (Some(pull.after), pull.forget);
        let taken = pull.hashes.len() as u64;
        let mut pulled = Pulled { cursor, taken, forget, ..Pulled::default() };
        let mut received = Received::default();
        let known = known(&mut self.db, &pull.hashes).await?;
        let own = self.identity.stream_id;
        let old: HashMap<Hash, Arriving> = pull.old.into_iter().collect();
        for (hash, (arrival, stream)) in &known {
            received.known += 1;
            pulled.known.push((arrival.unsigned_abs(), numbers[hash]));
            // Of a log that lacks its beginning nothing can be folded anew.
            if *stream == own || self.base.provisional {
                continue;
            }
            if let Some(commit) = old.get(hash) {
                along.fill.extend(self.lacking(*arrival, commit).await?);
            }
        }
        pulled.known.sort_unstable();
        let mut new = pull.new;
        let waiting = held(&mut self.db).await?;
        new.retain(|(hash, _)| {
            if waiting.contains_key(hash) {
                received.known += 1;
                pulled.renumber.push((*hash, numbers[hash]));
            }
            !waiting.contains_key(hash) && !known.contains_key(hash)
        });
        pulled.numbers = numbers;
        let certified = self.certified().await?;
        self.settle(memory, new, waiting, &certified, pulled, along, received).await
    }

    /// Tries again what waits, now that certificates came.
    pub(super) async fn take_held(&mut self, memory: &Mutex<Memory>) -> Result<Taken, StoreError> {
        let waiting = held(&mut self.db).await?;
        let certified = self.certified().await?;
        let nothing = (Pulled::default(), Along::default(), Received::default());
        let (pulled, along, received) = nothing;
        self.settle(memory, Vec::new(), waiting, &certified, pulled, along, received).await
    }

    async fn certified(&mut self) -> Result<HashSet<Id>, StoreError> {
        let mut certified = members::certified(&mut self.db).await?;
        certified.insert(self.identity.stream.device);
        Ok(certified)
    }

    /// Sorts out what comes in, what is history behind the snapshot, and what waits; then writes it all.
    #[expect(clippy::too_many_arguments, reason = "one pull, in its pieces")]
    async fn settle(
        &mut self,
        memory: &Mutex<Memory>,
        new: Vec<(Hash, Checked)>,
        held: HashMap<Hash, Held>,
        certified: &HashSet<Id>,
        mut pulled: Pulled,
        mut along: Along,
        mut received: Received,
    ) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        let mut ready: BTreeMap<Hash, Waiting> = BTreeMap::new();
        let mut unread: Vec<Hash> = Vec::new();
        for (hash, number) in &pulled.renumber {
            pulled.numbers.insert(*hash, *number);
        }
        for (hash, one) in &held {
            if let Some(number) = one.number {
                pulled.numbers.entry(*hash).or_insert(number);
            }
        }
        let again = held.iter().filter(|(_, one)| one.device.is_none()).map(|(hash, _)| *hash);
        for (hash, checked) in self.check_again(again.collect(), new).await? {
            match checked {
                Checked::Good(one) if certified.contains(&one.header.stream.device) => {
                    drop(ready.insert(hash, *one));
                }
                Checked::Good(one) => {
                    let device = Some(one.header.stream.device);
                    let content = encode(&one.bytes)?;
                    pulled.hold.push(Hold { hash, content, device, checked: true });
                }
                Checked::Unread(bytes, device) => {
                    let device = device.filter(|device| !certified.contains(device));
                    if device.is_none() {
                        unread.push(hash);
                    }
                    let content = encode(&bytes)?;
                    pulled.hold.push(Hold { hash, content, device, checked: false });
                }
                // It waited, and now that it can be read it is none: the others must not wait for it.
                Checked::Bad(error) => received.refused.push((hash, error)),
            }
        }
        let depths = self.choose_history(&mut ready, &mut pulled).await?;
        taken.history = pulled.history.len();
        let (ready, still) = self.choose(ready, &depths).await?;
        for (hash, one) in &still {
            if !held.contains_key(hash) {
                let content = encode(&one.bytes)?;
                pulled.hold.push(Hold { hash: *hash, content, device: None, checked: true });
            }
        }
        received.held = still.len() + unread.len();
        received.forked = self.is_forked_by(&ready, &still);
        along.reborn = received.forked;
        taken.erased = ready.iter().any(|one| one.opened.erasures().next().is_some());
        received.admitted = ready.iter().map(|one| one.opened.header.commit).collect();
        let history = pulled.history.iter().map(|(_, one)| one.opened.header.commit);
        let refused = received.refused.iter().map(|(hash, _)| *hash);
        let settled = received.admitted.iter().copied().chain(history).chain(refused);
        along.release = settled.filter(|hash| held.contains_key(hash)).collect();
        along.pulled = Some(pulled);
        taken.received = self.take_in(memory, ready, along, received).await?;
        taken.held_uncertified = held_uncertified(&mut self.db).await?;
        Ok(taken)
    }

    /// The commits that a snapshot's views told of before, each with the arrival kept free for it.
    async fn choose_history(
        &mut self,
        ready: &mut BTreeMap<Hash, Waiting>,
        pulled: &mut Pulled,
    ) -> Result<HashMap<Hash, u64>, StoreError> {
        let mut depths = HashMap::new();
        let Some(last) = self.base.open_until() else { return Ok(depths) };
        let number = |hash: &Hash| pulled.numbers.get(hash).copied().filter(|n| *n <= last);
        let mut behind: Vec<(u64, Hash)> =
            ready.keys().filter_map(|hash| Some((number(hash)?, *hash))).collect();
        behind.sort_unstable();
        for (number, hash) in behind {
            let Some(one) = ready.remove(&hash) else { continue };
            let mut deepest = Some(0);
            for parent in one.header.parents() {
                let depth = match depths.get(parent) {
                    Some(depth) => Some(*depth),
                    None => self.depth_of(parent).await?,
                };
                deepest = deepest.zip(depth).map(|(deepest, depth)| deepest.max(depth));
            }
            match deepest {
                Some(deepest) => {
                    depths.insert(hash, deepest + 1);
                    pulled.history.push((number, self.open(one, deepest + 1)));
                }
                // It waits for an ancestor that waits for its device's certificate.
                None => drop(ready.insert(hash, one)),
            }
        }
        Ok(depths)
    }

    /// What came and what waits; what lacked its stream's key is checked once more, for a commit that waits
    /// may be the one that has it.
    async fn check_again(
        &mut self,
        held: Vec<Hash>,
        new: Vec<(Hash, Checked)>,
    ) -> Result<Vec<(Hash, Checked)>, StoreError> {
        let mut read = Vec::new();
        let mut unread = Vec::new();
        for hash in held {
            let row = sqlx::query("SELECT content, checked FROM local_held WHERE hash = ?");
            let row = row.bind(&hash.0[..]).fetch_one(&mut self.db).await?;
            let content: &[u8] = row.try_get("content")?;
            let bytes: Arriving =
                ciborium::from_reader(content).map_err(|_| StoreError::row("local_held"))?;
            if row.try_get::<i64, _>("checked")? == 0 {
                unread.push((hash, bytes));
                continue;
            }
            let header = read_header(&bytes.header)?;
            read.push((hash, Checked::Good(Box::new(Waiting { bytes, header, events: None }))));
        }
        for (hash, checked) in new {
            match checked {
                Checked::Unread(bytes, Some(_)) => unread.push((hash, bytes)),
                checked => read.push((hash, checked)),
            }
        }
        if !unread.is_empty() {
            let mut streams = stream_keys(&mut self.db).await?;
            streams.extend(read.iter().filter_map(|(_, checked)| match checked {
                Checked::Good(one) => one.header.key.map(|key| (one.header.stream.id(), key)),
                Checked::Unread(..) | Checked::Bad(_) => None,
            }));
            let (project, key) = (self.identity.stream.project, self.identity.project_key.clone());
            read.extend(check(unread, Against { project, key, streams }).await?);
        }
        Ok(read)
    }
}

impl Pulled {
    /// Before everything else that comes in.
    pub async fn write_history(
        &self,
        tx: &mut Transaction<'_>,
        erased: &HashSet<Id>,
    ) -> Result<(), StoreError> {
        for (arrival, one) in &self.history {
            insert(tx.script(), *arrival, one, erased)?;
            tx.send().await?;
        }
        Ok(())
    }

    /// After it: `incoming` came in from `first` on.
    pub async fn write(
        &self,
        tx: &mut Transaction<'_>,
        first: u64,
        incoming: &[Incoming],
    ) -> Result<(), StoreError> {
        let db = tx.send().await?;
        for held in &self.hold {
            sqlx::query(
                "INSERT OR REPLACE INTO local_held (hash, content, number, device, checked) \
                 VALUES (?, ?, ?, ?, ?)",
            )
            .bind(&held.hash.0[..])
            .bind(&held.content[..])
            .bind(self.numbers.get(&held.hash).map(|number| number.cast_signed()))
            .bind(held.device.map(|device| device.0.to_vec()))
            .bind(i64::from(held.checked))
            .execute(&mut *db)
            .await?;
        }
        for (hash, number) in &self.renumber {
            sqlx::query("UPDATE local_held SET number = ?2 WHERE hash = ?1")
                .bind(&hash.0[..])
                .bind(number.cast_signed())
                .execute(&mut *db)
                .await?;
        }
        let history = self.history.iter().map(|(arrival, one)| (*arrival, one));
        let arrived = history.chain((first..).zip(incoming));
        let numbers = arrived.filter_map(|(arrival, one)| {
            Some((arrival, *self.numbers.get(&one.opened.header.commit)?))
        });
        let numbers: Vec<_> = self.known.iter().copied().chain(numbers).collect();
        if let Some(cursor) = &self.cursor {
            let before = cursor.number - self.taken.min(cursor.number);
            send::forget_others(db, before, cursor.number, &numbers).await?;
        }
        send::number(db, &numbers).await?;
        if let Some(cursor) = &self.cursor {
            cursor::advance(db, cursor, &self.forget).await?;
        }
        Ok(())
    }
}

/// Where these commits lead from `before`.
fn led_to(before: Cursor, hashes: &[Hash]) -> Cursor {
    hashes.iter().fold(before, |at, hash| Cursor {
        number: at.number + 1,
        checkpoint: at.checkpoint.then(hash),
        ..at
    })
}

/// Which of these are in the log: arrival and stream.
async fn known(
    db: &mut SqliteConnection,
    hashes: &[Hash],
) -> Result<HashMap<Hash, (i64, Id)>, StoreError> {
    let mut known = HashMap::new();
    for chunk in hashes.chunks(CHUNK) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT hash, arrival, stream FROM log_commit WHERE hash IN (");
        let mut list = query.separated(", ");
        for hash in chunk {
            list.push_bind(hash.0.to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *db).await? {
            let place = (row.try_get("arrival")?, Id(column(&row, "stream")?));
            known.insert(Hash(column(&row, "hash")?), place);
        }
    }
    Ok(known)
}

async fn held(db: &mut SqliteConnection) -> Result<HashMap<Hash, Held>, StoreError> {
    let rows = sqlx::query("SELECT hash, number, device FROM local_held").fetch_all(db).await?;
    rows.into_iter()
        .map(|row| {
            let number: Option<i64> = row.try_get("number")?;
            let device: Option<Vec<u8>> = row.try_get("device")?;
            let device = device.map(crate::fold::id).transpose()?;
            let held = Held { number: number.map(i64::unsigned_abs), device };
            Ok((Hash(column(&row, "hash")?), held))
        })
        .collect()
}

async fn held_uncertified(db: &mut SqliteConnection) -> Result<usize, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM local_held WHERE device IS NOT NULL")
        .fetch_one(db)
        .await?;
    Ok(usize::try_from(count).unwrap_or(0))
}
