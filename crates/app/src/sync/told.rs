//! What screens are told of the server and the PCs.

mod messages;

pub(crate) use messages::*;

use super::{
    office::Standings,
    seen::{Moment, Seen},
};
use crate::{
    api::{
        DeviceView, DevicesView, ForkBranch, ForkView, OtherVersion, Problem, ServerView, SyncView,
    },
    session::{Session, now},
};
use shoulou_eventlog::{
    Id,
    sync::{Certificate, Role, machine::Tell, wire::Standing},
};
use std::collections::BTreeMap;

/// Clocks this far apart are said, in milliseconds.
const APART: i64 = 5 * 60_000;

impl Session {
    pub(crate) async fn device(&self) -> Result<Id, Problem> {
        Ok(self.store.own_stream().await?.device)
    }

    /// The name of a PC; empty where it is not known.
    pub(crate) async fn label_of(&self, device: Id) -> Result<String, Problem> {
        let members = self.store.members().await?;
        let certificate = members.certificates.iter().find(|one| one.device == device);
        Ok(certificate.and_then(|one| self.store.label_of(one)).unwrap_or_default())
    }

    async fn certificate(&self) -> Result<Option<Certificate>, Problem> {
        let own = self.device().await?;
        let members = self.store.members().await?;
        Ok(members.certificates.into_iter().find(|one| one.device == own))
    }

    pub(crate) async fn sync_view(&self, moment: Moment) -> Result<SyncView, Problem> {
        let (state, Moment { seen, to_sync }) = (moment.state(), moment);
        let link = self.store.link().await?;
        let linked = link.is_some();
        let certificate = self.certificate().await?;
        let own = self.device().await?;
        let server = link.map(|link| ServerView {
            url: link.url,
            device: own,
            label: link.label,
            administrator: certificate.as_ref().is_some_and(|one| one.role == Role::Administrator),
            lease_until: certificate.as_ref().map(|one| one.lease),
        });
        let standings = self.standings().await?.unwrap_or_default();
        let clock_off = seen.clock_off.filter(|off| linked && off.abs() >= APART);
        let other_versions = match linked {
            true => self.other_versions(&standings).await?,
            false => Vec::new(),
        };
        Ok(SyncView {
            state,
            since: seen.since,
            server,
            to_sync: if linked { u32::try_from(to_sync).unwrap_or(u32::MAX) } else { 0 },
            blobs_to_send: if linked { self.blobs_to_send().await? } else { 0 },
            progress: seen.progress.clone(),
            last_contact: seen.last_contact,
            clock_off_seconds: clock_off.map(|off| off / 1000),
            provisional: self.store.provisional().await?.is_some(),
            messages: self.sync_messages(&seen, &other_versions, certificate.as_ref()).await?,
            other_versions,
        })
    }

    /// Named by entries that the server has not confirmed.
    async fn blobs_to_send(&self) -> Result<u32, Problem> {
        let unsent = self.store.unsent(0, 1 << 20, 500).await?;
        Ok(unsent.iter().map(|one| one.blobs.len() as u32).sum())
    }

    async fn sync_messages(
        &self,
        seen: &Seen,
        other_versions: &[OtherVersion],
        certificate: Option<&Certificate>,
    ) -> Result<Vec<Problem>, Problem> {
        let mut messages = Vec::new();
        if !seen.linked {
            return Ok(messages);
        }
        if seen.stranger {
            messages.push(stranger());
        }
        messages.extend(seen.halt.map(halted));
        if seen.halt.is_none() && certificate.is_some_and(|one| one.revoked.is_some()) {
            messages.push(halted(shoulou_eventlog::sync::machine::Halt::Revoked));
        }
        if let Some(off) = seen.clock_off.filter(|off| off.abs() >= APART) {
            messages.push(clock_off(off));
        }
        if self.store.snapshot_differed().await? {
            messages.push(snapshot_differed());
        }
        for aside in self.store.asides().await? {
            messages.push(set_aside(&aside.why));
        }
        messages.dedup();
        let held = self.store.held_uncertified().await?;
        if held > 0 {
            messages.push(held_back(held));
        }
        if other_versions.iter().any(|other| other.newer) {
            messages.push(newer_version());
        }
        if seen.told.iter().any(|told| matches!(told, Tell::NewEpoch { .. })) {
            messages.push(new_epoch());
        }
        messages.extend(self.store.continued().map(continued));
        for fork in self.forks().await? {
            messages.push(forked(&fork));
        }
        Ok(messages)
    }

