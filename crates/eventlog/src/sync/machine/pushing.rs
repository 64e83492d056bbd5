//! The own commits on their way: in the order of their arrival, blobs first, parents before children.

use super::{Aside, Machine, Unsent, Work};
use crate::{
    Hash, Id,
    sync::wire::{Fate, Push, Pushed},
};
use std::collections::{BTreeMap, BTreeSet};

/// Blobs that go before one push: with more, the commits before them wait too long.
const BLOBS: usize = 16;

#[derive(Debug)]
pub struct Pushing {
    /// To be pushed now, as one.
    batch: Vec<Unsent>,
    limit: usize,
    /// Parents that the server lacked: what was done for them in vain is not done again.
    tried: BTreeSet<Hash>,
    /// Commits that wait for parents which are being looked for.
    orphans: BTreeMap<Hash, Vec<Hash>>,
}

impl Pushing {
    pub fn new(limit: usize) -> Self {
        let (batch, tried, orphans) = Default::default();
        Pushing { batch, limit, tried, orphans }
    }

    pub fn reset(&mut self) {
        self.batch.clear();
        self.tried.clear();
        self.orphans.clear();
    }
}

impl Machine {
    pub(super) fn push(&mut self, epoch: Id) -> Option<Work> {
        if let Some(first) = self.pushing.batch.first() {
            let blobs = first
                .blobs
                .iter()
                .chain(self.pushing.batch[1..].iter().flat_map(|commit| &commit.blobs));
            let next = blobs.copied().find(|blob| !self.blobs.is_done(blob));
            if let Some(blob) = next {
                return Some(self.blobs.upload(blob));
            }
            let commits = self.pushing.batch.iter().map(|unsent| unsent.bundle.clone()).collect();
            return Some(Work::Push(Push { epoch, commits }));
        }
        if self.to_sync == 0 {
            self.pushing.tried.clear();
            return None;
        }
        Some(Work::Load { commits: self.pushing.limit, bytes: self.config.push_bytes })
    }

    pub(super) fn loaded(&mut self, mut batch: Vec<Unsent>) {
        let mut blobs = 0;
        let fit = batch.iter().take_while(|unsent| {
            let before = blobs;
            blobs += unsent.blobs.len();
            before == 0 || blobs <= BLOBS
        });
        batch.truncate(fit.count());
        if batch.is_empty() && !self.grown {
            self.to_sync = 0;
        }
        self.pushing.batch = batch;
    }

    /// The parents that were looked for: what is not here either leaves its children orphans.
    pub(super) fn found(&mut self, parents: Vec<Unsent>) {
        let here: BTreeSet<Hash> = parents.iter().map(|parent| parent.commit).collect();
        for (commit, missing) in std::mem::take(&mut self.pushing.orphans) {
            let lost: Vec<_> = missing.into_iter().filter(|hash| !here.contains(hash)).collect();
            if !lost.is_empty() {
                self.set_aside(commit, Aside::Orphan(lost));
            }
        }
        self.pushing.batch = parents;
    }

    /// `false`: the answer does not fit the push.
    #[must_use]
    pub(super) fn pushed(&mut self, pushed: Pushed) -> bool {
        let batch = std::mem::take(&mut self.pushing.batch);
        if batch.len() != pushed.fates.len() {
            return false;
        }
        let mut numbers = Vec::new();
        let mut quarantined = Vec::new();
        let mut wanted = BTreeSet::new();
        for (unsent, fate) in batch.into_iter().zip(pushed.fates) {
            let commit = unsent.commit;
            match fate {
                Fate::Accepted(number) | Fate::Known(number) => numbers.push((commit, number)),
                Fate::Quarantined => quarantined.push(commit),
                Fate::Refused(code) => self.set_aside(commit, Aside::Refused(code)),
                Fate::Missing(parents) => {
                    let tried = &self.pushing.tried;
                    if parents.is_empty() || parents.iter().any(|parent| tried.contains(parent)) {
                        self.set_aside(commit, Aside::Orphan(parents));
                    } else {
                        wanted.extend(parents.iter().copied());
                        self.pushing.orphans.insert(commit, parents);
                    }
                }
            }
        }
        self.pushing.limit = self.pushing.limit.saturating_mul(2).min(self.config.push_commits);
        if !numbers.is_empty() || !quarantined.is_empty() {
            let receipt = pushed.receipt;
            self.then.push_back(Work::Keep { numbers, quarantined, receipt });
        }
        if !wanted.is_empty() {
            self.pushing.tried.extend(&wanted);
            self.then.push_back(Work::LoadNamed(wanted.into_iter().collect()));
        }
        true
    }

    /// The server does not take so much at once.
    pub(super) fn push_less(&mut self) {
        let batch = std::mem::take(&mut self.pushing.batch);
        match &batch[..] {
            [only] => self.set_aside(only.commit, Aside::TooLarge),
            _ => self.pushing.limit = (batch.len() / 2).max(1),
        }
    }

    fn set_aside(&mut self, commit: Hash, why: Aside) {
        self.then.push_back(Work::SetAside { commit, why });
    }
}
