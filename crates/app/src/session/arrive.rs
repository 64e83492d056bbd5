//! What came from other PCs, brought to the list and the screens.

use super::Session;
use crate::{
    api::{Problem, Topic},
    search::Directory,
};
use shoulou_domain::world;
use shoulou_eventlog::Id;
use shoulou_store::Taken;
use std::sync::atomic::Ordering;

impl Session {
    /// Commits came in. What a person saw before does not count as having shown them: the basis of views
    /// made from now on is newer.
    pub(crate) async fn arrived(&self, taken: &Taken) -> Result<(), Problem> {
        let received = &taken.received;
        if received.admitted.is_empty() && received.touched.is_empty() && taken.history == 0 {
            return Ok(());
        }
        let topics = self.relist(&received.homes).await?;
        self.now_at_last().await?;
        self.tell_touched(topics, &received.touched);
        Ok(())
    }

    /// What the screens show anew: the homes' lines, and what else is of these entities.
    pub(super) fn tell_touched(&self, mut topics: Vec<Topic>, touched: &[Id]) {
        let project = self.place.id;
        let others = [(project, Topic::Project), (world::lists(project), Topic::Lists)];
        let told = others.into_iter().filter(|(entity, _)| touched.contains(entity));
        topics.extend(told.map(|(_, topic)| topic));
        topics.push(Topic::Status);
        self.tell(topics);
    }

    /// The views were made anew.
    pub(crate) async fn refresh(&self) -> Result<(), Problem> {
        let turn = self.listing.lock().await;
        let directory = Directory::new(self.store.homes().await?.iter().cloned());
        *self.directory.write().expect("no holder panics") = directory;
        drop(turn);
        self.now_at_last().await?;
        self.tell(vec![Topic::Project, Topic::Units, Topic::Status, Topic::Sync]);
        Ok(())
    }

    /// Brings these homes' lines up to date; of two that do so at once, the later reads the later lines.
    pub(super) async fn relist(&self, units: &[Id]) -> Result<Vec<Topic>, Problem> {
        let _turn = self.listing.lock().await;
        let mut rows = Vec::with_capacity(units.len());
        for unit in units {
            rows.extend(self.store.home(*unit).await?);
        }
        let mut topics: Vec<Topic> =
            rows.iter().map(|row| Topic::Unit { unit: row.unit }).collect();
        if !rows.is_empty() {
            topics.push(Topic::Units);
            self.directory.write().expect("no holder panics").update(rows);
        }
        Ok(topics)
    }

    /// The basis of views made from now on. With another PC's views came all that they tell of.
    pub(super) async fn now_at_last(&self) -> Result<(), Problem> {
        let last = self.store.last().await?.map_or(0, |last| last.arrival);
        let with_snapshot = self.store.provisional().await?.map_or(0, |began| began.number);
        self.arrival.fetch_max(last.max(with_snapshot), Ordering::AcqRel);
        Ok(())
    }
}
