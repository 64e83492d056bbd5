//! What is true of the sync at this moment, and the way to its driver.

use super::client::Client;
use crate::{
    api::{Problem, SyncProgress, SyncState},
    session::Session,
};
use shoulou_eventlog::sync::machine::{Halt, Tell};
use std::sync::{Arc, Mutex, OnceLock, RwLock, Weak, atomic::AtomicBool};
use tokio::{sync::mpsc, task::JoinHandle};

/// What the driver is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knock {
    Recorded,
    Now,
    Wanted,
    Stop,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    /// `None` without a server.
    pub linked: bool,
    pub state: Option<SyncState>,
    /// Milliseconds since 1970 UTC, as below.
    pub since: Option<i64>,
    pub halt: Option<Halt>,
    pub last_contact: Option<i64>,
    /// This PC's clock minus the server's, in milliseconds; `None` before the server said anything.
    pub clock_off: Option<i64>,
    /// The server's last number.
    pub head: u64,
    pub progress: Option<SyncProgress>,
    /// Somebody else answers at the server's address.
    pub stranger: bool,
    pub told: Vec<Tell>,
    /// Questions to the server since the driver began that were answered, or were not to be.
    pub rounds: u64,
    /// Nothing is under way at this moment.
    pub resting: bool,
    /// How often somebody asked for a sync, and how many rounds there had been at the last time.
    pub asked: (u64, u64),
}

/// The sync at one moment: what is said of it together is true together.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub seen: Seen,
    /// Commits that the server has not acknowledged.
    pub to_sync: u64,
}

impl Moment {
    /// The state as screens are told it: what was just recorded counts at once.
    pub fn state(&self) -> SyncState {
        match self.seen.state {
            _ if !self.seen.linked => SyncState::NoServer,
            Some(SyncState::Synced) if self.to_sync > 0 => SyncState::ToSync,
            Some(state) => state,
            None => SyncState::Offline,
        }
    }
}

impl Session {
    pub(crate) async fn moment(&self) -> Result<Moment, Problem> {
        let to_sync = self.store.to_sync().await?;
        Ok(Moment { seen: self.sync.seen(), to_sync })
    }
}

/// The sync of one open project.
#[derive(Default)]
pub(crate) struct Sync {
    pub seen: RwLock<Seen>,
    pub client: RwLock<Option<Arc<Client>>>,
    knocks: Mutex<Option<mpsc::UnboundedSender<Knock>>>,
    pub task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// Whether a driver may run: the command line syncs only when it is told to.
    pub online: AtomicBool,
    pub snapshot_every: OnceLock<u64>,
    /// The session that this is the sync of, once it has its place.
    pub session: RwLock<Weak<crate::session::Session>>,
}

impl Sync {
    pub fn seen(&self) -> Seen {
        self.seen.read().expect("no holder panics").clone()
    }

    pub fn knock(&self, knock: Knock) {
        if let Some(driver) = &*self.knocks.lock().expect("no holder panics") {
            // A driver that just ended needs no knock.
            let _ = driver.send(knock);
        }
    }

    pub fn open_door(&self) -> mpsc::UnboundedReceiver<Knock> {
        let (knocks, door) = mpsc::unbounded_channel();
        *self.knocks.lock().expect("no holder panics") = Some(knocks);
        door
    }

    pub fn client(&self) -> Option<Arc<Client>> {
        self.client.read().expect("no holder panics").clone()
    }
}
