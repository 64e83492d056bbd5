//! Coming to a project, sessions, and an administrator's work.

use super::ask::{Answer, Ask, Reply, SMALL, cbor};
use shoulou_eventlog::{
    Id,
    sync::wire::{Bytes, Challenge, Enrol, Invite, OpenSession},
};
use std::sync::Arc;

pub(super) async fn invitation(ask: Ask) -> Answer {
    let locator: Id = ask.place("locator")?;
    cbor(&ask.service.ledger.invitation(locator, ask.now).await?)
}

pub(super) async fn found(ask: Ask) -> Answer {
    let (service, project, now) = (Arc::clone(&ask.service), ask.project()?, ask.now);
    let enrol: Enrol = ask.message(SMALL).await?;
    cbor(&service.ledger.found(project, enrol, now).await?)
}

pub(super) async fn enrol(ask: Ask) -> Answer {
    let (service, project, now) = (Arc::clone(&ask.service), ask.project()?, ask.now);
    let enrol: Enrol = ask.message(SMALL).await?;
    cbor(&service.ledger.enrol(project, enrol, now).await?)
}

pub(super) async fn challenge(ask: Ask) -> Answer {
    let (service, project, now) = (Arc::clone(&ask.service), ask.project()?, ask.now);
    let challenge: Challenge = ask.message(SMALL).await?;
    cbor(&service.ledger.challenge(project, challenge.device, now))
}

pub(super) async fn session(ask: Ask) -> Answer {
    let (service, project, now) = (Arc::clone(&ask.service), ask.project()?, ask.now);
    let request: OpenSession = ask.message(SMALL).await?;
    cbor(&service.ledger.open_session(project, request, now).await?)
}

pub(super) async fn list(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    cbor(&ask.service.ledger.members(caller.project, caller.device, ask.now).await?)
}

pub(super) async fn revoke(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (by, device) = (Some(caller.device), ask.place("device")?);
    cbor(&ask.service.ledger.revoke(caller.project, by, device, ask.now).await?)
}

pub(super) async fn release(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (by, device) = (Some(caller.device), ask.place("device")?);
    cbor(&ask.service.ledger.release(caller.project, by, device, ask.now).await?)
}

pub(super) async fn relabel(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (service, device, now) = (Arc::clone(&ask.service), ask.place("device")?, ask.now);
    let label: Bytes = ask.message(SMALL).await?;
    let ledger = &service.ledger;
    cbor(&ledger.relabel(caller.project, caller.device, device, label.0, now).await?)
}

pub(super) async fn invite(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (service, now) = (Arc::clone(&ask.service), ask.now);
    let invite: Invite = ask.message(SMALL).await?;
    service.ledger.invite(caller.project, caller.device, invite, now).await?;
    Ok(Reply::Nothing)
}
