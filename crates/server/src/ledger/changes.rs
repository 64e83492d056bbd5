//! Who waits for what is new in a project.

use shoulou_eventlog::Id;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Changes(Mutex<HashMap<Id, Waiting>>);

#[derive(Default)]
struct Waiting {
    bell: Arc<Notify>,
    /// Last number and members' revision, as last looked up.
    last: Option<(u64, u64)>,
}

impl Changes {
    /// Whoever waits from the call on, not from the first poll on, misses nothing.
    pub fn next(&self, project: Id) -> impl Future<Output = ()> + Send + use<> {
        Arc::clone(&self.table().entry(project).or_default().bell).notified_owned()
    }

    /// This instance wrote.
    pub fn ring(&self, project: Id) {
        if let Some(waiting) = self.table().get(&project) {
            waiting.bell.notify_waiters();
        }
    }

    /// Projects for which somebody waits; the others are forgotten.
    pub fn waited_for(&self) -> Vec<Id> {
        let mut table = self.table();
        table.retain(|_, waiting| Arc::strong_count(&waiting.bell) > 1);
        table.keys().copied().collect()
    }

    pub fn seen(&self, project: Id, state: (u64, u64)) {
        if let Some(waiting) = self.table().get_mut(&project) {
            // Nobody knows what was there before the first look: let them see for themselves.
            if waiting.last.replace(state) != Some(state) {
                waiting.bell.notify_waiters();
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Id, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
