//! What all ended with, against what they were promised.

use crate::{
    Sabotage,
    folder::{self, Result},
    network::name,
    pc::{PROJECT, failed, project_key},
    people::{CODES, file},
    world::World,
};
use shoulou_eventlog::{Bundle, EventRef, Hash, Header, Id, read_header, sync::wire::Bytes};
use shoulou_store::{Arriving, DataKey, Setup, Store};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    pub async fn check(&mut self) -> Result<()> {
        let reader = self.device(0).await?;
        let all = self.server.everything(reader, self.server_time()).await?;
        let names = all.commits.iter().map(|bundle| name(&bundle.0));
        let there: BTreeSet<Hash> = names.collect::<Result<_>>()?;
        if there.len() != all.commits.len() {
            return Err("the server numbered a commit twice".into());
        }
        self.nothing_is_lost(&there)?;
        if let Some(claim) = self.model.replaced_unseen() {
            return Err(format!("{claim} was replaced by somebody who was not shown it"));
        }
        let whole = self.model.whole(&there);
        self.all_have(&whole).await?;
        self.views_agree(&all.commits).await?;
        self.claims_stand(&whole).await?;
        self.forks_are_left(&all.commits).await?;
        self.nothing_is_provisional().await?;
        self.blobs_are_where_they_belong(&there).await
    }

    fn nothing_is_lost(&self, there: &BTreeSet<Hash>) -> Result<()> {
        let on_pcs = self.pcs.iter().flat_map(|pc| pc.has.iter().map(|hash| (pc.name, hash)));
        for (pc, hash) in on_pcs {
            if !there.contains(hash) {
                return Err(format!("PC {pc} had {hash}, and it is lost"));
            }
        }
        match self.server.log.difference(there).next() {
            Some(hash) => Err(format!("the server had accepted {hash}, and it is lost")),
            None => Ok(()),
        }
    }

    async fn all_have(&self, whole: &BTreeSet<Hash>) -> Result<()> {
        let hashes: Vec<Hash> = whole.iter().copied().collect();
        for pc in self.members() {
            let store = self.store(pc)?;
            let arrivals = store.arrivals_of(&hashes).await.map_err(failed("looking up"))?;
            if let Some((hash, _)) = hashes.iter().zip(arrivals).find(|(_, at)| at.is_none()) {
                return Err(format!("PC {pc} does not have {hash}"));
            }
            let asides = store.asides().await.map_err(failed("what is set aside"))?;
            if let Some(aside) = asides.first() {
                return Err(format!("PC {pc} keeps {} to itself: {}", aside.hash, aside.why));
            }
        }
        Ok(())
    }

    /// PCs that may pull.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        (0..self.pcs.len()).filter(|pc| !self.pcs[*pc].revoked)
    }

    async fn views_agree(&self, commits: &[Bytes]) -> Result<()> {
        let refolded = refold(commits).await?;
        for pc in self.members() {
            let digest = self.store(pc)?.views_digest().await.map_err(failed("a digest"))?;
            if digest != refolded {
                return Err(format!("PC {pc}'s views are not those of the log"));
            }
        }
        Ok(())
    }

    async fn nothing_is_provisional(&self) -> Result<()> {
        for pc in self.members() {
            let left = self.store(pc)?.provisional().await.map_err(failed("a snapshot"))?;
            if let Some(left) = left {
                return Err(format!("PC {pc} never compared its views with the log: {left:?}"));
            }
        }
        Ok(())
    }

    /// Every claim is shown, or was replaced by name.
    async fn claims_stand(&self, whole: &BTreeSet<Hash>) -> Result<()> {
        let open = self.model.open(whole);
        let mut paths: BTreeMap<Id, BTreeSet<&str>> = BTreeMap::new();
        for commit in self.model.recorded.values() {
            for event in &commit.events {
                if let crate::model::What::Claim { path, .. } = &event.what {
                    paths.entry(event.entity).or_default().insert(path);
                }
            }
        }
        let store = self.store(0)?;
        for code in CODES {
            let file = file(code);
            let state = store.entity(file).await.map_err(failed("reading an entity"))?;
            for path in paths.get(&file).into_iter().flatten() {
                let shown = state.iter().flat_map(|state| state.open(path)).map(|(at, _)| *at);
                let shown = self.on_screen(shown.collect());
                let stands = open.get(&(file, (*path).to_owned())).cloned().unwrap_or_default();
                if shown != stands {
                    return Err(format!("{code} shows {shown:?} at {path}, and it is {stands:?}"));
                }
            }
        }
        Ok(())
    }

    /// The screen is where a rule of what is shown can be broken without touching the product.
    fn on_screen(&self, shown: BTreeSet<EventRef>) -> BTreeSet<EventRef> {
        let seen = |claim: &EventRef, by: &EventRef| {
            let commit = self.model.recorded.get(&by.commit);
            claim != by && commit.is_some_and(|commit| commit.seen.contains(&claim.commit))
        };
        match self.sabotage {
            Sabotage::SeenIsReplaced => {
                let open = |claim: &&EventRef| !shown.iter().any(|by| seen(claim, by));
                shown.iter().filter(open).copied().collect()
            }
            Sabotage::LastOneWins => shown.into_iter().next_back().into_iter().collect(),
            _ => shown,
        }
    }

    /// Where a stream has two branches, nobody goes on in it.
    async fn forks_are_left(&self, commits: &[Bytes]) -> Result<()> {
        let mut places: BTreeMap<(Id, u64), usize> = BTreeMap::new();
        for header in headers(commits)? {
            *places.entry((header.stream.id(), header.seq)).or_default() += 1;
        }
        let forked: BTreeSet<Id> = places
            .iter()
            .filter(|(_, count)| **count > 1)
            .map(|((stream, _), _)| *stream)
            .collect();
        for pc in self.members() {
            let own = self.store(pc)?.own_stream().await.map_err(failed("a stream"))?;
            if forked.contains(&own.id()) {
                return Err(format!("PC {pc} goes on in a stream with two branches"));
            }
        }
        Ok(())
    }
}

fn headers(commits: &[Bytes]) -> Result<Vec<Header>> {
    let read = |bundle: &Bytes| {
        let bundle = Bundle::decode(&bundle.0)?;
        read_header(&bundle.envelope)
    };
    let headers = commits.iter().map(read).collect::<std::result::Result<_, _>>();
    headers.map_err(|error| format!("a header: {error}"))
}

/// The views that the server's log gives on a PC that never was anywhere.
async fn refold(commits: &[Bytes]) -> Result<Hash> {
    let dir = folder::fresh()?;
    let key = DataKey::from_bytes([3; 32]);
    let path = dir.path().join("refold.db");
    let store = Store::join(&path, &key, PROJECT, &project_key(), Setup::default()).await;
    let store = store.map_err(failed("making a store"))?;
    let arriving = commits.iter().map(|bundle| {
        let Bundle { envelope, parts } = Bundle::decode(&bundle.0)?;
        Ok(Arriving { header: envelope, parts })
    });
    let arriving = arriving.collect::<std::result::Result<_, shoulou_eventlog::CommitError>>();
    let arriving = arriving.map_err(|error| format!("a bundle: {error}"))?;
    store.receive(arriving).await.map_err(failed("folding anew"))?;
    let digest = store.views_digest().await.map_err(failed("a digest"))?;
    store.close().await.map_err(failed("closing"))?;
    Ok(digest)
}
