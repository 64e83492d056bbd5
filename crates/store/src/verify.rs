//! Is everything as it was written? Chain, hashes, signatures, blobs, and views equal to a rebuild.

mod fit;
mod states;

use crate::{
    error::StoreError,
    rebuild::{Fold, Stored, stored_after},
    receive::stream_keys,
    store::Store,
    sync::snapshot::{self, Behind},
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{Hash, Header, Id, verify};
use sqlx::{Connection, Row, SqliteConnection};
use states::States;
use std::collections::{HashMap, HashSet};

/// What was looked at, and the first thing found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub commits: u64,
    pub events: u64,
    pub streams: u64,
    pub parts: u64,
    /// Parts whose party was erased: their bytes are gone, their hashes stay.
    pub erased_parts: u64,
    /// Parts that are here but do not open with the project's key, or were written wrongly.
    pub unreadable_parts: u64,
    pub entities: u64,
    pub homes: u64,
    pub blobs: u64,
    /// Named by the log, not on this PC; no fault: they may still be fetched.
    pub blobs_absent: u64,
    /// Commits behind a snapshot that have not come yet. As long as there are any, views and ends of streams are
    /// not compared with the log.
    pub history_absent: u64,
    pub fault: Option<Fault>,
}

/// The first fault: where, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: FaultAt,
    pub what: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultAt {
    /// A page of the file, from 1.
    Page(u64),
    Commit {
        arrival: u64,
        hash: Hash,
    },
    Part {
        arrival: u64,
        index: usize,
    },
    Entity(Id),
    /// The row of a unit in the list of homes.
    Home(Id),
    Blob(Hash),
    Heads,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.fault.is_none()
    }

    fn found(&mut self, at: FaultAt, what: &'static str) {
        self.fault.get_or_insert(Fault { at, what });
    }
}

/// What the walk along the log remembers of the commits before.
struct Walk {
    keys: HashMap<Id, VerifyingKey>,
    erased: HashSet<Vec<u8>>,
    /// Depth, stream and seq.
    seen: HashMap<Hash, (u64, Id, u64)>,
    ends: HashSet<Hash>,
    blobs: HashSet<Hash>,
    /// Behind a snapshot commits may be missing, or may have come after those that name them.
    behind: Option<Behind>,
}

impl Store {
    /// Reads everything once, beside ongoing work: what is appended meanwhile is left out.
    ///
    /// # Errors
    /// Only where the file cannot be read at all; what is wrong in it is in the report.
    pub async fn verify(&self) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let mut db = self.reader().await?;
        if let Some(page) = damaged_page(&mut db).await? {
            report.found(FaultAt::Page(page), "the content does not fit its check sum");
            return Ok(report);
        }
        let mut tx = db.begin().await?;
        let mut states = States::read(&mut tx).await?;
        let fold = self.walk(&mut tx, &mut states, &mut report).await?;
        if report.is_clean() && report.history_absent == 0 {
            states.finish(&mut tx, self, &fold, &mut report).await?;
            self.compare_homes(&mut tx, &fold, &mut report).await?;
        }
        tx.commit().await?;
        Ok(report)
    }

    async fn walk(
        &self,
        db: &mut SqliteConnection,
        states: &mut States,
        report: &mut Report,
    ) -> Result<Fold, StoreError> {
        let erased: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT party FROM log_erased").fetch_all(&mut *db).await?;
        let mut walk = Walk {
            keys: stream_keys(db).await?,
            erased: erased.into_iter().collect(),
            seen: HashMap::new(),
            ends: HashSet::new(),
            blobs: HashSet::new(),
            behind: snapshot::behind(db).await?,
        };
        report.streams = walk.keys.len() as u64;
        let mut fold = Fold::new(self.shared.knows);
        let mut arrival = 0;
        while report.is_clean() {
            let commits = stored_after(db, arrival).await?;
            if commits.is_empty() {
                break;
            }
            for commit in &commits {
                arrival += 1;
                if let Some(behind) = &walk.behind {
                    let absent = behind.absent(arrival, commit.arrival);
                    report.history_absent += behind.count(absent);
                    arrival += absent;
                }
                if commit.arrival != arrival {
                    let at = FaultAt::Commit { arrival: arrival.unsigned_abs(), hash: commit.hash };
                    report.found(at, "a commit is missing before it");
                    return Ok(fold);
                }
                if !walk.check(commit, self.project(), report) {
                    return Ok(fold);
                }
                let opened = commit.open(self.project_key())?;
                report.unreadable_parts += u64::from(opened.unreadable);
                fold.add(&opened);
                states.follow(arrival, &opened, &fold);
            }
        }
        (report.commits, report.events) = (fold.commits, fold.events);
        let heads = crate::read::heads(db).await?;
        if let Some(behind) = &walk.behind {
            let absent = behind.absent(arrival + 1, i64::MAX);
            report.history_absent += behind.count(absent);
        }
        let heads: HashSet<Hash> = heads.iter().map(|head| head.hash).collect();
        if heads != walk.ends && report.history_absent == 0 {
            report.found(FaultAt::Heads, "the ends of the streams are not those of the log");
        }
        self.check_blobs(&walk.blobs, report);
        Ok(fold)
    }

    fn check_blobs(&self, named: &HashSet<Hash>, report: &mut Report) {
        for blob in named {
            match self.shared.blobs.stored(blob) {
                Ok(_) => report.blobs += 1,
                Err(StoreError::BlobMissing(_)) => report.blobs_absent += 1,
                Err(_) => report.found(FaultAt::Blob(*blob), "the bytes are not those it names"),
            }
        }
    }

    async fn compare_homes(
        &self,
        db: &mut SqliteConnection,
        fold: &Fold,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT unit, place, row FROM view_home").fetch_all(db).await?;
        let mut stored = HashMap::new();
        for row in &rows {
            let columns: (&[u8], &[u8]) = (row.try_get("place")?, row.try_get("row")?);
            stored.insert(crate::fold::id(row.try_get("unit")?)?, columns);
        }
        let homes = fold.homes(self.project())?;
        for (unit, home) in &homes {
            if stored.remove(unit) != Some((&home.place, &home.bytes()?)) {
                report.found(FaultAt::Home(*unit), "the row is not what the log says");
            }
        }
        if let Some(unit) = stored.keys().next() {
            report.found(FaultAt::Home(*unit), "the log does not know it");
        }
        report.homes = homes.len() as u64;
        Ok(())
    }
}

