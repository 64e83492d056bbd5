//! The reference: a plain list of what was recorded, and of who was told that he has it. It knows no store, no
//! graph and no fold of the product.

use shoulou_eventlog::{EventRef, Hash, Id};
use std::collections::{BTreeMap, BTreeSet};

/// One event as a person meant it.
#[derive(Clone, Debug)]
pub struct Meant {
    pub entity: Id,
    pub party: Option<Id>,
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
        let mut replaced = BTreeSet::new();
        for (hash, commit) in self.recorded.iter().filter(|(hash, _)| there.contains(hash)) {
            for (ordinal, event) in (0..).zip(&commit.events) {
                if event.party.is_some_and(|party| erased.contains(&party)) {
                    continue;
                }
                if let What::Claim { path, replaces } = &event.what {
                    let at = EventRef { commit: *hash, ordinal };
                    open.entry((event.entity, path.clone())).or_default().insert(at);
                    replaced.extend(replaces.iter().copied());
                }
            }
        }
        for claims in open.values_mut() {
            claims.retain(|claim| !replaced.contains(claim));
        }
        open.retain(|_, claims| !claims.is_empty());
        open
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
