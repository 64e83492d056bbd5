//! What screens are told of the server and the PCs.

use crate::{
    api::{DevicesView, ForkBranch, ForkView, Problem, SyncView},
    session::Session,
};
use shoulou_domain::view::Text2;
use shoulou_eventlog::Id;
use std::collections::BTreeMap;

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

    pub(crate) async fn sync_view(&self) -> Result<SyncView, Problem> {
        Ok(SyncView {
            state: self.sync.state(),
            since: None,
            server: None,
            to_sync: 0,
            blobs_to_send: 0,
            progress: None,
            last_contact: None,
            clock_off_seconds: None,
            provisional: false,
            other_versions: Vec::new(),
            messages: Vec::new(),
        })
    }

    pub(crate) async fn devices(&self) -> Result<DevicesView, Problem> {
        Ok(DevicesView { administrator: false, as_of: None, devices: Vec::new() })
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

pub(crate) fn no_server() -> Problem {
    Problem::unchanged(
        "no_server",
        Text2::new("这个项目还没有接入服务器。", "The project belongs to no server yet."),
        Text2::new(
            "请向管理员索取接入码，在“同步”中接入。",
            "Ask the administrator for a code and attach it under Sync.",
        ),
    )
}
