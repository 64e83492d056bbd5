//! What people do with the PCs of a project.

use super::{
    client::{Client, Unanswered},
    code::{self, Typed},
    seen::Knock,
    told,
    work::{OpenFailed, STANDINGS, as_member},
};
use crate::{
    api::{Done, Problem},
    session::{Session, now},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use shoulou_eventlog::{
    Hash, Id,
    sync::{
        Invitation, Purpose, Role, Secret,
        invitation::InvitedTo,
        wire::{self, Invite, Members, Standing},
    },
};
use shoulou_store::Link;
use std::sync::Arc;

const SHORTEST: u32 = 1;
const LONGEST: u32 = 7 * 24 * 60;

/// What the server said of the PCs, and when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Standings {
    pub as_of: i64,
    pub head: u64,
    pub standings: Vec<Standing>,
}

impl Session {
    pub(super) async fn keep_standings(&self, members: &Members) -> Result<(), Problem> {
        let kept = Standings {
            as_of: now().timestamp_millis(),
            head: self.sync.seen().head,
            standings: members.standings.clone(),
        };
        Ok(self.store.set_setting(STANDINGS, &wire::encode(&kept)).await?)
    }

    pub(super) async fn standings(&self) -> Result<Option<Standings>, Problem> {
        let kept = self.store.setting(STANDINGS).await?;
        Ok(kept.and_then(|bytes| wire::decode(&bytes).ok()))
    }
}

pub(super) async fn linked(session: &Session) -> Result<Link, Problem> {
    session.store.link().await?.ok_or_else(told::no_server)
}

/// The driver's client with its session; where no driver runs, one of our own.
async fn client(session: &Session, link: &Link) -> Result<Arc<Client>, Problem> {
    match session.sync.client() {
        Some(client) => Ok(client),
        None => {
            let client = Client::new(&link.url, link.pin.into()).ok_or_else(told::no_tls)?;
            Ok(Arc::new(client))
        }
    }
}

fn said(failed: OpenFailed) -> Problem {
    match failed {
        OpenFailed::Line(unanswered) => told::unanswered(unanswered),
        OpenFailed::Store(error) => error.into(),
    }
}

pub(super) async fn invite(
    session: &Session,
    administrator: bool,
    minutes: u32,
) -> Result<Done, Problem> {
    let link = linked(session).await?;
    let client = client(session, &link).await?;
    let minutes = minutes.clamp(SHORTEST, LONGEST);
    let secret = Secret::new(random()?);
    let token = random::<32>()?;
    let name =
        session.project().await?.value("name").and_then(|name| name.as_text().map(str::to_owned));
    let invitation = Invitation {
        purpose: Purpose::Join,
        server: link.server_key.clone(),
        pin: link.pin,
        token: token.to_vec().into(),
        project: Some(InvitedTo {
            id: session.place.id,
            name: name.unwrap_or_else(|| session.place.name.clone()),
            key: session.store.project_key().bytes().to_vec().into(),
        }),
    };
    let invite = Invite {
        locator: secret.locator(),
        token_hash: Hash::of(&token),
        sealed: secret.seal(&invitation, random()?).into(),
        role: if administrator { Role::Administrator } else { Role::Member },
        seconds: minutes * 60,
    };
    as_member(session, &client, |project| client.invite(project, &invite)).await.map_err(said)?;
    let code = Typed { server: link.url, secret }.to_string();
    let picture = code::picture(&code);
    Ok(Done::Invited {
        code,
        qr_png_base64: STANDARD.encode(picture),
        until: now().timestamp_millis() + i64::from(minutes) * 60_000,
    })
}

/// `what`: `revoke` or `release`.
pub(super) async fn rule(session: &Session, device: Id, what: &str) -> Result<Done, Problem> {
    let link = linked(session).await?;
    let client = client(session, &link).await?;
    let ruled = as_member(session, &client, |project| client.rule(project, device, what)).await;
    match ruled {
        Ok(()) => {}
        Err(OpenFailed::Line(Unanswered::Refused { refusal, .. }))
            if refusal.detail == "the last administrator stays" =>
        {
            return Err(told::last_administrator());
        }
        Err(failed) => return Err(said(failed)),
    }
    let members = as_member(session, &client, |project| client.members(project)).await;
    if let Ok(members) = members {
        session.keep_standings(&members).await?;
        let signed = members.certificates.into_iter().map(|one| one.0).collect();
        let taken = session.store.put_certificates(members.revision, signed).await?;
        session.arrived(&taken).await?;
    }
    session.sync.knock(Knock::Now);
    session.tell(vec![crate::api::Topic::Sync]);
    Ok(Done::Nothing)
}

pub(super) async fn rename(session: &Session, label: &str) -> Result<Done, Problem> {
    let link = linked(session).await?;
    let label = super::enrol::label(label)?;
    let client = client(session, &link).await?;
    let (device, _) = session.store.device().await?;
    let sealed = wire::Bytes(session.store.seal_label(&label)?);
    let relabelled =
        as_member(session, &client, |project| client.relabel(project, device, &sealed));
    relabelled.await.map_err(said)?;
    session.store.set_link(Link { label, ..link }).await?;
    session.sync.knock(Knock::Now);
    session.tell(vec![crate::api::Topic::Sync]);
    Ok(Done::Nothing)
}

fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| shoulou_store::StoreError::NoRandomness)?;
    Ok(bytes)
}
