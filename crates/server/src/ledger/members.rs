//! Who belongs to a project, and since when, and until when.

use super::{
    Fault, Head, Ledger,
    db::{Conn, Row},
    enrol::LABEL_LIMIT,
    malformed,
    push::public_key,
};
use ed25519_dalek::VerifyingKey;
use shoulou_eventlog::{
    Id,
    sync::{
        Certificate, Role,
        wire::{self, Members, News, Refusal, RefusalCode, Standing},
    },
};

/// A lease lasts so long; opening a session renews it.
pub const LEASE: i64 = 30 * DAY;
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

/// What somebody wants to do, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Enrolled once, also if revoked or expired.
    Push,
    /// And neither revoked nor expired.
    Pull,
    /// And an administrator.
    Administer,
}

pub(super) struct Member {
    pub device: Id,
    pub key: VerifyingKey,
    pub role: Role,
    pub label: Vec<u8>,
    pub enrolled: i64,
    pub lease: i64,
    pub revoked: Option<i64>,
    pub revision: u64,
    /// Signed, as the PCs see it.
    pub certificate: Vec<u8>,
}

const MEMBER: &str =
    "SELECT device, key, role, label, enrolled, lease, revoked, revision, certificate FROM member
                      WHERE project = $1 AND device = $2";

impl Member {
    pub async fn find(db: &mut Conn, project: Id, device: Id) -> Result<Option<Member>, Fault> {
        let row = db.row(MEMBER, args![project, device]).await?;
        row.map(|row| Member::of(&row)).transpose()
    }

    fn of(row: &Row) -> Result<Member, Fault> {
        Ok(Member {
            device: row.id(0)?,
            key: public_key(&row.bytes(1)?)?,
            role: role(&row.text(2)?)?,
            label: row.bytes(3)?,
            enrolled: row.int(4)?,
            lease: row.int(5)?,
            revoked: row.maybe_int(6)?,
            revision: row.count(7)?,
            certificate: row.bytes(8)?,
        })
    }

    pub fn may(&self, what: May, now: i64) -> Result<(), Fault> {
        match what {
            May::Push => Ok(()),
            _ if self.revoked.is_some() => Err(RefusalCode::Revoked.into()),
            _ if self.lease <= now => Err(RefusalCode::LeaseExpired.into()),
            May::Administer if self.role != Role::Administrator => {
                Err(RefusalCode::NotAnAdministrator.into())
            }
            _ => Ok(()),
        }
    }
}

impl Ledger {
    /// Of every device the newest certificate, and how far it is.
    ///
    /// # Errors
    /// The device may not pull.
    pub async fn members(&self, project: Id, device: Id, now: i64) -> Result<Members, Refusal> {
        let reading = async {
            let mut db = self.0.db.read().await?;
            self.member(&mut db, project, device, May::Pull, now).await?;
            list(&mut db, project).await
        };
        Ok(reading.await?)
    }

    /// The same, for the server's own administrator.
    ///
    /// # Errors
    /// There is no such project.
    pub async fn all_members(&self, project: Id) -> Result<Members, Refusal> {
        let reading = async { list(&mut self.0.db.read().await?, project).await };
        Ok(reading.await?)
    }

    /// Takes a device out of the project: what it signed before stays, what it pushes from now on waits in
    /// quarantine. `by` is none for the server's own administrator.
    ///
    /// # Errors
    /// `by` is no administrator; the device is not enrolled; it is the last administrator.
    pub async fn revoke(
        &self,
        project: Id,
        by: Option<Id>,
        device: Id,
        now: i64,
    ) -> Result<News, Refusal> {
        let revoking = async {
            let mut tx = self.0.db.write().await?;
            let mut head = Head::lock(&mut tx, project).await?;
            if let Some(by) = by {
                self.member(&mut tx, project, by, May::Administer, now).await?;
            }
            let member = Member::find(&mut tx, project, device).await?;
            let mut member = member.ok_or(RefusalCode::NotFound)?;
            if member.revoked.is_none() {
                if member.role == Role::Administrator && administrators(&mut tx, project).await? < 2
                {
                    return Err(malformed("the last administrator stays"));
                }
                member.revoked = Some(now);
                self.certify(&mut tx, &mut head, &mut member).await?;
                head.write(&mut tx).await?;
                tx.commit().await?;
                self.0.changes.ring(project);
            }
            Ok::<_, Fault>(head.news(now))
        };
        Ok(revoking.await?)
    }

    /// Gives a device another name, sealed with the project key. A member names his own device, an
    /// administrator any.
    ///
    /// # Errors
    /// `by` may not do this; the device is not enrolled; the name is too long.
    pub async fn relabel(
        &self,
        project: Id,
        by: Id,
        device: Id,
        label: Vec<u8>,
        now: i64,
    ) -> Result<News, Refusal> {
        let naming = async {
            if label.len() > LABEL_LIMIT {
                return Err(malformed("label"));
            }
            let mut tx = self.0.db.write().await?;
            let mut head = Head::lock(&mut tx, project).await?;
            let what = if by == device { May::Pull } else { May::Administer };
            self.member(&mut tx, project, by, what, now).await?;
            let member = Member::find(&mut tx, project, device).await?;
            let mut member = member.ok_or(RefusalCode::NotFound)?;
            if member.label != label {
                member.label = label;
                self.certify(&mut tx, &mut head, &mut member).await?;
                head.write(&mut tx).await?;
                tx.commit().await?;
                self.0.changes.ring(project);
            }
            Ok::<_, Fault>(head.news(now))
        };
        Ok(naming.await?)
    }

