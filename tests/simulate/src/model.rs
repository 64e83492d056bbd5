//! The reference: a plain list of what was recorded, and of who was told that he has it. It knows no store, no
//! graph and no fold of the product.

use shoulou_eventlog::{EventRef, Hash, Id};
use std::collections::{BTreeMap, BTreeSet};

/// One event as a person meant it.
#[derive(Clone, Debug)]
pub struct Meant {
    pub entity: Id,
    pub party: Option<Id>,
    /// That it names.
    pub blob: Option<Hash>,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Claim { path: String, replaces: Vec<EventRef> },
    Erase(Id),
    Other,
}

#[derive(Clone, Debug)]
pub struct Recorded {
    /// What its author's PC had then.
    pub seen: BTreeSet<Hash>,
    pub events: Vec<Meant>,
    /// Of a batch: all of it.
    pub batch: Vec<Hash>,
}

#[derive(Debug, Default)]
pub struct Model {
    pub recorded: BTreeMap<Hash, Recorded>,
}

/// Claims that stand, by entity and path.
pub type Open = BTreeMap<(Id, String), BTreeSet<EventRef>>;

impl Model {
    /// Those of `there` that can be shown: a batch is shown when all of it is there.
    pub fn whole(&self, there: &BTreeSet<Hash>) -> BTreeSet<Hash> {
        let whole = |hash: &&Hash| {
            let batch = self.recorded.get(*hash).map(|commit| &commit.batch);
            batch.is_none_or(|batch| batch.iter().all(|one| there.contains(one)))
        };
        there.iter().filter(whole).copied().collect()
    }

    pub fn erased(&self, there: &BTreeSet<Hash>) -> BTreeSet<Id> {
        let events = there.iter().filter_map(|hash| self.recorded.get(hash));
        let events = events.flat_map(|commit| &commit.events);
        events
            .filter_map(|event| match event.what {
                What::Erase(party) => Some(party),
                _ => None,
            })
            .collect()
    }

    /// The claims that nobody replaced, of parties that are not erased.
    pub fn open(&self, there: &BTreeSet<Hash>) -> Open {
        let erased = self.erased(there);
        let mut open = Open::new();
        let mut replaced: BTreeSet<(Id, &str, EventRef)> = BTreeSet::new();
        for (hash, commit) in self.recorded.iter().filter(|(hash, _)| there.contains(hash)) {
            for (ordinal, event) in (0..).zip(&commit.events) {
                if event.party.is_some_and(|party| erased.contains(&party)) {
                    continue;
                }
                if let What::Claim { path, replaces } = &event.what {
                    let at = EventRef { commit: *hash, ordinal };
                    open.entry((event.entity, path.clone())).or_default().insert(at);
                    let here = replaces.iter().map(|at| (event.entity, path.as_str(), *at));
                    replaced.extend(here);
                }
            }
        }
        for ((entity, path), claims) in &mut open {
            claims.retain(|claim| !replaced.contains(&(*entity, path, *claim)));
        }
        open.retain(|_, claims| !claims.is_empty());
        open
    }

    /// The blobs that are named, and whether anybody names them whose data is not erased.
    pub fn blobs(&self, there: &BTreeSet<Hash>) -> BTreeMap<Hash, bool> {
        let erased = self.erased(there);
        let mut blobs = BTreeMap::new();
        let commits = there.iter().filter_map(|hash| self.recorded.get(hash));
        for event in commits.flat_map(|commit| &commit.events) {
            if let Some(blob) = event.blob {
                let named = event.party.is_none_or(|party| !erased.contains(&party));
                *blobs.entry(blob).or_default() |= named;
            }
        }
        blobs
    }

    /// The blobs of commits that say something of a party.
    pub fn blobs_beside(&self, party: Id) -> Vec<Hash> {
        let about = |commit: &&Recorded| commit.events.iter().any(|one| one.party == Some(party));
        let commits = self.recorded.values().filter(about);
        commits.flat_map(|commit| commit.events.iter().filter_map(|event| event.blob)).collect()
    }

    /// A claim that was replaced by somebody who had not been shown it.
    pub fn replaced_unseen(&self) -> Option<EventRef> {
        let commits = self.recorded.values();
        let mut replaced = commits.flat_map(|commit| {
            let claims = commit.events.iter().filter_map(|event| match &event.what {
                What::Claim { replaces, .. } => Some(replaces),
                _ => None,
            });
            claims.flatten().map(move |claim| (commit, *claim))
        });
        replaced
            .find(|(commit, claim)| !commit.seen.contains(&claim.commit))
            .map(|(_, claim)| claim)
    }
}