impl Walk {
    fn check(&mut self, commit: &Stored, project: Id, report: &mut Report) -> bool {
        let arrival = commit.arrival.unsigned_abs();
        let at = FaultAt::Commit { arrival, hash: commit.hash };
        if Hash::of(&commit.header) != commit.hash {
            report.found(at, "the bytes are not those it names");
            return false;
        }
        let header = match verify(&commit.header, |stream| self.keys.get(stream).copied()) {
            Ok(header) => header,
            Err(_) => {
                report.found(at, "the signature does not hold");
                return false;
            }
        };
        if let Some(what) = self.links(commit, &header, project) {
            report.found(at, what);
            return false;
        }
        if commit.parts.len() != header.parts.len() {
            report.found(at, "a part's row is missing");
            return false;
        }
        for part in &commit.parts {
            report.parts += 1;
            let erased = part.party.as_ref().is_some_and(|party| self.erased.contains(party));
            let what = match &part.bytes {
                Some(_) if erased => Some("its party was erased, and the bytes are here"),
                Some(bytes) => header
                    .check_part(part.index, bytes)
                    .is_err()
                    .then_some("the bytes are not those the header names"),
                None if erased => {
                    report.erased_parts += 1;
                    None
                }
                None => Some("the bytes are missing"),
            };
            if let Some(what) = what {
                report.found(FaultAt::Part { arrival, index: part.index }, what);
                return false;
            }
        }
        self.blobs.extend(&header.blobs);
        true
    }

    /// That the commit stands where its header says.
    fn links(&mut self, commit: &Stored, header: &Header, project: Id) -> Option<&'static str> {
        let stream = header.stream.id();
        if header.stream.project != project || stream != commit.stream {
            return Some("it belongs to another stream");
        }
        if header.seq != commit.seq.unsigned_abs() {
            return Some("its number is not its header's");
        }
        let mut depth = 0;
        let mut whole = true;
        for parent in header.parents() {
            match self.seen.get(parent) {
                Some((known, ..)) => depth = depth.max(*known),
                None if self.behind.is_some() => whole = false,
                None => return Some("a commit that it names is not before it"),
            }
        }
        if whole && commit.depth.unsigned_abs() != depth + 1 {
            return Some("its depth is not that of what it names");
        }
        if let Some(prev) = &header.prev {
            let before = self.seen.get(prev).map(|(_, stream, seq)| (*stream, seq + 1));
            if before != Some((stream, header.seq)) && (whole || before.is_some()) {
                return Some("it does not follow the commit before");
            }
            self.ends.remove(prev);
        }
        self.ends.insert(commit.hash);
        self.seen.insert(commit.hash, (commit.depth.unsigned_abs(), stream, header.seq));
        None
    }
}

/// The first page of the file that does not fit its check sum.
async fn damaged_page(db: &mut SqliteConnection) -> Result<Option<u64>, StoreError> {
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(db).await?;
    let page = |line: &String| line.rsplit(' ').next().and_then(|page| page.parse().ok());
    Ok(lines.iter().map(|line| page(line).unwrap_or(0)).min())
}
