//! Which server this PC belongs to, and proving to it who this PC is.

use crate::{
    error::StoreError,
    log::{Writer, put_setting},
    store::{Store, setting},
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{
    Hash, Id, device_id, open_blob, seal_blob,
    sync::{Certificate, Role, wire},
};
use sqlx::SqliteConnection;

const LINK: &str = "sync/link";

/// The server of a project, as an invitation named it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Without a path: `https://10.0.0.5:8843`.
    pub url: String,
    /// The server's Ed25519 key, 32 bytes.
    pub server_key: wire::Bytes,
    /// SHA-256 of its TLS certificate, where the system would not trust it anyway.
    pub pin: Option<Hash>,
    /// This PC's name among the project's.
    pub label: String,
    pub role: Role,
}

impl Link {
    /// # Errors
    /// [`StoreError::NotFromServer`] where it is no key.
    pub fn verifying_key(&self) -> Result<VerifyingKey, StoreError> {
        let bytes = self.server_key.0.as_slice().try_into().ok();
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(bytes).ok());
        key.ok_or(StoreError::NotFromServer("the server's key"))
    }
}

impl Store {
    /// `None` on a PC that works alone.
    pub async fn link(&self) -> Result<Option<Link>, StoreError> {
        load(&mut *self.reader().await?).await
    }

    /// Ties this PC to a server. Where that is another than before, all that was known of the one before is
    /// forgotten, but for its receipts.
    pub async fn set_link(&self, link: Link) -> Result<(), StoreError> {
        link.verifying_key()?;
        self.write(|writer, _| Box::pin(writer.tie(Some(link)))).await
    }

    /// Works alone again. Nothing of the log changes.
    pub async fn clear_link(&self) -> Result<(), StoreError> {
        self.write(|writer, _| Box::pin(writer.tie(None))).await
    }

    /// This PC's id as a device, and its key.
    pub async fn device(&self) -> Result<(Id, VerifyingKey), StoreError> {
        let key = self.signing_key().await?.verifying_key();
        Ok((device_id(&key), key))
    }

    /// What opens a session: Ed25519 over [`wire::session_message`].
    pub async fn prove_session(&self, nonce: &[u8]) -> Result<[u8; 64], StoreError> {
        let (device, _) = self.device().await?;
        self.sign(wire::session_message(self.project(), device, nonce)).await
    }

    /// What enrols this PC: Ed25519 over [`wire::enrol_message`].
    pub async fn prove_enrolment(&self, token: &[u8]) -> Result<[u8; 64], StoreError> {
        self.sign(wire::enrol_message(self.project(), token)).await
    }

    pub(super) async fn signing_key(&self) -> Result<SigningKey, StoreError> {
        self.write(|writer, _| Box::pin(async move { Ok(writer.identity.signing.clone()) })).await
    }

    async fn sign(&self, message: Vec<u8>) -> Result<[u8; 64], StoreError> {
        Ok(self.signing_key().await?.sign(&message).to_bytes())
    }

    /// A PC's name as only the project's PCs can read it.
    pub fn seal_label(&self, label: &str) -> Result<Vec<u8>, StoreError> {
        Ok(seal_blob(label.as_bytes(), self.project_key(), self.shared.random.bytes()?))
    }

    /// The name of the PC that a certificate is for; `None` where it does not open.
    pub fn label_of(&self, certificate: &Certificate) -> Option<String> {
        let sealed = &certificate.label.0;
        let plain = open_blob(sealed, &Hash::of(sealed), self.project_key()).ok()?;
        String::from_utf8(plain).ok()
    }
}

pub(super) async fn load(db: &mut SqliteConnection) -> Result<Option<Link>, StoreError> {
    let bytes = setting(db, LINK).await?;
    let link = bytes.map(|bytes| wire::decode(&bytes));
    link.transpose().map_err(|_| StoreError::row("the link to the server"))
}

impl Writer {
    async fn tie(&mut self, link: Option<Link>) -> Result<(), StoreError> {
        let before = load(&mut self.db).await?;
        let key = |link: &Option<Link>| link.as_ref().map(|link| link.server_key.clone());
        let another = key(&before) != key(&link);
        let mut tx = sqlx::Connection::begin(&mut self.db).await?;
        if another && before.is_some() {
            super::cursor::forget_server(&mut tx).await?;
        }
        match link {
            Some(link) => put_setting(&mut tx, LINK, &wire::encode(&link)).await?,
            None => {
                let forget = sqlx::query("DELETE FROM local_setting WHERE key = ?");
                forget.bind(LINK).execute(&mut *tx).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}
