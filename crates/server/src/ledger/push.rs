//! Taking commits in.

use super::{
    Fault, Head, Ledger, May,
    arrived::{Arrived, Flaw, in_parallel},
    check_epoch,
    db::{Conn, Row},
    intake::{Intake, Place},
    room,
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        Receipt,
        wire::{Bytes, COMMITS_LIMIT, Fate, Push, Pushed, Refusal, RefusalCode},
    },
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

type Places = HashMap<Hash, Place>;

/// A pushed commit, with what could be said of it before the project was locked.
type Read = Result<(Arrived, Result<(), Flaw>), Flaw>;

/// A missing part of a commit that is in the log, whose bytes came now.
struct Found {
    number: u64,
    place: usize,
    bytes: Vec<u8>,
}

impl Ledger {
    /// Takes in commits that `carrier` brings, whoever signed them, and gives those that it accepts their
    /// numbers. Durable when it answers.
    ///
    /// # Errors
    /// The carrier was never enrolled, the epoch is another, or there are too many commits; the carrier was revoked,
    /// and no more of it may wait.
    pub async fn push(
        &self,
        project: Id,
        carrier: Id,
        push: Push,
        now: i64,
    ) -> Result<Pushed, Refusal> {
        Ok(self.take_in(project, carrier, push, now).await?)
    }

    async fn take_in(
        &self,
        project: Id,
        carrier: Id,
        push: Push,
        now: i64,
    ) -> Result<Pushed, Fault> {
        if push.commits.len() > COMMITS_LIMIT {
            return Err(RefusalCode::TooLarge.into());
        }
        let mut db = self.0.db.read().await?;
        self.member(&mut db, project, carrier, May::Push, now).await?;
        let head = Head::read(&mut db, project).await?;
        check_epoch(&mut db, &head, push.epoch).await?;
        drop(db);

        let (read, known, found) = self.read(project, push.commits).await?;
        let fate = |read: &Read| match read {
            Err(flaw) => Some(Fate::Refused((*flaw).to_owned())),
            Ok((arrived, _)) => known.get(&arrived.hash)?.number.map(Fate::Known),
        };
        let settled: Option<Vec<Fate>> = read.iter().map(fate).collect();
        let hashes = read.iter().map(|read| read.as_ref().ok().map(|(one, _)| one.hash)).collect();
        match settled {
            Some(fates) if found.is_empty() => Ok(self.answer(&head, hashes, fates, now)),
            _ => {
                let (head, fates) =
                    self.number(project, carrier, push.epoch, read, known, found, now).await?;
                Ok(self.answer(&head, hashes, fates, now))
            }
        }
    }

    /// All that can be known without the project's lock, the signatures above all.
    async fn read(
        &self,
        project: Id,
        commits: Vec<Bytes>,
    ) -> Result<(Vec<Read>, Places, Vec<Found>), Fault> {
        let permit = self.0.checking.acquire().await;
        let threads = self.0.threads;
        let parsed =
            apart(move || in_parallel(threads, &commits, |bytes| Arrived::read(&bytes.0, project)));
        let parsed = parsed.await?;

        let mut db = self.0.db.read().await?;
        let arrived = || parsed.iter().flatten();
        let known = places(&mut db, project, arrived().flat_map(named).collect()).await?;
        let numbered = |one: &&Arrived| known.get(&one.hash).is_some_and(|at| at.number.is_some());
        let found = found(&mut db, project, arrived().filter(numbered).collect()).await?;
        let mut keys = keys(&mut db, project, arrived().map(|one| one.stream).collect()).await?;
        drop(db);
        // A device is its key: a seq 0 cannot bring in a wrong one, whatever its signature is worth.
        keys.extend(arrived().filter_map(|one| Some((one.stream, one.header.key?))));

        let known = Arc::new(known);
        let beside = Arc::clone(&known);
        let read = apart(move || {
            let check = |one: &Result<Arrived, Flaw>| match one {
                Ok(one) if !beside.contains_key(&one.hash) => one.check_signature(&keys),
                _ => Ok(()),
            };
            let signatures = in_parallel(threads, &parsed, check);
            let pair =
                |(one, signature): (Result<Arrived, Flaw>, _)| one.map(|one| (one, signature));
            parsed.into_iter().zip(signatures).map(pair).collect::<Vec<Read>>()
        });
        let read = read.await?;
        drop(permit);
        Ok((read, Arc::unwrap_or_clone(known), found))
    }

