//! The network holds, the disks have room, everybody starts: a few rounds later all must be the same.

use crate::{folder::Result, network::Stage, pc::failed, world::World};
use shoulou_eventlog::{
    Id,
    sync::machine::{Halt, Input, Outcome},
};

const ROUNDS: usize = 3;
/// What one PC may need to be up to date.
const PIECES: usize = 5_000;
const WAITS: usize = 8;

impl World {
    pub async fn heal(&mut self) -> Result<()> {
        self.trace("all is well again".to_owned());
        self.bad = 0;
        self.server.start_all().await?;
        for pc in 0..self.pcs.len() {
            self.pcs[pc].cut_off = false;
            self.pcs[pc].fill_disk(false).await?;
            self.pcs[pc].start().await?;
        }
        let under_way = std::mem::take(&mut self.flights);
        for flight in under_way.into_iter().filter(|flight| !flight.ghost) {
            if self.pcs[flight.pc].life == flight.life {
                self.done(flight.pc, flight.ticket, Outcome::Offline).await?;
            }
        }
        if self.server.backwards {
            self.server.new_epoch(self.server_time()).await?;
        }
        // Its lease may be over, and it takes an administrator to invite.
        self.enrol_first().await?;
        for pc in 0..self.pcs.len() {
            let revoked = self.is_revoked(pc).await?;
            self.pcs[pc].revoked = revoked;
            self.enrol(pc).await?;
        }
        Ok(())
    }

    async fn enrol_first(&mut self) -> Result<()> {
        if !self.pcs[0].enrolled {
            let store = self.store(0)?.clone();
            self.server.link(&store).await?;
            self.pcs[0].enrolled = true;
        }
        self.settle(0).await
    }

    async fn is_revoked(&mut self, pc: usize) -> Result<bool> {
        let device = self.device(pc).await?;
        self.server.is_revoked(device).await
    }

    pub async fn device(&self, pc: usize) -> Result<Id> {
        let (device, _) = self.store(pc)?.device().await.map_err(failed("a device"))?;
        Ok(device)
    }

    /// Each PC once, and an administrator lets out what waits; until all have the same.
    pub async fn rounds(&mut self) -> Result<usize> {
        for round in 1.. {
            for pc in 0..self.pcs.len() {
                self.settle(pc).await?;
                self.compare(pc).await?;
                self.drop_blobs(pc).await?;
            }
            for _ in 0..self.pcs.len() {
                for device in self.server.waiting().await? {
                    self.server.release(device, self.server_time()).await?;
                }
            }
            match self.difference().await? {
                None => return Ok(round),
                Some(why) if round == ROUNDS => return Err(format!("after {round} rounds {why}")),
                Some(_) => {}
            }
        }
        Ok(0)
    }

    async fn difference(&mut self) -> Result<Option<String>> {
        let reader = self.device(0).await?;
        let all = self.server.everything(reader, self.server_time()).await?;
        for pc in 0..self.pcs.len() {
            let to_sync = self.count(pc).await?;
            if to_sync > 0 {
                return Ok(Some(format!("PC {pc} has {to_sync} commits to sync")));
            }
            let cursor = self.store(pc)?.cursor().await.map_err(failed("reading the cursor"))?;
            if !self.pcs[pc].revoked && cursor != Some(all.cursor) {
                return Ok(Some(format!(
                    "PC {pc} stands at {cursor:?} and not at {:?}",
                    all.cursor
                )));
            }
        }
        Ok(None)
    }

    /// Lets one PC go on until it waits for news.
    async fn settle(&mut self, pc: usize) -> Result<()> {
        self.tell(pc, Input::SyncNow).await?;
        let mut waits = 0;
        for _ in 0..PIECES {
            let program = self.pcs[pc].program.as_ref().ok_or("it does not run")?;
            if program.at_disk.is_some() {
                self.at_disk(pc).await?;
                continue;
            }
            let halt = program.machine.standing().halt;
            let wake = program.wake;
            let own = self.flights.iter().position(|flight| flight.pc == pc);
            if let Some(at) = own {
                if matches!(self.flights[at].stage, Stage::Waiting { .. }) && !self.may_go_on(at) {
                    return Ok(());
                }
                let flight = self.flights.swap_remove(at);
                self.fly(flight).await?;
                continue;
            }
            if halt == Some(Halt::Revoked) {
                return Ok(());
            }
            waits += 1;
            let wake = wake.filter(|_| waits <= WAITS);
            let wake = wake.ok_or_else(|| format!("PC {pc} does not get on: {halt:?}"))?;
            self.now = self.now.max(wake);
            self.wake(pc).await?;
        }
        Err(format!("PC {pc} goes on for ever"))
    }
}