    /// # Errors
    /// The device was never enrolled in the project, if that exists, or may not do this.
    pub(super) async fn member(
        &self,
        db: &mut Conn,
        project: Id,
        device: Id,
        what: May,
        now: i64,
    ) -> Result<Member, Fault> {
        let member = Member::find(db, project, device).await?.ok_or(RefusalCode::NotAMember)?;
        member.may(what, now)?;
        Ok(member)
    }

    /// Signs a certificate of what `member` says, and stores both. The head's row is the caller's to write.
    pub(super) async fn certify(
        &self,
        tx: &mut Conn,
        head: &mut Head,
        member: &mut Member,
    ) -> Result<(), Fault> {
        head.members += 1;
        member.revision = head.members;
        let certificate = Certificate {
            project: head.project,
            device: member.device,
            key: member.key.as_bytes().to_vec().into(),
            role: member.role,
            label: member.label.clone().into(),
            enrolled: member.enrolled,
            lease: member.lease,
            revoked: member.revoked,
            revision: member.revision,
        };
        member.certificate = certificate.sign(&self.0.server);
        let put = "INSERT INTO member
                   (project, device, key, role, label, enrolled, lease, revoked, revision, certificate)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                   ON CONFLICT (project, device) DO UPDATE SET role = excluded.role, label = excluded.label,
                   enrolled = excluded.enrolled, lease = excluded.lease, revoked = excluded.revoked,
                   revision = excluded.revision, certificate = excluded.certificate";
        let values = args![
            head.project,
            member.device,
            member.key.as_bytes().to_vec(),
            word(member.role),
            member.label.clone(),
            member.enrolled,
            member.lease,
            member.revoked,
            member.revision,
            member.certificate.clone(),
        ];
        tx.run(put, values).await?;
        Ok(())
    }

    /// A device that never was a member, and whose commits are released: the PCs need its key.
    pub(super) async fn certify_released(
        &self,
        tx: &mut Conn,
        head: &mut Head,
        device: Id,
        now: i64,
    ) -> Result<(), Fault> {
        if Member::find(tx, head.project, device).await?.is_some() {
            return Ok(());
        }
        let select = "SELECT key FROM log_stream WHERE project = $1 AND device = $2 LIMIT 1";
        let row = tx.row(select, args![head.project, device]).await?;
        let row = row.ok_or(RefusalCode::NotFound)?;
        let mut member = Member {
            device,
            key: public_key(&row.bytes(0)?)?,
            role: Role::Member,
            label: Vec::new(),
            enrolled: now,
            lease: now,
            revoked: Some(now),
            revision: 0,
            certificate: Vec::new(),
        };
        self.certify(tx, head, &mut member).await
    }
}

async fn list(db: &mut Conn, project: Id) -> Result<Members, Fault> {
    let head = Head::read(db, project).await?;
    let select =
        "SELECT device, certificate FROM member WHERE project = $1 ORDER BY enrolled, device";
    let rows = db.rows(select, args![project]).await?;
    let certificates = rows.iter().map(|row| Ok(wire::Bytes(row.bytes(1)?)));
    let certificates = certificates.collect::<Result<_, Fault>>()?;
    let select = "SELECT device, max(number), max(last_seen), max(app_version), CAST(sum(waiting) AS BIGINT) FROM (
                    SELECT device, number, last_seen, app_version, 0 AS waiting FROM device_cursor
                    WHERE project = $1
                    UNION ALL
                    SELECT device, 0, NULL, '', count(*) FROM quarantine_commit
                    WHERE project = $1 GROUP BY device) known GROUP BY device ORDER BY device";
    let rows = db.rows(select, args![project]).await?;
    let standing = |row: &Row| {
        Ok(Standing {
            device: row.id(0)?,
            number: row.count(1)?,
            last_seen: row.maybe_int(2)?,
            app_version: row.text(3)?,
            quarantined: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
        })
    };
    let standings = rows.iter().map(standing).collect::<Result<_, Fault>>()?;
    Ok(Members { revision: head.members, certificates, standings })
}

async fn administrators(tx: &mut Conn, project: Id) -> Result<u64, Fault> {
    let count = "SELECT count(*) FROM member WHERE project = $1 AND role = $2 AND revoked IS NULL";
    let row = tx.row(count, args![project, word(Role::Administrator)]).await?;
    row.ok_or(Fault::Corrupt("a count"))?.count(0)
}

pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Administrator => "administrator",
    }
}

pub(super) fn role(word: &str) -> Result<Role, Fault> {
    match word {
        "member" => Ok(Role::Member),
        "administrator" => Ok(Role::Administrator),
        _ => Err(Fault::Corrupt("a role")),
    }
}