    /// Under the project's lock: what is accepted gets its number, and is stored.
    #[expect(clippy::too_many_arguments, reason = "all that was found out without the lock")]
    async fn number(
        &self,
        project: Id,
        carrier: Id,
        epoch: Id,
        read: Vec<Read>,
        mut known: Places,
        found: Vec<Found>,
        now: i64,
    ) -> Result<(Head, Vec<Fate>), Fault> {
        let mut tx = self.0.db.write().await?;
        let head = Head::lock(&mut tx, project).await?;
        check_epoch(&mut tx, &head, epoch).await?;
        let arrived = || read.iter().flatten().map(|(one, _)| one);
        let open = arrived()
            .flat_map(named)
            .filter(|hash| known.get(hash).is_none_or(|place| place.number.is_none()));
        known.extend(places(&mut tx, project, open.collect()).await?);
        let signers = arrived().map(|one| one.header.stream.device);
        let trusted = trusted(&mut tx, project, signers.collect()).await?;

        let mut intake = Intake::new(head, Some(carrier), now);
        let mut fates = Vec::with_capacity(read.len());
        for one in read {
            let fate = match one {
                Err(flaw) => Fate::Refused(flaw.to_owned()),
                Ok((one, signature)) => match judge(&one, signature, &known, &trusted) {
                    Err(fate) => fate,
                    Ok(accepted) => {
                        let (hash, stream, seq) = (one.hash, one.stream, one.header.seq);
                        let number = intake.take(one, accepted);
                        known.insert(hash, Place { stream, seq, number });
                        number.map_or(Fate::Quarantined, Fate::Accepted)
                    }
                },
            };
            fates.push(fate);
        }
        for one in found {
            fill(&mut tx, project, one).await?;
        }
        room::for_commits(&mut tx, project, carrier, intake.is_to_wait()).await?;
        let dropped = intake.write(&mut tx).await?;
        intake.head.write(&mut tx).await?;
        tx.commit().await?;
        self.0.blobs.forget(project, &dropped).await;
        if intake.head.number > head.number {
            self.0.changes.ring(project);
        }
        Ok((intake.head, fates))
    }

    fn answer(&self, head: &Head, hashes: Vec<Option<Hash>>, fates: Vec<Fate>, now: i64) -> Pushed {
        let numbered = hashes.into_iter().zip(&fates).filter_map(|(hash, fate)| match fate {
            Fate::Accepted(number) | Fate::Known(number) => Some((hash?, *number)),
            _ => None,
        });
        let commits: Vec<_> = numbered.collect();
        let receipt = (!commits.is_empty()).then(|| {
            let receipt = Receipt {
                project: head.project,
                epoch: head.epoch,
                received: now,
                commits,
                head: head.number,
                checkpoint: head.checkpoint,
            };
            receipt.sign(&self.0.server).into()
        });
        Pushed { fates, receipt, news: head.news(now) }
    }
}

/// `Ok` says whether it is accepted or waits in quarantine.
fn judge(
    one: &Arrived,
    signature: Result<(), Flaw>,
    known: &Places,
    trusted: &HashSet<Id>,
) -> Result<bool, Fate> {
    if let Some(place) = known.get(&one.hash) {
        return Err(place.number.map_or(Fate::Quarantined, Fate::Known));
    }
    let header = &one.header;
    let missing: Vec<Hash> =
        header.parents().filter(|parent| !known.contains_key(parent)).copied().collect();
    if !missing.is_empty() {
        return Err(Fate::Missing(missing));
    }
    if let Some(prev) = &header.prev {
        let place = &known[prev];
        if place.stream != one.stream || place.seq + 1 != header.seq {
            return Err(Fate::Refused("prev".to_owned()));
        }
    }
    signature.map_err(|flaw| Fate::Refused(flaw.to_owned()))?;
    let numbered = |parent: &Hash| known[parent].number.is_some();
    Ok(trusted.contains(&header.stream.device) && header.parents().all(numbered))
}

