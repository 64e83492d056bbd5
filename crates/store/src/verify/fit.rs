//! Views that came with a snapshot, beside the log that came after them.

use super::{Report, states::States};
use crate::{
    error::StoreError,
    rebuild::{Fold, stored_after},
    store::Store,
};
use shoulou_eventlog::{Hash, read_header};
use sqlx::SqliteConnection;
use std::collections::HashSet;

impl Store {
    /// Whether the views are what the log gives, and where its streams end. Signatures were checked when the
    /// commits came, and are not checked again.
    pub(crate) async fn views_fit_the_log(
        &self,
        db: &mut SqliteConnection,
    ) -> Result<(bool, HashSet<Hash>), StoreError> {
        let mut report = Report::default();
        let mut states = States::read(db).await?;
        let mut fold = Fold::new(self.shared.knows);
        let mut ends = HashSet::new();
        let mut arrival = 0;
        loop {
            let commits = stored_after(db, arrival).await?;
            let Some(last) = commits.last() else { break };
            arrival = last.arrival;
            for commit in &commits {
                if let Some(prev) = read_header(&commit.header)?.prev {
                    ends.remove(&prev);
                }
                ends.insert(commit.hash);
                let opened = commit.open(self.project_key())?;
                fold.add(&opened);
                states.follow(commit.arrival, &opened, &fold);
            }
        }
        states.finish(db, self, &fold, &mut report).await?;
        self.compare_homes(db, &fold, &mut report).await?;
        Ok((report.is_clean(), ends))
    }
}
