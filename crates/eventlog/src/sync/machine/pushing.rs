//! The own commits on their way: in the order of their arrival, blobs first, parents before children.

use super::{Aside, Halt, Machine, Reached, Unsent, Work};
use crate::{
    Hash, Id,
    sync::wire::{Cursor, Fate, News, Push, Pushed},
};
use std::collections::{BTreeMap, BTreeSet};

/// Blobs that go before one push: with more, the commits before them wait too long.
const BLOBS: usize = 16;

#[derive(Debug)]
pub struct Pushing {
    /// To be pushed now, as one.
    batch: Vec<Unsent>,
    limit: usize,
    /// Parents that the server lacked, and that were looked for: if it lacks one still, it is not to be had.
    tried: BTreeSet<Hash>,
    /// Commits that wait for parents. They are pushed again after these, for they may have a number here
    /// that the server forgot, and would not come up by themselves.
    orphans: BTreeMap<Hash, Vec<Hash>>,
}

impl Pushing {
    pub fn new(limit: usize) -> Self {
        let (batch, tried, orphans) = Default::default();
        Pushing { batch, limit, tried, orphans }
    }

    pub fn is_of_many(&self) -> bool {
        self.batch.len() > 1
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

    /// The parents that were looked for, and their children: what is not here leaves its children orphans.
    pub(super) fn found(&mut self, mut family: Vec<Unsent>) {
        let here: BTreeSet<Hash> = family.iter().map(|one| one.commit).collect();
        let mut lost = Vec::new();
        self.pushing.orphans.retain(|commit, parents| {
            let gone: Vec<_> = parents.iter().filter(|one| !here.contains(*one)).copied().collect();
            let whole = gone.is_empty();
            if !whole {
                lost.push((*commit, gone));
            }
            whole
        });
        family.retain(|one| !lost.iter().any(|(commit, _)| *commit == one.commit));
        for (commit, gone) in lost {
            self.set_aside(commit, Aside::Orphan(gone));
        }
        let mut bytes = 0;
        let fit = family.iter().take_while(|one| {
            bytes += one.bundle.0.len();
            bytes <= self.config.push_bytes
        });
        let fit = fit.count().clamp(1, self.pushing.limit);
        family.truncate(fit);
        self.pushing.batch = family;
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
        let mut missing = BTreeSet::new();
        for (unsent, fate) in batch.into_iter().zip(pushed.fates) {
            let commit = unsent.commit;
            self.pushing.orphans.remove(&commit);
            match fate {
                Fate::Accepted(number) | Fate::Known(number) => numbers.push((commit, number)),
                Fate::Quarantined => quarantined.push(commit),
                Fate::Refused(code) => self.set_aside(commit, Aside::Refused(code)),
                Fate::Missing(parents) => {
                    let Pushing { tried, orphans, .. } = &self.pushing;
                    let vain = |one: &Hash| tried.contains(one) && !orphans.contains_key(one);
                    if parents.is_empty() || parents.iter().any(vain) {
                        self.set_aside(commit, Aside::Orphan(parents));
                    } else {
                        missing.extend(parents.iter().copied());
                        self.pushing.orphans.insert(commit, parents);
                    }
                }
            }
        }
        if !quarantined.is_empty() && self.halt == Some(Halt::QuarantineFull) {
            self.halt = Some(Halt::Revoked);
        }
        self.pushing.limit = self.pushing.limit.saturating_mul(2).min(self.config.push_commits);
        if !numbers.is_empty() || !quarantined.is_empty() {
            let reached = self.reached(&numbers, &pushed.news);
            let receipt = pushed.receipt;
            self.then.push_back(Work::Keep { numbers, quarantined, receipt, reached });
        }
        if !self.pushing.orphans.is_empty() {
            self.pushing.tried.extend(missing);
            let family = self.pushing.orphans.iter();
            let family = family.flat_map(|(commit, parents)| parents.iter().chain([commit]));
            let family: BTreeSet<Hash> = family.copied().collect();
            self.then.push_back(Work::LoadNamed(family.into_iter().collect()));
        }
        true
    }

    pub(super) fn numbered(&mut self, numbers: &[(Hash, u64)], to_sync: u64) {
        let highest = numbers.iter().map(|(_, number)| *number).max();
        self.acknowledged = self.acknowledged.max(highest.unwrap_or(0));
        self.round.pushed += self.to_sync.saturating_sub(to_sync);
        self.kept(to_sync);
    }

    /// Where these commits are all that the server has after the cursor.
    fn reached(&self, numbers: &[(Hash, u64)], news: &News) -> Option<Reached> {
        let from = self.cursor.filter(|from| from.epoch == news.epoch)?;
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable_by_key(|(_, number)| *number);
        let all = numbers.iter().map(|(_, number)| *number).eq(from.number + 1..=news.head);
        let checkpoint = numbers.iter().fold(from.checkpoint, |at, (hash, _)| at.then(hash));
        let cursor = Cursor { number: news.head, checkpoint, ..from };
        let forget = || self.remembered.clone().add(cursor);
        (all && !numbers.is_empty()).then(|| Reached { cursor, forget: forget() })
    }

    /// The server does not take so much at once.
    pub(super) fn push_less(&mut self) {
        let batch = std::mem::take(&mut self.pushing.batch);
        self.pushing.reset();
        match &batch[..] {
            [only] => self.set_aside(only.commit, Aside::TooLarge),
            _ => self.pushing.limit = (batch.len() / 2).max(1),
        }
    }

    fn set_aside(&mut self, commit: Hash, why: Aside) {
        self.then.push_back(Work::SetAside { commit, why });
    }
}