/// The commit and its parents.
fn named(one: &Arrived) -> impl Iterator<Item = Hash> {
    std::iter::once(one.hash).chain(one.header.parents().copied())
}

/// Off the threads that answer requests.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Fault::Corrupt("a thread ended early"))
}

/// Where commits are, in the log or in quarantine.
pub(super) async fn places(
    db: &mut Conn,
    project: Id,
    hashes: HashSet<Hash>,
) -> Result<Places, Fault> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.0.to_vec()).collect();
    let place = |row: &Row, number| {
        Ok::<_, Fault>((row.hash(0)?, Place { stream: row.id(1)?, seq: row.count(2)?, number }))
    };
    let mut places = Places::new();
    let waiting = "SELECT hash, stream, seq FROM quarantine_commit WHERE project";
    for row in db.among(waiting, "hash", project, hashes.clone()).await? {
        places.extend([place(&row, None)?]);
    }
    let numbered = "SELECT hash, stream, seq, number FROM log_commit WHERE project";
    for row in db.among(numbered, "hash", project, hashes).await? {
        places.extend([place(&row, Some(row.count(3)?))?]);
    }
    Ok(places)
}

async fn keys(
    db: &mut Conn,
    project: Id,
    streams: HashSet<Id>,
) -> Result<HashMap<Id, VerifyingKey>, Fault> {
    let streams = streams.into_iter().map(|stream| stream.0.to_vec()).collect();
    let select = "SELECT stream, key FROM log_stream WHERE project";
    let rows = db.among(select, "stream", project, streams).await?;
    rows.iter().map(|row| Ok((row.id(0)?, public_key(&row.bytes(1)?)?))).collect()
}

pub(super) fn public_key(bytes: &[u8]) -> Result<VerifyingKey, Fault> {
    let exact = bytes.try_into().ok();
    exact.and_then(|bytes| VerifyingKey::from_bytes(bytes).ok()).ok_or(Fault::Corrupt("a key"))
}

/// Those of `devices` that are certified and not revoked.
pub(super) async fn trusted(
    db: &mut Conn,
    project: Id,
    devices: HashSet<Id>,
) -> Result<HashSet<Id>, Fault> {
    let devices = devices.into_iter().map(|device| device.0.to_vec()).collect();
    let select = "SELECT device FROM member WHERE revoked IS NULL AND project";
    let rows = db.among(select, "device", project, devices).await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// A carrier may have had a commit without all of its parts: another's are taken in later.
async fn found(db: &mut Conn, project: Id, known: Vec<&Arrived>) -> Result<Vec<Found>, Fault> {
    let known: HashMap<Hash, &Arrived> = known.into_iter().map(|one| (one.hash, one)).collect();
    let hashes = known.keys().map(|hash| hash.0.to_vec()).collect();
    let select = "SELECT c.hash, p.number, p.place FROM log_commit c
                  JOIN log_part p ON p.project = c.project AND p.number = c.number
                  WHERE p.bytes IS NULL AND NOT EXISTS (
                    SELECT 1 FROM log_erased e WHERE e.project = p.project AND e.party = p.party)
                  AND c.project";
    let mut found = Vec::new();
    for row in db.among(select, "c.hash", project, hashes).await? {
        let (hash, number, place) = (row.hash(0)?, row.count(1)?, row.count(2)? as usize);
        let bytes = known.get(&hash).and_then(|one| one.bundle.parts.get(place)?.clone());
        found.extend(bytes.map(|bytes| Found { number, place, bytes }));
    }
    Ok(found)
}

async fn fill(tx: &mut Conn, project: Id, found: Found) -> Result<(), Fault> {
    let sql = if tx.is_postgres() {
        "SELECT fill_part($1, $2, $3, $4)"
    } else {
        "UPDATE log_part SET bytes = $4 WHERE project = $1 AND number = $2 AND place = $3 AND bytes IS NULL
         AND NOT EXISTS (SELECT 1 FROM log_erased e WHERE e.project = $1 AND e.party = log_part.party)"
    };
    tx.run(sql, args![project, found.number, found.place, found.bytes]).await?;
    Ok(())
}
