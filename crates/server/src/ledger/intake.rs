//! Giving numbers, and storing what got one. Everything here is under the project's lock.

use super::{
    Fault, Head,
    arrived::Arrived,
    db::{Arg, Conn},
    erase,
    tables::{
        LOG_BLOB, LOG_COMMIT, LOG_PART, LOG_STREAM, QUARANTINE_COMMIT, QUARANTINE_PART, STREAM_END,
    },
};
use shoulou_eventlog::{Hash, Id, sync::Checkpoint};
use std::collections::HashSet;

/// Where a commit is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub stream: Id,
    pub seq: u64,
    /// None in quarantine.
    pub number: Option<u64>,
}

pub(super) struct Intake {
    /// As it is after all that was taken.
    pub head: Head,
    now: i64,
    /// Who brings it.
    carrier: Option<Id>,
    accepted: Vec<(u64, Checkpoint, Arrived)>,
    quarantined: Vec<(u64, Arrived)>,
}

impl Intake {
    pub fn new(head: Head, carrier: Option<Id>, now: i64) -> Self {
        Intake { head, now, carrier, accepted: Vec::new(), quarantined: Vec::new() }
    }

    /// In bytes: what was taken for quarantine, and is not written yet.
    pub fn is_to_wait(&self) -> u64 {
        self.quarantined.iter().map(|(_, one)| one.size() as u64).sum()
    }

    /// The number, where the commit is accepted.
    pub fn take(&mut self, one: Arrived, accepted: bool) -> Option<u64> {
        if !accepted {
            self.head.quarantined += 1;
            self.quarantined.push((self.head.quarantined, one));
            return None;
        }
        self.head.number += 1;
        self.head.checkpoint = self.head.checkpoint.then(&one.hash);
        if !one.erases.is_empty() {
            self.head.erased = self.head.number;
        }
        self.accepted.push((self.head.number, self.head.checkpoint, one));
        Some(self.head.number)
    }

    /// Stores what was taken since the last call; the head's row is the caller's. Says which blobs are of no
    /// use any more: their files may go once this is durable.
    pub async fn write(&mut self, tx: &mut Conn) -> Result<Vec<Hash>, Fault> {
        let project = self.head.project;
        let accepted = std::mem::take(&mut self.accepted);
        let quarantined = std::mem::take(&mut self.quarantined);
        let mut erasing = HashSet::new();
        for (number, _, one) in &accepted {
            for party in &one.erases {
                erasing.insert(*party);
                erase::note(tx, project, *party, *number).await?;
            }
        }
        let all =
            || accepted.iter().map(|(.., one)| one).chain(quarantined.iter().map(|(_, one)| one));
        let parties = all().flat_map(|one| one.parties().map(|(_, party, _)| party));
        let erased = erase::erased(tx, project, parties.collect()).await?;

        self.write_accepted(tx, &accepted, &erased).await?;
        write_quarantined(tx, project, self.carrier, &quarantined, &erased).await?;
        write_streams(tx, project, all().collect()).await?;
        write_ends(tx, project, &accepted).await?;

        let parties =
            accepted.iter().flat_map(|(.., one)| one.parties().map(|(_, party, _)| party));
        let late: HashSet<Id> = parties.filter(|party| erased.contains(party)).collect();
        erase::carry_out(tx, project, &erasing, &late).await
    }

    async fn write_accepted(
        &self,
        tx: &mut Conn,
        accepted: &[(u64, Checkpoint, Arrived)],
        erased: &HashSet<Id>,
    ) -> Result<(), Fault> {
        let project = self.head.project;
        let mut commits = Vec::with_capacity(accepted.len());
        let mut parts = Vec::new();
        let mut blobs = Vec::new();
        for (number, checkpoint, one) in accepted {
            commits.push(Vec::from(args![
                project,
                *number,
                one.hash,
                one.stream,
                one.header.seq,
                one.bundle.envelope.as_slice(),
                one.common().cloned(),
                one.header.parts.len(),
                one.size(),
                checkpoint.0,
                self.now,
            ]));
            for (place, party, bytes) in one.parties() {
                let bytes = bytes.filter(|_| !erased.contains(&party)).cloned();
                parts.push(Vec::from(args![project, *number, place, party, bytes]));
            }
            for blob in &one.header.blobs {
                blobs.push(Vec::from(args![project, *blob, *number]));
            }
        }
        tx.insert(&LOG_COMMIT, commits, "").await?;
        tx.insert(&LOG_PART, parts, "").await?;
        tx.insert(&LOG_BLOB, blobs, "").await
    }
}

async fn write_quarantined(
    tx: &mut Conn,
    project: Id,
    carrier: Option<Id>,
    quarantined: &[(u64, Arrived)],
    erased: &HashSet<Id>,
) -> Result<(), Fault> {
    let mut commits = Vec::with_capacity(quarantined.len());
    let mut parts = Vec::new();
    for (arrival, one) in quarantined {
        commits.push(Vec::from(args![
            project,
            one.hash,
            *arrival,
            one.header.stream.device,
            one.stream,
            one.header.seq,
            one.bundle.envelope.as_slice(),
            one.common().cloned(),
            one.header.parts.len(),
            one.size(),
            carrier,
        ]));
        for (place, party, bytes) in one.parties() {
            let bytes = bytes.filter(|_| !erased.contains(&party)).cloned();
            parts.push(Vec::from(args![project, one.hash, place, party, bytes]));
        }
    }
    tx.insert(&QUARANTINE_COMMIT, commits, "").await?;
    tx.insert(&QUARANTINE_PART, parts, "").await
}

async fn write_streams(tx: &mut Conn, project: Id, taken: Vec<&Arrived>) -> Result<(), Fault> {
    let begun = taken.into_iter().filter_map(|one| Some((one, one.header.key?)));
    let rows: Vec<Vec<Arg>> = begun
        .map(|(one, key)| {
            Vec::from(args![project, one.stream, one.header.stream.device, key.as_bytes().to_vec()])
        })
        .collect();
    let known = "ON CONFLICT DO NOTHING";
    tx.insert(&LOG_STREAM, rows, known).await
}

async fn write_ends(
    tx: &mut Conn,
    project: Id,
    accepted: &[(u64, Checkpoint, Arrived)],
) -> Result<(), Fault> {
    let followed: HashSet<Hash> = accepted.iter().filter_map(|(.., one)| one.header.prev).collect();
    let here: HashSet<Hash> = accepted.iter().map(|(.., one)| one.hash).collect();
    let before = followed.difference(&here).map(|hash| hash.0.to_vec()).collect();
    tx.among("DELETE FROM stream_end WHERE project", "hash", project, before).await?;
    let ends = accepted.iter().filter(|(.., one)| !followed.contains(&one.hash));
    let row = |one: &Arrived| Vec::from(args![project, one.hash, one.stream, one.header.seq]);
    let rows = ends.map(|(.., one)| row(one)).collect();
    tx.insert(&STREAM_END, rows, "").await
}
