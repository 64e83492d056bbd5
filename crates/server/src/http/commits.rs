//! Pushing and pulling commits; snapshots.

use super::ask::{Answer, Ask, Reply, SMALL, cbor, malformed};
use crate::ledger::refusal;
use shoulou_eventlog::sync::{
    Checkpoint,
    wire::{BODY_LIMIT, Bytes, COMMITS_LIMIT, Cursor, Fate, Push, RefusalCode, WAIT_LIMIT},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

pub(super) async fn push(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (service, now) = (Arc::clone(&ask.service), ask.now);
    // Before the body is read and before it is unpacked, so that a crowd costs little; in between, for a slow line
    // holds no place.
    service.crowd.look()?;
    let body = ask.body(BODY_LIMIT).await?;
    let _turn = service.crowd.turn().await?;
    let push: Push = body.message()?;
    let pushed = service.ledger.push(caller.project, caller.device, push, now).await?;
    for fate in &pushed.fates {
        service.metrics.fate(match fate {
            Fate::Accepted(_) => "accepted",
            Fate::Known(_) => "known",
            Fate::Quarantined => "quarantined",
            Fate::Missing(_) => "missing",
            Fate::Refused(_) => "refused",
        });
    }
    cbor(&pushed)
}

/// Answers at once where there is something, or waits until there is.
pub(super) async fn pull(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let needed = |name| malformed(name);
    let cursor = Cursor {
        epoch: ask.query("epoch")?.ok_or_else(|| needed("epoch"))?,
        number: ask.query("after")?.ok_or_else(|| needed("after"))?,
        checkpoint: Checkpoint(ask.query("checkpoint")?.ok_or_else(|| needed("checkpoint"))?),
    };
    let limit = ask.query("limit")?.unwrap_or(COMMITS_LIMIT);
    let wait: u32 = ask.query("wait")?.unwrap_or(0).min(WAIT_LIMIT);
    let until = Instant::now() + Duration::from_secs(wait.into());
    let (project, device) = (caller.project, caller.device);
    let service = &ask.service;
    let mut stopping = service.stopping.clone();
    let mut members = None;
    loop {
        let changed = service.ledger.changed(project);
        let answering = service.answers.acquire().await;
        let now = (service.clock)();
        let pulled = service.ledger.pull(project, device, cursor, limit, now).await?;
        let revision = *members.get_or_insert(pulled.news.members);
        let is_over = Instant::now() >= until || *stopping.borrow();
        if is_over || !pulled.commits.is_empty() || pulled.news.members != revision {
            service.metrics.pulled(pulled.commits.len());
            return cbor(&pulled);
        }
        drop(answering);
        let _waiting = service.metrics.waiting();
        tokio::select! {
            () = changed => {}
            () = sleep_until(until) => {}
            _ = stopping.changed() => {}
        }
    }
}

pub(super) async fn heads(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    cbor(&ask.service.ledger.heads(caller.project, caller.device, ask.now).await?)
}

pub(super) async fn put_snapshot(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let (service, now) = (Arc::clone(&ask.service), ask.now);
    let note: Bytes = ask.message(SMALL).await?;
    service.ledger.put_snapshot(caller.project, caller.device, note, now).await?;
    Ok(Reply::Nothing)
}

pub(super) async fn snapshot(ask: Ask) -> Answer {
    let caller = ask.caller()?;
    let note = ask.service.ledger.snapshot(caller.project, caller.device, ask.now).await;
    cbor(&note.map_err(|error| match error.code {
        RefusalCode::NotFound => refusal(RefusalCode::NotFound, "snapshot"),
        _ => error,
    })?)
}
