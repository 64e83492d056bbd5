//! The key to a project in the operating system's keyring.
//!
//! A keyring may answer "ready" and still refuse to keep anything (a locked Secret Service does), so it
//! counts only after a trial entry was written, read back and removed.

use keyring::{Entry, Error};
use shoulou_eventlog::Id;
use shoulou_store::Slots;

const SERVICE: &str = "cn.shoulou.desktop";

/// Why the keyring did not give a key.
#[derive(Debug, PartialEq, Eq)]
pub enum NoKey {
    /// There is no keyring on this PC, or it is locked.
    NoKeyring,
    /// The keyring works and has no key for this project.
    NotKept,
}

/// Whether keys can be kept here at all.
pub async fn usable() -> bool {
    blocking(|| {
        let entry = Entry::new(SERVICE, "trial").ok()?;
        let kept = entry.set_secret(b"trial").is_ok() && entry.get_secret().ok()? == b"trial";
        let removed = entry.delete_credential().is_ok();
        Some(kept && removed)
    })
    .await
    .unwrap_or(false)
}

/// Keeps the key of the slots' keyring slot. One person may have several folders of one project: each
/// slot's key has an entry of its own.
pub async fn keep(project: Id, slots: &Slots, key: [u8; 32]) -> Result<(), NoKey> {
    let name = name(project, slots)?;
    blocking(move || {
        let entry = Entry::new(SERVICE, &name).map_err(|_| NoKey::NoKeyring)?;
        entry.set_secret(&key).map_err(|_| NoKey::NoKeyring)
    })
    .await
}

pub async fn fetch(project: Id, slots: &Slots) -> Result<[u8; 32], NoKey> {
    let name = name(project, slots)?;
    blocking(move || {
        let entry = Entry::new(SERVICE, &name).map_err(|_| NoKey::NoKeyring)?;
        match entry.get_secret() {
            Ok(secret) => secret.try_into().map_err(|_| NoKey::NotKept),
            Err(Error::NoEntry) => Err(NoKey::NotKept),
            Err(_) => Err(NoKey::NoKeyring),
        }
    })
    .await
}

fn name(project: Id, slots: &Slots) -> Result<String, NoKey> {
    let mark = slots.keyring_mark().ok_or(NoKey::NotKept)?;
    Ok(format!("{project}/{mark}"))
}

/// The keyring's own calls wait for other processes; they must not hold up the window.
async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(call).await.expect("a keyring call does not panic")
}
