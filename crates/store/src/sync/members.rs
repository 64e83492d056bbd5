//! The project's devices, as the server certified them.

use super::{Taken, link};
use crate::{
    error::StoreError,
    identity::{column, fixed},
    log::put_setting,
    store::{Store, setting},
};
use shoulou_eventlog::{Id, sync::Certificate};
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::HashSet;

const MEMBERS: &str = "sync/members";

/// The newest certificate of every device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// The server's revision that they were put with; 0 before any.
    pub revision: u64,
    /// In the order of the devices' ids.
    pub certificates: Vec<Certificate>,
}

impl Store {
    /// Keeps certificates as the server signed them, of each device the one with the highest revision, and
    /// takes in what was held back for want of them.
    ///
    /// # Errors
    /// [`StoreError::NotFromServer`] where one of them is not signed by this PC's server for this project:
    /// none is kept then. [`StoreError::Unlinked`].
    pub async fn put_certificates(
        &self,
        revision: u64,
        signed: Vec<Vec<u8>>,
    ) -> Result<Taken, StoreError> {
        let link = self.link().await?.ok_or(StoreError::Unlinked)?;
        let key = link.verifying_key()?;
        let mut certificates = Vec::with_capacity(signed.len());
        for bytes in signed {
            let certificate = Certificate::read(&bytes, &key);
            let certificate = certificate.ok().filter(|one| one.project == self.project());
            let certificate = certificate.ok_or(StoreError::NotFromServer("a certificate"))?;
            certificates.push((certificate, bytes));
        }
        self.write(move |writer, memory| {
            Box::pin(async move {
                let mut tx = writer.db.begin().await?;
                if link::load(&mut tx).await?.map(|now| now.server_key) != Some(link.server_key) {
                    return Err(StoreError::Unlinked);
                }
                for (certificate, bytes) in &certificates {
                    sqlx::query(
                        "INSERT INTO local_member (device, revision, certificate) VALUES (?1, ?2, ?3) \
                         ON CONFLICT (device) DO UPDATE SET revision = ?2, certificate = ?3 \
                         WHERE revision < ?2",
                    )
                    .bind(&certificate.device.0[..])
                    .bind(certificate.revision.cast_signed())
                    .bind(&bytes[..])
                    .execute(&mut *tx)
                    .await?;
                }
                put_setting(&mut tx, MEMBERS, &revision.to_be_bytes()).await?;
                sqlx::query(
                    "UPDATE local_held SET device = NULL \
                     WHERE device IN (SELECT device FROM local_member)",
                )
                .execute(&mut *tx)
                .await?;
                tx.commit().await?;
                writer.take_held(memory).await
            })
        })
        .await
    }

    pub async fn members(&self) -> Result<Members, StoreError> {
        let mut db = self.reader().await?;
        let mut tx = db.begin().await?;
        let revision = setting(&mut tx, MEMBERS).await?.map(fixed::<8>).transpose()?;
        let Some(link) = link::load(&mut tx).await? else { return Ok(Members::default()) };
        let key = link.verifying_key()?;
        let rows = sqlx::query("SELECT certificate FROM local_member ORDER BY device");
        let rows = rows.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            let certificate = Certificate::read(row.try_get("certificate")?, &key);
            certificate.map_err(|_| StoreError::row("a certificate"))
        };
        let certificates = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Members { revision: revision.map_or(0, u64::from_be_bytes), certificates })
    }
}

pub(super) async fn certified(db: &mut SqliteConnection) -> Result<HashSet<Id>, StoreError> {
    let rows = sqlx::query("SELECT device FROM local_member").fetch_all(db).await?;
    rows.iter().map(|row| column(row, "device").map(Id)).collect()
}
