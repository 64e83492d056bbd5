//! Sessions: a device signs a nonce and gets a token. Both are authenticated by the server's secret; none
//! is kept.

use super::{
    Fault, Head, Ledger, malformed,
    members::{DAY, LEASE, Member},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::Signature;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shoulou_eventlog::{
    Id,
    sync::wire::{Challenged, OpenSession, Refusal, RefusalCode, SessionOpened, session_message},
};

pub use super::members::May;

/// A nonce is good for so long, a token for so long.
const NONCE_LIFE: i64 = 2 * 60 * 1000;
const TOKEN_LIFE: i64 = 12 * 60 * 60 * 1000;
const TAG: usize = 32;
const APP_VERSION: usize = 64;

/// Whom a token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub project: Id,
    pub device: Id,
}

impl Ledger {
    /// What the device must sign. Says nothing of whether it is enrolled.
    pub fn challenge(&self, project: Id, device: Id, now: i64) -> Challenged {
        let until = now.saturating_add(NONCE_LIFE).to_be_bytes();
        let random: [u8; 16] = self.0.random();
        let nonce = [&until[..], &random].concat();
        let tag = self.tag(b"nonce", &[&project.0, &device.0, &nonce]);
        Challenged { nonce: [&nonce[..], &tag].concat().into() }
    }

    /// # Errors
    /// The nonce is not ours or too old, the device is not enrolled, the signature is not its.
    pub async fn open_session(
        &self,
        project: Id,
        request: OpenSession,
        now: i64,
    ) -> Result<SessionOpened, Refusal> {
        Ok(self.admit(project, request, now).await?)
    }

    async fn admit(
        &self,
        project: Id,
        request: OpenSession,
        now: i64,
    ) -> Result<SessionOpened, Fault> {
        let OpenSession { device, nonce, signature, app_version } = request;
        let app_version = checked_version(app_version)?;
        let (plain, tag) = split(&nonce.0, 24).ok_or(RefusalCode::NoSession)?;
        if !self.tag_holds(b"nonce", &[&project.0, &device.0, plain], tag) || until(plain) < now {
            return Err(RefusalCode::NoSession.into());
        }
        let mut db = self.0.db.read().await?;
        let found = Member::find(&mut db, project, device).await?;
        let mut member = found.ok_or(RefusalCode::NotAMember)?;
        let message = session_message(project, device, &nonce.0);
        let signature = Signature::from_slice(&signature.0).map_err(|_| malformed("signature"))?;
        member.key.verify_strict(&message, &signature).map_err(|_| RefusalCode::NotAMember)?;
        let mut head = Head::read(&mut db, project).await?;
        drop(db);

        // Every certificate is news to every PC of the project: one a day is enough.
        if member.revoked.is_none() && member.lease < now.saturating_add(LEASE - DAY) {
            let mut tx = self.0.db.write().await?;
            head = Head::lock(&mut tx, project).await?;
            let found = Member::find(&mut tx, project, device).await?;
            member = found.ok_or(RefusalCode::NotAMember)?;
            if member.revoked.is_none() {
                member.lease = now.saturating_add(LEASE);
                self.certify(&mut tx, &mut head, &mut member).await?;
                head.write(&mut tx).await?;
            }
            tx.commit().await?;
            self.0.changes.ring(project);
        }
        let mut tx = self.0.db.write().await?;
        let seen = "INSERT INTO device_cursor (project, device, number, last_seen, app_version)
                    VALUES ($1, $2, 0, $3, $4) ON CONFLICT (project, device)
                    DO UPDATE SET last_seen = excluded.last_seen, app_version = excluded.app_version";
        tx.run(seen, args![project, device, now, app_version.as_str()]).await?;
        tx.commit().await?;

        let expires = now.saturating_add(TOKEN_LIFE).to_be_bytes();
        let plain = [&project.0[..], &device.0, &expires].concat();
        let tag = self.tag(b"token", &[&plain]);
        Ok(SessionOpened {
            token: BASE64_URL_SAFE_NO_PAD.encode([&plain[..], &tag].concat()),
            certificate: member.certificate.into(),
            news: head.news(now),
        })
    }

    /// Whose token this is. What the device may do is looked up where it does it.
    ///
    /// # Errors
    /// Not a token of ours, or its time is over.
    pub fn session(&self, token: &str, now: i64) -> Result<Caller, Refusal> {
        let read = || {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
            let (plain, tag) = split(&bytes, 40)?;
            if !self.tag_holds(b"token", &[plain], tag) || until(&plain[32..]) < now {
                return None;
            }
            let id = |bytes: &[u8]| bytes.try_into().ok().map(Id);
            Some(Caller { project: id(&plain[..16])?, device: id(&plain[16..32])? })
        };
        read().ok_or_else(|| super::refusal(RefusalCode::NoSession, ""))
    }

    fn tag(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; TAG] {
        self.mac(purpose, parts).finalize().into_bytes().into()
    }

    fn tag_holds(&self, purpose: &[u8], parts: &[&[u8]], tag: &[u8]) -> bool {
        self.mac(purpose, parts).verify_slice(tag).is_ok()
    }

    /// The lengths of `parts` are fixed for a purpose.
    fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0.secret[..])
            .expect("HMAC takes keys of any length");
        mac.update(purpose);
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

/// What is said from what vouches for it.
fn split(bytes: &[u8], plain: usize) -> Option<(&[u8], &[u8])> {
    (bytes.len() == plain + TAG).then(|| bytes.split_at(plain))
}

/// The moment that stands in the first 8 bytes.
fn until(bytes: &[u8]) -> i64 {
    bytes.first_chunk().map_or(i64::MIN, |first| i64::from_be_bytes(*first))
}

pub(super) fn checked_version(version: String) -> Result<String, Fault> {
    let fits = version.len() <= APP_VERSION && !version.contains('\0');
    if fits { Ok(version) } else { Err(malformed("app version")) }
}
