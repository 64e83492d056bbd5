//! Waiting for the sync, where nobody looks at a window.

use super::seen::Knock;
use crate::{
    App,
    api::{Problem, SyncState, SyncView},
};
use std::time::Duration;
use tokio::time::{Instant, timeout};

impl App {
    /// Syncs until everything is with the server and here, until the server cannot be reached or does not go
    /// on, or until `patience` is over. The answer says which.
    pub async fn sync_once(&self, patience: Duration) -> Result<SyncView, Problem> {
        let session = self.session().await?;
        session.writable()?;
        super::office::linked(&session).await?;
        let mut changes = self.changes();
        let before = session.sync.seen().asked.0;
        session.sync.knock(Knock::Now);
        let until = Instant::now() + patience;
        loop {
            let moment = session.moment().await?;
            let seen = &moment.seen;
            let asked = seen.asked.0 > before;
            let answered = asked && seen.rounds > seen.asked.1;
            let over = match moment.state() {
                SyncState::Synced => answered && session.store.wanted().await?.is_empty(),
                SyncState::Halted | SyncState::Offline => answered && seen.resting,
                SyncState::NoServer => true,
                SyncState::ToSync | SyncState::Syncing => false,
            };
            if over || Instant::now() >= until {
                return session.sync_view(moment).await;
            }
            let _ = timeout(Duration::from_millis(200), changes.recv()).await;
        }
    }
}