    async fn other_versions(&self, standings: &Standings) -> Result<Vec<OtherVersion>, Problem> {
        let own = env!("CARGO_PKG_VERSION");
        let members = self.store.members().await?;
        let active = |device: Id| {
            members.certificates.iter().find(|one| one.device == device && one.revoked.is_none())
        };
        let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for standing in &standings.standings {
            let version = standing.app_version.as_str();
            if let Some(one) =
                active(standing.device).filter(|_| version != own && !version.is_empty())
            {
                let label = self.store.label_of(one).unwrap_or_default();
                versions.entry(version).or_default().push(label);
            }
        }
        let other = |(version, devices): (&str, Vec<String>)| OtherVersion {
            newer: numbers(version) > numbers(own),
            version: version.to_owned(),
            devices,
        };
        Ok(versions.into_iter().map(other).collect())
    }

    pub(crate) async fn devices(&self) -> Result<DevicesView, Problem> {
        let own = self.device().await?;
        let members = self.store.members().await?;
        let known = self.standings().await?;
        let as_of = known.as_ref().map(|known| known.as_of);
        let known = known.unwrap_or_default();
        let head = known.head.max(self.sync.seen().head);
        // The lease runs by the server's clock.
        let today = now().timestamp_millis() - self.sync.seen().clock_off.unwrap_or(0);
        let mut devices = Vec::with_capacity(members.certificates.len());
        for one in &members.certificates {
            let standing = known.standings.iter().find(|standing| standing.device == one.device);
            devices.push(self.device_view(one, standing, head, (own, today)));
        }
        devices.sort_by(|a, b| {
            (a.revoked.is_some(), &a.label, a.device).cmp(&(
                b.revoked.is_some(),
                &b.label,
                b.device,
            ))
        });
        let administrator = members.certificates.iter().any(|one| {
            one.device == own && one.role == Role::Administrator && one.revoked.is_none()
        });
        Ok(DevicesView { administrator, as_of, devices })
    }

    fn device_view(
        &self,
        certificate: &Certificate,
        standing: Option<&Standing>,
        head: u64,
        (own, today): (Id, i64),
    ) -> DeviceView {
        DeviceView {
            device: certificate.device,
            label: self.store.label_of(certificate).unwrap_or_default(),
            administrator: certificate.role == Role::Administrator,
            this_pc: certificate.device == own,
            lag: head.saturating_sub(standing.map_or(0, |standing| standing.number)),
            last_seen: standing.and_then(|standing| standing.last_seen),
            version: standing.map(|standing| standing.app_version.clone()).unwrap_or_default(),
            enrolled: certificate.enrolled,
            lease_until: certificate.lease,
            lease_expired: certificate.lease <= today,
            revoked: certificate.revoked,
            quarantined: standing.map_or(0, |standing| standing.quarantined),
        }
    }

    pub(crate) async fn forks(&self) -> Result<Vec<ForkView>, Problem> {
        let mut ends: BTreeMap<Id, Vec<_>> = BTreeMap::new();
        for head in self.store.heads().await? {
            ends.entry(head.stream).or_default().push(head.hash);
        }
        let project = self.load_project().await?;
        let own = self.device().await?;
        let mut forks = Vec::new();
        for heads in ends.into_values().filter(|heads| heads.len() > 1) {
            let mut fork = None;
            for last in heads {
                let Some(entry) = self.store.commit(&last).await? else { continue };
                let Some(device) = self.store.device_of(&last).await? else { continue };
                let by = project.world().staff_name(entry.actor).unwrap_or_default().to_owned();
                if fork.is_none() {
                    let label = self.label_of(device).await?;
                    let this_pc = device == own;
                    fork = Some(ForkView { device, label, this_pc, branches: Vec::new() });
                }
                let branch = ForkBranch { last, time: entry.time, by };
                fork.iter_mut().for_each(|fork| fork.branches.push(branch.clone()));
            }
            forks.extend(fork);
        }
        Ok(forks)
    }
}

/// `1.10.0` after `1.9.2`.
fn numbers(version: &str) -> Vec<u64> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    core.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.10.0") > numbers("1.9.2"));
        assert!(numbers("0.2.0-rc1") > numbers("0.1.9"));
        assert_eq!(numbers("0.1.0"), numbers("0.1.0+5"));
    }
}
