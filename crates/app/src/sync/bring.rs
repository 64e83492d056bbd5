//! Scans and papers of other PCs, fetched when somebody opens one.

use super::{seen::Knock, told};
use crate::{
    api::{Problem, SyncState},
    session::Session,
};
use shoulou_eventlog::Hash;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// So long a person waits for a picture.
const PATIENCE: Duration = Duration::from_secs(45);

impl Session {
    /// Sees to it that a blob is here, where the server can be reached.
    pub(crate) async fn bring(&self, blob: Hash) -> Result<(), Problem> {
        if !self.sync.seen().linked || self.store.blob_present(&blob).await? {
            return Ok(());
        }
        if self.read_only() {
            return Err(told::not_downloaded());
        }
        self.store.want(vec![blob]).await?;
        self.sync.knock(Knock::Wanted);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if self.store.blob_present(&blob).await? {
                return Ok(());
            }
            if matches!(self.sync.seen().state, Some(SyncState::Offline | SyncState::Halted)) {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err(told::not_downloaded())
    }
}
