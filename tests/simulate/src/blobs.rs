//! Photographs and scans: where they must be, and where they must not be any more.

use crate::{
    Sabotage,
    folder::Result,
    pc::{PROJECT, failed},
    world::World,
};
use shoulou_eventlog::{Hash, sync::wire::DropBlobs};
use shoulou_store::StoreError;
use std::collections::BTreeSet;

impl World {
    /// What a PC does as soon as it has all: it tells the server which blobs only erased parties named.
    pub async fn drop_blobs(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].cut_off || self.pcs[pc].program.is_none() || self.pcs[pc].revoked {
            return Ok(());
        }
        let (store, device) = (self.store(pc)?.clone(), self.device(pc).await?);
        let now = self.server_time();
        let unnamed = store.blobs_to_drop().await.map_err(failed("blobs to drop"))?;
        for one in unnamed {
            let Some(ledger) = self.server.instance() else { return Ok(()) };
            let mut blobs = one.blobs.clone();
            if self.sabotage == Sabotage::DroppedTooMuch {
                blobs = self.model.blobs_beside(one.party);
            }
            let count = blobs.len();
            let wish = DropBlobs { party: one.party, blobs };
            if let Err(refusal) = ledger.drop_blobs(PROJECT, device, wish, now).await {
                self.trace(format!("PC {pc} may not have blobs dropped: {:?}", refusal.code));
                return Ok(());
            }
            self.trace(format!("PC {pc} has {count} blobs dropped"));
            if self.rng.percent(self.bad / 4) {
                return Ok(());
            }
            match store.keep_dropped(one.blobs).await {
                Err(StoreError::DiskFull) if self.pcs[pc].disk_full => return Ok(()),
                kept => kept.map_err(failed("what was dropped"))?,
            }
        }
        Ok(())
    }

    /// What any PC has of blobs that are named, the server has; what only erased parties named, nobody has.
    pub async fn blobs_are_where_they_belong(&mut self, there: &BTreeSet<Hash>) -> Result<()> {
        let reader = self.device(0).await?;
        let now = self.server_time();
        for (blob, named) in self.model.blobs(there) {
            let mut owner = None;
            for pc in self.members() {
                let here = self.store(pc)?.blob_present(&blob).await;
                if here.map_err(failed("looking for a blob"))? {
                    owner = Some(pc);
                }
            }
            let on_server = self.server.has_blob(reader, blob, now).await?;
            match (named, owner, on_server) {
                (true, Some(pc), false) => {
                    return Err(format!("PC {pc} has blob {blob}, and the server does not"));
                }
                (false, Some(pc), _) => {
                    return Err(format!("PC {pc} has blob {blob}, whose party is erased"));
                }
                (false, None, true) => {
                    return Err(format!("the server has blob {blob}, whose party is erased"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
