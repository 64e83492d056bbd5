//! Is everything as it was accepted? Numbers, checkpoints, hashes, signatures, parts, erasures, blobs.

use super::{
    Fault, Head, Ledger,
    arrived::Arrived,
    blobs::hash_of,
    db::{Conn, Row},
    push::apart,
    stored::{Stored, stored},
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{
    Hash, Id,
    sync::{Certificate, Checkpoint, wire::Refusal},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::File,
    io,
};

/// What was looked at, and what is wrong: `(where, what)`, the first fault of each project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub projects: u64,
    pub commits: u64,
    pub parts: u64,
    /// Parts whose party was erased: their bytes are gone.
    pub erased_parts: u64,
    /// Parts that no carrier brought yet.
    pub absent_parts: u64,
    pub blobs: u64,
    /// Named by a commit, and not here: they may still be sent, or were dropped.
    pub absent_blobs: u64,
    pub faults: Vec<(String, &'static str)>,
}

const CHUNK: u64 = 256;

/// What the walk along a project's log remembers.
struct Walk {
    head: Head,
    number: u64,
    checkpoint: Checkpoint,
    places: HashMap<Hash, (Id, u64)>,
    keys: HashMap<Id, VerifyingKey>,
    ends: HashSet<Hash>,
    erased: HashSet<Id>,
    certified: HashSet<Id>,
    /// Where epochs began.
    starts: BTreeMap<u64, Checkpoint>,
    blobs: HashSet<Hash>,
}

type Found = Option<(String, &'static str)>;

impl Ledger {
    /// Reads everything once, as of one moment, beside ongoing work.
    ///
    /// # Errors
    /// Only where the database cannot be read; what is wrong in it is in the report.
    pub async fn verify(&self) -> Result<Report, Refusal> {
        let mut report = Report::default();
        for project in self.projects().await? {
            report.projects += 1;
            let found = self.verify_project(project, &mut report).await?;
            report.faults.extend(found);
        }
        Ok(report)
    }

    async fn verify_project(&self, project: Id, report: &mut Report) -> Result<Found, Fault> {
        let mut db = self.0.db.snapshot().await?;
        let head = Head::read(&mut db, project).await?;
        if let Some(fault) = self.certificates(&mut db, project).await? {
            return Ok(Some(fault));
        }
        let mut walk = Walk::begin(&mut db, head).await?;
        while walk.number < head.number {
            let chunk = stored(&mut db, project, walk.number, walk.number + CHUNK).await?;
            if chunk.is_empty() {
                return Ok(Some((format!("number {}", walk.number + 1), "it is missing")));
            }
            for row in chunk {
                if let Some(what) = walk.step(&row, report)? {
                    return Ok(Some((format!("number {}", walk.number + 1), what)));
                }
            }
        }
        if walk.checkpoint != head.checkpoint {
            return Ok(Some(("head".into(), "the checkpoint is not that of the log")));
        }
        let select = "SELECT hash FROM stream_end WHERE project = $1";
        let ends = db.rows(select, args![project]).await?;
        if ends.iter().map(|row| row.hash(0)).collect::<Result<HashSet<_>, _>>()? != walk.ends {
            return Ok(Some(("heads".into(), "the ends of the streams are not those of the log")));
        }
        let select = "SELECT DISTINCT blob FROM log_blob WHERE project = $1";
        let named = db.rows(select, args![project]).await?;
        if named.iter().map(|row| row.hash(0)).collect::<Result<HashSet<_>, _>>()? != walk.blobs {
            return Ok(Some(("blobs".into(), "the list is not that of the log")));
        }
        let select = "SELECT blob FROM dropped_blob WHERE project = $1";
        let dropped = db.rows(select, args![project]).await?;
        let dropped = dropped.iter().map(|row| row.hash(0)).collect::<Result<_, _>>()?;
        db.commit().await?;
        self.verify_blobs(project, walk.blobs, dropped, report).await
    }

    async fn certificates(&self, db: &mut Conn, project: Id) -> Result<Found, Fault> {
        let select = "SELECT device, certificate, revoked FROM member WHERE project = $1";
        for row in db.rows(select, args![project]).await? {
            let (device, revoked) = (row.id(0)?, row.maybe_int(2)?);
            let read = Certificate::read(&row.bytes(1)?, &self.server_key());
            let holds = read.is_ok_and(|one| {
                (one.project, one.device, one.revoked) == (project, device, revoked)
            });
            if !holds {
                return Ok(Some((format!("device {device}"), "the certificate does not hold")));
            }
        }
        Ok(None)
    }

    async fn verify_blobs(
        &self,
        project: Id,
        named: HashSet<Hash>,
        dropped: HashSet<Hash>,
        report: &mut Report,
    ) -> Result<Found, Fault> {
        for blob in named {
            let path = self.0.blobs.path(project, blob);
            let read = apart(move || File::open(path).and_then(|mut file| hash_of(&mut file)));
            let what = match read.await? {
                Ok(_) if dropped.contains(&blob) => "it was dropped, and is on the disk",
                Ok(hash) if hash == blob => {
                    report.blobs += 1;
                    continue;
                }
                Ok(_) => "the bytes are not those it names",
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    report.absent_blobs += 1;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            return Ok(Some((format!("blob {blob}"), what)));
        }
        Ok(None)
    }
}

impl Walk {
    async fn begin(db: &mut Conn, head: Head) -> Result<Walk, Fault> {
        let project = head.project;
        let ids = async |db: &mut Conn, select| {
            let rows = db.rows(select, args![project]).await?;
            rows.iter().map(|row| row.id(0)).collect::<Result<HashSet<Id>, Fault>>()
        };
        let erased = ids(db, "SELECT party FROM log_erased WHERE project = $1").await?;
        let certified = ids(db, "SELECT device FROM member WHERE project = $1").await?;
        let select = "SELECT number, checkpoint FROM project_epoch WHERE project = $1";
        let starts = db.rows(select, args![project]).await?;
        let start = |row: &Row| Ok((row.count(0)?, Checkpoint(row.hash(1)?)));
        Ok(Walk {
            head,
            number: 0,
            checkpoint: Checkpoint::start(project),
            places: HashMap::new(),
            keys: HashMap::new(),
            ends: HashSet::new(),
            erased,
            certified,
            starts: starts.iter().map(start).collect::<Result<_, Fault>>()?,
            blobs: HashSet::new(),
        })
    }

    fn step(&mut self, row: &Stored, report: &mut Report) -> Result<Option<&'static str>, Fault> {
        if row.number != self.number + 1 {
            return Ok(Some("it is missing"));
        }
        if Hash::of(&row.bundle.envelope) != row.hash {
            return Ok(Some("the bytes are not those it names"));
        }
        let Ok(one) = Arrived::of(row.bundle.clone(), self.head.project) else {
            return Ok(Some("it is not a commit of this project, or not whole"));
        };
        let what = self.check(&one, row).or_else(|| self.check_parts(&one, report));
        if what.is_none() {
            report.commits += 1;
            self.number += 1;
            self.checkpoint = row.checkpoint;
            self.blobs.extend(&one.header.blobs);
        }
        Ok(what)
    }

    fn check(&mut self, one: &Arrived, row: &Stored) -> Option<&'static str> {
        if self.checkpoint.then(&row.hash) != row.checkpoint {
            return Some("the checkpoint is not that of the commits up to it");
        }
        let start = self.starts.get(&row.number);
        if start.is_some_and(|start| *start != row.checkpoint) {
            return Some("an epoch began here with another checkpoint");
        }
        if one.stream != row.stream {
            return Some("it belongs to another stream");
        }
        if let Some(key) = one.header.key {
            self.keys.insert(one.stream, key);
        }
        if one.check_signature(&self.keys).is_err() {
            return Some("the signature does not hold");
        }
        if !self.certified.contains(&one.header.stream.device) {
            return Some("its signer was never certified");
        }
        if one.header.parents().any(|parent| !self.places.contains_key(parent)) {
            return Some("a commit that it names is not before it");
        }
        if let Some(prev) = &one.header.prev {
            if self.places.get(prev) != Some(&(one.stream, one.header.seq.wrapping_sub(1))) {
                return Some("it does not follow the commit before");
            }
            self.ends.remove(prev);
        }
        self.places.insert(row.hash, (one.stream, one.header.seq));
        self.ends.insert(row.hash);
        one.erases
            .iter()
            .any(|party| !self.erased.contains(party))
            .then_some("it erases a party, and that was not noted")
    }

    fn check_parts(&self, one: &Arrived, report: &mut Report) -> Option<&'static str> {
        report.parts += one.header.parts.len() as u64;
        for (_, party, bytes) in one.parties() {
            match (bytes, self.erased.contains(&party)) {
                (Some(_), true) => {
                    return Some("a part's party was erased, and the bytes are here");
                }
                (None, true) => report.erased_parts += 1,
                (None, false) => report.absent_parts += 1,
                (Some(_), false) => {}
            }
        }
        None
    }
}
