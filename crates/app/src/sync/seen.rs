//! What the driver last saw of the server.

use crate::api::SyncState;

#[derive(Debug, Default)]
pub(crate) struct Seen {}

impl Seen {
    pub fn state(&self) -> SyncState {
        SyncState::NoServer
    }

    pub fn to_sync(&self) -> Option<u32> {
        None
    }
}
