//! Invitations, and what is done with them: joining a project, founding one.

use super::{
    Fault, Head, Ledger, May,
    db::Conn,
    malformed,
    members::{LEASE, Member, role, word},
    push::public_key,
    refusal,
    session::checked_version,
};
use ed25519_dalek::{Signature, VerifyingKey};
use shoulou_eventlog::{
    Hash, Id, device_id,
    sync::{
        Checkpoint, Role,
        wire::{Enrol, Enrolled, Invite, Invited, Refusal, RefusalCode, enrol_message},
    },
};

const SEALED_LIMIT: usize = 4096;
pub(super) const LABEL_LIMIT: usize = 1024;
/// An invitation holds for a month at most, in seconds.
const LIFE_LIMIT: u32 = 31 * 24 * 60 * 60;

struct Found {
    locator: Id,
    project: Option<Id>,
    role: Role,
    expires: i64,
    used_by: Option<Vec<u8>>,
}

impl Ledger {
    /// Leaves an invitation to `project`.
    ///
    /// # Errors
    /// `by` is no administrator, or there is another invitation at this place.
    pub async fn invite(
        &self,
        project: Id,
        by: Id,
        invite: Invite,
        now: i64,
    ) -> Result<(), Refusal> {
        let leaving = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, by, May::Administer, now).await?;
            drop(db);
            self.leave(Some(project), invite, now).await
        };
        Ok(leaving.await?)
    }

    /// Leaves an invitation to bring a project here, for the server's own administrator.
    ///
    /// # Errors
    /// There is another invitation at this place.
    pub async fn invite_to_found(&self, invite: Invite, now: i64) -> Result<(), Refusal> {
        Ok(self.leave(None, invite, now).await?)
    }

    async fn leave(&self, project: Option<Id>, invite: Invite, now: i64) -> Result<(), Fault> {
        if invite.sealed.0.len() > SEALED_LIMIT || invite.seconds > LIFE_LIMIT {
            return Err(malformed("invitation"));
        }
        let expires = now.saturating_add(i64::from(invite.seconds) * 1000);
        let mut tx = self.0.db.write().await?;
        let put =
            "INSERT INTO invitation (locator, project, token_hash, role, sealed, expires, used_by)
                   VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT DO NOTHING";
        let sealed = invite.sealed.0;
        let values = args![
            invite.locator,
            project,
            invite.token_hash,
            word(invite.role),
            sealed.clone(),
            expires
        ];
        if tx.run(put, values).await? == 0 {
            let same =
                "SELECT 1 FROM invitation WHERE locator = $1 AND token_hash = $2 AND sealed = $3";
            let row = tx.row(same, args![invite.locator, invite.token_hash, sealed]).await?;
            row.ok_or_else(|| malformed("another invitation is there"))?;
        }
        tx.commit().await
    }

    /// # Errors
    /// There is none, it was used, or its time is over.
    pub async fn invitation(&self, locator: Id, now: i64) -> Result<Invited, Refusal> {
        let fetching = async {
            let mut db = self.0.db.read().await?;
            let select = "SELECT sealed, expires, used_by FROM invitation WHERE locator = $1";
            let row = db.row(select, args![locator]).await?.ok_or(RefusalCode::NotFound)?;
            if row.int(1)? <= now || row.maybe_bytes(2)?.is_some() {
                return Err(Fault::from(RefusalCode::Spent));
            }
            Ok(Invited { sealed: row.bytes(0)?.into() })
        };
        Ok(fetching.await?)
    }

    /// Certifies a device that was invited to `project`. Asked again by the same device, it answers again: the
    /// first answer may have been lost.
    ///
    /// # Errors
    /// The token is none for this project, was used by another device, or is over; the proof does not hold.
    pub async fn enrol(&self, project: Id, enrol: Enrol, now: i64) -> Result<Enrolled, Refusal> {
        Ok(self.certify_newcomer(project, enrol, false, now).await?)
    }

    /// Takes over a project from the PC where it was begun, which becomes its first administrator.
    ///
    /// # Errors
    /// As [`Ledger::enrol`]; the server has this project.
    pub async fn found(&self, project: Id, enrol: Enrol, now: i64) -> Result<Enrolled, Refusal> {
        Ok(self.certify_newcomer(project, enrol, true, now).await?)
    }

    async fn certify_newcomer(
        &self,
        project: Id,
        enrol: Enrol,
        founds: bool,
        now: i64,
    ) -> Result<Enrolled, Fault> {
        let key = proven(project, &enrol)?;
        let device = device_id(&key);
        let version = checked_version(enrol.app_version)?;
        if enrol.label.0.len() > LABEL_LIMIT {
            return Err(malformed("label"));
        }
        let mut tx = self.0.db.write().await?;
        let invited_to = (!founds).then_some(project);
        let found = find(&mut tx, Hash::of(&enrol.token.0)).await?;
        let found =
            found.filter(|found| found.project == invited_to).ok_or(RefusalCode::NotFound)?;
        match &found.used_by {
            Some(by) if by[..] == device.0 => {
                let head = Head::read(&mut tx, project).await?;
                let member = Member::find(&mut tx, project, device).await?;
                let certificate = member.ok_or(RefusalCode::Spent)?.certificate.into();
                return Ok(Enrolled { certificate, news: head.news(now) });
            }
            Some(_) => return Err(RefusalCode::Spent.into()),
            None if found.expires <= now => return Err(RefusalCode::Spent.into()),
            None => {}
        }
        let mut head = if founds {
            self.begin(&mut tx, project, now).await?
        } else {
            Head::lock(&mut tx, project).await?
        };
        let mut member = Member {
            device,
            key,
            role: if founds { Role::Administrator } else { found.role },
            label: enrol.label.0,
            enrolled: now,
            lease: now.saturating_add(LEASE),
            revoked: None,
            revision: 0,
            certificate: Vec::new(),
        };
        self.certify(&mut tx, &mut head, &mut member).await?;
        super::room::forget_blobs(&mut tx, project, device).await?;
        head.write(&mut tx).await?;
        // Of two devices that use one invitation at once, the second finds it used.
        let spend = "UPDATE invitation SET used_by = $2 WHERE locator = $1 AND used_by IS NULL";
        if tx.run(spend, args![found.locator, device]).await? == 0 {
            return Err(RefusalCode::Spent.into());
        }
        let seen = "INSERT INTO device_cursor (project, device, number, last_seen, app_version)
                    VALUES ($1, $2, 0, NULL, $3) ON CONFLICT (project, device) DO NOTHING";
        tx.run(seen, args![project, device, version.as_str()]).await?;
        tx.commit().await?;
        self.0.changes.ring(project);
        Ok(Enrolled { certificate: member.certificate.into(), news: head.news(now) })
    }

    async fn begin(&self, tx: &mut Conn, project: Id, now: i64) -> Result<Head, Fault> {
        let head = Head {
            project,
            epoch: Id(self.0.random()),
            number: 0,
            checkpoint: Checkpoint::start(project),
            members: 0,
            erased: 0,
            quarantined: 0,
        };
        let add = "INSERT INTO project_head (project, epoch, head, checkpoint, members, erased, quarantined)
                   VALUES ($1, $2, 0, $3, 0, 0, 0) ON CONFLICT DO NOTHING";
        if tx.run(add, args![project, head.epoch, head.checkpoint.0]).await? == 0 {
            return Err(Fault::Refused(refusal(RefusalCode::Spent, "the project is here")));
        }
        super::epoch::note(tx, &head, 0, now).await?;
        Ok(head)
    }
}

/// The key of whoever shows that it holds it.
fn proven(project: Id, enrol: &Enrol) -> Result<VerifyingKey, Fault> {
    let key = public_key(&enrol.key.0).map_err(|_| malformed("key"))?;
    let proof = Signature::from_slice(&enrol.proof.0).map_err(|_| malformed("proof"))?;
    let message = enrol_message(project, &enrol.token.0);
    key.verify_strict(&message, &proof).map_err(|_| malformed("proof"))?;
    Ok(key)
}

async fn find(tx: &mut Conn, token: Hash) -> Result<Option<Found>, Fault> {
    let select =
        "SELECT locator, project, role, expires, used_by FROM invitation WHERE token_hash = $1";
    let Some(row) = tx.row(select, args![token]).await? else { return Ok(None) };
    let project = row.maybe_bytes(1)?.map(|bytes| bytes.try_into().map(Id));
    Ok(Some(Found {
        locator: row.id(0)?,
        project: project.transpose().map_err(|_| Fault::Corrupt("an id"))?,
        role: role(&row.text(2)?)?,
        expires: row.int(3)?,
        used_by: row.maybe_bytes(4)?,
    }))
}
