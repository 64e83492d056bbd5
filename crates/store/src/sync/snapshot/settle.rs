//! The log is whole: are the views what it says?

use super::{Base, Marker, Settled, State, find_heads, lacks_parts, load, put};
use crate::{db, error::StoreError, store::Store, views::lock};
use shoulou_eventlog::Hash;
use sqlx::{Connection, SqliteConnection};
use std::collections::HashSet;

impl Store {
    /// Folds the whole log anew and compares it with provisional views, beside ongoing work. Where they
    /// differ, they are made anew from the log. For [`Settled::Different`] people must be told: see
    /// [`Store::snapshot_differed`].
    pub async fn settle_snapshot(&self) -> Result<Settled, StoreError> {
        let mut db = db::read_from(self.path(), &self.shared.key, false).await?;
        let found = self.judge(&mut db).await;
        db::close(db).await?;
        let (marker, different) = match found? {
            Judged::Settled(settled) => return Ok(settled),
            Judged::Equal(marker) => (marker, false),
            Judged::Different(marker) => (marker, true),
        };
        if different {
            // Before the views are made anew: it is not forgotten where that is cut off.
            self.write(move |writer, _| {
                Box::pin(async move {
                    let mut tx = writer.db.begin().await?;
                    put(&mut tx, Marker { differed: true, ..marker }).await?;
                    find_heads(&mut tx).await?;
                    tx.commit().await?;
                    writer.identity.load_heads(&mut writer.db).await
                })
            })
            .await?;
            self.rebuild().await?;
        }
        let differed = different || marker.differed;
        let settled = Marker { state: State::Settled, differed, ..marker };
        self.write(move |writer, memory| {
            Box::pin(async move {
                put(&mut writer.db, settled).await?;
                writer.base = Base::from(Some(settled));
                lock(memory).shown_until = settled.number;
                Ok(())
            })
        })
        .await?;
        Ok(if differed { Settled::Different } else { Settled::Equal })
    }

    async fn judge(&self, db: &mut SqliteConnection) -> Result<Judged, StoreError> {
        let mut tx = db.begin().await?;
        let marker = load(&mut tx).await?.filter(|marker| marker.state == State::Provisional);
        let Some(marker) = marker else { return Ok(Judged::Settled(Settled::Nothing)) };
        let here: i64 = sqlx::query_scalar("SELECT count(*) FROM log_commit WHERE arrival <= ?")
            .bind(marker.number.cast_signed())
            .fetch_one(&mut *tx)
            .await?;
        if here.unsigned_abs() < marker.number || lacks_parts(&mut tx).await? {
            return Ok(Judged::Settled(Settled::NotYet));
        }
        let (fit, ends) = self.views_fit_the_log(&mut tx).await?;
        let heads = crate::read::heads(&mut tx).await?;
        let heads: HashSet<Hash> = heads.into_iter().map(|head| head.hash).collect();
        tx.commit().await?;
        Ok(match fit && heads == ends {
            true => Judged::Equal(marker),
            false => Judged::Different(marker),
        })
    }
}

enum Judged {
    Settled(Settled),
    Equal(Marker),
    Different(Marker),
}
