//! Causality: what has to arrive before what, how deep a commit lies, and where a stream forks.
//! Nothing here decides which of two claims holds; depth only orders the display.

use crate::{Hash, Header, Id};
use std::collections::{BTreeMap, BTreeSet};

/// What causality needs to know of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub commit: Hash,
    pub stream: Id,
    pub seq: u64,
    pub prev: Option<Hash>,
    /// The head it continues and the heads it saw.
    pub others: Vec<Hash>,
}

/// Where an accepted commit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub stream: Id,
    pub seq: u64,
    pub depth: u64,
}

#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accept {
        /// 1 for a commit that names no other, else one more than its deepest parent.
        depth: u64,
        /// Accepted commits in the same place of the same stream. When there are any, the stream
        /// has forked: every branch is kept, and each PC goes on in a new incarnation.
        twins: Vec<Hash>,
    },
    /// These parents have not arrived.
    Hold {
        missing: BTreeSet<Hash>,
    },
    Duplicate,
    /// `prev` is not the commit before in this stream: no PC of ours writes that.
    Broken,
}

impl Link {
    pub fn parents(&self) -> impl Iterator<Item = &Hash> {
        self.prev.iter().chain(&self.others)
    }
}

impl From<&Header> for Link {
    fn from(header: &Header) -> Self {
        let others = header.continues.iter().chain(&header.seen).copied().collect();
        Link {
            commit: header.commit,
            stream: header.stream.id(),
            seq: header.seq,
            prev: header.prev,
            others,
        }
    }
}

/// Judges an arriving commit. `accepted` knows where accepted commits stand (it is asked for the
/// commit and its parents), `same_place` are the accepted commits with its stream and seq.
pub fn judge(
    link: &Link,
    accepted: impl Fn(&Hash) -> Option<Standing>,
    same_place: &[Hash],
) -> Verdict {
    if accepted(&link.commit).is_some() {
        return Verdict::Duplicate;
    }
    let missing: BTreeSet<Hash> =
        link.parents().filter(|parent| accepted(parent).is_none()).copied().collect();
    if !missing.is_empty() {
        return Verdict::Hold { missing };
    }
    let follows = |before: Standing| {
        before.stream == link.stream && before.seq.checked_add(1) == Some(link.seq)
    };
    let fits = match &link.prev {
        Some(prev) => accepted(prev).is_some_and(follows),
        None => link.seq == 0,
    };
    if !fits {
        return Verdict::Broken;
    }
    let deepest = link.parents().filter_map(&accepted).map(|parent| parent.depth).max();
    Verdict::Accept { depth: deepest.unwrap_or(0) + 1, twins: same_place.to_vec() }
}

/// Commits held back, by what they wait for.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    waits: BTreeMap<Hash, BTreeSet<Hash>>,
    awaited: BTreeMap<Hash, BTreeSet<Hash>>,
}

impl Pending {
    pub fn hold(&mut self, commit: Hash, missing: BTreeSet<Hash>) {
        for parent in &missing {
            self.awaited.entry(*parent).or_default().insert(commit);
        }
        self.waits.entry(commit).or_default().extend(missing);
    }

    /// The commits that waited for `parent` alone: judge them again, lest they be held for ever.
    #[must_use]
    pub fn release(&mut self, parent: &Hash) -> Vec<Hash> {
        let mut ready = Vec::new();
        for commit in self.awaited.remove(parent).unwrap_or_default() {
            let Some(missing) = self.waits.get_mut(&commit) else { continue };
            missing.remove(parent);
            if missing.is_empty() {
                self.waits.remove(&commit);
                ready.push(commit);
            }
        }
        ready
    }

    pub fn is_held(&self, commit: &Hash) -> bool {
        self.waits.contains_key(commit)
    }

    /// What to ask other PCs or the server for: parents that are not even held here.
    pub fn wanted(&self) -> impl Iterator<Item = &Hash> {
        self.awaited.keys().filter(|parent| !self.waits.contains_key(*parent))
    }

    pub fn len(&self) -> usize {
        self.waits.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }
}

/// The whole of it in memory: commits in, in any order; accepted ones out, parents first.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    accepted: BTreeMap<Hash, Standing>,
    places: BTreeMap<(Id, u64), Vec<Hash>>,
    followed: BTreeSet<Hash>,
    links: BTreeMap<Hash, Link>,
    pending: Pending,
}

impl Arrivals {
    /// The verdict on `link`, then those on commits that had waited for it.
    pub fn arrive(&mut self, link: Link) -> Vec<(Hash, Verdict)> {
        let mut verdicts = Vec::new();
        let mut queue = vec![link];
        while let Some(link) = queue.pop() {
            let same_place = self.places.get(&(link.stream, link.seq));
            let same_place = same_place.map(Vec::as_slice).unwrap_or_default();
            let verdict = judge(&link, |hash| self.accepted.get(hash).copied(), same_place);
            verdicts.push((link.commit, verdict.clone()));
            match verdict {
                Verdict::Accept { depth, .. } => queue.extend(self.accept(&link, depth)),
                Verdict::Hold { missing } => {
                    self.pending.hold(link.commit, missing);
                    self.links.insert(link.commit, link);
                }
                Verdict::Duplicate | Verdict::Broken => {}
            }
        }
        verdicts
    }

    fn accept(&mut self, link: &Link, depth: u64) -> Vec<Link> {
        let standing = Standing { stream: link.stream, seq: link.seq, depth };
        self.accepted.insert(link.commit, standing);
        self.places.entry((link.stream, link.seq)).or_default().push(link.commit);
        self.followed.extend(link.prev);
        let ready = self.pending.release(&link.commit);
        ready.iter().filter_map(|commit| self.links.remove(commit)).collect()
    }

    pub fn standing(&self, commit: &Hash) -> Option<Standing> {
        self.accepted.get(commit).copied()
    }

    /// The last commits of a stream: one, or one of each branch.
    pub fn heads(&self, stream: &Id) -> Vec<Hash> {
        let commits = self.places.range((*stream, 0)..=(*stream, u64::MAX)).flat_map(|(_, at)| at);
        let mut heads: Vec<_> =
            commits.filter(|commit| !self.followed.contains(*commit)).copied().collect();
        heads.sort_unstable();
        heads
    }

    /// Streams with more than one branch.
    pub fn forked(&self) -> BTreeSet<Id> {
        let forks = self.places.iter().filter(|(_, commits)| commits.len() > 1);
        forks.map(|((stream, _), _)| *stream).collect()
    }

    pub fn pending(&self) -> &Pending {
        &self.pending
    }
}

#[cfg(test)]
mod tests;
