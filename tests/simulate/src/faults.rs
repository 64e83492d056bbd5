//! What should not happen, and does.

use crate::{
    folder::Result,
    pc::{Pc, failed},
    world::World,
};
use shoulou_store::StoreError;

const MOST: usize = 8;
const HOUR: u64 = 3_600_000;

impl World {
    pub async fn go_wrong(&mut self) -> Result<()> {
        let pc = self.rng.below(self.pcs.len());
        match self.rng.below(37) {
            0..4 => self.crash(pc).await,
            4..10 => self.start(pc).await,
            10..12 => {
                self.pcs[pc].cut_off ^= true;
                self.trace(format!("PC {pc} is cut off: {}", self.pcs[pc].cut_off));
                Ok(())
            }
            12 => {
                let full = !self.pcs[pc].disk_full;
                self.pcs[pc].fill_disk(full).await?;
                self.trace(format!("PC {pc}'s disk is full: {}", self.pcs[pc].disk_full));
                Ok(())
            }
            13..15 => {
                self.trace(format!("PC {pc} is backed up"));
                self.pcs[pc].back_up().await
            }
            15 => {
                if self.pcs[pc].put_back().await? {
                    self.trace(format!("PC {pc} is put back"));
                    self.notice_repeated(pc).await?;
                }
                Ok(())
            }
            16 => self.clone_pc(pc).await,
            17..19 => {
                let at = self.rng.below(self.server.instances.len());
                self.trace(format!("instance {at} is killed"));
                self.server.stop_one(at).await;
                Ok(())
            }
            19..23 => {
                let at = self.rng.below(self.server.instances.len());
                self.server.start_one(at).await
            }
            23 => {
                self.trace("the server is backed up".to_owned());
                self.server.back_up().await
            }
            24 => {
                if self.server.put_back().await? {
                    self.trace("the server is put back".to_owned());
                }
                Ok(())
            }
            25 | 26 if self.server.backwards => {
                self.trace("a new epoch".to_owned());
                self.server.new_epoch(self.server_time()).await
            }
            27 if pc > 0 && !self.pcs[pc].enrolled => self.enrol_if_it_may_be(pc).await,
            28 => self.revoke(pc).await,
            29 => self.release().await,
            30 => {
                let hours = [1, 13, 50, 40 * 24][self.rng.below(4)];
                self.trace(format!("{hours} hours pass"));
                self.now = self.now.after(hours * HOUR);
                Ok(())
            }
            31 => {
                let days = self.rng.below(800) as i64 - 400;
                self.pcs[pc].clock += days * 24 * HOUR.cast_signed();
                self.trace(format!("PC {pc}'s clock moves by {days} days"));
                Ok(())
            }
            32 => self.add_pc().await,
            33 | 34 => self.mislead(pc).await,
            _ => self.want(pc).await,
        }
    }

    async fn crash(&mut self, pc: usize) -> Result<()> {
        self.trace(format!("PC {pc} crashes"));
        self.pcs[pc].crash().await
    }

    async fn start(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() {
            self.trace(format!("PC {pc} starts"));
        }
        self.pcs[pc].start().await
    }

    async fn clone_pc(&mut self, pc: usize) -> Result<()> {
        if self.pcs.len() >= MOST || !self.pcs[pc].enrolled {
            return Ok(());
        }
        let name = self.pcs.len();
        self.trace(format!("PC {pc} is copied to PC {name}"));
        let runs = self.pcs[pc].program.is_some();
        self.pcs[pc].crash().await?;
        let mut copy = self.pcs[pc].clone_to(name, &mut self.rng)?;
        copy.start().await?;
        self.pcs.push(copy);
        if runs { self.pcs[pc].start().await } else { Ok(()) }
    }

    /// A PC that was never anywhere joins.
    async fn add_pc(&mut self) -> Result<()> {
        if self.pcs.len() >= MOST || !self.pcs[0].enrolled {
            return Ok(());
        }
        let name = self.pcs.len();
        self.trace(format!("PC {name} is new"));
        let mut pc = Pc::new(name, &mut self.rng).await?;
        pc.start().await?;
        self.pcs.push(pc);
        self.enrol_if_it_may_be(name).await
    }

    /// It takes an administrator whose lease is not over.
    async fn enrol_if_it_may_be(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() {
            return Ok(());
        }
        if let Err(why) = self.enrol(pc).await {
            self.trace(format!("PC {pc} is not enrolled: {why}"));
        }
        Ok(())
    }

    async fn revoke(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() || self.pcs[0].program.is_none() {
            return Ok(());
        }
        let (device, _) = self.store(pc)?.device().await.map_err(failed("a device"))?;
        let (first, _) = self.store(0)?.device().await.map_err(failed("a device"))?;
        if device != first && self.server.revoke(device, self.server_time()).await? {
            self.trace(format!("PC {pc} is revoked"));
        }
        Ok(())
    }

    async fn release(&mut self) -> Result<()> {
        let waiting = self.server.waiting().await?;
        if let Some(device) = self.rng.pick(&waiting).copied() {
            self.trace(format!("{device} is released"));
            self.server.release(device, self.server_time()).await?;
        }
        Ok(())
    }

    /// Somebody opens photographs that are not on the PC.
    async fn want(&mut self, pc: usize) -> Result<()> {
        if self.pcs[pc].program.is_none() || !self.pcs[pc].enrolled {
            return Ok(());
        }
        let store = self.store(pc)?;
        let missing = store.blobs_missing(None, 3).await.map_err(failed("missing blobs"))?;
        if missing.is_empty() {
            return Ok(());
        }
        match store.want(missing).await {
            Err(StoreError::DiskFull) if self.pcs[pc].disk_full => return Ok(()),
            wanted => wanted.map_err(failed("wanting blobs"))?,
        }
        self.tell(pc, shoulou_eventlog::sync::machine::Input::Wanted).await
    }
}
